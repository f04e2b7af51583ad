//! The link of an invitation, to copy and to scan, and the forms that send it: alike for an address and for the
//! organization.

use askama::Template;
use domain::Language;
use ui::{Button, CopyLine, Disabled, ErrorSummary, Field, FieldFault, FieldKind, Html, Locale, qr};

use crate::people::{languages, phone_field};

/// The part of a page that sends an invitation.
#[derive(Template)]
#[template(path = "sending.html")]
pub(crate) struct Sending<'a> {
    /// In whose words.
    pub(crate) l: Locale,
    /// The token of the session.
    pub(crate) csrf: &'a str,
    /// Where the invitation's page is.
    pub(crate) path: String,
    /// The link.
    pub(crate) link: &'a str,
    /// The address in its field.
    pub(crate) to: &'a str,
    /// The number in its field.
    pub(crate) phone: &'a str,
    /// In which language it is sent.
    pub(crate) language: Language,
    /// Whether SMS can be sent.
    pub(crate) has_gateway: bool,
    /// What is wrong with what was typed.
    pub(crate) faults: &'a [FieldFault],
}

impl Sending<'_> {
    /// The part.
    pub(crate) fn html(&self) -> Html {
        Html::of(self)
    }

    fn copy(&self) -> Html {
        CopyLine {
            l: self.l,
            id: "link".to_owned(),
            label: self.l.t("share-link"),
            value: self.link.to_owned(),
            button: self.l.t("share-copy-link"),
        }
        .html()
    }

    fn code(&self) -> Html {
        qr(self.link, &self.l.t("share-link-code"))
    }

    fn field(&self) -> Html {
        Field {
            id: "to",
            label: self.l.t("share-send-to"),
            kind: FieldKind::Email,
            value: self.to.to_owned(),
            fault: ErrorSummary::of_field(self.faults, "to"),
            limit: 320,
            ..Field::default()
        }
        .html()
    }

    fn languages(&self) -> Html {
        languages(self.l, self.language)
    }

    fn send(&self) -> Html {
        Button::primary(self.l.t("share-send")).html()
    }

    fn number(&self) -> Html {
        phone_field(self.l, self.phone, ErrorSummary::of_field(self.faults, "phone"))
    }

    fn text(&self) -> Html {
        let disabled =
            (!self.has_gateway).then(|| Disabled { because: self.l.t("organizations-no-gateway") });
        Button {
            id: "text".to_owned(),
            label: self.l.t("organizations-send-sms"),
            disabled,
            ..Button::default()
        }
        .html()
    }
}
