//! `GETQUOTA`, `GETQUOTAROOT`, `SETQUOTA` (RFC 9208 §4.1). A mailbox with a quota has one quota root.

use mailbox::Quota;
use wire::imap::{Code, MailboxName, QuotaCommand, Writer};

use crate::answer::{Done, Refusal};
use crate::scope::Root;
use crate::session::{DELIMITER, Session};

/// In what STORAGE is counted, in bytes (RFC 9208 §5.1).
const UNIT: u64 = 1024;

/// A command about quotas.
pub(crate) async fn quota(
    session: &Session,
    out: &mut Writer,
    command: &QuotaCommand,
) -> Result<Done, Refusal> {
    match command {
        QuotaCommand::Get(name) => {
            let root = with_root(session, name).await?;
            let quota = root.mailbox.quota().await?;
            let limit = quota.limit_bytes.ok_or_else(no_root)?;
            write(out, name, quota, limit);
        }
        QuotaCommand::Root(name) => {
            let place = session.folder(name).await?;
            let root = session.scope().root_of(&place.folder.name).await?.0;
            let (name, quota) = (name_of(&root), root.mailbox.quota().await?);
            out.line(|line| {
                line.word("QUOTAROOT");
                line.mailbox(&MailboxName::new(&place.folder.name));
                if quota.limit_bytes.is_some() {
                    line.string(name.as_bytes());
                }
            });
            if let Some(limit) = quota.limit_bytes {
                write(out, name, quota, limit);
            }
        }
        QuotaCommand::Set => {
            return Err(Refusal::no(Code::NO_PERM, "How much a mailbox may hold is set in the Manager."));
        }
    }
    Ok(Done::new("Told."))
}

/// The mailbox of a quota root.
async fn with_root(session: &Session, name: &str) -> Result<Root, Refusal> {
    let roots = session.scope().roots().await?;
    roots.into_iter().find(|root| name_of(root) == name).ok_or_else(no_root)
}

/// The name of a mailbox's quota root: none for the client's own, and where its folders lie for another.
fn name_of(root: &Root) -> &str {
    root.prefix.trim_end_matches(DELIMITER)
}

fn no_root() -> Refusal {
    Refusal::no(Code::NON_EXISTENT, "There is no such quota root.")
}

/// What is used is never told as less, and the limit never as more, than it is.
fn write(out: &mut Writer, name: &str, quota: Quota, limit_bytes: u64) {
    out.line(|line| {
        line.word("QUOTA");
        line.string(name.as_bytes());
        line.open();
        line.word("STORAGE");
        line.number(quota.used_bytes.div_ceil(UNIT));
        line.number(limit_bytes / UNIT);
        line.close();
    });
}
