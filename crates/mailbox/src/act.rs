//! Everything that can be done with an open mailbox, and the right that each needs.
//!
//! **Invariant:** a transaction of a handle names its act, so that no method can forget its right. The table is printed
//! as a golden file (`golden/rights.txt`) and reviewed.

use domain::{Permission, Right};

macro_rules! acts {
    ($($(#[$doc:meta])* $name:ident: $right:expr;)*) => {
        /// An act on an open mailbox.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Act {
            $($(#[$doc])* $name,)*
        }

        impl Act {
            /// Every act.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// What the access must have for it.
            pub const fn right(self) -> Right {
                match self {
                    $(Self::$name => $right,)*
                }
            }
        }
    };
}

const fn permission(permission: Permission) -> Right {
    Right::Permission(permission)
}

acts! {
    /// List folders, messages, flags; search.
    Look: Right::Read;
    /// Read the content of a message.
    ReadMessage: Right::Read;
    /// Put a message into a folder.
    Append: Right::Read;
    /// Mark messages.
    SetFlags: Right::Read;
    /// Copy messages to another folder.
    Copy: Right::Read;
    /// Move messages to another folder.
    Move: Right::Read;
    /// Delete messages.
    Expunge: Right::Read;
    /// Write a draft.
    SaveDraft: Right::Read;
    /// Choose which folders are shown.
    Subscribe: Right::Read;
    /// Make a folder.
    CreateFolder: permission(Permission::Folders);
    /// Rename a folder.
    RenameFolder: permission(Permission::Folders);
    /// Delete a folder.
    DeleteFolder: permission(Permission::Folders);
    /// See one's own device passwords.
    ListDevices: Right::Read;
    /// Make a device password.
    AddDevice: permission(Permission::Devices);
    /// Take away one's own device password: a lost phone is shut out whatever is switched off.
    RevokeDevice: Right::Read;
    /// Change auto-replies.
    ChangeAutoReplies: permission(Permission::AutoReplies);
    /// Change signatures, the sender name and where answers go.
    ChangeSignatures: permission(Permission::Signatures);
    /// Say which folder is for what.
    MapFolder: permission(Permission::Folders);
    /// Block and approve senders.
    ChangeSenders: permission(Permission::Security);
    /// Send mail.
    Send: permission(Permission::Send);
    /// See and change where else mail goes.
    Redirect: permission(Permission::Redirections);
    /// See who changed what.
    SeeHistory: permission(Permission::History);
    /// See and restore what was deleted.
    Restore: permission(Permission::Restorations);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rights_of_each_act_are_those_that_were_reviewed() {
        let table: String = Act::ALL
            .iter()
            .map(|act| {
                let right = match act.right() {
                    Right::Read => "read".to_owned(),
                    Right::Permission(permission) => permission.to_string(),
                };
                format!("{:<14} {right}\n", format!("{act:?}"))
            })
            .collect();
        assert_eq!(table, include_str!("../golden/rights.txt"));
    }
}
