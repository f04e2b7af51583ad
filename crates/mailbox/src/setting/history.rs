//! The history of an address (S16), as far as it is what somebody changed: accesses, device passwords, settings, what was
//! restored.
//!
//! **Invariant:** it is the activity log of the organization, read from the side of one address; nothing of mail is in
//! it. From which network somebody came is told by the log itself, to those who see the whole of it.

use domain::Timestamp;
use identity::audit::{self, Entry};
use store::Tx;

use super::{AddressSettings, SettingsError, organization};
use crate::Act;

/// How many lines a page shows.
const PAGE: usize = 100;
/// How many entries are looked at to fill a page with those of one person.
const SCANNED: usize = 2_000;

/// Something that somebody changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryLine {
    /// Its number in the log.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// The name of who did it, as it was then.
    pub by: String,
    /// What was done, as the log calls it.
    pub verb: String,
    /// To whom or what, in its own words; may be empty.
    pub about: String,
}

/// A page of a history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryPage {
    /// The newest first.
    pub lines: Vec<HistoryLine>,
    /// Before which number the next page begins; none: it is the last.
    pub next: Option<i64>,
}

impl AddressSettings {
    /// What was changed since there is this address, by whoever has `person` in their name, before a number of the log.
    pub async fn history(&self, person: &str, before: Option<i64>) -> Result<HistoryPage, SettingsError> {
        let (settings, person) = (self.clone(), person.trim().to_lowercase());
        self.read_as(Act::SeeHistory, move |tx| settings.page(tx, &person, before)).await
    }

    fn page(&self, tx: &mut Tx<'_>, person: &str, before: Option<i64>) -> Result<HistoryPage, SettingsError> {
        let (mailbox, object) = (self.mailbox(), self.address().to_string());
        let organization = organization(tx, mailbox)?;
        // An address of the same name may have been destroyed before.
        let sql = "SELECT created_at FROM mailboxes WHERE mailbox_id = $1";
        let since: Timestamp = tx.load(sql, &[&mailbox], |row| row.get(0))?;
        let limit = if person.is_empty() { PAGE + 1 } else { SCANNED };
        let scanned = audit::of_object(tx, organization, &object, since, before, limit)?;
        let (was_all, last) = (scanned.len() < limit, scanned.last().map(|entry| entry.seq));
        let found = scanned.into_iter().filter(|entry| entry.actor_name.to_lowercase().contains(person));
        let mut lines: Vec<HistoryLine> = found.map(line).collect();
        let has_more = lines.len() > PAGE;
        lines.truncate(PAGE);
        let next = match (has_more, was_all) {
            (true, _) => lines.last().map(|line| line.seq),
            (false, true) => None,
            (false, false) => last,
        };
        Ok(HistoryPage { lines, next })
    }
}

fn line(entry: Entry) -> HistoryLine {
    let about = about(&entry.detail);
    HistoryLine { seq: entry.seq, at: entry.at, by: entry.actor_name, verb: entry.verb, about }
}

/// The names in the details of an entry.
fn about(detail: &str) -> String {
    let Ok(detail) = serde_json::from_str::<serde_json::Value>(detail) else { return String::new() };
    let named = ["name", "to"].map(|name| detail.get(name).and_then(serde_json::Value::as_str));
    named.into_iter().flatten().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ")
}
