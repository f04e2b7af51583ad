//! What is set for an address, from the side of whoever has access to it.

use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use mailbox::AddressSettings;
use ui::{Html, Locale};
use web::setting::{self, SettingsPage, Side};
use web::{Fault, Pages, SignedIn, Web, Who};

use crate::here::Here;

/// These pages.
pub(crate) fn pages() -> Pages {
    auto_replies()
        .and(signatures())
        .and(setting::folder_pages::<AtMailbox>(WHO, "/mail/{mailbox}/settings/folders"))
        .and(setting::sender_pages::<AtMailbox>(WHO, "/mail/{mailbox}/settings/security"))
        .and(setting::history_pages::<AtMailbox>(Who::AccessHolder, "/mail/{mailbox}/settings/history"))
        .and(setting::restoration_pages::<AtMailbox>(WHO, "/mail/{mailbox}/settings/restorations"))
}

const WHO: [Who; 2] = [Who::AccessHolder, Who::AccessHolder];

fn auto_replies() -> Pages {
    setting::auto_reply_pages::<AtMailbox>(
        WHO,
        [
            "/mail/{mailbox}/settings/auto-replies",
            "/mail/{mailbox}/settings/auto-replies/new",
            "/mail/{mailbox}/settings/auto-replies/{reply}",
        ],
    )
}

fn signatures() -> Pages {
    setting::signature_pages::<AtMailbox>(
        WHO,
        [
            "/mail/{mailbox}/settings/signatures",
            "/mail/{mailbox}/settings/signatures/new",
            "/mail/{mailbox}/settings/signatures/{signature}",
        ],
    )
}

/// The mailbox in the path, for its settings.
struct AtMailbox {
    here: Here,
    settings: AddressSettings,
}

impl FromRequestParts<Web> for AtMailbox {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Fault> {
        let here = Here::from_request_parts(parts, web).await?;
        Ok(Self { settings: here.mailbox.address_settings(), here })
    }
}

impl Side for AtMailbox {
    fn signed_in(&self) -> &SignedIn {
        &self.here.signed_in
    }

    fn settings(&self) -> &AddressSettings {
        &self.settings
    }

    fn base(&self) -> String {
        format!("{}/settings", self.here.path())
    }

    async fn framed(&self, page: SettingsPage, content: Html) -> Result<Response, Fault> {
        let (l, path) = (self.here.l(), self.here.path());
        let address = self.here.mailbox.address().to_string();
        let title = format!("{} · {address}", l.t(page.key()));
        let around = Around { l, links: links(l, &path, Some(page)), path, address, content };
        Ok(self.here.whole(&title, Html::of(&around)).into_response())
    }
}

/// The links to every page of settings; the first is the page of people and devices.
pub(crate) fn links(l: Locale, path: &str, shown: Option<SettingsPage>) -> Html {
    let first = (format!("{path}/settings"), l.t("settings-people-and-devices"), shown.is_none());
    let others = SettingsPage::ALL
        .into_iter()
        .map(|page| (format!("{path}/settings/{}", page.path()), l.t(page.key()), shown == Some(page)));
    Html::of(&Links {
        label: l.t("settings-of-address"),
        links: std::iter::once(first).chain(others).collect(),
    })
}

#[derive(Template)]
#[template(path = "setting_links.html")]
struct Links {
    label: String,
    links: Vec<(String, String, bool)>,
}

#[derive(Template)]
#[template(path = "setting.html")]
struct Around {
    l: Locale,
    path: String,
    address: String,
    links: Html,
    content: Html,
}

#[cfg(test)]
mod tests {
    use domain::Language;

    use super::*;

    #[test]
    fn each_page_of_settings_leads_to_the_others() {
        for language in [Language::En, Language::Fr] {
            let l = Locale::of(language);
            let html = links(l, "/mail/m", Some(SettingsPage::AutoReplies));
            assert_eq!(html.as_str().matches("aria-current").count(), 1, "{html}");
            assert!(html.as_str().contains("/mail/m/settings/auto-replies"), "{html}");
            assert!(!html.as_str().contains(">settings-"), "{html}");
        }
    }
}
