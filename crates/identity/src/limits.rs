//! Accesses that end by themselves, or open at weekly hours only (I11), and the reminders before an end.
//!
//! **Invariant:** what an access gives at a moment is read from its end and its hours. `turns_at` only says when somebody
//! has to be told; a turn is taken by one worker, in the transaction that writes the next one.

use std::time::Duration;

use domain::duration::days;
use domain::{Event, GrantId, MailboxId, OrganizationId, Timestamp, UserId};
use store::{StoreError, Tx};

use crate::grants;
use crate::hours::Hours;
use crate::identity::{Identity, Unavailable};
use crate::mails::{self, MailTemplate};
use crate::users;

/// The kind under which workers wait for a turn in `Bus::due`.
pub const TURNS: &str = "accesses";
/// How long before its end an access is spoken of, each once.
const REMINDERS: [Duration; 2] = [days(7), days(1)];
/// How many accesses turn in one transaction: it holds the writer for some milliseconds.
const PIECE: usize = 50;

/// When an access holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Limits {
    /// When it ends by itself; none: it does not.
    pub ends_at: Option<Timestamp>,
    /// At which times it opens; none: at any.
    pub hours: Option<Hours>,
}

/// Sets when a user's access holds. What is open through one that is closed now ends; nothing happens without one.
pub fn set(tx: &mut Tx<'_>, mailbox: MailboxId, user: UserId, limits: &Limits) -> Result<(), StoreError> {
    grants::lock(tx, mailbox)?;
    let turns = Turns::from_now(limits, tx.now());
    let hours = limits.hours.as_ref().map(ToString::to_string);
    let sql = "UPDATE grants SET ends_at = $3, hours = $4, turns_at = $5, reminded = $6 \
               WHERE mailbox_id = $1 AND user_id = $2";
    let params: [&dyn store::ToValue; 6] =
        [&mailbox, &user, &limits.ends_at, &hours, &turns.next, &turns.reminded];
    if tx.execute(sql, &params)? > 0 {
        turns.announce(tx);
        grants::settle(tx, mailbox, user, None)?;
    }
    Ok(())
}

impl Identity {
    /// Ends, closes and opens the accesses whose time has come, and reminds of ends. When the next time comes, if one does.
    pub async fn turn_accesses(&self) -> Result<Option<Timestamp>, Unavailable> {
        loop {
            let turned =
                self.parts.store.write(|tx: &mut Tx<'_>| -> Result<_, Unavailable> { Ok(turn(tx)?) });
            if turned.await? < PIECE {
                break;
            }
        }
        let next = |tx: &mut Tx<'_>| -> Result<_, Unavailable> {
            let sql = "SELECT turns_at FROM grants WHERE turns_at IS NOT NULL ORDER BY turns_at LIMIT 1";
            Ok(tx.find(sql, &[], |row| row.get(0))?)
        };
        self.parts.store.read(next).await
    }
}

/// Takes the turns that are due, a piece of them; how many.
fn turn(tx: &mut Tx<'_>) -> Result<usize, StoreError> {
    let now = tx.now();
    let sql = "SELECT grant_id, mailbox_id FROM grants WHERE turns_at <= $1 ORDER BY turns_at LIMIT $2";
    let due = tx.query(sql, &[&now, &PIECE], |row| Ok((row.get::<GrantId>(0)?, row.get(1)?)))?;
    for (grant, mailbox) in &due {
        grants::lock(tx, *mailbox)?;
        // Another node may have been here first.
        if let Some(turning) = Turning::load(tx, *grant)? {
            turning.turn(tx)?;
        }
    }
    Ok(due.len())
}

/// When something about an access has to be looked at again, and which reminders are over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Turns {
    pub(crate) next: Option<Timestamp>,
    pub(crate) reminded: i64,
}

impl Turns {
    /// Those of limits that are set now: a reminder whose time is over already is not sent.
    pub(crate) fn from_now(limits: &Limits, now: Timestamp) -> Self {
        Self::after(limits, due(limits.ends_at, now), now)
    }

    fn after(limits: &Limits, reminded: i64, now: Timestamp) -> Self {
        let ends_at = limits.ends_at;
        if ends_at.is_some_and(|end| end <= now) {
            return Self { next: None, reminded };
        }
        let reminders = REMINDERS.iter().filter_map(|before| Some(ends_at?.minus(*before)));
        let opening = limits.hours.as_ref().map(|hours| hours.next_turn(now));
        let next = reminders.chain(ends_at).chain(opening).filter(|turn| *turn > now).min();
        Self { next, reminded }
    }

    /// Wakes whoever waits for the next turn: it may be this one.
    pub(crate) fn announce(self, tx: &mut Tx<'_>) {
        if self.next.is_some() {
            tx.publish(Event::JobsDue { kind: TURNS.to_owned() });
        }
    }
}

/// The reminders whose time has come, a bit each.
fn due(ends_at: Option<Timestamp>, now: Timestamp) -> i64 {
    let is_due = |before: &Duration| ends_at.is_some_and(|end| end.minus(*before) <= now);
    REMINDERS.iter().enumerate().filter(|(_, before)| is_due(before)).fold(0, |all, (bit, _)| all | 1 << bit)
}

/// An access whose turn it is.
struct Turning {
    grant: GrantId,
    mailbox: MailboxId,
    user: UserId,
    limits: Limits,
    reminded: i64,
    created_by: Option<UserId>,
    address: String,
    organization: OrganizationId,
    organization_name: String,
}

impl Turning {
    fn load(tx: &mut Tx<'_>, grant: GrantId) -> Result<Option<Self>, StoreError> {
        let now = tx.now();
        let sql = "SELECT g.mailbox_id, g.user_id, g.ends_at, g.hours, g.reminded, g.created_by, b.address, \
                   o.organization_id, o.name FROM grants g JOIN mailboxes b ON b.mailbox_id = g.mailbox_id \
                   JOIN mail_services s ON s.mail_service_id = b.mail_service_id \
                   JOIN organizations o ON o.organization_id = s.organization_id \
                   WHERE g.grant_id = $1 AND g.turns_at <= $2";
        tx.find(sql, &[&grant, &now], |row| {
            Ok(Self {
                grant,
                mailbox: row.get(0)?,
                user: row.get(1)?,
                limits: Limits { ends_at: row.get(2)?, hours: grants::hours(row, 3)? },
                reminded: row.get(4)?,
                created_by: row.get(5)?,
                address: row.get(6)?,
                organization: row.get(7)?,
                organization_name: row.get(8)?,
            })
        })
    }

    fn turn(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let now = tx.now();
        let is_over = self.limits.ends_at.is_some_and(|end| end <= now);
        let reminded = self.reminded | due(self.limits.ends_at, now);
        if reminded != self.reminded && !is_over {
            self.remind(tx)?;
        }
        let next = Turns::after(&self.limits, reminded, now).next;
        let sql = "UPDATE grants SET turns_at = $2, reminded = $3 WHERE grant_id = $1";
        tx.execute(sql, &[&self.grant, &next, &reminded])?;
        let removed = grants::settle(tx, self.mailbox, self.user, is_over.then_some(self.grant))?;
        if is_over {
            let devices: Vec<&str> = removed.devices.iter().map(|(_, name)| name.as_str()).collect();
            let name = users::by_id(tx, self.user)?.map(|user| user.name());
            let detail =
                serde_json::json!({ "user": self.user.to_string(), "name": name, "devices": devices })
                    .to_string();
            let by = Identity::operator();
            crate::audit::write(tx, self.organization, &by, "access.end", &self.address, &detail)?;
            tx.publish(Event::Organization { organization: self.organization });
        }
        Ok(())
    }

    /// Tells the user that their access ends, and whoever gave it, as long as they may give another.
    fn remind(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let Some(person) = users::by_id(tx, self.user)? else { return Ok(()) };
        self.mail(tx, MailTemplate::AccessEnding, &person, &person.name())?;
        let Some(giver) = self.created_by.filter(|giver| *giver != self.user) else { return Ok(()) };
        let Some(giver) = users::by_id(tx, giver)? else { return Ok(()) };
        let sql = "SELECT mail_service_id FROM mailboxes WHERE mailbox_id = $1";
        let service = tx.load(sql, &[&self.mailbox], |row| row.get(0))?;
        let standing = crate::rights::standing(tx, giver.id, self.organization, Some(service))?;
        if standing.is_some_and(|standing| standing.may(domain::role::Verb::ManageMail)) {
            self.mail(tx, MailTemplate::AccessEndingOf, &giver, &person.name())?;
        }
        Ok(())
    }

    fn mail(
        &self,
        tx: &mut Tx<'_>,
        template: MailTemplate,
        reader: &users::UserView,
        whose: &str,
    ) -> Result<(), StoreError> {
        let Ok(to) = reader.address.parse() else { return Ok(()) };
        let ends = self.limits.ends_at.map(|end| end.millis().to_string()).unwrap_or_default();
        let values = [
            ("name", whose),
            ("organization", self.organization_name.as_str()),
            ("address", self.address.as_str()),
            ("at", ends.as_str()),
            ("zone", reader.time_zone.as_str()),
        ];
        mails::send(tx, template, reader.language, &to, &values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_access_turns_at_its_reminders_and_its_end() {
        let at = |day: u64| Timestamp::from_secs(0).plus(days(day));
        let limits = Limits { ends_at: Some(at(30)), hours: None };
        let mut now = at(0);
        let mut turns = Turns::from_now(&limits, now);
        let mut seen = Vec::new();
        while let Some(next) = turns.next {
            seen.push(next);
            now = next;
            turns = Turns::after(&limits, due(limits.ends_at, now), now);
        }
        assert_eq!(seen, [at(23), at(29), at(30)]);
        assert_eq!(Turns::from_now(&limits, at(25)), Turns { next: Some(at(29)), reminded: 1 });
        assert_eq!(Turns::from_now(&Limits::default(), at(0)), Turns { next: None, reminded: 0 });
    }
}
