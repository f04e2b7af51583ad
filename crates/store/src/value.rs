//! Values on their way into a statement and out of a row.

use bytes::Bytes;
use domain::{
    AccountEntryId, AutoReplyId, DeviceId, DomainId, FolderId, GrantId, Id, ImportId, InvitationId, JobId,
    KnownBrowserId, MailServiceId, MailboxId, MessageId, OrganizationId, PasskeyId, PictureId, RedirectionId,
    SessionId, SignatureId, SubmissionId, TeamId, Timestamp, UserId,
};

/// A value as the databases know it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ValueRef<'a> {
    /// Nothing.
    Null,
    /// A whole number.
    Int(i64),
    /// A fraction: only ever read (averages, ranks).
    Real(f64),
    /// Text.
    Text(&'a str),
    /// Bytes.
    Bytes(&'a [u8]),
}

impl ValueRef<'_> {
    fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Int(_) => "a whole number",
            Self::Real(_) => "a fraction",
            Self::Text(_) => "text",
            Self::Bytes(_) => "bytes",
        }
    }

    /// The fault of finding this where `wanted` was expected.
    pub fn mismatch(&self, wanted: &'static str) -> Mismatch {
        Mismatch { wanted, found: self.kind() }
    }
}

/// A value is not what was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected {wanted}, found {found}")]
pub struct Mismatch {
    wanted: &'static str,
    found: &'static str,
}

/// What can be a parameter of a statement.
pub trait ToValue {
    /// The value to bind; fails where the databases have no such number.
    fn to_value(&self) -> Result<ValueRef<'_>, Mismatch>;
}

/// What can be read from a row.
pub trait FromValue: Sized {
    /// Takes the value of a column.
    fn from_value(value: ValueRef<'_>) -> Result<Self, Mismatch>;
}

impl<T: ToValue + ?Sized> ToValue for &T {
    fn to_value(&self) -> Result<ValueRef<'_>, Mismatch> {
        (**self).to_value()
    }
}

impl<T: ToValue> ToValue for Option<T> {
    fn to_value(&self) -> Result<ValueRef<'_>, Mismatch> {
        self.as_ref().map_or(Ok(ValueRef::Null), ToValue::to_value)
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        if value == ValueRef::Null { Ok(None) } else { T::from_value(value).map(Some) }
    }
}

macro_rules! whole_numbers {
    ($($name:ty: $wanted:literal;)*) => {$(
        impl ToValue for $name {
            fn to_value(&self) -> Result<ValueRef<'_>, Mismatch> {
                i64::try_from(*self)
                    .map(ValueRef::Int)
                    .map_err(|_| Mismatch { wanted: "a number of 63 bits", found: "a larger one" })
            }
        }
        impl FromValue for $name {
            fn from_value(value: ValueRef<'_>) -> Result<Self, Mismatch> {
                integer(value)?.try_into().map_err(|_| value.mismatch($wanted))
            }
        }
    )*};
}

whole_numbers! {
    i64: "a number of 64 bits";
    i32: "a number of 32 bits";
    u32: "a positive number of 32 bits";
    u16: "a positive number of 16 bits";
    u8: "a positive number of 8 bits";
    u64: "a positive number";
    usize: "a positive number";
}

fn integer(value: ValueRef<'_>) -> Result<i64, Mismatch> {
    if let ValueRef::Int(number) = value { Ok(number) } else { Err(value.mismatch("a whole number")) }
}

impl FromValue for f64 {
    fn from_value(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        if let ValueRef::Real(number) = value { Ok(number) } else { Err(value.mismatch("a fraction")) }
    }
}

impl ToValue for bool {
    fn to_value(&self) -> Result<ValueRef<'_>, Mismatch> {
        Ok(ValueRef::Int(i64::from(*self)))
    }
}

impl FromValue for bool {
    fn from_value(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        match integer(value)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(value.mismatch("0 or 1")),
        }
    }
}

impl ToValue for Timestamp {
    fn to_value(&self) -> Result<ValueRef<'_>, Mismatch> {
        Ok(ValueRef::Int(self.millis()))
    }
}

impl FromValue for Timestamp {
    fn from_value(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        integer(value).map(Self::from_millis)
    }
}

impl ToValue for str {
    fn to_value(&self) -> Result<ValueRef<'_>, Mismatch> {
        Ok(ValueRef::Text(self))
    }
}

impl ToValue for String {
    fn to_value(&self) -> Result<ValueRef<'_>, Mismatch> {
        Ok(ValueRef::Text(self))
    }
}

impl FromValue for String {
    fn from_value(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        text(value).map(str::to_owned)
    }
}

impl ToValue for [u8] {
    fn to_value(&self) -> Result<ValueRef<'_>, Mismatch> {
        Ok(ValueRef::Bytes(self))
    }
}

impl ToValue for Vec<u8> {
    fn to_value(&self) -> Result<ValueRef<'_>, Mismatch> {
        Ok(ValueRef::Bytes(self))
    }
}

impl FromValue for Vec<u8> {
    fn from_value(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        bytes(value).map(<[u8]>::to_vec)
    }
}

impl ToValue for Bytes {
    fn to_value(&self) -> Result<ValueRef<'_>, Mismatch> {
        Ok(ValueRef::Bytes(self))
    }
}

impl FromValue for Bytes {
    fn from_value(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        bytes(value).map(Self::copy_from_slice)
    }
}

impl<const N: usize> ToValue for [u8; N] {
    fn to_value(&self) -> Result<ValueRef<'_>, Mismatch> {
        Ok(ValueRef::Bytes(self))
    }
}

impl<const N: usize> FromValue for [u8; N] {
    fn from_value(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        bytes(value)?.try_into().map_err(|_| value.mismatch("bytes of a fixed number"))
    }
}

pub(crate) fn text(value: ValueRef<'_>) -> Result<&str, Mismatch> {
    if let ValueRef::Text(text) = value { Ok(text) } else { Err(value.mismatch("text")) }
}

pub(crate) fn bytes(value: ValueRef<'_>) -> Result<&[u8], Mismatch> {
    if let ValueRef::Bytes(bytes) = value { Ok(bytes) } else { Err(value.mismatch("bytes")) }
}

macro_rules! ids {
    ($($name:ty),* $(,)?) => {$(
        impl ToValue for $name {
            fn to_value(&self) -> Result<ValueRef<'_>, Mismatch> {
                Ok(ValueRef::Bytes(self.bytes()))
            }
        }
        impl FromValue for $name {
            fn from_value(value: ValueRef<'_>) -> Result<Self, Mismatch> {
                let bytes = bytes(value)?.try_into().map_err(|_| value.mismatch("an id of 16 bytes"))?;
                Ok(<$name>::from_bytes(bytes))
            }
        }
    )*};
}

ids! {
    AccountEntryId, AutoReplyId, DeviceId, DomainId, FolderId, GrantId, ImportId, InvitationId, JobId, KnownBrowserId, MailServiceId, MailboxId, MessageId,
    OrganizationId, PasskeyId, PictureId, RedirectionId, SessionId, SignatureId, SubmissionId, TeamId, UserId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_too_large_for_the_database_are_refused() {
        assert!(u64::MAX.to_value().is_err());
        assert_eq!(u64::from(u32::MAX).to_value(), Ok(ValueRef::Int(4_294_967_295)));
    }

    #[test]
    fn numbers_too_large_for_the_program_are_refused() {
        assert!(u32::from_value(ValueRef::Int(-1)).is_err());
        assert!(bool::from_value(ValueRef::Int(2)).is_err());
        assert_eq!(Option::<u32>::from_value(ValueRef::Null), Ok(None));
    }

    #[test]
    fn an_id_of_the_wrong_length_is_refused() {
        let fault = UserId::from_value(ValueRef::Bytes(&[1; 15])).unwrap_err();
        assert_eq!(fault.to_string(), "expected an id of 16 bytes, found bytes");
    }
}
