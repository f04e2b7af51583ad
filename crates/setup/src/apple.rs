//! A profile for Apple's devices: an iPhone, an iPad or a Mac sets the address up by it.

use askama::Template;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_DISPOSITION;
use axum::response::{IntoResponse, Response};
use domain::{Id as _, MailboxId};
use sha2::{Digest, Sha256};
use ui::{Html, Locale};
use uuid::{Builder, Uuid};
use web::{Entrance, Fault, Id, SignedIn};

use crate::document::{document, xml_text};
use crate::servers::Servers;

/// `GET /setup/{mailbox}/apple.mobileconfig`
pub(crate) async fn profile(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    let web = signed_in.web();
    let mailbox = web.access().open(&signed_in.actor, id.of("mailbox")?).await?;
    let servers = Servers::of(web);
    let (Some(incoming), Some(outgoing)) = (servers.incoming.first(), servers.outgoing.first()) else {
        return Err(Fault::NotFound);
    };
    let name = match mailbox.display_name() {
        "" => signed_in.actor.name(),
        shown => shown,
    };
    let profile = Profile {
        l: signed_in.l(),
        id: mailbox.id(),
        address: xml_text(&mailbox.address().to_string()),
        name: xml_text(name),
        host: &servers.host,
        incoming: *incoming,
        outgoing: *outgoing,
    };
    let download =
        [(CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"mail.mobileconfig\""))];
    Ok((download, document(KIND, profile.text())).into_response())
}

/// The profile. It is not signed, and the password is asked for by the device.
#[derive(Template)]
#[template(path = "profile.xml")]
pub(crate) struct Profile<'a> {
    /// The words in it.
    pub(crate) l: Locale,
    /// Of which mailbox.
    pub(crate) id: MailboxId,
    /// Its address.
    pub(crate) address: String,
    /// The name that others see.
    pub(crate) name: String,
    /// The name of the server.
    pub(crate) host: &'a str,
    /// Where mail is read.
    pub(crate) incoming: Entrance,
    /// Where mail is handed in.
    pub(crate) outgoing: Entrance,
}

impl Profile<'_> {
    /// As a property list.
    pub(crate) fn text(&self) -> String {
        Html::of(self).as_str().to_owned()
    }

    /// What stands for a piece of the profile. It is always the same, so that a profile that is installed again takes
    /// the place of the one before.
    fn uuid(&self, piece: &str) -> Uuid {
        let hash = Sha256::new().chain_update(piece).chain_update(self.id.bytes()).finalize();
        let mut bytes = [0; 16];
        bytes.iter_mut().zip(hash.iter()).for_each(|(byte, of_hash)| *byte = *of_hash);
        // RFC 9562 §5.8: bits of one's own making.
        Builder::from_custom_bytes(bytes).into_uuid()
    }

    fn description(&self) -> String {
        self.l.t_with("setup-profile-description", [("address", &self.address)])
    }
}

const KIND: &str = "application/x-apple-aspen-config";
