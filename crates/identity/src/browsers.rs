//! Browsers that are known again: where a user signed in before, and where the second factor is not asked for (A2).
//!
//! **Invariant:** a mark is random and kept only as a hash; it counts for the users who signed in to the end with it,
//! and never in place of the password.

use domain::{KnownBrowserId, Secret, Timestamp, UserId};
use sha2::{Digest, Sha256};
use store::{StoreError, Tx};

use crate::actor::{Actor, Origin};
use crate::identity::{Identity, Unavailable};
use crate::mails::{self, MailTemplate};
use crate::sessions::new_token;
use crate::{account_log, users};

/// How long a browser is remembered: the second factor is not asked for there meanwhile.
const REMEMBERED_FOR: std::time::Duration = domain::duration::days(30);
/// How long a browser is known that is not used.
pub(crate) const KNOWN_FOR: std::time::Duration = domain::duration::days(180);
/// How many browsers of a user are known: beyond, those unused for longest are forgotten.
const KNOWN: usize = 50;

/// What a browser shows to be known again.
#[derive(Debug, Clone)]
pub struct BrowserMark(Option<Secret<String>>);

impl BrowserMark {
    /// A browser that shows nothing.
    pub const fn none() -> Self {
        Self(None)
    }

    /// What a browser shows.
    pub fn of(text: String) -> Self {
        Self((!text.is_empty()).then(|| Secret::new(text)))
    }

    /// The mark that a sign-in gave, or the one shown before.
    pub(crate) fn or(&self, given: Option<&Secret<String>>) -> Self {
        Self(given.or(self.0.as_ref()).cloned())
    }

    /// What is kept of it; of no mark, something that no browser has.
    pub(crate) fn hash(&self) -> [u8; 32] {
        self.0.as_ref().map_or([0; 32], |mark| Sha256::digest(mark.reveal().as_bytes()).into())
    }
}

/// Whether a browser is to be remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remember {
    /// The second factor is asked for next time as well.
    No,
    /// It is not asked for in this browser for thirty days.
    Yes,
}

/// A browser that is remembered, in a list.
#[derive(Debug, Clone)]
pub struct RememberedBrowser {
    /// Which.
    pub id: KnownBrowserId,
    /// What it calls itself.
    pub browser: String,
    /// From where it was used last.
    pub ip: String,
    /// Until when the second factor is not asked for.
    pub until: Timestamp,
}

/// Whether a user signed in with this browser before, and until when it is remembered.
pub(crate) struct Known {
    pub(crate) remembered_until: Option<Timestamp>,
}

/// What is known of a browser for a user.
pub(crate) fn find(tx: &mut Tx<'_>, user: UserId, hash: [u8; 32]) -> Result<Option<Known>, StoreError> {
    let sql = "SELECT remembered_until FROM known_browsers WHERE user_id = $1 AND mark_hash = $2";
    tx.find(sql, &[&user, &hash], |row| Ok(Known { remembered_until: row.get(0)? }))
}

/// Notes that a user has signed in to the end. A browser not known before is told of by mail, unless it is the first
/// one at all. What the browser is to keep, if it showed no mark.
pub(crate) fn arrive(
    tx: &mut Tx<'_>,
    user: UserId,
    origin: &Origin,
    mark: &BrowserMark,
    account_page: &str,
) -> Result<Option<Secret<String>>, StoreError> {
    let now = tx.now();
    let sql = "UPDATE known_browsers SET last_used_at = $3, ip = $4, browser = $5 WHERE user_id = $1 \
               AND mark_hash = $2";
    let (ip, browser) = (origin.ip.to_string(), origin.browser_kept());
    account_log::note(tx, user, origin, "sign-in", "")?;
    if tx.execute(sql, &[&user, &mark.hash(), &now, &ip, &browser])? > 0 {
        return Ok(None);
    }
    tell(tx, user, origin, account_page)?;
    // Another user of this browser has a mark: this one is known by it as well.
    let sql = "SELECT 1 FROM known_browsers WHERE mark_hash = $1 LIMIT 1";
    let known = tx.find(sql, &[&mark.hash()], |_| Ok(()))?.is_some();
    let new = (!known).then(|| new_token(tx));
    let hash = new.as_ref().map_or(mark.hash(), |new| Sha256::digest(new.as_bytes()).into());
    let id = tx.id::<KnownBrowserId>();
    let sql = "INSERT INTO known_browsers (known_browser_id, user_id, mark_hash, browser, ip, created_at, \
               last_used_at) VALUES ($1, $2, $3, $4, $5, $6, $6)";
    tx.execute(sql, &[&id, &user, &hash, &browser, &ip, &now])?;
    let sql = "DELETE FROM known_browsers WHERE user_id = $1 AND known_browser_id NOT IN (SELECT \
               known_browser_id FROM known_browsers WHERE user_id = $1 ORDER BY last_used_at DESC, \
               known_browser_id DESC LIMIT $2)";
    tx.execute(sql, &[&user, &KNOWN])?;
    Ok(new.map(Secret::new))
}

/// Mails that somebody signed in with a browser not known. Not at the very first sign-in.
fn tell(tx: &mut Tx<'_>, user: UserId, origin: &Origin, link: &str) -> Result<(), StoreError> {
    let sql = "SELECT count(*) FROM account_entries WHERE user_id = $1 AND verb = 'sign-in'";
    if tx.load(sql, &[&user], |row| row.get::<i64>(0))? <= 1 {
        return Ok(());
    }
    let Some(view) = users::by_id(tx, user)? else { return Ok(()) };
    let (at, ip, browser) = (tx.now().millis().to_string(), origin.ip.to_string(), origin.browser_kept());
    let values = [("browser", browser.as_str()), ("ip", &ip), ("at", &at), ("link", link)];
    for address in users::reached_at(tx, user)? {
        mails::send(tx, MailTemplate::NewBrowser, view.language, &address, &values)?;
    }
    Ok(())
}

/// From now on the second factor is not asked for in the browser of that mark.
pub(crate) fn remember(tx: &mut Tx<'_>, user: UserId, mark: &BrowserMark) -> Result<(), StoreError> {
    let (until, hash) = (tx.now().plus(REMEMBERED_FOR), mark.hash());
    let sql = "UPDATE known_browsers SET remembered_until = $3 WHERE user_id = $1 AND mark_hash = $2";
    tx.execute(sql, &[&user, &hash, &until]).map(drop)
}

/// The second factor is asked for in every browser of the user again.
pub(crate) fn remember_none(tx: &mut Tx<'_>, user: UserId) -> Result<(), StoreError> {
    let sql = "UPDATE known_browsers SET remembered_until = NULL WHERE user_id = $1";
    tx.execute(sql, &[&user]).map(drop)
}

/// Takes those away that were not used for long.
pub(crate) fn sweep(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    let before = tx.now().millis() - i64::try_from(KNOWN_FOR.as_millis()).unwrap_or(i64::MAX);
    tx.execute("DELETE FROM known_browsers WHERE last_used_at < $1", &[&before]).map(drop)
}

impl Identity {
    /// The browsers where the actor's second factor is not asked for.
    pub async fn remembered_browsers(&self, actor: &Actor) -> Result<Vec<RememberedBrowser>, Unavailable> {
        let user = actor.user();
        let list = move |tx: &mut Tx<'_>| {
            let now = tx.now();
            let sql = "SELECT known_browser_id, browser, ip, remembered_until FROM known_browsers \
                       WHERE user_id = $1 AND remembered_until > $2 ORDER BY last_used_at DESC";
            Ok(tx.query(sql, &[&user, &now], |row| {
                Ok(RememberedBrowser {
                    id: row.get(0)?,
                    browser: row.get(1)?,
                    ip: row.get(2)?,
                    until: row.get(3)?,
                })
            })?)
        };
        self.parts.store.read(list).await
    }

    /// Asks for the second factor in one of the actor's own browsers again.
    pub async fn forget_browser(&self, actor: &Actor, browser: KnownBrowserId) -> Result<(), Unavailable> {
        let user = actor.user();
        let forget = move |tx: &mut Tx<'_>| {
            let sql = "UPDATE known_browsers SET remembered_until = NULL WHERE user_id = $1 \
                       AND known_browser_id = $2";
            tx.execute(sql, &[&user, &browser])?;
            Ok(())
        };
        self.parts.store.write(forget).await
    }
}
