//! What an authenticator app needs: to scan, to open, or to type.

use askama::Template;
use identity::TotpOffer;
use ui::{CopyLine, Html, Locale, qr};

/// What an authenticator app needs.
#[derive(Template)]
#[template(path = "app.html")]
pub(crate) struct AppOffer<'a> {
    /// The words around.
    pub(crate) l: Locale,
    /// The secret and its address.
    pub(crate) offer: &'a TotpOffer,
}

impl AppOffer<'_> {
    /// Rendered.
    pub(crate) fn html(&self) -> Html {
        Html::of(self)
    }

    fn qr(&self) -> Html {
        qr(self.offer.url.reveal(), &self.l.t("account-app-qr"))
    }

    fn url(&self) -> &str {
        self.offer.url.reveal()
    }

    fn secret(&self) -> Html {
        CopyLine {
            l: self.l,
            id: "secret".to_owned(),
            label: self.l.t("account-app-secret"),
            value: self.offer.secret.reveal().clone(),
            button: String::new(),
        }
        .html()
    }
}
