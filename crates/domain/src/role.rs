//! Roles of a membership, the rights beside them, and what each allows (O2).
//!
//! **Invariant:** [`Standing::may`] is the only place that knows who may do what; `docs/roles.md` is printed from it.

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

/// What a collaborator may do with one mail service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ServiceRight {
    /// Look at its pages.
    Consult,
    /// Look, and change.
    Manage,
}

/// Whether a member has the billing right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Billing {
    /// They see no plans and invoices.
    #[default]
    Hidden,
    /// They see them.
    Visible,
}

/// All that decides what somebody may do in an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Standing {
    /// What they are.
    pub role: Role,
    /// What they were granted of the mail service in question.
    pub service: Option<ServiceRight>,
    /// Whether they have the billing right.
    pub billing: Billing,
}

/// A thing that a standing allows or not. Reading mail is none of them: that takes an access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verb {
    /// Change the organization's name, postal address, phone, logo.
    ChangeOrganization,
    /// Give or take the owner role.
    ChangeOwners,
    /// Delete the organization, once it is empty.
    DeleteOrganization,
    /// Offer a mail service to another organization.
    HandOver,
    /// Take a mail service over from another organization.
    TakeOver,
    /// Add, change and remove members who are not owners; teams.
    ManageUsers,
    /// Create mail services.
    CreateServices,
    /// Change a mail service: its addresses, domains, accesses.
    ManageMail,
    /// Look at a mail service.
    ConsultMail,
    /// See the organization's activity log.
    SeeActivity,
    /// See plans and invoices.
    SeeBilling,
}

impl Verb {
    /// Every verb, in the order of the printed table.
    pub const ALL: [Self; 11] = [
        Self::ChangeOrganization,
        Self::ChangeOwners,
        Self::DeleteOrganization,
        Self::HandOver,
        Self::TakeOver,
        Self::ManageUsers,
        Self::CreateServices,
        Self::ManageMail,
        Self::ConsultMail,
        Self::SeeActivity,
        Self::SeeBilling,
    ];

    /// What it is, for the printed table.
    const fn said(self) -> &'static str {
        match self {
            Self::ChangeOrganization => {
                "change the organization's record (name, postal address, phone, logo)"
            }
            Self::ChangeOwners => "give or take the role of legal representative",
            Self::DeleteOrganization => "delete the organization, once it is empty",
            Self::HandOver => "offer a mail service to another organization",
            Self::TakeOver => "take a mail service over from another organization",
            Self::ManageUsers => "add, change and remove other users; teams",
            Self::CreateServices => "create mail services",
            Self::ManageMail => "change a mail service: domains, addresses, accesses",
            Self::ConsultMail => "look at a mail service",
            Self::SeeActivity => "see the activity log",
            Self::SeeBilling => "see plans and invoices",
        }
    }
}

impl Standing {
    /// Every standing there is a column for in the printed table.
    pub const ALL: [Self; 7] = [
        Self::of(Role::Owner),
        Self::of(Role::Administrator),
        Self::of(Role::Collaborator),
        Self::of(Role::Collaborator).with(ServiceRight::Consult),
        Self::of(Role::Collaborator).with(ServiceRight::Manage),
        Self { billing: Billing::Visible, ..Self::of(Role::Collaborator) },
        Self::of(Role::External),
    ];

    /// That of a role alone.
    pub const fn of(role: Role) -> Self {
        Self { role, service: None, billing: Billing::Hidden }
    }

    /// The same, with a right on the mail service in question.
    #[must_use]
    pub const fn with(self, right: ServiceRight) -> Self {
        Self { service: Some(right), ..self }
    }

    /// The table of roles, rights and verbs: the only place that knows it.
    pub const fn may(self, verb: Verb) -> bool {
        match (self.role, verb) {
            (Role::Owner, _) => true,
            (
                Role::Administrator,
                Verb::TakeOver
                | Verb::ManageUsers
                | Verb::CreateServices
                | Verb::ManageMail
                | Verb::ConsultMail
                | Verb::SeeActivity
                | Verb::SeeBilling,
            ) => true,
            (
                Role::Administrator,
                Verb::ChangeOrganization | Verb::ChangeOwners | Verb::DeleteOrganization | Verb::HandOver,
            ) => false,
            (Role::Collaborator, Verb::ManageMail) => matches!(self.service, Some(ServiceRight::Manage)),
            (Role::Collaborator, Verb::ConsultMail) => self.service.is_some(),
            (Role::Collaborator, Verb::SeeBilling) => matches!(self.billing, Billing::Visible),
            (
                Role::Collaborator,
                Verb::ChangeOrganization
                | Verb::ChangeOwners
                | Verb::DeleteOrganization
                | Verb::HandOver
                | Verb::TakeOver
                | Verb::ManageUsers
                | Verb::CreateServices
                | Verb::SeeActivity,
            )
            | (Role::External, _) => false,
        }
    }

    /// The heading of its column in the printed table.
    fn heading(self) -> String {
        let right = self.service.map(|right| format!(" who may {} it", right.name()));
        let billing = matches!(self.billing, Billing::Visible).then_some(" with the billing right");
        format!("{}{}{}", self.role, right.unwrap_or_default(), billing.unwrap_or_default())
    }
}

/// The table that people read, as Markdown: a row for each verb, a column for each standing.
pub fn table() -> String {
    let mut lines = vec![
        format!("| may | {} |", Standing::ALL.map(Standing::heading).join(" | ")),
        format!("|---|{}", ":-:|".repeat(Standing::ALL.len())),
    ];
    lines.extend(Verb::ALL.map(|verb| {
        let cells = Standing::ALL.map(|standing| if standing.may(verb) { "yes" } else { "–" });
        format!("| {} | {} |", verb.said(), cells.join(" | "))
    }));
    lines.join("\n") + "\n"
}

impl Role {
    /// Every role, in the order of the printed table.
    pub const ALL: [Self; 4] = [Self::Owner, Self::Administrator, Self::Collaborator, Self::External];

    /// Whether the role alone allows something, without any right that was granted one by one.
    pub const fn may(self, verb: Verb) -> bool {
        Standing::of(self).may(verb)
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

impl ServiceRight {
    /// Every right, the smaller one first.
    pub const ALL: [Self; 2] = [Self::Consult, Self::Manage];

    /// The name in the database, in forms and in catalogues' keys.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Consult => "consult",
            Self::Manage => "manage",
        }
    }
}

impl Billing {
    /// As a number in the database.
    pub const fn bit(self) -> i64 {
        match self {
            Self::Hidden => 0,
            Self::Visible => 1,
        }
    }

    /// From a number in the database, or a ticked box.
    pub const fn when(visible: bool) -> Self {
        if visible { Self::Visible } else { Self::Hidden }
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

/// No right on a mail service has that name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown right: expected consult or manage")]
pub struct UnknownRight;

impl FromStr for ServiceRight {
    type Err = UnknownRight;

    fn from_str(name: &str) -> Result<Self, UnknownRight> {
        Self::ALL.into_iter().find(|right| right.name() == name).ok_or(UnknownRight)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_roles_and_verbs_is_as_agreed() {
        assert_eq!(table(), include_str!("../golden/roles.md"), "the table is now:\n{}", table());
    }

    #[test]
    fn the_table_that_people_read_is_the_one_that_decides() {
        let read = include_str!("../../../docs/roles.md");
        assert!(read.contains(&table()), "docs/roles.md has to show:\n{}", table());
    }

    #[test]
    fn a_right_on_a_mail_service_opens_nothing_to_an_external_user() {
        let external = Standing::of(Role::External).with(ServiceRight::Manage);
        assert!(Verb::ALL.into_iter().all(|verb| !external.may(verb)));
    }

    #[test]
    fn whoever_manages_also_consults() {
        for standing in Standing::ALL.into_iter().filter(|standing| standing.may(Verb::ManageMail)) {
            assert!(standing.may(Verb::ConsultMail), "{standing:?}");
        }
    }
}
