//! Sending on what arrives (S10): to the targets of redirections, and bounces back to whoever sent what was sent on.
//!
//! **Invariant:** a mail that was taken for an address lies in a mailbox here, or is in the queue, in the transaction that
//! answers for it: whatever redirections say, it is never nowhere. What leaves is the message as it came, with one
//! field above it: its signatures hold.

use std::collections::HashSet;

use bytes::{BufMut, Bytes, BytesMut};
use domain::{EmailAddress, MailboxId, OriginalRecipient, Recipient, ReportWishes};
use queue::{NewSubmission, Rewriter, Undone};
use store::{BlobRef, StoreError, Tx};

use crate::access::{Access, address};
use crate::delivery::{self, Found, IncomingMail, RecipientError, is_here};
use crate::filing::Room;
use crate::setting::answering::{self, Arriving};
use crate::setting::senders::Standing;
use crate::{MailError, RECIPIENTS};

/// Through how many servers a mail may have come that is sent on: one that went round more often stays here. Other
/// servers refuse at fifty (RFC 5321 §6.3), and then it would come back.
const HOPS: usize = 25;
/// How many targets a mail reaches at most, over all addresses here that pass it to one another.
const REACHED: usize = 1_000;

/// A mail as it leaves an address.
pub(crate) struct Passing {
    mailbox: MailboxId,
    address: EmailAddress,
    content: BlobRef,
}

/// What becomes of a mail.
pub(crate) struct Spread {
    /// Where it is filed.
    pub(crate) kept: Vec<MailboxId>,
    leaves: Vec<(usize, EmailAddress)>,
}

/// Whether mail of a mailbox goes anywhere else.
pub(crate) fn is_redirected(tx: &mut Tx<'_>, mailbox: MailboxId) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM redirections WHERE mailbox_id = $1 AND confirmed_at IS NOT NULL LIMIT 1";
    Ok(tx.find(sql, &[&mailbox], |_| Ok(()))?.is_some())
}

/// Whether a mailbox keeps nothing, because what arrives goes elsewhere: then it is never full.
pub(crate) fn only_redirects(tx: &mut Tx<'_>, mailbox: MailboxId) -> Result<bool, StoreError> {
    Ok(!keeps_copy(tx, mailbox)? && is_redirected(tx, mailbox)?)
}

/// How much room there is for a mail that stays with an address that sends mail on, or gets it from such. Of one that keeps
/// nothing the quota was never asked: what stays there because it cannot be sent on has to fit.
pub(crate) fn room(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    default_quota: Option<u64>,
) -> Result<Room, StoreError> {
    Ok(if only_redirects(tx, mailbox)? { Room::Within(default_quota) } else { Room::Promised })
}

/// The mail as it leaves each of these addresses; not those through which it came before.
pub(crate) async fn passing(
    access: &Access,
    mail: &IncomingMail,
    from: Vec<(MailboxId, EmailAddress)>,
) -> Result<Vec<Passing>, MailError> {
    if from.is_empty() || message::header::raw_all(&mail.content, "Received").len() > HOPS {
        return Ok(Vec::new());
    }
    let before: HashSet<String> = message::header::raw_all(&mail.content, "Delivered-To")
        .iter()
        .filter_map(|value| value.trim().trim_matches(['<', '>']).parse::<EmailAddress>().ok())
        .map(|address| address.key())
        .collect();
    let mut all = Vec::new();
    for (mailbox, address) in from {
        if !before.contains(&address.key()) {
            let content = access.store().blobs().put(marked(&address, &mail.content)).await?;
            all.push(Passing { mailbox, address, content });
        }
    }
    Ok(all)
}

/// The message with the field by which a loop is known.
fn marked(address: &EmailAddress, content: &[u8]) -> Bytes {
    let line = format!("Delivered-To: {address}\r\n");
    let mut all = BytesMut::with_capacity(line.len() + content.len());
    all.put_slice(line.as_bytes());
    all.put_slice(content);
    all.freeze()
}

/// Finds out where a mail for `recipients` goes: from one address here to the next, to none twice.
pub(crate) fn spread(
    tx: &mut Tx<'_>,
    recipients: &[MailboxId],
    passing: &[Passing],
    default_quota: Option<u64>,
    mail: &Arriving,
) -> Result<Spread, MailError> {
    let mut walk = Walk {
        default_quota,
        mail,
        visited: HashSet::new(),
        reached: HashSet::new(),
        kept: Vec::new(),
        leaves: Vec::new(),
    };
    for recipient in recipients {
        match passing.iter().position(|one| one.mailbox == *recipient) {
            Some(at) => walk.follow(tx, *recipient, at)?,
            None => walk.keep(*recipient),
        }
    }
    Ok(Spread { kept: walk.kept, leaves: walk.leaves })
}

struct Walk<'a> {
    default_quota: Option<u64>,
    mail: &'a Arriving,
    visited: HashSet<MailboxId>,
    reached: HashSet<String>,
    kept: Vec<MailboxId>,
    leaves: Vec<(usize, EmailAddress)>,
}

impl Walk<'_> {
    fn keep(&mut self, mailbox: MailboxId) {
        if !self.kept.contains(&mailbox) {
            self.kept.push(mailbox);
        }
    }

    fn follow(&mut self, tx: &mut Tx<'_>, first: MailboxId, at: usize) -> Result<(), MailError> {
        let before = self.kept.len() + self.leaves.len();
        let is_new = !self.visited.contains(&first);
        let mut next = vec![first];
        while let Some(mailbox) = next.pop() {
            if self.visited.insert(mailbox) {
                let here = self.pass(tx, mailbox, at)?;
                next.extend(here);
            }
        }
        // Addresses that only pass it to one another: it stays where it came to.
        if is_new && self.kept.len() + self.leaves.len() == before {
            self.keep(first);
        }
        Ok(())
    }

    /// Passes the mail from one mailbox; the mailboxes here to which it goes.
    fn pass(&mut self, tx: &mut Tx<'_>, mailbox: MailboxId, at: usize) -> Result<Vec<MailboxId>, MailError> {
        // What an address does not want it passes to nobody: it lies in its junk.
        if matches!(answering::standing_to(tx, mailbox, self.mail)?, Standing::Blocked(_)) {
            self.keep(mailbox);
            return Ok(Vec::new());
        }
        let (mut here, mut is_passed) = (Vec::new(), false);
        for target in targets(tx, mailbox)? {
            if self.leaves.len() + self.visited.len() + here.len() >= REACHED {
                tracing::warn!(%mailbox, "a mail has too many targets; it is kept where they end");
                is_passed = false;
                break;
            }
            match delivery::find(tx, &target, self.default_quota) {
                Ok(Found::Mailbox(found)) => {
                    here.push(found);
                    is_passed = true;
                }
                Err(RecipientError::NotHere) => {
                    if self.reached.insert(target.key()) {
                        self.leaves.push((at, target));
                    }
                    is_passed = true;
                }
                // Gone, full, or without any use for it: the mail stays where it is.
                Ok(Found::Nowhere)
                | Err(
                    RecipientError::Unknown
                    | RecipientError::OnlySends
                    | RecipientError::SenderBlocked
                    | RecipientError::OverQuota,
                ) => {}
                Err(RecipientError::Unavailable) => return Err(MailError::Unavailable),
            }
        }
        if !is_passed || keeps_copy(tx, mailbox)? {
            self.keep(mailbox);
        }
        Ok(here)
    }
}

fn targets(tx: &mut Tx<'_>, mailbox: MailboxId) -> Result<Vec<EmailAddress>, StoreError> {
    let sql = "SELECT target FROM redirections WHERE mailbox_id = $1 AND confirmed_at IS NOT NULL \
               ORDER BY target_key";
    tx.query(sql, &[&mailbox], |row| address(row.text(0)?))
}

fn keeps_copy(tx: &mut Tx<'_>, mailbox: MailboxId) -> Result<bool, StoreError> {
    let sql = "SELECT keeps_copy FROM mailboxes WHERE mailbox_id = $1";
    Ok(tx.find(sql, &[&mailbox], |row| row.get(0))?.unwrap_or(true))
}

impl Spread {
    /// Puts what leaves into the queue.
    pub(crate) fn send(
        &self,
        tx: &mut Tx<'_>,
        rewriter: &Rewriter,
        sender: Option<&EmailAddress>,
        passing: &[Passing],
    ) -> Result<(), StoreError> {
        for (at, from) in passing.iter().enumerate() {
            let to: Vec<&EmailAddress> =
                self.leaves.iter().filter(|(leaves, _)| *leaves == at).map(|(_, target)| target).collect();
            if to.is_empty() {
                continue;
            }
            let path = reverse_path(tx, rewriter, sender, from)?;
            for some in to.chunks(RECIPIENTS) {
                let recipients = some.iter().map(|target| recipient(target, &from.address)).collect();
                submit(tx, path.clone(), recipients, &from.content)?;
            }
        }
        Ok(())
    }
}

/// The reverse-path under which a mail leaves: the next server asks ours whether this one may send it (RFC 7208 §2.4).
fn reverse_path(
    tx: &mut Tx<'_>,
    rewriter: &Rewriter,
    sender: Option<&EmailAddress>,
    from: &Passing,
) -> Result<Option<EmailAddress>, StoreError> {
    let Some(sender) = sender else { return Ok(None) };
    // This server is one of those that may send for its own domains.
    if is_here(tx, sender.domain())? {
        return Ok(Some(sender.clone()));
    }
    let now = tx.now();
    let Some(rewritten) = rewriter.rewrite(sender, from.address.domain(), now) else { return Ok(None) };
    if let Some(name) = &rewritten.kept_as {
        let sql = "INSERT INTO forwarded_senders (name, sender, used_at) VALUES ($1, $2, $3) \
                   ON CONFLICT (name) DO UPDATE SET used_at = excluded.used_at";
        tx.execute(sql, &[name, &sender.to_string(), &now])?;
    }
    Ok(Some(rewritten.path))
}

/// A target, with the address that the sender knows (RFC 3461 §5.2.7).
fn recipient(target: &EmailAddress, from: &EmailAddress) -> Recipient {
    let original = OriginalRecipient::new(&format!("rfc822;{from}"));
    Recipient { original, ..target.clone().into() }
}

fn submit(
    tx: &mut Tx<'_>,
    sender: Option<EmailAddress>,
    recipients: Vec<Recipient>,
    content: &BlobRef,
) -> Result<(), StoreError> {
    // No mailbox: what somebody receives does not count as what they write (S18).
    let (mailbox, user, wishes) = (None, None, ReportWishes::default());
    queue::accept(tx, &NewSubmission { mailbox, user, sender, recipients, wishes, content }).map(drop)
}

/// To whom a bounce to a rewritten path goes; none if it is no path that this server has rewritten.
pub(crate) fn sender_of_bounce(
    tx: &mut Tx<'_>,
    rewriter: &Rewriter,
    path: &EmailAddress,
) -> Result<Option<EmailAddress>, StoreError> {
    let now = tx.now();
    match rewriter.undo(path, now) {
        Ok(Undone::Sender(sender)) if is_here(tx, path.domain())? => Ok(Some(sender)),
        Ok(Undone::KeptAs(name)) if is_here(tx, path.domain())? => {
            let sql = "SELECT sender FROM forwarded_senders WHERE name = $1";
            tx.find(sql, &[&name], |row| address(row.text(0)?))
        }
        Ok(Undone::Sender(_) | Undone::KeptAs(_)) | Err(_) => Ok(None),
    }
}

/// Sends a bounce on to those whose mail it is about.
pub(crate) fn return_bounce(
    tx: &mut Tx<'_>,
    to: &[EmailAddress],
    content: Option<&BlobRef>,
) -> Result<(), StoreError> {
    match content {
        Some(content) if !to.is_empty() => {
            let recipients = to.iter().map(|one| Recipient::from(one.clone())).collect();
            submit(tx, None, recipients, content)
        }
        Some(_) | None => Ok(()),
    }
}
