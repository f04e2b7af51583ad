//! What is set for an address, from the side of whoever manages it.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Response;
use mailbox::AddressSettings;
use mailbox::desk::AddressDesk;
use ui::Html;
use web::setting::{self, SettingsPage, Side};
use web::{Fault, Id, Pages, SignedIn, Web, Who};

use super::Shown;

/// These pages.
pub(super) fn pages() -> Pages {
    auto_replies()
        .and(signatures())
        .and(setting::folder_pages::<AtDesk>(WHO, "/manager/addresses/{mailbox}/folders"))
        .and(setting::sender_pages::<AtDesk>(WHO, "/manager/addresses/{mailbox}/security"))
        .and(setting::history_pages::<AtDesk>(Who::ServiceViewer, "/manager/addresses/{mailbox}/history"))
        .and(setting::restoration_pages::<AtDesk>(
            [Who::ServiceViewer, Who::ServiceViewer],
            "/manager/addresses/{mailbox}/restorations",
        ))
}

const WHO: [Who; 2] = [Who::ServiceViewer, Who::MailManager];

fn auto_replies() -> Pages {
    setting::auto_reply_pages::<AtDesk>(
        WHO,
        [
            "/manager/addresses/{mailbox}/auto-replies",
            "/manager/addresses/{mailbox}/auto-replies/new",
            "/manager/addresses/{mailbox}/auto-replies/{reply}",
        ],
    )
}

fn signatures() -> Pages {
    setting::signature_pages::<AtDesk>(
        WHO,
        [
            "/manager/addresses/{mailbox}/signatures",
            "/manager/addresses/{mailbox}/signatures/new",
            "/manager/addresses/{mailbox}/signatures/{signature}",
        ],
    )
}

/// The desk of the address in the path, for its settings.
struct AtDesk {
    signed_in: SignedIn,
    desk: AddressDesk,
    settings: AddressSettings,
}

impl FromRequestParts<Web> for AtDesk {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Fault> {
        let signed_in = SignedIn::from_request_parts(parts, web).await?;
        let Ok(id) = Id::from_request_parts(parts, web).await;
        // Each change asks inside its transaction whether it is allowed.
        let desk = super::viewed(&signed_in, &id).await?;
        Ok(Self { signed_in, settings: desk.settings(), desk })
    }
}

impl Side for AtDesk {
    fn signed_in(&self) -> &SignedIn {
        &self.signed_in
    }

    fn settings(&self) -> &AddressSettings {
        &self.settings
    }

    fn base(&self) -> String {
        super::path(self.desk.mailbox())
    }

    async fn framed(&self, page: SettingsPage, content: Html) -> Result<Response, Fault> {
        let head = super::head(&self.signed_in, &self.desk, Shown::Settings(page)).await?;
        let title = self.signed_in.l().t(page.key());
        super::framed(&self.signed_in, &self.desk, &title, Html::join([head, content])).await
    }
}
