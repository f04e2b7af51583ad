//! Why a request was not answered with a page: one table from errors to codes and words.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use identity::Unavailable;
use mailbox::desk::DeskError;
use mailbox::{MailError, OpenError};

/// Why a request was not answered with what it asked for. The words of the page are put in by [`crate::dress`], in the
/// language of whoever asks.
#[derive(Debug)]
pub enum Fault {
    /// There is no such page, or not for this visitor.
    NotFound,
    /// Nobody is signed in, or not any more.
    SignedOut,
    /// The form does not carry the token of this session.
    Forged,
    /// The form is of a page of another account in this browser.
    OtherAccount,
    /// What was sent is too large, or cannot be read.
    TooLarge,
    /// The storage is away: later it may work.
    Unavailable,
    /// A fault of the server.
    Internal,
    /// Another page is the answer: a form with its faults, a question for the password.
    Page(Box<Response>),
}

impl Fault {
    /// Another page as the answer.
    pub fn page(response: impl IntoResponse) -> Self {
        Self::Page(Box::new(response.into_response()))
    }

    /// Another address as the answer.
    pub fn elsewhere(path: &str) -> Self {
        Self::page(Redirect::to(path))
    }
}

/// The part of a [`Fault`] that a response carries to [`crate::dress`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Undressed {
    NotFound,
    SignedOut,
    Forged,
    OtherAccount,
    TooLarge,
    Unavailable,
    Internal,
}

impl Undressed {
    /// The beginning of its keys in the catalogues.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::NotFound | Self::SignedOut => "fault-not-found",
            Self::Forged => "fault-forged",
            Self::OtherAccount => "fault-other-account",
            Self::TooLarge => "fault-too-large",
            Self::Unavailable => "fault-unavailable",
            Self::Internal => "fault-internal",
        }
    }

    const fn status(self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::SignedOut => StatusCode::UNAUTHORIZED,
            Self::Forged | Self::OtherAccount => StatusCode::FORBIDDEN,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let undressed = match self {
            Self::Page(response) => return *response,
            Self::NotFound => Undressed::NotFound,
            Self::SignedOut => Undressed::SignedOut,
            Self::Forged => Undressed::Forged,
            Self::OtherAccount => Undressed::OtherAccount,
            Self::TooLarge => Undressed::TooLarge,
            Self::Unavailable => Undressed::Unavailable,
            Self::Internal => Undressed::Internal,
        };
        let mut response = undressed.status().into_response();
        response.extensions_mut().insert(undressed);
        response
    }
}

impl From<Unavailable> for Fault {
    fn from(_: Unavailable) -> Self {
        Self::Unavailable
    }
}

impl From<OpenError> for Fault {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::NotFound => Self::NotFound,
            OpenError::Ended(reason) => ended(reason),
            OpenError::Unavailable => Self::Unavailable,
            OpenError::Internal => Self::Internal,
        }
    }
}

impl From<DeskError> for Fault {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::NotFound => Self::NotFound,
            DeskError::Ended(reason) => ended(reason),
            DeskError::Unavailable => Self::Unavailable,
            DeskError::Internal => Self::Internal,
        }
    }
}

impl From<MailError> for Fault {
    fn from(error: MailError) -> Self {
        match error {
            MailError::NotFound(_) => Self::NotFound,
            MailError::Ended(reason) => ended(reason),
            MailError::TooLarge(_) => Self::TooLarge,
            MailError::DiskFull | MailError::Unavailable => Self::Unavailable,
            // A page says these itself, beside what was asked; here they are requests that no page of ours sends.
            MailError::MayNot(_)
            | MailError::Exists
            | MailError::Fixed
            | MailError::HasChildren
            | MailError::BadName
            | MailError::TooMany(_)
            | MailError::OverQuota => Self::NotFound,
            MailError::Internal => Self::Internal,
        }
    }
}

/// An access that is gone is not there; a session that is gone is nobody's.
fn ended(reason: bus::EndReason) -> Fault {
    match reason {
        bus::EndReason::SessionEnded => Fault::SignedOut,
        bus::EndReason::AccessRemoved | bus::EndReason::DeviceRevoked => Fault::NotFound,
    }
}
