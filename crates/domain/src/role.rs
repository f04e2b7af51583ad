//! Roles of a membership, and what each may do (O2).

use std::fmt;
use std::str::FromStr;

/// What a user is in an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The legal representative: everything.
    Owner,
    /// Everything but the organization's record and the owner role.
    Administrator,
    /// Only what was given one by one.
    Collaborator,
    /// Not a member: only the accesses that were given.
    External,
}

/// A thing that a role allows or not. Reading mail is none of them: that takes an access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verb {
    /// Change the organization's name, postal address, phone, logo.
    ChangeOrganization,
    /// Give or take the owner role.
    ChangeOwners,
    /// Add, change and remove members who are not owners.
    ManageUsers,
    /// Create mail services and addresses, give and take accesses.
    ManageMail,
    /// See the organization's activity log.
    SeeActivity,
}

impl Verb {
    /// Every verb, in the order of the printed table.
    pub const ALL: [Self; 5] = [
        Self::ChangeOrganization,
        Self::ChangeOwners,
        Self::ManageUsers,
        Self::ManageMail,
        Self::SeeActivity,
    ];
}

impl Role {
    /// Every role, in the order of the printed table.
    pub const ALL: [Self; 4] = [Self::Owner, Self::Administrator, Self::Collaborator, Self::External];

    /// The role × verb table: the only place that knows it.
    pub const fn may(self, verb: Verb) -> bool {
        match (self, verb) {
            (Self::Owner, _) => true,
            (Self::Administrator, Verb::ManageUsers | Verb::ManageMail | Verb::SeeActivity) => true,
            (Self::Administrator, Verb::ChangeOrganization | Verb::ChangeOwners) => false,
            (Self::Collaborator | Self::External, _) => false,
        }
    }

    /// The name in the database, the command line and catalogues' keys.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Administrator => "administrator",
            Self::Collaborator => "collaborator",
            Self::External => "external",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// No role has that name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown role: expected owner, administrator, collaborator or external")]
pub struct UnknownRole;

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(name: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| role.name() == name).ok_or(UnknownRole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_roles_and_verbs_is_as_agreed() {
        let mut table = String::new();
        for verb in Verb::ALL {
            let allowed: Vec<_> =
                Role::ALL.into_iter().filter(|role| role.may(verb)).map(Role::name).collect();
            table.push_str(&format!("{verb:?}: {}\n", allowed.join(" ")));
        }
        assert_eq!(
            table,
            "ChangeOrganization: owner\nChangeOwners: owner\nManageUsers: owner administrator\n\
             ManageMail: owner administrator\nSeeActivity: owner administrator\n"
        );
    }
}
