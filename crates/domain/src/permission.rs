//! The twelve permissions of an access (P1–P12), and the rights that they come to.
//!
//! **Invariant:** reading is what an access is: whoever has one may read and file mail. Everything else is a switch.

use std::fmt;
use std::str::FromStr;

/// One switch of an access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Permission {
    /// P1: create and revoke one's own device passwords.
    Devices,
    /// P2: auto-reply messages.
    AutoReplies,
    /// P3: signatures, sender names, reply-to addresses.
    Signatures,
    /// P4: forward to other addresses.
    Redirections,
    /// P5: variants of the address.
    Aliases,
    /// P6: see history and mail log of the address.
    History,
    /// P7: see and restore deleted mail.
    Restorations,
    /// P8: spam and promotional filters.
    Filters,
    /// P9: sorting rules, Sieve.
    Rules,
    /// P10: create, rename, delete folders; special-folder mapping.
    Folders,
    /// P11: blocked and approved senders.
    Security,
    /// P12: send from the address.
    Send,
}

impl Permission {
    /// Every permission, in the order P1 to P12.
    pub const ALL: [Self; 12] = [
        Self::Devices,
        Self::AutoReplies,
        Self::Signatures,
        Self::Redirections,
        Self::Aliases,
        Self::History,
        Self::Restorations,
        Self::Filters,
        Self::Rules,
        Self::Folders,
        Self::Security,
        Self::Send,
    ];

    /// The name used in the command line, the API, logs and catalogues' keys.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Devices => "devices",
            Self::AutoReplies => "auto_replies",
            Self::Signatures => "signatures",
            Self::Redirections => "redirections",
            Self::Aliases => "aliases",
            Self::History => "history",
            Self::Restorations => "restorations",
            Self::Filters => "filters",
            Self::Rules => "rules",
            Self::Folders => "folders",
            Self::Security => "security",
            Self::Send => "send",
        }
    }

    const fn bit(self) -> u16 {
        1 << (self as u16)
    }
}

/// No permission has that name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown permission “{0}”: expected some of devices, auto_replies, signatures, redirections, aliases, history, restorations, filters, rules, folders, security, send"
)]
pub struct UnknownPermission(String);

impl FromStr for Permission {
    type Err = UnknownPermission;

    fn from_str(name: &str) -> Result<Self, UnknownPermission> {
        Self::ALL
            .into_iter()
            .find(|permission| permission.name() == name)
            .ok_or_else(|| UnknownPermission(name.to_owned()))
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of permissions.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Permissions(u16);

impl Permissions {
    /// No permission: an access that only reads.
    pub const NONE: Self = Self(0);
    /// All twelve.
    pub const ALL: Self = Self((1 << Permission::ALL.len()) - 1);

    /// Whether `permission` is switched on.
    pub const fn has(self, permission: Permission) -> bool {
        self.0 & permission.bit() != 0
    }

    /// The set with `permission` switched on.
    #[must_use]
    pub const fn with(self, permission: Permission) -> Self {
        Self(self.0 | permission.bit())
    }

    /// The set with `permission` switched off.
    #[must_use]
    pub const fn without(self, permission: Permission) -> Self {
        Self(self.0 & !permission.bit())
    }

    /// Everything that either set has.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What both sets have.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The permissions of the set, in the order P1 to P12.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.into_iter().filter(move |permission| self.has(*permission))
    }

    /// The number to store: bit n is the permission P(n+1).
    pub const fn bits(self) -> i64 {
        self.0 as i64
    }

    /// The set that was stored as `bits`; bits that mean nothing are dropped.
    pub fn from_bits(bits: i64) -> Self {
        Self(u16::try_from(bits & Self::ALL.bits()).unwrap_or(0))
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        permissions.into_iter().fold(Self::NONE, Self::with)
    }
}

/// `all`, `none`, or names with commas between them.
impl FromStr for Permissions {
    type Err = UnknownPermission;

    fn from_str(text: &str) -> Result<Self, UnknownPermission> {
        match text.trim() {
            "all" => Ok(Self::ALL),
            "none" | "" => Ok(Self::NONE),
            names => names.split(',').map(|name| name.trim().parse()).collect(),
        }
    }
}

impl fmt::Display for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::ALL {
            return f.write_str("all");
        }
        if *self == Self::NONE {
            return f.write_str("none");
        }
        for (index, permission) in self.iter().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            f.write_str(permission.name())?;
        }
        Ok(())
    }
}

impl fmt::Debug for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// One thing that an operation on a mailbox needs.
///
/// There is no right to read: without it there is no handle to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Right {
    /// What every access gives: read, file, flag and delete mail; write drafts.
    Read,
    /// A switch must be on.
    Permission(Permission),
}

/// What an actor may do in one mailbox: reading, and the permissions that hold now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rights {
    permissions: Permissions,
}

impl Rights {
    /// The rights of an access with these permissions.
    pub const fn of(permissions: Permissions) -> Self {
        Self { permissions }
    }

    /// Whether they include `right`.
    pub const fn allow(self, right: Right) -> bool {
        match right {
            Right::Read => true,
            Right::Permission(permission) => self.permissions.has(permission),
        }
    }

    /// The permissions among them.
    pub const fn permissions(self) -> Permissions {
        self.permissions
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_of_permissions_reads_back_what_it_prints() {
        let set: Permissions = [Permission::Send, Permission::Devices].into_iter().collect();
        assert_eq!(set.to_string(), "devices,send");
        assert_eq!(set.to_string().parse(), Ok(set));
        assert_eq!("all".parse(), Ok(Permissions::ALL));
        assert_eq!("none".parse(), Ok(Permissions::NONE));
        assert_eq!(Permissions::from_bits(set.bits()), set);
    }

    #[test]
    fn an_unknown_permission_is_named() {
        let fault = "send,fly".parse::<Permissions>().unwrap_err();
        assert!(fault.to_string().contains("“fly”"));
    }

    #[test]
    fn a_switch_changes_no_other() {
        for permission in Permission::ALL {
            assert!(!Permissions::ALL.without(permission).has(permission));
            assert_eq!(Permissions::ALL.without(permission).iter().count(), 11);
            assert_eq!(Permissions::ALL.without(permission).with(permission), Permissions::ALL);
        }
    }
}
