//! Answering by machine what arrives (S11), after RFC 3834 and the rules of RFC 5230 §4.
//!
//! **Invariant:** an answer is accepted for sending in the transaction that files what it answers; it goes to the sender of
//! the envelope and has no sender itself, so that no answer follows an answer. A sender is answered once in the days that
//! the auto-reply says, and what is remembered for that is bounded.

use std::time::Duration;

use bytes::Bytes;
use domain::{AutoReplyId, EmailAddress, MailboxId, MessageId, Recipient, ReportWishes, duration};
use mailauth::{DmarcResult, Signer, Verdicts};
use message::{Answerable, Draft, Party};
use queue::NewSubmission;
use store::{BlobRef, StoreError, Tx};

use super::auto_replies::of_today;
use super::auto_reply::AutoReply;
use super::senders::{self, Standing};
use crate::variants;

/// Whom an address remembers at most: who floods it with invented senders makes it answer no more than these.
const REMEMBERED: usize = 10_000;
/// How many of those whom a mail names are looked up.
const LOOKED_UP: usize = 50;

/// A mail that arrives, as far as an answer goes.
#[derive(Debug, Clone)]
pub(crate) struct Arriving {
    sender: Option<EmailAddress>,
    /// Who wrote it, as its From says: one address, or nobody in particular.
    from: Option<EmailAddress>,
    answerable: Answerable,
    is_forged: bool,
}

impl Arriving {
    /// Looks at a mail before its transaction.
    pub(crate) fn of(sender: Option<&EmailAddress>, content: &[u8], verdicts: Option<&Verdicts>) -> Self {
        let is_forged = verdicts.is_some_and(|found| found.dmarc.result == DmarcResult::Fail);
        let from = message::header::from_addresses(content);
        let from = <[EmailAddress; 1]>::try_from(from).ok().map(|[one]| one);
        Self { sender: sender.cloned(), from, answerable: message::answerable(sender, content), is_forged }
    }
}

/// How an address stands to whoever sent a mail: who is blocked in one of their two names is blocked, and who is approved
/// has to be who they say.
pub(crate) fn standing_to(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    mail: &Arriving,
) -> Result<Standing, StoreError> {
    let mut found = Standing::Unlisted;
    for sender in mail.sender.iter().chain(&mail.from) {
        match senders::standing(tx, mailbox, sender)? {
            Standing::Unlisted => {}
            Standing::Approved if mail.is_forged => {}
            Standing::Approved => found = Standing::Approved,
            blocked @ Standing::Blocked(_) => return Ok(blocked),
        }
    }
    Ok(found)
}

/// Answers a mail that was filed in a mailbox, if it is to be answered.
pub(crate) fn answer(
    tx: &mut Tx<'_>,
    host_name: &str,
    mailbox: MailboxId,
    mail: &Arriving,
) -> Result<(), StoreError> {
    // A mail of whose sender nothing is true is answered to somebody who never wrote.
    let Some(sender) = mail.sender.as_ref().filter(|_| mail.answerable.silence.is_none() && !mail.is_forged)
    else {
        return Ok(());
    };
    let Some(active) = of_today(tx, mailbox)? else { return Ok(()) };
    match standing_to(tx, mailbox, mail)? {
        Standing::Blocked(_) => return Ok(()),
        Standing::Unlisted | Standing::Approved => {}
    }
    if variants::mailbox_of(tx, sender)? == Some(mailbox) {
        return Ok(());
    }
    let Some(named) = named(tx, mailbox, &mail.answerable.named)? else { return Ok(()) };
    if !remember(tx, mailbox, active.id, &sender.key(), every(&active.reply))? {
        return Ok(());
    }
    send(tx, host_name, mailbox, &named, sender, &active.reply, &mail.answerable)
}

fn every(reply: &AutoReply) -> Duration {
    duration::days(reply.every_days.into())
}

/// The address of the mailbox that the mail names: only then was it meant (RFC 5230 §4.5).
fn named(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    all: &[EmailAddress],
) -> Result<Option<EmailAddress>, StoreError> {
    for address in all.iter().take(LOOKED_UP) {
        if variants::mailbox_of(tx, address)? != Some(mailbox) {
            continue;
        }
        // The answer comes from the address without what stood behind a plus.
        if let Some(base) = address.without_plus()
            && variants::mailbox_of(tx, &base)? == Some(mailbox)
        {
            return Ok(Some(base));
        }
        return Ok(Some(address.clone()));
    }
    Ok(None)
}

/// Remembers that a sender is answered now; false when they were within `every`, or when there is no room for more.
fn remember(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    reply: AutoReplyId,
    sender: &str,
    every: Duration,
) -> Result<bool, StoreError> {
    let now = tx.now();
    // What is over is forgotten here: the table never holds more than it has to.
    let sql = "DELETE FROM auto_replied WHERE mailbox_id = $1 AND auto_reply_id = $2 AND answered_at <= $3";
    tx.execute(sql, &[&mailbox, &reply, &now.minus(every)])?;
    let sql = "SELECT count(*) FROM (SELECT 1 AS one FROM auto_replied WHERE mailbox_id = $1 AND auto_reply_id = $2 \
         LIMIT $3) AS counted";
    if tx.load(sql, &[&mailbox, &reply, &REMEMBERED], |row| row.get::<usize>(0))? >= REMEMBERED {
        return Ok(false);
    }
    let sql = "INSERT INTO auto_replied (mailbox_id, auto_reply_id, sender_key, answered_at) \
               VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    Ok(tx.execute(sql, &[&mailbox, &reply, &sender, &now])? > 0)
}

fn send(
    tx: &mut Tx<'_>,
    host_name: &str,
    mailbox: MailboxId,
    from: &EmailAddress,
    to: &EmailAddress,
    reply: &AutoReply,
    answered: &Answerable,
) -> Result<(), StoreError> {
    let sql = "SELECT display_name FROM mailboxes WHERE mailbox_id = $1";
    let name: String = tx.load(sql, &[&mailbox], |row| row.get(0))?;
    let draft = draft(Party { name, address: from.to_string() }, to, reply, answered);
    let (now, seed) = (tx.now(), tx.random());
    let message_id = format!("{}@{host_name}", tx.id::<MessageId>());
    let mut content = AUTO_SUBMITTED.to_vec();
    content.extend_from_slice(&message::build(&draft, now, &message_id, seed));
    if let Some(signer) = Signer::of_domain(tx, from.domain())? {
        content = signer.sign(&content, now);
    }
    // It is the server that speaks: what a person may send within a day does not grow less by it.
    let submission = NewSubmission {
        mailbox: None,
        user: None,
        sender: None,
        recipients: vec![Recipient::from(to.clone())],
        wishes: ReportWishes::default(),
        content: &BlobRef::Inline(Bytes::from(content)),
    };
    queue::accept(tx, &submission).map(drop)
}

/// RFC 3834 §3.1.7, with the comment of RFC 5230 §4.9.
const AUTO_SUBMITTED: &[u8] = b"Auto-Submitted: auto-replied (vacation)\r\n";

fn draft(from: Party, to: &EmailAddress, reply: &AutoReply, answered: &Answerable) -> Draft {
    let subject = match reply.subject.as_str() {
        "" => message::automatic_subject(&answered.subject),
        subject => subject.to_owned(),
    };
    let mut references = answered.references.clone();
    references.extend(answered.header_id.clone());
    Draft {
        from,
        to: vec![Party { name: String::new(), address: to.to_string() }],
        subject,
        text: reply.text.clone(),
        in_reply_to: answered.header_id.clone(),
        references,
        ..Draft::default()
    }
}
