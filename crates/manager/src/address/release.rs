//! Releasing an address that somebody signs in with, so that it can be shared (I8): first what that means, then done.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use domain::MailboxId;
use ui::{Button, ButtonLook, Html, Locale};
use web::{Asks, Fault, Id, Pages, Posted, SignedIn, Who};

use super::Below;

/// These pages.
pub(super) fn pages() -> Pages {
    Pages::new().get("/manager/addresses/{mailbox}/release", Who::MailManager, review).post(
        "/manager/addresses/{mailbox}/release",
        Who::MailManager,
        Asks::Proof,
        release,
    )
}

/// Shows whose address it is, and what they lose.
async fn review(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    let desk = super::desk(&signed_in, &id).await?;
    let Some(name) = desk.signs_in().await? else {
        return Ok(Redirect::to(&super::path(desk.mailbox())).into_response());
    };
    let view = Review {
        l: signed_in.l(),
        csrf: signed_in.visitor.csrf(),
        crumbs: super::crumbs(&signed_in, &desk, Below::Address).await?,
        mailbox: desk.mailbox(),
        address: desk.address().to_string(),
        name,
    };
    super::framed(&signed_in, &desk, &view.l.t("account-release-title"), Html::of(&view)).await
}

/// Releases it; the address can be shared from now on.
async fn release(id: Id, posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let desk = super::desk(&proof.signed_in, &id).await?;
    desk.release(&proof.confirmed).await?;
    Ok(Redirect::to(&super::path(desk.mailbox())).into_response())
}

#[derive(Template)]
#[template(path = "address_release.html")]
struct Review {
    l: Locale,
    csrf: String,
    crumbs: Html,
    mailbox: MailboxId,
    address: String,
    name: String,
}

impl Review {
    fn intro(&self) -> String {
        self.l.t_with("account-release-intro", [("name", &self.name), ("address", &self.address)])
    }

    fn button(&self) -> Html {
        let label = self.l.t("account-release-button");
        Button { label, look: ButtonLook::Danger, ..Button::default() }.html()
    }
}

#[cfg(test)]
mod tests {
    use domain::{Id, Language};

    use super::*;

    #[test]
    fn it_says_who_loses_what_before_anything_happens() {
        let mut pages = Language::ALL.map(|language| {
            let view = Review {
                l: Locale::of(language),
                csrf: "t".to_owned(),
                crumbs: Html::default(),
                mailbox: MailboxId::from_bytes([1; 16]),
                address: "info@example.test".to_owned(),
                name: "<b>Ben</b>".to_owned(),
            };
            Html::of(&view).as_str().to_owned()
        });
        assert_ne!(pages[0], pages[1]);
        let html = std::mem::take(&mut pages[0]);
        assert!(html.contains("&#60;b&#62;Ben") && html.contains("info@example.test"), "{html}");
        assert_eq!(html.matches("<h1").count(), 1, "{html}");
        assert!(html.contains("Release the address") && !html.contains("account-release"), "{html}");
    }
}
