//! What a member is told of an organization, and how (O3).

use std::fmt;

use crate::Role;

/// One kind of notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Notice {
    /// Billing reminders by e-mail.
    BillingMail,
    /// Billing reminders by SMS.
    BillingSms,
    /// Events of the products by e-mail.
    ProductMail,
}

impl Notice {
    /// Every kind, in the order of the screen.
    pub const ALL: [Self; 3] = [Self::BillingMail, Self::BillingSms, Self::ProductMail];

    /// The name in forms, logs and catalogues' keys.
    pub const fn name(self) -> &'static str {
        match self {
            Self::BillingMail => "billing-mail",
            Self::BillingSms => "billing-sms",
            Self::ProductMail => "product-mail",
        }
    }

    /// Its bit in the database.
    pub const fn bit(self) -> i64 {
        match self {
            Self::BillingMail => 1,
            Self::BillingSms => 2,
            Self::ProductMail => 4,
        }
    }
}

/// The switches of a membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Notices(i64);

impl Notices {
    /// None.
    pub const NONE: Self = Self(0);

    /// From the database; unknown bits are left out.
    pub const fn from_bits(bits: i64) -> Self {
        Self(bits & 7)
    }

    /// For the database.
    pub const fn bits(self) -> i64 {
        self.0
    }

    /// Whether that switch is on.
    pub const fn has(self, notice: Notice) -> bool {
        self.0 & notice.bit() != 0
    }

    /// The same, with that switch on.
    #[must_use]
    pub const fn with(self, notice: Notice) -> Self {
        Self(self.0 | notice.bit())
    }

    /// What holds for somebody: the only owner hears of bills by e-mail, whatever the switch says, for there is nobody
    /// else to tell.
    #[must_use]
    pub const fn in_force(self, is_only_owner: bool) -> Self {
        if is_only_owner { self.with(Notice::BillingMail) } else { self }
    }
}

/// The billing reminders and the events by e-mail: what a member begins with.
impl Default for Notices {
    fn default() -> Self {
        Self::NONE.with(Notice::BillingMail).with(Notice::ProductMail)
    }
}

/// The names of those that are on.
impl fmt::Display for Notices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let on = Notice::ALL.into_iter().filter(|notice| self.has(*notice)).map(Notice::name);
        f.write_str(&on.collect::<Vec<_>>().join(" "))
    }
}

/// Whether somebody of that role can be told anything: externals are no members, and have no switches.
pub const fn has_notices(role: Role) -> bool {
    match role {
        Role::Owner | Role::Administrator | Role::Collaborator => true,
        Role::External => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_only_owner_hears_of_bills_whatever_the_switch_says() {
        assert!(Notices::NONE.in_force(true).has(Notice::BillingMail));
        assert!(!Notices::NONE.in_force(false).has(Notice::BillingMail));
        assert!(!Notices::NONE.in_force(true).has(Notice::BillingSms));
    }

    #[test]
    fn switches_are_stored_as_bits() {
        for bits in 0..8 {
            assert_eq!(Notices::from_bits(bits).bits(), bits);
        }
        assert_eq!(Notices::from_bits(-1).bits(), 7);
        assert_eq!(Notices::default().to_string(), "billing-mail product-mail");
    }
}
