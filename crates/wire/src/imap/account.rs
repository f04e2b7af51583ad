//! What belongs to a mailbox beside its mail: quota and rights (RFC 9208, RFC 4314).

use super::name::MailboxName;
use super::scan::{Fault, Scanner};

/// A command about quotas (RFC 9208 §4.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QuotaCommand {
    /// `GETQUOTA` with the name of a quota root.
    Get(String),
    /// `GETQUOTAROOT`
    Root(MailboxName),
    /// `SETQUOTA`: nobody changes a quota here, so what it should be is not kept.
    Set,
}

/// A command about rights (RFC 4314 §3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AclCommand {
    /// `MYRIGHTS`
    Mine(MailboxName),
    /// `GETACL`
    Get(MailboxName),
    /// `LISTRIGHTS`
    List(MailboxName),
    /// `SETACL` or `DELETEACL`: nobody changes rights here, so which they should be is not kept.
    Change(MailboxName),
}

impl QuotaCommand {
    /// Reads the arguments of a command by its name; none when it is not about quotas.
    pub(super) fn parse(scanner: &mut Scanner<'_>, word: &str) -> Result<Option<Self>, Fault> {
        Ok(Some(match word {
            "GETQUOTA" => {
                scanner.space()?;
                Self::Get(scanner.text()?)
            }
            "GETQUOTAROOT" => {
                scanner.space()?;
                Self::Root(scanner.mailbox()?)
            }
            "SETQUOTA" => {
                scanner.space()?;
                scanner.text()?;
                scanner.space()?;
                scanner.list(|scanner| {
                    scanner.word()?;
                    scanner.space()?;
                    scanner.number64()
                })?;
                Self::Set
            }
            _ => return Ok(None),
        }))
    }
}

impl AclCommand {
    /// Reads the arguments of a command by its name; none when it is not about rights.
    pub(super) fn parse(scanner: &mut Scanner<'_>, word: &str) -> Result<Option<Self>, Fault> {
        // How many strings follow the mailbox: whose rights, and which.
        let (more, make): (usize, fn(MailboxName) -> Self) = match word {
            "MYRIGHTS" => (0, Self::Mine),
            "GETACL" => (0, Self::Get),
            "LISTRIGHTS" => (1, Self::List),
            "DELETEACL" => (1, Self::Change),
            "SETACL" => (2, Self::Change),
            _ => return Ok(None),
        };
        scanner.space()?;
        let name = scanner.mailbox()?;
        for _ in 0..more {
            scanner.space()?;
            scanner.text()?;
        }
        Ok(Some(make(name)))
    }
}
