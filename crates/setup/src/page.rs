//! "Use this address on a device or in a program" (D2).

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{MailboxId, Permission, Right};
use mailbox::AddressView;
use ui::{Banner, EmptyState, Html, Locale, Place, Tone, Width, qr};
use web::{Entrance, Fault, Id, SignedIn};

use crate::asked::Asked;
use crate::program::Program;
use crate::servers::Servers;

/// `GET /setup`: which address it is to be; the only one, when there is no other.
pub(crate) async fn choose(signed_in: SignedIn) -> Result<Response, Fault> {
    let addresses = signed_in.web().access().list(&signed_in.actor).await?;
    if let [only] = addresses.as_slice() {
        return Ok(Redirect::to(&format!("/setup/{}", only.mailbox)).into_response());
    }
    let l = signed_in.l();
    let body = ChoosePage { l, addresses: &addresses }.html();
    Ok(signed_in.visitor.page(Place::Mail, Width::Column, &l.t("setup-title"), body))
}

/// `GET /setup/{mailbox}`: the steps and values for one address, in the program that `?program=` names.
pub(crate) async fn page(signed_in: SignedIn, id: Id, asked: Asked) -> Result<Response, Fault> {
    let (web, l) = (signed_in.web(), signed_in.l());
    let mailbox = web.access().open(&signed_in.actor, id.of("mailbox")?).await?;
    let may_add = mailbox.rights().await?.allow(Right::Permission(Permission::Devices));
    let named = asked.find("program").and_then(Program::named);
    let page = SetupPage {
        l,
        id: mailbox.id(),
        address: mailbox.address().to_string(),
        program: named.unwrap_or_else(|| Program::guessed(&signed_in.visitor.origin().browser)),
        servers: Servers::of(web),
        url: format!("{}/setup/{}", web.identity().origin(), mailbox.id()),
        may_add,
    };
    let title = l.t_with("setup-title-of", [("address", &page.address)]);
    Ok(signed_in.visitor.page(Place::Mail, Width::Column, &title, page.html()))
}

/// The addresses to choose from.
#[derive(Template)]
#[template(path = "choose.html")]
pub(crate) struct ChoosePage<'a> {
    /// The words.
    pub(crate) l: Locale,
    /// Every address of whoever asks.
    pub(crate) addresses: &'a [AddressView],
}

impl ChoosePage<'_> {
    /// Rendered.
    pub(crate) fn html(&self) -> Html {
        Html::of(self)
    }

    fn nothing(&self) -> Html {
        let (title, hint) = (self.l.t("setup-no-address"), self.l.t("setup-no-address-hint"));
        EmptyState { title, hint, action: None }.html()
    }
}

/// The steps and values for an address.
#[derive(Template)]
#[template(path = "setup.html")]
pub(crate) struct SetupPage {
    /// The words.
    pub(crate) l: Locale,
    /// Which mailbox.
    pub(crate) id: MailboxId,
    /// Its address.
    pub(crate) address: String,
    /// In which program.
    pub(crate) program: Program,
    /// The servers to type in.
    pub(crate) servers: Servers,
    /// Where this page is.
    pub(crate) url: String,
    /// Whether whoever asks may make device passwords.
    pub(crate) may_add: bool,
}

impl SetupPage {
    /// Rendered.
    pub(crate) fn html(&self) -> Html {
        Html::of(self)
    }

    fn title(&self) -> String {
        self.l.t_with("setup-title-of", [("address", &self.address)])
    }

    /// Why there is no device password to be made.
    fn no_devices(&self) -> Html {
        let words = self.l.t_with("mail-no-devices-allowed", [("address", &self.address)]);
        Banner { tone: Tone::Info, words, lines: Vec::new() }.html()
    }

    fn steps(&self) -> Vec<String> {
        self.program.steps(self.l)
    }

    /// Whether there is a profile to download.
    fn has_profile(&self) -> bool {
        self.program == Program::Apple
            && !self.servers.incoming.is_empty()
            && !self.servers.outgoing.is_empty()
    }

    fn port(&self, entrance: &Entrance) -> String {
        let (port, security) = (entrance.port.to_string(), entrance.security.words());
        self.l.t_with("setup-port", [("port", &port), ("security", security)])
    }

    fn code(&self) -> Html {
        qr(&self.url, &self.l.t("setup-phone-code"))
    }
}
