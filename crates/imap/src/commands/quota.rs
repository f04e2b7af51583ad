//! `GETQUOTA`, `GETQUOTAROOT`, `SETQUOTA` (RFC 9208 §4.1). A mailbox with a quota has one quota root, without a name.

use mailbox::Quota;
use wire::imap::{Code, MailboxName, QuotaCommand, Writer};

use crate::answer::{Done, Refusal};
use crate::session::Session;

/// The name of the quota root.
const ROOT: &str = "";
/// In what STORAGE is counted, in bytes (RFC 9208 §5.1).
const UNIT: u64 = 1024;

/// A command about quotas.
pub(crate) async fn quota(
    session: &Session,
    out: &mut Writer,
    command: &QuotaCommand,
) -> Result<Done, Refusal> {
    match command {
        QuotaCommand::Get(root) => {
            let quota = session.mailbox.quota().await?;
            let limit = quota.limit_bytes.filter(|_| root == ROOT);
            let limit =
                limit.ok_or_else(|| Refusal::no(Code::NON_EXISTENT, "There is no such quota root."))?;
            write(out, quota, limit);
        }
        QuotaCommand::Root(name) => {
            let folder = session.folder(name).await?;
            let quota = session.mailbox.quota().await?;
            out.line(|line| {
                line.word("QUOTAROOT");
                line.mailbox(&MailboxName::new(&folder.name));
                if quota.limit_bytes.is_some() {
                    line.string(ROOT.as_bytes());
                }
            });
            if let Some(limit) = quota.limit_bytes {
                write(out, quota, limit);
            }
        }
        QuotaCommand::Set => {
            return Err(Refusal::no(Code::NO_PERM, "How much a mailbox may hold is set in the Manager."));
        }
    }
    Ok(Done::new("Told."))
}

/// What is used is never told as less, and the limit never as more, than it is.
fn write(out: &mut Writer, quota: Quota, limit_bytes: u64) {
    out.line(|line| {
        line.word("QUOTA");
        line.string(ROOT.as_bytes());
        line.open();
        line.word("STORAGE");
        line.number(quota.used_bytes.div_ceil(UNIT));
        line.number(limit_bytes / UNIT);
        line.close();
    });
}
