//! The addresses of a mail service as a list (S6): searched, filtered, in three orders, a page at a time.
//!
//! **Invariant:** a page is found by an index of the mail service from where the page before ended: however many addresses
//! there are, none is gone through twice, and those of other services never.

use std::str::FromStr;

use domain::{MailServiceId, MailboxId, Timestamp};
use store::{StoreError, ToValue, Tx};

use super::DeskError;
use super::service::{ServiceDesk, escaped};

/// How many addresses a page may have.
const PAGE: usize = 200;

/// An address in a list.
#[derive(Debug, Clone)]
pub struct AddressRow {
    /// Which mailbox.
    pub mailbox: MailboxId,
    /// The address.
    pub address: String,
    /// How many users have access.
    pub users: u64,
    /// How many invitations wait.
    pub invitations: u64,
    /// How much it holds, in bytes.
    pub used_bytes: u64,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What the addresses of a list have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Having {
    /// An alias.
    Alias,
    /// A redirection.
    Redirection,
    /// An auto-reply that is active.
    AutoReply,
    /// A device password.
    Devices,
    /// More than one user.
    Shared,
    /// No user at all.
    Unused,
}

impl Having {
    /// Each.
    pub const ALL: [Self; 6] =
        [Self::Alias, Self::Redirection, Self::AutoReply, Self::Devices, Self::Shared, Self::Unused];

    /// Its name in a query.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Alias => "alias",
            Self::Redirection => "redirection",
            Self::AutoReply => "auto-reply",
            Self::Devices => "devices",
            Self::Shared => "shared",
            Self::Unused => "unused",
        }
    }

    /// The condition: each part looks up one mailbox by an index.
    const fn condition(self) -> &'static str {
        match self {
            Self::Alias => {
                "EXISTS (SELECT 1 FROM addresses a WHERE a.mailbox_id = b.mailbox_id AND a.kind = 'alias')"
            }
            Self::Redirection => "EXISTS (SELECT 1 FROM redirections r WHERE r.mailbox_id = b.mailbox_id)",
            Self::AutoReply => {
                "EXISTS (SELECT 1 FROM auto_replies r WHERE r.mailbox_id = b.mailbox_id AND r.is_active = 1)"
            }
            Self::Devices => "EXISTS (SELECT 1 FROM devices d WHERE d.mailbox_id = b.mailbox_id)",
            Self::Shared => {
                "((SELECT count(*) FROM (SELECT 1 FROM grants g WHERE g.mailbox_id = b.mailbox_id LIMIT 2) \
                 AS few) > 1 OR EXISTS (SELECT 1 FROM team_grants t WHERE t.mailbox_id = b.mailbox_id))"
            }
            Self::Unused => {
                "NOT EXISTS (SELECT 1 FROM grants g WHERE g.mailbox_id = b.mailbox_id) \
                 AND NOT EXISTS (SELECT 1 FROM team_grants t WHERE t.mailbox_id = b.mailbox_id)"
            }
        }
    }
}

impl FromStr for Having {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|having| having.name() == name).ok_or(())
    }
}

/// In which order addresses are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AddressOrder {
    /// By name.
    #[default]
    Name,
    /// The newest first.
    Newest,
    /// The fullest first.
    Fullest,
}

impl AddressOrder {
    /// Each.
    pub const ALL: [Self; 3] = [Self::Name, Self::Newest, Self::Fullest];

    /// Its name in a query.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Newest => "newest",
            Self::Fullest => "fullest",
        }
    }
}

impl FromStr for AddressOrder {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|order| order.name() == name).ok_or(())
    }
}

/// Which addresses are listed, and how.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AddressFilter {
    /// What the address holds.
    pub search: String,
    /// What it has; none for any.
    pub having: Option<Having>,
    /// In which order.
    pub order: AddressOrder,
}

/// Where a page begins: after this one, as the page before has named it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListedAfter {
    /// ListedAfter this name.
    Name(String),
    /// ListedAfter the mailbox with this time or size.
    Number(i64, MailboxId),
}

impl ListedAfter {
    /// As it is written into a link.
    pub fn written(&self) -> String {
        match self {
            Self::Name(key) => key.clone(),
            Self::Number(number, mailbox) => format!("{number}.{mailbox}"),
        }
    }

    /// As it was written for an order; none when it was not.
    pub fn read(order: AddressOrder, text: &str) -> Option<Self> {
        match order {
            AddressOrder::Name => Some(Self::Name(text.to_owned())),
            AddressOrder::Newest | AddressOrder::Fullest => {
                let (number, mailbox) = text.split_once('.')?;
                Some(Self::Number(number.parse().ok()?, mailbox.parse().ok()?))
            }
        }
    }
}

/// A page of addresses.
#[derive(Debug, Clone)]
pub struct AddressesPage {
    /// Its rows.
    pub rows: Vec<AddressRow>,
    /// Where the next one begins; none when this is the last.
    pub next: Option<ListedAfter>,
}

impl ServiceDesk {
    /// Its addresses that hold `search`, by address, after `after`; `limit` (≤ 200) at most.
    pub async fn addresses(
        &self,
        search: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<AddressRow>, DeskError> {
        let filter = AddressFilter { search: search.to_owned(), ..AddressFilter::default() };
        let after = after.map(|key| ListedAfter::Name(key.to_owned()));
        Ok(self.address_page(&filter, after.as_ref(), limit).await?.rows)
    }

    /// A page of its addresses: `limit` (≤ 200) of them.
    pub async fn address_page(
        &self,
        filter: &AddressFilter,
        after: Option<&ListedAfter>,
        limit: usize,
    ) -> Result<AddressesPage, DeskError> {
        let (service, limit) = (self.service, limit.min(PAGE));
        let (filter, after) = (filter.clone(), after.cloned());
        self.read(move |tx| Ok(page(tx, service, &filter, after.as_ref(), limit)?)).await
    }
}

fn page(
    tx: &mut Tx<'_>,
    service: MailServiceId,
    filter: &AddressFilter,
    after: Option<&ListedAfter>,
    limit: usize,
) -> Result<AddressesPage, StoreError> {
    let now = tx.now();
    let select = "b.mailbox_id, b.address, b.used_bytes, b.created_at, b.address_key, \
                  (SELECT count(*) FROM (SELECT g.user_id FROM grants g WHERE g.mailbox_id = b.mailbox_id \
                   UNION SELECT m.user_id FROM team_grants t JOIN team_members m ON m.team_id = t.team_id \
                   WHERE t.mailbox_id = b.mailbox_id) AS everybody), \
                  (SELECT count(*) FROM invitations i WHERE i.mailbox_id = b.mailbox_id \
                   AND i.state IN ('pending', 'seen') AND i.expires_at > $6)";
    let found = Found { filter, after, limit: limit + 1 };
    let mut rows = found.query(tx, service, select, Some(&now), |row| {
        let row_of = AddressRow {
            mailbox: row.get(0)?,
            address: row.get(1)?,
            used_bytes: row.get(2)?,
            created_at: row.get(3)?,
            users: row.get(5)?,
            invitations: row.get(6)?,
        };
        Ok((row_of, row.get::<String>(4)?))
    })?;
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| has_more).map(|(row, key)| match filter.order {
        AddressOrder::Name => ListedAfter::Name(key.clone()),
        AddressOrder::Newest => ListedAfter::Number(row.created_at.millis(), row.mailbox),
        AddressOrder::Fullest => {
            ListedAfter::Number(i64::try_from(row.used_bytes).unwrap_or(i64::MAX), row.mailbox)
        }
    });
    Ok(AddressesPage { rows: rows.into_iter().map(|(row, _)| row).collect(), next })
}

/// The mailboxes that a filter finds with their addresses, by name, `limit` at most.
pub(super) fn matching(
    tx: &mut Tx<'_>,
    service: MailServiceId,
    filter: &AddressFilter,
    limit: usize,
) -> Result<Vec<(MailboxId, String)>, StoreError> {
    let filter = AddressFilter { order: AddressOrder::Name, ..filter.clone() };
    let found = Found { filter: &filter, after: None, limit };
    found.query(tx, service, "b.mailbox_id, b.address", None, |row| Ok((row.get(0)?, row.get(1)?)))
}

struct Found<'a> {
    filter: &'a AddressFilter,
    after: Option<&'a ListedAfter>,
    limit: usize,
}

impl Found<'_> {
    fn query<T>(
        &self,
        tx: &mut Tx<'_>,
        service: MailServiceId,
        select: &str,
        now: Option<&Timestamp>,
        row: impl FnMut(&store::Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let pattern = format!("%{}%", escaped(&self.filter.search.trim().to_lowercase()));
        let (key, number, mailbox) = self.begin();
        let sql = self.sql(select);
        let mut params: Vec<&dyn ToValue> = vec![&service, &pattern, &self.limit];
        match self.filter.order {
            AddressOrder::Name => params.extend([&key as &dyn ToValue, &0_i64]),
            AddressOrder::Newest | AddressOrder::Fullest => {
                params.extend([&number as &dyn ToValue, &mailbox])
            }
        }
        if let Some(now) = now {
            params.push(now);
        }
        tx.query(&sql, &params, row)
    }

    /// Where the page begins, for either sort of order.
    fn begin(&self) -> (String, i64, MailboxId) {
        let last = <MailboxId as domain::Id>::from_bytes([0xff; 16]);
        match self.after {
            None => (String::new(), i64::MAX, last),
            Some(ListedAfter::Name(key)) => (key.clone(), i64::MAX, last),
            Some(ListedAfter::Number(number, mailbox)) => (String::new(), *number, *mailbox),
        }
    }

    fn sql(&self, select: &str) -> String {
        let having =
            self.filter.having.map(|having| format!(" AND {}", having.condition())).unwrap_or_default();
        // $5 stands in each order, for PostgreSQL wants to know the type of all that it is given.
        let (begin, order) = match self.filter.order {
            AddressOrder::Name => ("b.address_key > $4 AND $5 = 0", "b.address_key"),
            AddressOrder::Newest => {
                ("(b.created_at, b.mailbox_id) < ($4, $5)", "b.created_at DESC, b.mailbox_id DESC")
            }
            AddressOrder::Fullest => {
                ("(b.used_bytes, b.mailbox_id) < ($4, $5)", "b.used_bytes DESC, b.mailbox_id DESC")
            }
        };
        format!(
            "SELECT {select} FROM mailboxes b WHERE b.mail_service_id = $1 AND {begin} \
             AND b.deleted_at IS NULL AND b.address_key LIKE $2 ESCAPE '!'{having} ORDER BY {order} LIMIT $3"
        )
    }
}

#[cfg(test)]
pub(crate) fn statement(filter: &AddressFilter) -> String {
    Found { filter, after: None, limit: 0 }.sql("b.mailbox_id, b.address")
}
