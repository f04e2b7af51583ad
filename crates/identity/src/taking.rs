//! Whoever manages addresses can give themselves access to one: those who open it are told.
//!
//! **Invariant:** they are told by mail, in the transaction that gives the access, whichever way it comes.

use domain::{MailboxId, OrganizationId, UserId};
use store::{StoreError, Tx};

use crate::actor::Actor;
use crate::mails::MailTemplate;
use crate::{grants, members};

/// How many people are told: more do not open one address in practice, and a mail is written for each.
const TOLD: usize = 200;

/// Those of some mailboxes that the actor does not open yet.
pub fn closed_to(
    tx: &mut Tx<'_>,
    actor: &Actor,
    mailboxes: impl IntoIterator<Item = MailboxId>,
) -> Result<Vec<MailboxId>, StoreError> {
    let mut closed = Vec::new();
    for mailbox in mailboxes {
        if grants::rights(tx, actor.user(), mailbox)?.is_none() {
            closed.push(mailbox);
        }
    }
    Ok(closed)
}

/// Tells of those of the mailboxes that were closed to the actor before, and are open now.
pub fn tell(
    tx: &mut Tx<'_>,
    actor: &Actor,
    organization: OrganizationId,
    closed_before: Vec<MailboxId>,
) -> Result<(), StoreError> {
    for mailbox in closed_before {
        if grants::rights(tx, actor.user(), mailbox)?.is_none() {
            continue;
        }
        let sql = "SELECT address FROM mailboxes WHERE mailbox_id = $1";
        let address: String = tx.load(sql, &[&mailbox], |row| row.get(0))?;
        let holders: Vec<UserId> = grants::holders(tx, mailbox)?;
        for holder in holders.into_iter().filter(|holder| *holder != actor.user()).take(TOLD) {
            let template = MailTemplate::AccessTaken;
            members::tell(tx, organization, actor, holder, template, &address)?;
        }
    }
    Ok(())
}
