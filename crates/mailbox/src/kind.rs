//! What an address is for (S4).

use domain::{Permission, Rights};
use store::{FromValue, Mismatch, ToValue, ValueRef};

/// What an address is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressKind {
    /// Sending and receiving.
    Usual,
    /// Sending: what it receives is refused, and whoever wrote is told.
    Refuses,
    /// Sending: what it receives is taken, and goes nowhere.
    Drops,
    /// Receiving what has no address on its domain.
    CatchAll,
}

impl AddressKind {
    /// Each.
    pub const ALL: [Self; 4] = [Self::Usual, Self::Refuses, Self::Drops, Self::CatchAll];

    /// The name in the database and of catalogue keys.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Usual => "usual",
            Self::Refuses => "refuses",
            Self::Drops => "drops",
            Self::CatchAll => "catchall",
        }
    }

    /// Whether mail is sent from it.
    pub const fn sends(self) -> bool {
        match self {
            Self::Usual | Self::Refuses | Self::Drops => true,
            Self::CatchAll => false,
        }
    }

    /// Whether a machine may answer what it receives.
    pub const fn answers(self) -> bool {
        match self {
            Self::Usual => true,
            Self::Refuses | Self::Drops | Self::CatchAll => false,
        }
    }

    /// What an access allows on such an address.
    pub(crate) const fn limit(self, rights: Rights) -> Rights {
        if self.sends() { rights } else { Rights::of(rights.permissions().without(Permission::Send)) }
    }

    /// The local part that such an address has; none for any.
    pub(crate) const fn local(self) -> Option<&'static str> {
        match self {
            Self::Usual => None,
            Self::Refuses | Self::Drops => Some("no-reply"),
            Self::CatchAll => Some("catchall"),
        }
    }
}

impl ToValue for AddressKind {
    fn to_value(&self) -> Result<ValueRef<'_>, Mismatch> {
        Ok(ValueRef::Text(self.name()))
    }
}

impl FromValue for AddressKind {
    fn from_value(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        let known = Self::ALL.into_iter().find(|kind| value == ValueRef::Text(kind.name()));
        known.ok_or_else(|| value.mismatch("what an address is for"))
    }
}
