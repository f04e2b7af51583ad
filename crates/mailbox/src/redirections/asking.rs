//! Making a redirection, and asking its target.

use std::collections::HashSet;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::duration::days;
use domain::{EmailAddress, JobId, MailServiceId, MailboxId, RedirectionId, Timestamp};
use identity::{Actor, Identity, RedirectionAsked};
use sha2::{Digest, Sha256};
use store::{StoreError, Tx};

use super::{Owner, REDIRECTION_TARGETS, RedirectionError, RedirectionState, locked, named, note};
use crate::access::address;
use crate::desk::{AddressDesk, DeskError};
use crate::variants;

/// How long a target may think about it.
const WAITS: Duration = days(7);
/// How many questions one address sends within a day: one for each target that it may have.
const QUESTIONS_OF_MAILBOX: usize = 100;
/// How many questions somebody is asked within a day, by all addresses here together.
const QUESTIONS_TO_TARGET: usize = 5;
/// How many addresses are gone through in search of a loop.
const FOLLOWED: usize = 500;

/// Who asks, and with what.
#[derive(Clone, Copy)]
pub(super) struct Asking<'a> {
    pub(super) identity: &'a Identity,
    pub(super) by: &'a Actor,
}

impl AddressDesk {
    pub(super) fn asking(&self) -> Asking<'_> {
        Asking { identity: self.identity(), by: self.by() }
    }
}

/// Makes a redirection.
pub(super) fn add(
    tx: &mut Tx<'_>,
    asking: Asking<'_>,
    mailbox: MailboxId,
    target: &EmailAddress,
) -> Result<RedirectionState, RedirectionError> {
    let owner = locked(tx, mailbox)?;
    check_login(tx, asking.by, &owner)?;
    let found = variants::mailbox_of(tx, target)?;
    if found == Some(mailbox) {
        return Err(RedirectionError::OwnAddress);
    }
    let count = "SELECT count(*) FROM redirections WHERE mailbox_id = $1";
    if tx.load(count, &[&mailbox], |row| row.get::<usize>(0))? >= REDIRECTION_TARGETS {
        return Err(RedirectionError::TooMany);
    }
    let is_inside = is_inside(tx, owner.service, target)?;
    if is_inside {
        let found = found.ok_or(RedirectionError::NoSuchAddress)?;
        if leads_to(tx, owner.service, found, mailbox)? {
            return Err(RedirectionError::Loop);
        }
    }
    let id = insert(tx, asking.by, mailbox, target)?;
    note(tx, asking.by, &owner, "redirection.add", &named(&target.to_string()))?;
    let now = tx.now();
    if is_inside {
        let sql = "UPDATE redirections SET confirmed_at = $2 WHERE redirection_id = $1";
        tx.execute(sql, &[&id, &now])?;
        return Ok(RedirectionState::Active(now));
    }
    ask(tx, asking, &owner, mailbox, id, target).map(RedirectionState::Waiting)
}

/// Asks a target once more.
pub(super) fn ask_again(
    tx: &mut Tx<'_>,
    asking: Asking<'_>,
    mailbox: MailboxId,
    redirection: RedirectionId,
) -> Result<(), RedirectionError> {
    let owner = locked(tx, mailbox)?;
    check_login(tx, asking.by, &owner)?;
    let sql = "SELECT target FROM redirections WHERE redirection_id = $1 AND mailbox_id = $2 \
               AND confirmed_at IS NULL";
    let target = tx.find(sql, &[&redirection, &mailbox], |row| address(row.text(0)?))?;
    let target = target.ok_or(DeskError::NotFound)?;
    ask(tx, asking, &owner, mailbox, redirection, &target)?;
    Ok(note(tx, asking.by, &owner, "redirection.ask", &named(&target.to_string()))?)
}

/// Whoever gets the mail of an address that somebody signs in with could take over their account (I8).
pub(super) fn check_login(tx: &mut Tx<'_>, by: &Actor, owner: &Owner) -> Result<(), RedirectionError> {
    match identity::users::by_identifier(tx, &owner.address.key())? {
        Some(user) if user != by.user() => Err(RedirectionError::AddressIsLogin),
        Some(_) | None => Ok(()),
    }
}

fn insert(
    tx: &mut Tx<'_>,
    by: &Actor,
    mailbox: MailboxId,
    target: &EmailAddress,
) -> Result<RedirectionId, RedirectionError> {
    let (id, now) = (tx.id::<RedirectionId>(), tx.now());
    let sql = "INSERT INTO redirections (redirection_id, mailbox_id, target, target_key, created_by, \
               created_by_name, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
    let (text, key, name) = (target.to_string(), target.key(), by.name());
    if tx.execute(sql, &[&id, &mailbox, &text, &key, &by.user(), &name, &now])? == 0 {
        return Err(RedirectionError::Twice);
    }
    Ok(id)
}

/// Whether a target is one of the mail service's own domains: there nobody is asked.
fn is_inside(tx: &mut Tx<'_>, service: MailServiceId, target: &EmailAddress) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM domains WHERE name = $1 AND mail_service_id = $2 AND verified_at IS NOT NULL";
    Ok(tx.find(sql, &[&target.domain().as_str(), &service], |_| Ok(()))?.is_some())
}

/// Whether mail to one mailbox comes to another over redirections within the mail service. What lies outside is not told
/// of; there a loop is known by what a mail has gone through.
fn leads_to(
    tx: &mut Tx<'_>,
    service: MailServiceId,
    from: MailboxId,
    to: MailboxId,
) -> Result<bool, StoreError> {
    let (mut next, mut seen) = (vec![from], HashSet::new());
    while let Some(mailbox) = next.pop() {
        if mailbox == to {
            return Ok(true);
        }
        if !seen.insert(mailbox) {
            continue;
        }
        // So many that nobody can say: as if it did.
        if seen.len() > FOLLOWED {
            return Ok(true);
        }
        let sql = "SELECT target FROM redirections WHERE mailbox_id = $1 AND confirmed_at IS NOT NULL";
        for target in tx.query(sql, &[&mailbox], |row| address(row.text(0)?))? {
            if is_inside(tx, service, &target)? {
                next.extend(variants::mailbox_of(tx, &target)?);
            }
        }
    }
    Ok(false)
}

/// Mails the question, with a link and a code that count until the time that is returned.
fn ask(
    tx: &mut Tx<'_>,
    asking: Asking<'_>,
    owner: &Owner,
    mailbox: MailboxId,
    id: RedirectionId,
    target: &EmailAddress,
) -> Result<Timestamp, RedirectionError> {
    count_question(tx, mailbox, target)?;
    let token = URL_SAFE_NO_PAD.encode(tx.random::<16>());
    let code = format!("{:08}", u64::from_be_bytes(tx.random::<8>()) % 100_000_000);
    let expires_at = tx.now().plus(WAITS);
    let sql = "UPDATE redirections SET token_hash = $2, code_hash = $3, code_attempts = 0, expires_at = $4 \
               WHERE redirection_id = $1";
    tx.execute(sql, &[&id, &token_hash(&token), &code_hash(id, &code), &expires_at])?;
    let sql = "SELECT name FROM organizations WHERE organization_id = $1";
    let organization: String = tx.load(sql, &[&owner.organization], |row| row.get(0))?;
    let asked = RedirectionAsked {
        address: &owner.address.to_string(),
        organization: &organization,
        target,
        token: &token,
        code: &code,
        expires_at,
    };
    asking.identity.mail_redirection(tx, asking.by, &asked)?;
    Ok(expires_at)
}

fn count_question(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    target: &EmailAddress,
) -> Result<(), RedirectionError> {
    let (now, key) = (tx.now(), target.key());
    let since = now.minus(days(1));
    tx.execute(
        "DELETE FROM redirection_questions WHERE mailbox_id = $1 AND asked_at <= $2",
        &[&mailbox, &since],
    )?;
    let sql = "SELECT count(*) FROM redirection_questions WHERE mailbox_id = $1 AND asked_at > $2";
    let asked: usize = tx.load(sql, &[&mailbox, &since], |row| row.get(0))?;
    let sql = "SELECT count(*) FROM redirection_questions WHERE target_key = $1 AND asked_at > $2";
    let was_asked: usize = tx.load(sql, &[&key, &since], |row| row.get(0))?;
    if asked >= QUESTIONS_OF_MAILBOX || was_asked >= QUESTIONS_TO_TARGET {
        return Err(RedirectionError::AskedTooOften);
    }
    let sql = "INSERT INTO redirection_questions (question_id, mailbox_id, target_key, asked_at) \
               VALUES ($1, $2, $3, $4)";
    let id = tx.id::<JobId>();
    tx.execute(sql, &[&id, &mailbox, &key, &now])?;
    Ok(())
}

/// What is kept of a link.
pub(super) fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// What is kept of a code: with the redirection, so that equal codes look different.
pub(super) fn code_hash(id: RedirectionId, code: &str) -> [u8; 32] {
    Sha256::digest(format!("{id}:{code}").as_bytes()).into()
}
