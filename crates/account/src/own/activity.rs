//! What one did oneself (A9).

use askama::Template;
use axum::response::Response;
use identity::ActivityEntry;
use ui::{Html, Locale, Place, Width};
use web::{Fault, SignedIn};

/// Where the page is.
pub(super) const PATH: &str = "/account/activity";

/// What an account notes of itself, as the catalogues call it.
const OWN: [&str; 27] = [
    "account_device.add",
    "account_device.revoke",
    "sign-in",
    "password.forgot",
    "password.reset",
    "password.change",
    "identifier.add",
    "identifier.remove",
    "identifier.primary",
    "identifier.release",
    "recovery.set",
    "profile.change",
    "phone.add",
    "phone.change",
    "phone.primary",
    "phone.remove",
    "picture.set",
    "picture.remove",
    "account.export",
    "second_factor.refused",
    "second_factor.set",
    "second_factor.reset",
    "second_factor.remove",
    "passkey.add",
    "passkey.rename",
    "passkey.remove",
    "passkey.refused",
];

pub(super) async fn page(signed_in: SignedIn) -> Result<Response, Fault> {
    let (l, visitor) = (signed_in.l(), &signed_in.visitor);
    let entries = signed_in.web().identity().own_activity(&signed_in.actor).await?;
    let page = ActivityPage { l, zone: visitor.zone(), entries: &entries };
    Ok(visitor.page(Place::Account, Width::Column, &l.t("account-activity-title"), page.html()))
}

/// The page.
#[derive(Template)]
#[template(path = "activity.html")]
pub(crate) struct ActivityPage<'a> {
    pub(crate) l: Locale,
    pub(crate) zone: &'a str,
    pub(crate) entries: &'a [ActivityEntry],
}

impl ActivityPage<'_> {
    /// Rendered.
    pub(crate) fn html(&self) -> Html {
        Html::of(self)
    }

    fn intro(&self) -> String {
        self.l.t_with("account-activity-intro", [("count", &self.entries.len().to_string())])
    }

    fn at(&self, entry: &ActivityEntry) -> String {
        self.l.moment(entry.at, self.zone)
    }

    /// What concerns an organization has the same words as in its log.
    fn what(&self, entry: &ActivityEntry) -> String {
        if OWN.contains(&entry.verb.as_str()) {
            self.l.t(&format!("account-did-{}", entry.verb.replace(['.', '_'], "-")))
        } else {
            web::act_words(self.l, &entry.verb)
        }
    }
}
