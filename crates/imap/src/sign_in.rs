//! `LOGIN` and `AUTHENTICATE PLAIN` with a device password (RFC 9051 §6.2.2, §6.2.3; RFC 4616; RFC 4959).

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bus::Protocol;
use domain::{EmailAddress, Secret};
use identity::{Actor, SignInError, Way};
use wire::imap::Code;

use crate::Imap;
use crate::answer::{Refusal, wrong_credentials};
use crate::capability::Privacy;
use crate::scope::Scope;

/// Who somebody says they are, and how they prove it.
pub(crate) struct Credentials {
    pub(crate) user: String,
    pub(crate) secret: Secret<String>,
}

/// Whether a password may be said here at all.
pub(crate) fn check_privacy(privacy: Privacy) -> Result<(), Refusal> {
    match privacy {
        Privacy::Tls | Privacy::Loopback => Ok(()),
        Privacy::None => Err(Refusal::no(Code::PRIVACY_REQUIRED, "Encrypt the connection first.")),
    }
}

/// Opens what a device password is for. What is wrong about the credentials is not said.
pub(crate) async fn sign_in(
    imap: &Imap,
    from: std::net::IpAddr,
    credentials: &Credentials,
) -> Result<Scope, Refusal> {
    let Ok(address) = credentials.user.parse::<EmailAddress>() else {
        return Err(wrong_credentials());
    };
    let actor = imap.identity().sign_in_device(&address, &credentials.secret, Protocol::Imap, from).await;
    let actor = actor.map_err(refused)?;
    opened(imap, actor).await
}

/// What somebody sees who has signed in with a mail program.
pub(crate) async fn opened(imap: &Imap, actor: Actor) -> Result<Scope, Refusal> {
    match actor.way() {
        Way::AllAddresses { .. } => Ok(Scope::All { access: imap.access().clone(), actor }),
        Way::Device { .. } | Way::Browser(_) | Way::Operator | Way::Task => {
            Ok(Scope::One(imap.access().open_address(&actor).await?))
        }
    }
}

pub(crate) fn refused(error: SignInError) -> Refusal {
    match error {
        SignInError::Wrong | SignInError::Expired => wrong_credentials(),
        SignInError::Throttled(_) => {
            Refusal::no(Code::LIMIT, "Too many failed attempts. Try again in some minutes.")
        }
        SignInError::Unavailable => Refusal::no(Code::UNAVAILABLE, "Nobody can sign in now."),
    }
}

/// Reads the one message of the mechanism PLAIN (RFC 4616 §2). Acting for somebody else is not known here.
pub(crate) fn plain(encoded: &str) -> Result<Credentials, Refusal> {
    const WRONG: Refusal = Refusal::Bad("This is no message of PLAIN.");
    // RFC 4959 §3: a lone `=` is an empty message.
    let bytes = BASE64_STANDARD.decode(encoded.trim_end()).map_err(|_| WRONG)?;
    let text = String::from_utf8(bytes).map_err(|_| WRONG)?;
    let mut pieces = text.split('\0');
    let (Some(acting_as), Some(user), Some(secret), None) =
        (pieces.next(), pieces.next(), pieces.next(), pieces.next())
    else {
        return Err(WRONG);
    };
    if !acting_as.is_empty() && acting_as != user {
        return Err(wrong_credentials());
    }
    Ok(Credentials { user: user.to_owned(), secret: Secret::new(secret.to_owned()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(String, String)> {
        let credentials = plain(&BASE64_STANDARD.encode(text)).ok()?;
        Some((credentials.user, credentials.secret.reveal().clone()))
    }

    #[test]
    fn plain_holds_who_and_the_password() {
        let expected = Some(("a@b.test".to_owned(), "s e".to_owned()));
        assert_eq!(read("\0a@b.test\0s e"), expected);
        assert_eq!(read("a@b.test\0a@b.test\0s e"), expected);
    }

    #[test]
    fn what_is_not_plain_is_refused() {
        for wrong in ["", "a", "\0a", "\0a\0b\0c", "x\0a\0b"] {
            assert_eq!(read(wrong), None, "{wrong:?}");
        }
        assert!(plain("!").is_err() && plain("=").is_err());
    }
}
