//! The auto-replies of an address (S11): several saved, one active at most.
//!
//! **Invariant:** one at most is active, by an index of the database; what an auto-reply remembers of whom it answered is
//! forgotten with its text, so that a new text is told to everybody once.

use domain::{AutoReplyId, MailboxId};
use jiff::tz::TimeZone;
use serde_json::json;
use store::{Row, StoreError, Tx};

use super::auto_reply::{AutoReply, Day, Weekdays};
use super::{AddressSettings, SettingsError};
use crate::{Act, AddressKind};

/// How many auto-replies an address may have: a list that is seen at once.
const AUTO_REPLIES: usize = 50;

/// An auto-reply in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AutoReplyView {
    /// Which.
    pub id: AutoReplyId,
    /// What it says and when.
    pub reply: AutoReply,
    /// Whether it is the one that answers.
    pub is_active: bool,
}

/// The auto-replies of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AutoReplies {
    /// Each, by name.
    pub all: Vec<AutoReplyView>,
    /// The time zone in which its days are counted.
    pub time_zone: String,
    /// Whether mail that comes now is answered.
    pub answers_now: bool,
}

/// Why an auto-reply was not saved.
#[derive(Debug, thiserror::Error)]
pub enum AutoReplyError {
    /// There are as many as there can be.
    #[error("an address cannot have more than {AUTO_REPLIES} auto-replies")]
    TooMany,
    /// Something else.
    #[error(transparent)]
    Settings(#[from] SettingsError),
}

impl From<StoreError> for AutoReplyError {
    fn from(error: StoreError) -> Self {
        Self::Settings(error.into())
    }
}

/// Why the time zone of an address was not changed.
#[derive(Debug, thiserror::Error)]
pub enum TimeZoneError {
    /// There is no such time zone.
    #[error("there is no such time zone")]
    Unknown,
    /// Something else.
    #[error(transparent)]
    Settings(#[from] SettingsError),
}

impl From<StoreError> for TimeZoneError {
    fn from(error: StoreError) -> Self {
        Self::Settings(error.into())
    }
}

impl AddressSettings {
    /// The auto-replies, by name.
    pub async fn auto_replies(&self) -> Result<AutoReplies, SettingsError> {
        let mailbox = self.mailbox();
        self.read(move |tx| {
            let time_zone = time_zone(tx, mailbox)?;
            let sql = format!(
                "SELECT {COLUMNS} FROM auto_replies WHERE mailbox_id = $1 ORDER BY name, auto_reply_id"
            );
            let all = tx.query(&sql, &[&mailbox], view)?;
            let today = Day::at(tx.now(), &time_zone);
            let answers_now = all.iter().any(|view| view.is_active && view.reply.answers_on(today));
            Ok(AutoReplies { all, time_zone, answers_now })
        })
        .await
    }

    /// Saves a new auto-reply; it is not active yet.
    pub async fn add_auto_reply(&self, reply: &AutoReply) -> Result<AutoReplyId, AutoReplyError> {
        let (settings, mailbox, reply) = (self.clone(), self.mailbox(), reply.clone());
        self.write(Act::ChangeAutoReplies, move |tx| {
            let count = "SELECT count(*) FROM auto_replies WHERE mailbox_id = $1";
            if tx.load(count, &[&mailbox], |row| row.get::<usize>(0))? >= AUTO_REPLIES {
                return Err(AutoReplyError::TooMany);
            }
            let (id, now) = (tx.id::<AutoReplyId>(), tx.now());
            let sql = "INSERT INTO auto_replies (mailbox_id, auto_reply_id, name, subject, body, first_day, last_day, \
                       weekdays, every_days, is_active, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10)";
            let days = [reply.first_day, reply.last_day].map(|day| day.map(|day| day.to_string()));
            let [first_day, last_day] = &days;
            tx.execute(
                sql,
                &[
                    &mailbox,
                    &id,
                    &reply.name,
                    &reply.subject,
                    &reply.text,
                    first_day,
                    last_day,
                    &reply.weekdays.bits(),
                    &reply.every_days,
                    &now,
                ],
            )?;
            settings.note(tx, "auto_reply.add", &json!({ "name": reply.name }))?;
            Ok(id)
        })
        .await
    }

    /// Changes an auto-reply. With another text it answers everybody anew.
    pub async fn change_auto_reply(&self, id: AutoReplyId, reply: &AutoReply) -> Result<(), SettingsError> {
        let (settings, mailbox, reply) = (self.clone(), self.mailbox(), reply.clone());
        self.write(Act::ChangeAutoReplies, move |tx| {
            let old = find(tx, mailbox, id)?.ok_or(SettingsError::ABSENT)?.reply;
            let days = [reply.first_day, reply.last_day].map(|day| day.map(|day| day.to_string()));
            let ([first_day, last_day], now) = (&days, tx.now());
            let sql = "UPDATE auto_replies SET name = $3, subject = $4, body = $5, first_day = $6, last_day = $7, \
                       weekdays = $8, every_days = $9, changed_at = $10 WHERE mailbox_id = $1 AND auto_reply_id = $2";
            tx.execute(
                sql,
                &[
                    &mailbox,
                    &id,
                    &reply.name,
                    &reply.subject,
                    &reply.text,
                    first_day,
                    last_day,
                    &reply.weekdays.bits(),
                    &reply.every_days,
                    &now,
                ],
            )?;
            if (&old.subject, &old.text) != (&reply.subject, &reply.text) {
                forget(tx, mailbox, id)?;
            }
            settings.note(tx, "auto_reply.change", &json!({ "name": reply.name }))
        })
        .await
    }

    /// Makes an auto-reply the one that answers.
    pub async fn activate_auto_reply(&self, id: AutoReplyId) -> Result<(), SettingsError> {
        let (settings, mailbox) = (self.clone(), self.mailbox());
        self.write(Act::ChangeAutoReplies, move |tx| {
            let view = find(tx, mailbox, id)?.ok_or(SettingsError::ABSENT)?;
            pause(tx, mailbox)?;
            let sql = "UPDATE auto_replies SET is_active = 1 WHERE mailbox_id = $1 AND auto_reply_id = $2";
            tx.execute(sql, &[&mailbox, &id])?;
            settings.note(tx, "auto_reply.activate", &json!({ "name": view.reply.name }))
        })
        .await
    }

    /// No auto-reply answers any more.
    pub async fn pause_auto_replies(&self) -> Result<(), SettingsError> {
        let (settings, mailbox) = (self.clone(), self.mailbox());
        self.write(Act::ChangeAutoReplies, move |tx| {
            if pause(tx, mailbox)? == 0 {
                return Ok(());
            }
            settings.note(tx, "auto_reply.pause", &json!({}))
        })
        .await
    }

    /// Deletes an auto-reply with what it remembers.
    pub async fn delete_auto_reply(&self, id: AutoReplyId) -> Result<(), SettingsError> {
        let (settings, mailbox) = (self.clone(), self.mailbox());
        self.write(Act::ChangeAutoReplies, move |tx| {
            let view = find(tx, mailbox, id)?.ok_or(SettingsError::ABSENT)?;
            forget(tx, mailbox, id)?;
            let sql = "DELETE FROM auto_replies WHERE mailbox_id = $1 AND auto_reply_id = $2";
            tx.execute(sql, &[&mailbox, &id])?;
            settings.note(tx, "auto_reply.delete", &json!({ "name": view.reply.name }))
        })
        .await
    }

    /// Sets the time zone in which the days of the address are counted.
    pub async fn set_time_zone(&self, zone: &str) -> Result<(), TimeZoneError> {
        TimeZone::get(zone).map_err(|_| TimeZoneError::Unknown)?;
        let (settings, mailbox, zone) = (self.clone(), self.mailbox(), zone.to_owned());
        self.write(Act::ChangeAutoReplies, move |tx| {
            let sql = "UPDATE mailboxes SET time_zone = $2 WHERE mailbox_id = $1";
            tx.execute(sql, &[&mailbox, &zone])?;
            Ok(settings.note(tx, "address.time_zone", &json!({ "name": zone }))?)
        })
        .await
    }
}

/// The columns of an auto-reply, as [`view`] reads them.
const COLUMNS: &str =
    "auto_reply_id, name, subject, body, first_day, last_day, weekdays, every_days, is_active";

fn view(row: &Row<'_>) -> Result<AutoReplyView, StoreError> {
    let day = |column: usize| -> Result<Option<Day>, StoreError> {
        let Some(text) = row.get::<Option<String>>(column)? else { return Ok(None) };
        text.parse().map(Some).map_err(|fault| StoreError::Corrupt(format!("{text:?}: {fault}")))
    };
    let reply = AutoReply {
        name: row.get(1)?,
        subject: row.get(2)?,
        text: row.get(3)?,
        first_day: day(4)?,
        last_day: day(5)?,
        weekdays: Weekdays::of_bits(row.get(6)?),
        every_days: row.get(7)?,
    };
    Ok(AutoReplyView { id: row.get(0)?, reply, is_active: row.get(8)? })
}

fn find(tx: &mut Tx<'_>, mailbox: MailboxId, id: AutoReplyId) -> Result<Option<AutoReplyView>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM auto_replies WHERE mailbox_id = $1 AND auto_reply_id = $2");
    tx.find(&sql, &[&mailbox, &id], view)
}

/// The auto-reply that answers today, if one does.
pub(super) fn of_today(tx: &mut Tx<'_>, mailbox: MailboxId) -> Result<Option<AutoReplyView>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM auto_replies WHERE mailbox_id = $1 AND is_active = 1");
    let Some(active) = tx.find(&sql, &[&mailbox], view)? else { return Ok(None) };
    let sql = "SELECT kind FROM mailboxes WHERE mailbox_id = $1";
    if !tx.load(sql, &[&mailbox], |row| row.get::<AddressKind>(0))?.answers() {
        return Ok(None);
    }
    let today = Day::at(tx.now(), &time_zone(tx, mailbox)?);
    Ok(Some(active).filter(|active| active.reply.answers_on(today)))
}

fn time_zone(tx: &mut Tx<'_>, mailbox: MailboxId) -> Result<String, StoreError> {
    tx.load("SELECT time_zone FROM mailboxes WHERE mailbox_id = $1", &[&mailbox], |row| row.get(0))
}

fn pause(tx: &mut Tx<'_>, mailbox: MailboxId) -> Result<u64, StoreError> {
    let sql = "UPDATE auto_replies SET is_active = 0 WHERE mailbox_id = $1 AND is_active = 1";
    tx.execute(sql, &[&mailbox])
}

fn forget(tx: &mut Tx<'_>, mailbox: MailboxId, id: AutoReplyId) -> Result<(), StoreError> {
    let sql = "DELETE FROM auto_replied WHERE mailbox_id = $1 AND auto_reply_id = $2";
    tx.execute(sql, &[&mailbox, &id]).map(drop)
}
