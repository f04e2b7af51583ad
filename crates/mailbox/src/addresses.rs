//! The addresses that somebody opens, as their Mail app lists them (W1), and what they choose about that (I10).
//!
//! **Invariant:** detaching changes what is shown and nothing else: the access stays, and so do its device passwords.

use std::collections::{BTreeMap, BTreeSet};

use domain::{EmailAddress, Event, MailboxId, OrganizationId, Permission, Rights, UserId};
use identity::{Actor, Way};
use store::{StoreError, Tx};

use crate::access::{Access, address};
use crate::{AddressKind, OpenError};

/// How many addresses somebody is shown: more than anybody picks from.
const SHOWN: usize = 2_000;

/// A mailbox in somebody's list.
#[derive(Debug, Clone)]
pub struct AddressView {
    /// Which mailbox.
    pub mailbox: MailboxId,
    /// Its address.
    pub address: EmailAddress,
    /// The name shown with it; may be empty.
    pub display_name: String,
    /// The organization under which this user sees it.
    pub organization: OrganizationId,
    /// The name of that.
    pub organization_name: String,
    /// What the access allows.
    pub rights: Rights,
    /// How many messages in INBOX are not read.
    pub unread: u32,
    /// Whether the user's Mail app opens with it.
    pub is_primary: bool,
}

/// Which addresses are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    Attached,
    Detached,
}

impl Access {
    /// Every mailbox that the actor may open and has not detached, by organization and address.
    pub async fn list(&self, actor: &Actor) -> Result<Vec<AddressView>, OpenError> {
        self.addresses(actor, Which::Attached).await
    }

    /// Those that they have detached from their Mail app.
    pub async fn list_detached(&self, actor: &Actor) -> Result<Vec<AddressView>, OpenError> {
        self.addresses(actor, Which::Detached).await
    }

    async fn addresses(&self, actor: &Actor, which: Which) -> Result<Vec<AddressView>, OpenError> {
        let (user, way) = (actor.user(), *actor.way());
        let read = move |tx: &mut Tx<'_>| -> Result<_, OpenError> {
            let rights = identity::grants::rights_of(tx, user)?;
            let detached = detached(tx, user)?;
            let mut views = views(tx, user, &rights)?;
            views.retain(|view| match way {
                Way::Browser(_) => detached.contains(&view.mailbox) == (which == Which::Detached),
                Way::Device { mailbox, .. } => mailbox == view.mailbox && which == Which::Attached,
                Way::AllAddresses { .. } => {
                    view.rights.permissions().has(Permission::Devices) && which == Which::Attached
                }
                Way::Operator | Way::Task => false,
            });
            views.sort_by_key(|view| (view.organization_name.to_lowercase(), view.address.key()));
            Ok(views)
        };
        self.store().read(read).await
    }

    /// Takes an address out of the actor's own Mail app. They may bring it back at any time.
    pub async fn detach(&self, actor: &Actor, mailbox: MailboxId) -> Result<(), OpenError> {
        self.choose(actor, mailbox, move |tx, user| {
            let now = tx.now();
            let sql = "INSERT INTO detached_addresses (user_id, mailbox_id, detached_at) VALUES ($1, $2, $3) \
                       ON CONFLICT DO NOTHING";
            tx.execute(sql, &[&user, &mailbox, &now])?;
            let sql =
                "UPDATE users SET primary_mailbox_id = NULL WHERE user_id = $1 AND primary_mailbox_id = $2";
            tx.execute(sql, &[&user, &mailbox]).map(drop)
        })
        .await
    }

    /// Brings an address back into the actor's own Mail app.
    pub async fn attach(&self, actor: &Actor, mailbox: MailboxId) -> Result<(), OpenError> {
        self.choose(actor, mailbox, move |tx, user| attach(tx, user, mailbox)).await
    }

    /// Lets the actor's Mail app begin with an address.
    pub async fn set_primary(&self, actor: &Actor, mailbox: MailboxId) -> Result<(), OpenError> {
        self.choose(actor, mailbox, move |tx, user| {
            attach(tx, user, mailbox)?;
            let sql = "UPDATE users SET primary_mailbox_id = $2 WHERE user_id = $1";
            tx.execute(sql, &[&user, &mailbox]).map(drop)
        })
        .await
    }

    /// Keeps what somebody who has signed in with a browser chose about an address that they may open.
    async fn choose(
        &self,
        actor: &Actor,
        mailbox: MailboxId,
        mut choice: impl FnMut(&mut Tx<'_>, UserId) -> Result<(), StoreError> + Send + 'static,
    ) -> Result<(), OpenError> {
        let who = actor.clone();
        let write = move |tx: &mut Tx<'_>| {
            if let Some(reason) = who.ended(tx)? {
                return Err(OpenError::Ended(reason));
            }
            let user = who.user();
            match who.way() {
                Way::Browser(_) => {}
                Way::Device { .. } | Way::AllAddresses { .. } | Way::Operator | Way::Task => {
                    return Err(OpenError::NotFound);
                }
            }
            if identity::grants::rights(tx, user, mailbox)?.is_none() {
                return Err(OpenError::NotFound);
            }
            choice(tx, user)?;
            tx.publish(Event::AccessChanged { user, mailbox });
            Ok(())
        };
        self.store().write(write).await
    }
}

fn attach(tx: &mut Tx<'_>, user: UserId, mailbox: MailboxId) -> Result<(), StoreError> {
    let sql = "DELETE FROM detached_addresses WHERE user_id = $1 AND mailbox_id = $2";
    tx.execute(sql, &[&user, &mailbox]).map(drop)
}

fn detached(tx: &mut Tx<'_>, user: UserId) -> Result<BTreeSet<MailboxId>, StoreError> {
    let sql = "SELECT mailbox_id FROM detached_addresses WHERE user_id = $1 LIMIT $2";
    Ok(tx.query(sql, &[&user, &SHOWN], |row| row.get(0))?.into_iter().collect())
}

/// The mailboxes among `rights`; one that is open through several sources once. A user's own choice comes before what
/// their first access made primary.
fn views(
    tx: &mut Tx<'_>,
    user: UserId,
    rights: &BTreeMap<MailboxId, Rights>,
) -> Result<Vec<AddressView>, StoreError> {
    let sql = "SELECT b.mailbox_id, b.address, b.display_name, o.organization_id, o.name, f.unseen, \
               s.is_primary, u.primary_mailbox_id, b.kind FROM (\
               SELECT mailbox_id, appears_under, is_primary FROM grants WHERE user_id = $1 \
               UNION ALL SELECT t.mailbox_id, NULL, 0 FROM team_members m \
               JOIN team_grants t ON t.team_id = m.team_id WHERE m.user_id = $1 AND NOT EXISTS (\
               SELECT 1 FROM grants g WHERE g.mailbox_id = t.mailbox_id AND g.user_id = $1)) s \
               JOIN users u ON u.user_id = $1 JOIN mailboxes b ON b.mailbox_id = s.mailbox_id \
               JOIN mail_services v ON v.mail_service_id = b.mail_service_id \
               JOIN organizations o ON o.organization_id = COALESCE(s.appears_under, v.organization_id) \
               LEFT JOIN folders f ON f.mailbox_id = b.mailbox_id AND f.name = 'INBOX' \
               ORDER BY b.address_key LIMIT $2";
    let mut chosen = None;
    let all = tx.query(sql, &[&user, &SHOWN], |row| {
        chosen = row.get::<Option<MailboxId>>(7)?;
        let mailbox = row.get(0)?;
        let Some(rights) = rights.get(&mailbox).copied() else { return Ok(None) };
        Ok(Some(AddressView {
            mailbox,
            address: address(row.text(1)?)?,
            display_name: row.get(2)?,
            organization: row.get(3)?,
            organization_name: row.get(4)?,
            rights: row.get::<AddressKind>(8)?.limit(rights),
            unread: row.get::<Option<u32>>(5)?.unwrap_or(0),
            is_primary: row.get(6)?,
        }))
    })?;
    let mut views: BTreeMap<MailboxId, AddressView> =
        all.into_iter().flatten().map(|view| (view.mailbox, view)).collect();
    if let Some(chosen) = chosen.filter(|chosen| views.contains_key(chosen)) {
        views.values_mut().for_each(|view| view.is_primary = view.mailbox == chosen);
    }
    Ok(views.into_values().collect())
}
