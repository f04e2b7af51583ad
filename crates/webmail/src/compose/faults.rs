//! What was wrong with what was written, beside the fields that it is about.

use domain::Permission;
use mailbox::{MailError, Mailbox, RECIPIENTS, RECIPIENTS_PER_DAY, SubmitError};
use message::RecipientsFault;
use ui::{ErrorSummary, FieldFault, Html, Locale};
use web::Fault;

use super::Stopped;
use crate::here::no_sending;
use crate::text::{shown, size};

/// A part of the sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    From,
    To,
    Cc,
    Bcc,
    Signature,
    Files,
    /// None in particular: the buttons that were pressed.
    Acts,
}

impl Field {
    /// Its id on the page.
    pub(super) const fn id(self) -> &'static str {
        match self {
            Self::From => "from",
            Self::To => "to",
            Self::Cc => "cc",
            Self::Bcc => "bcc",
            Self::Signature => "signature",
            Self::Files => "files",
            Self::Acts => "acts",
        }
    }
}

/// Every fault of a sheet.
#[derive(Debug, Clone, Default)]
pub(super) struct Faults(Vec<FieldFault>);

impl Faults {
    /// Just one.
    pub(super) fn one(field: Field, words: String) -> Self {
        Self(vec![FieldFault { field: field.id(), words }])
    }

    /// One more.
    pub(super) fn add(&mut self, field: Field, words: String) {
        self.0.push(FieldFault { field: field.id(), words });
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is wrong with a field.
    pub(super) fn of(&self, field: Field) -> Option<String> {
        ErrorSummary::of_field(&self.0, field.id())
    }

    /// The summary above the sheet.
    pub(super) fn summary(&self, l: Locale) -> Html {
        ErrorSummary { l, faults: &self.0 }.html()
    }
}

/// The words for a piece of text that is no address.
pub(super) fn no_address(l: Locale, piece: &str) -> String {
    l.t_with("mail-fault-address", [("address", &shown(piece))])
}

/// What is wrong with a list of recipients.
pub(super) fn of_recipients(l: Locale, fault: &RecipientsFault) -> String {
    match fault {
        RecipientsFault::NotAnAddress(piece) => no_address(l, piece),
        RecipientsFault::TooMany(limit) => l.t_with("mail-fault-too-many", [("count", &limit.to_string())]),
        RecipientsFault::TooLong(_) => l.t("mail-fault-too-long"),
    }
}

/// Why a mail was not taken for sending.
pub(super) fn of_submit(l: Locale, from: &Mailbox, error: SubmitError) -> Stopped {
    let (field, words) = match error {
        SubmitError::Mail(error) => return of_mail(l, from, error),
        SubmitError::SentAlready => (Field::Acts, l.t("mail-done-sent")),
        SubmitError::NoRecipient => (Field::To, l.t("mail-fault-no-recipient")),
        SubmitError::TooManyRecipients => {
            (Field::To, l.t_with("mail-fault-too-many", [("count", &RECIPIENTS.to_string())]))
        }
        SubmitError::TooManyToday => {
            (Field::To, l.t_with("mail-fault-too-many-today", [("count", &RECIPIENTS_PER_DAY.to_string())]))
        }
        SubmitError::FromMismatch => (Field::From, l.t("mail-fault-from-gone")),
    };
    Stopped::Faults(Faults::one(field, words))
}

/// That a message is larger than `limit` bytes.
pub(super) fn too_large(l: Locale, limit: u64) -> String {
    l.t_with("mail-fault-too-large", [("limit", &size(l, limit))])
}

/// Why a mail could be neither sent nor kept.
pub(super) fn of_mail(l: Locale, from: &Mailbox, error: MailError) -> Stopped {
    let (field, words) = match error {
        MailError::MayNot(Permission::Send) => (Field::Acts, no_sending(l, from)),
        MailError::TooLarge(limit) => (Field::Files, too_large(l, limit)),
        MailError::OverQuota => (Field::Acts, l.t("mail-fault-full")),
        MailError::DiskFull | MailError::Unavailable => (Field::Acts, l.t("mail-fault-later")),
        MailError::MayNot(_)
        | MailError::Ended(_)
        | MailError::NotFound(_)
        | MailError::Exists
        | MailError::Fixed
        | MailError::HasChildren
        | MailError::BadName
        | MailError::TooMany(_)
        | MailError::Internal => return Stopped::Fault(Fault::from(error)),
    };
    Stopped::Faults(Faults::one(field, words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_says_what_was_typed_as_text() {
        let l = Locale::default();
        let words = of_recipients(l, &RecipientsFault::NotAnAddress("<ben\u{202E}>".to_owned()));
        assert!(words.contains("<ben>"), "{words}");
        let html = Faults::one(Field::To, words).summary(l);
        assert!(html.as_str().contains("href=\"#to\"") && !html.as_str().contains("<ben"), "{html}");
    }
}
