//! Typed identifiers: UUIDs of version 7 (RFC 9562 §5.7), so that rows made together lie together.
//!
//! **Invariant:** an id of one noun is never accepted where another's is asked for.

use std::fmt;
use std::str::FromStr;

use crate::Timestamp;

/// What every identifier can do. Implemented only by the types of this module.
pub trait Id: Copy + Eq + std::hash::Hash + fmt::Display + fmt::Debug + Send + Sync + 'static {
    /// The id with these bytes, as a database or a wire gave them.
    fn from_bytes(bytes: [u8; 16]) -> Self;
    /// The bytes to store.
    fn bytes(&self) -> &[u8; 16];
    /// A new id of version 7, from a time and ten random bytes.
    fn new(now: Timestamp, random: [u8; 10]) -> Self {
        Self::from_bytes(version_7(now, random))
    }
}

/// The text given for an id is not a UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier: expected a UUID")]
pub struct IdFault;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name([u8; 16]);

        impl Id for $name {
            fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }
            fn bytes(&self) -> &[u8; 16] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_uuid(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), " "))?;
                write_uuid(&self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = IdFault;
            fn from_str(text: &str) -> Result<Self, IdFault> {
                parse_uuid(text).map(Self)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

ids! {
    /// A person's account.
    UserId;
    /// A tenant.
    OrganizationId;
    /// The product "mail" of one organization.
    MailServiceId;
    /// A DNS name attached to a mail service.
    DomainId;
    /// What stands behind one email address.
    MailboxId;
    /// A folder of a mailbox.
    FolderId;
    /// A message of a mailbox, wherever in it it is filed (RFC 8474 `EMAILID`).
    MessageId;
    /// An access of a user to a mailbox.
    GrantId;
    /// An invitation.
    InvitationId;
    /// A device password.
    DeviceId;
    /// A web session.
    SessionId;
    /// A browser in which a user signed in before.
    KnownBrowserId;
    /// A passkey or security key of a user.
    PasskeyId;
    /// An entry of what a user did with their own account.
    AccountEntryId;
    /// A job.
    JobId;
    /// A team.
    TeamId;
    /// One message handed over for sending.
    SubmissionId;
    /// Where else the mail of an address goes.
    RedirectionId;
    /// A file of addresses to be made.
    ImportId;
    /// A message that answers while nobody does.
    AutoReplyId;
    /// What stands below a mail.
    SignatureId;
    /// A picture of a person, or the logo of an organization.
    PictureId;
}

fn version_7(now: Timestamp, random: [u8; 10]) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes[..6].copy_from_slice(&now.millis().to_be_bytes()[2..]);
    bytes[6..].copy_from_slice(&random);
    bytes[6] = (bytes[6] & 0x0f) | 0x70;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    bytes
}

fn write_uuid(bytes: &[u8; 16], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (index, byte) in bytes.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            f.write_str("-")?;
        }
        write!(f, "{byte:02x}")?;
    }
    Ok(())
}

fn parse_uuid(text: &str) -> Result<[u8; 16], IdFault> {
    let mut bytes = [0; 16];
    let mut digits = 0;
    if text.len() != 36 {
        return Err(IdFault);
    }
    for (index, character) in text.bytes().enumerate() {
        if matches!(index, 8 | 13 | 18 | 23) {
            if character != b'-' {
                return Err(IdFault);
            }
            continue;
        }
        let digit =
            char::from(character).to_digit(16).and_then(|digit| u8::try_from(digit).ok()).ok_or(IdFault)?;
        bytes[digits / 2] = (bytes[digits / 2] << 4) | digit;
        digits += 1;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_what_it_prints() {
        let id = UserId::new(Timestamp::from_millis(1_700_000_000_123), [0xab; 10]);
        assert_eq!(id.to_string().parse::<UserId>(), Ok(id));
        assert_eq!(&id.to_string()[14..15], "7");
    }

    #[test]
    fn ids_sort_by_the_time_of_their_making() {
        let early = MessageId::new(Timestamp::from_millis(1), [0xff; 10]);
        let late = MessageId::new(Timestamp::from_millis(2), [0; 10]);
        assert!(early < late);
    }

    #[test]
    fn what_is_no_uuid_is_refused() {
        for text in [
            "",
            "x",
            "018bcfe5-687b-7bab-abab-ababababab",
            "018bcfe5x687b-7bab-abab-abababababab",
            "é18bcfe5-687b-7bab-abab-ababababab",
        ] {
            assert_eq!(text.parse::<UserId>(), Err(IdFault), "{text}");
        }
    }
}
