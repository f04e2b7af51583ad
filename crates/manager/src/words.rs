//! Words that several pages say.

use bus::Protocol;
use domain::{AddressError, Permission, Permissions, ServiceRight, TextFault};
use identity::texts::SmsFault;
use mailbox::desk::{AddReason, AddressDesk, DeskError};
use ui::Locale;

/// What is wrong with a name.
pub(crate) fn name_fault(l: Locale, fault: TextFault) -> String {
    match fault {
        TextFault::Empty => l.t("manager-name-empty"),
        TextFault::TooLong { limit } => l.t_with("manager-name-too-long", [("limit", &limit.to_string())]),
        TextFault::Control | TextFault::Form => l.t("manager-name-control"),
    }
}

/// What is wrong with an e-mail address that somebody typed.
pub(crate) fn email_fault(l: Locale, fault: AddressError) -> String {
    l.t(match fault {
        AddressError::Empty => "manager-email-empty",
        AddressError::NoAt => "manager-email-no-at",
        AddressError::LocalPart => "manager-email-local",
        AddressError::Domain => "manager-email-domain",
    })
}

/// Why no SMS was sent.
pub(crate) fn sms_fault(l: Locale, fault: SmsFault) -> String {
    l.t(match fault {
        SmsFault::NoGateway => "organizations-no-gateway",
        SmsFault::TooMany => "organizations-sms-too-many",
    })
}

/// Why nobody can be added to an address now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Obstacle {
    /// Somebody signs in with it.
    AddressIsLogin,
    /// It is in the bin.
    BeingDeleted,
    /// The visitor may look and change nothing.
    ConsultOnly,
}

impl Obstacle {
    /// What stands in the way at a desk, if anything does.
    pub(crate) async fn of(desk: &AddressDesk) -> Result<Option<Self>, DeskError> {
        if desk.right() == ServiceRight::Consult {
            return Ok(Some(Self::ConsultOnly));
        }
        if desk.binned().await?.is_some() {
            return Ok(Some(Self::BeingDeleted));
        }
        Ok(desk.add_reason().await?.map(|reason| match reason {
            AddReason::AddressIsLogin => Self::AddressIsLogin,
        }))
    }
}

/// Why nobody can be added to an address.
pub(crate) fn obstacle(l: Locale, obstacle: Obstacle) -> String {
    match obstacle {
        Obstacle::AddressIsLogin => l.t("share-address-is-login"),
        Obstacle::BeingDeleted => l.t("addresses-being-deleted"),
        Obstacle::ConsultOnly => l.t("organizations-consult-only"),
    }
}

/// The way by which something is open.
pub(crate) fn protocol(l: Locale, protocol: Protocol) -> String {
    l.t(match protocol {
        Protocol::Web => "manager-protocol-web",
        Protocol::Imap => "manager-protocol-imap",
        Protocol::Submission => "manager-protocol-submission",
    })
}

/// What an access allows, on one line.
pub(crate) fn permissions(l: Locale, permissions: Permissions) -> String {
    if permissions == Permissions::ALL {
        return l.t("share-permissions-all");
    }
    if permissions == Permissions::NONE {
        return l.t("share-permissions-none");
    }
    let on = Permission::ALL.into_iter().filter(|one| permissions.has(*one));
    let names = on.map(|one| l.t(&format!("permission-{}", one.name().replace('_', "-"))));
    names.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_permissions_says_all_none_or_which() {
        let l = Locale::default();
        assert_eq!(permissions(l, Permissions::ALL), "All permissions");
        assert_eq!(permissions(l, Permissions::NONE), "Reading and filing only");
        let some = Permissions::NONE.with(Permission::Send).with(Permission::AutoReplies);
        assert_eq!(permissions(l, some), "Auto-replies, Send");
    }
}
