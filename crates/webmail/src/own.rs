//! What somebody chooses about an address in their own Mail app: to detach it, to bring one back, to begin with it (I10).

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use domain::MailboxId;
use mailbox::AddressView;
use ui::{Html, Locale};
use web::{Asks, Fault, Id, Pages, Posted, SignedIn, Who};

use crate::here::Here;

/// The acts of this.
pub(crate) fn pages() -> Pages {
    Pages::new()
        .post("/mail/{mailbox}/detach", Who::AccessHolder, Asks::Nothing, detach)
        .post("/mail/{mailbox}/attach", Who::AccessHolder, Asks::Nothing, attach)
        .post("/mail/{mailbox}/primary", Who::AccessHolder, Asks::Nothing, set_primary)
}

async fn detach(id: Id, posted: Posted) -> Result<Response, Fault> {
    let (signed_in, mailbox) = (posted.signed_in()?, id.of::<MailboxId>("mailbox")?);
    signed_in.web().access().detach(&signed_in.actor, mailbox).await?;
    Ok(Redirect::to("/mail").into_response())
}

async fn attach(id: Id, posted: Posted) -> Result<Response, Fault> {
    let (signed_in, mailbox) = (posted.signed_in()?, id.of::<MailboxId>("mailbox")?);
    signed_in.web().access().attach(&signed_in.actor, mailbox).await?;
    Ok(Redirect::to(&format!("/mail/{mailbox}")).into_response())
}

async fn set_primary(id: Id, posted: Posted) -> Result<Response, Fault> {
    let (signed_in, mailbox) = (posted.signed_in()?, id.of::<MailboxId>("mailbox")?);
    signed_in.web().access().set_primary(&signed_in.actor, mailbox).await?;
    Ok(Redirect::to(&format!("/mail/{mailbox}/settings")).into_response())
}

/// The part of an address's settings about this.
pub(crate) async fn section(here: &Here) -> Result<Html, Fault> {
    let (access, actor) = (here.web().access(), &here.signed_in.actor);
    let all = access.list(actor).await?;
    let own = all.iter().find(|view| view.mailbox == here.mailbox.id());
    let section = Section {
        l: here.l(),
        csrf: here.csrf(),
        path: here.path(),
        is_attached: own.is_some(),
        is_primary: own.is_some_and(|view| view.is_primary),
    };
    Ok(Html::join([Html::of(&section), detached(&here.signed_in).await?]))
}

/// The addresses that they have detached, each to be brought back.
pub(crate) async fn detached(signed_in: &SignedIn) -> Result<Html, Fault> {
    let all = signed_in.web().access().list_detached(&signed_in.actor).await?;
    Ok(Html::of(&Detached { l: signed_in.l(), csrf: signed_in.visitor.csrf(), all }))
}

#[derive(Template)]
#[template(path = "own.html")]
struct Section {
    l: Locale,
    csrf: String,
    path: String,
    is_attached: bool,
    is_primary: bool,
}

#[derive(Template)]
#[template(path = "detached.html")]
struct Detached {
    l: Locale,
    csrf: String,
    all: Vec<AddressView>,
}

impl Detached {
    fn attach(&self, view: &AddressView) -> String {
        self.l.t_with("sharing-attach-named", [("address", &view.address.to_string())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(is_attached: bool, is_primary: bool) -> String {
        let (l, csrf) = (Locale::default(), "token".to_owned());
        let section = Section { l, csrf, path: "/mail/m".to_owned(), is_attached, is_primary };
        Html::of(&section).as_str().to_owned()
    }

    #[test]
    fn an_address_is_detached_or_brought_back_and_made_the_first() {
        let attached = html(true, false);
        assert!(
            attached.contains("/mail/m/detach\"") && attached.contains("/mail/m/primary\""),
            "{attached}"
        );
        let primary = html(true, true);
        assert!(primary.contains("/mail/m/detach\"") && !primary.contains("/primary\""), "{primary}");
        let detached = html(false, false);
        assert!(!detached.contains("/detach\""), "{detached}");
        let none = Html::of(&Detached { l: Locale::default(), csrf: String::new(), all: Vec::new() });
        assert!(!none.as_str().contains("<section"), "{none}");
    }
}
