//! What somebody signs in with: AUTH PLAIN (RFC 4616) and AUTH LOGIN.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::Secret;

use super::reply::Reply;

/// The challenge that asks for the user in AUTH LOGIN: `Username:`.
pub const LOGIN_USER_CHALLENGE: &str = "VXNlcm5hbWU6";
/// The challenge that asks for the password in AUTH LOGIN: `Password:`.
pub const LOGIN_SECRET_CHALLENGE: &str = "UGFzc3dvcmQ6";

/// Who signs in, and with what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The name, as it was given.
    pub user: String,
    /// The password.
    pub secret: Secret<String>,
}

/// Why a response to an AUTH challenge was not understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CredentialFault {
    /// The client gave up with `*` (RFC 4954 §4).
    #[error("signing in was given up")]
    Cancelled,
    /// It is no base64, or not UTF-8 within it.
    #[error("the response cannot be decoded")]
    Encoding,
    /// The parts are missing, or too many, or empty.
    #[error("the response does not hold a name and a password")]
    Shape,
    /// PLAIN asks to act as somebody else than who signs in (RFC 4616 §2).
    #[error("signing in on behalf of somebody else is not possible")]
    OnBehalf,
}

impl CredentialFault {
    /// The reply for it (RFC 4954 §4, §6).
    pub fn reply(self) -> Reply {
        let (code, enhanced) = match self {
            Self::Cancelled => (501, "5.7.0"),
            Self::Encoding | Self::Shape => (501, "5.5.2"),
            Self::OnBehalf => (535, "5.7.8"),
        };
        Reply::new(code, enhanced, &self.to_string())
    }
}

impl Credentials {
    /// Reads a PLAIN response: the base64 of `authzid NUL user NUL password` (RFC 4616 §2).
    pub fn plain(response: &str) -> Result<Self, CredentialFault> {
        let message = decode(response)?;
        let mut parts = message.reveal().split('\0');
        let (Some(acting), Some(user), Some(secret), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(CredentialFault::Shape);
        };
        if !acting.is_empty() && acting != user {
            return Err(CredentialFault::OnBehalf);
        }
        Self::new(user, secret)
    }

    /// Reads the two responses of LOGIN, each in base64.
    pub fn login(user: &str, secret: &str) -> Result<Self, CredentialFault> {
        let (user, secret) = (decode(user)?, decode(secret)?);
        if user.reveal().contains('\0') || secret.reveal().contains('\0') {
            return Err(CredentialFault::Shape);
        }
        Self::new(user.reveal(), secret.reveal())
    }

    fn new(user: &str, secret: &str) -> Result<Self, CredentialFault> {
        if user.is_empty() || secret.is_empty() {
            return Err(CredentialFault::Shape);
        }
        Ok(Self { user: user.to_owned(), secret: Secret::new(secret.to_owned()) })
    }

    /// The PLAIN response, in base64.
    pub(super) fn to_plain(&self) -> String {
        STANDARD.encode(format!("\0{}\0{}", self.user, self.secret.reveal()))
    }

    /// The two LOGIN responses, in base64.
    pub(super) fn to_login(&self) -> (String, String) {
        (STANDARD.encode(&self.user), STANDARD.encode(self.secret.reveal()))
    }
}

fn decode(response: &str) -> Result<Secret<String>, CredentialFault> {
    let response = response.trim_end_matches(['\r', '\n']);
    if response == "*" {
        return Err(CredentialFault::Cancelled);
    }
    let bytes = STANDARD.decode(response).map_err(|_| CredentialFault::Encoding)?;
    String::from_utf8(bytes).map(Secret::new).map_err(|_| CredentialFault::Encoding)
}
