//! Asking for a link.

use axum::response::{IntoResponse, Redirect, Response};
use identity::SignInError;
use ui::{ErrorSummary, Field, FieldFault, FieldKind, Html, Locale};
use web::{Fault, Posted, Visitor};

use crate::form::FormPage;

const ADDRESS: &str = "address";

pub(super) async fn page(visitor: Visitor) -> Response {
    shown(&visitor, "", &[])
}

/// The answer is the same whether there is such an account or not.
pub(super) async fn ask(posted: Posted) -> Result<Response, Fault> {
    let (visitor, l, address) = (&posted.visitor, posted.visitor.l(), posted.text(ADDRESS));
    let refused = |words: String| {
        Ok(Visitor::refused(shown(visitor, address, &[FieldFault { field: ADDRESS, words }])))
    };
    if address.trim().is_empty() {
        return refused(l.t("sign-in-address-missing"));
    }
    match visitor.web().identity().forgot_password(address, visitor.origin()).await {
        Ok(()) => Ok(Redirect::to(super::SENT).into_response()),
        Err(SignInError::Throttled(wait)) => {
            refused(l.t_with("forgot-throttled", [("wait", &l.duration(wait.as_secs()))]))
        }
        Err(SignInError::Wrong | SignInError::Expired | SignInError::Unavailable) => Err(Fault::Unavailable),
    }
}

fn shown(visitor: &Visitor, address: &str, faults: &[FieldFault]) -> Response {
    let (l, csrf) = (visitor.l(), visitor.csrf());
    visitor.outside(&l.t("forgot-title"), AskForm { l, csrf: &csrf, address, faults }.html())
}

/// The form that asks for the address.
pub(crate) struct AskForm<'a> {
    pub(crate) l: Locale,
    pub(crate) csrf: &'a str,
    pub(crate) address: &'a str,
    pub(crate) faults: &'a [FieldFault],
}

impl AskForm<'_> {
    /// Rendered.
    pub(crate) fn html(&self) -> Html {
        let l = self.l;
        let address = Field {
            id: ADDRESS,
            label: l.t("forgot-address"),
            kind: FieldKind::Email,
            value: self.address.to_owned(),
            hint: Some(l.t("forgot-address-hint")),
            fault: ErrorSummary::of_field(self.faults, ADDRESS),
            autocomplete: "username",
            limit: 320,
            is_first: self.faults.is_empty(),
            ..Field::default()
        };
        FormPage {
            l,
            csrf: self.csrf,
            title: l.t("forgot-title"),
            intro: l.t("forgot-intro"),
            faults: self.faults,
            action: super::PATH.to_owned(),
            fields: address.html(),
            button: l.t("forgot-button"),
            instead: Some(("/sign-in".to_owned(), l.t("forgot-to-sign-in"))),
            ..FormPage::default()
        }
        .html()
    }
}
