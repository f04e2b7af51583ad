//! User accounts and the addresses that people sign in with.

use domain::{EmailAddress, Language, PersonName, PhoneLabel, PictureId, Timestamp, UserId};
use store::{Row, StoreError, Tx};

use crate::actor::Actor;
use crate::identity::{Identity, Unavailable};

/// A user account.
#[derive(Debug, Clone)]
pub struct UserView {
    /// Which.
    pub id: UserId,
    /// The first name.
    pub first_name: String,
    /// The last name.
    pub last_name: String,
    /// The primary address that they sign in with.
    pub address: String,
    /// The language of pages and mails.
    pub language: Language,
    /// The IANA name of their time zone.
    pub time_zone: String,
    /// Since when.
    pub created_at: Timestamp,
    /// Their picture.
    pub picture: Option<PictureId>,
}

impl UserView {
    /// First and last name.
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
}

/// A user account to be made.
pub(crate) struct NewUser<'a> {
    pub(crate) first_name: &'a PersonName,
    pub(crate) last_name: &'a PersonName,
    pub(crate) address: &'a EmailAddress,
    pub(crate) language: Language,
    pub(crate) phone: Option<&'a str>,
    pub(crate) password_hash: &'a str,
    pub(crate) terms: Option<(&'a str, Timestamp)>,
    pub(crate) totp: Option<(&'a [u8], u64)>,
}

impl Identity {
    /// Keeps the language that the actor wants to read.
    pub async fn set_language(&self, actor: &Actor, language: Language) -> Result<(), Unavailable> {
        let user = actor.user();
        let set = move |tx: &mut Tx<'_>| {
            tx.execute("UPDATE users SET language = $2 WHERE user_id = $1", &[&user, &language.code()])?;
            Ok(())
        };
        self.parts.store.write(set).await
    }
}

/// Makes a user account; none when somebody signs in with that address.
pub(crate) fn insert(tx: &mut Tx<'_>, new: &NewUser<'_>) -> Result<Option<UserId>, StoreError> {
    let key = new.address.key();
    if by_identifier(tx, &key)?.is_some() {
        return Ok(None);
    }
    let (id, now) = (tx.id::<UserId>(), tx.now());
    tx.execute(
        "INSERT INTO users (user_id, first_name, last_name, language, time_zone, phone, password_hash, \
         terms_version, terms_accepted_at, totp_secret, totp_last_step, created_at) \
         VALUES ($1, $2, $3, $4, 'UTC', $5, $6, $7, $8, $9, $10, $11)",
        &[
            &id,
            &new.first_name.as_str(),
            &new.last_name.as_str(),
            &new.language.code(),
            &new.phone,
            &new.password_hash,
            &new.terms.map(|(version, _)| version),
            &new.terms.map(|(_, at)| at),
            &new.totp.map(|(secret, _)| secret),
            &new.totp.map_or(0, |(_, step)| step),
            &now,
        ],
    )?;
    tx.execute(
        "INSERT INTO login_identifiers (address_key, user_id, address, is_primary, confirmed_at) \
         VALUES ($1, $2, $3, 1, $4)",
        &[&key, &id, &new.address.to_string(), &now],
    )?;
    if let Some(number) = new.phone {
        crate::phones::insert(tx, id, number, PhoneLabel::Mobile)?;
    }
    Ok(Some(id))
}

/// The user who signs in with an address, by its key.
pub fn by_identifier(tx: &mut Tx<'_>, address_key: &str) -> Result<Option<UserId>, StoreError> {
    let sql = "SELECT user_id FROM login_identifiers WHERE address_key = $1";
    tx.find(sql, &[&address_key], |row| row.get(0))
}

/// Whose only address was released goes by it until they chose another.
const COLUMNS: &str = "u.user_id, u.first_name, u.last_name, COALESCE(l.address, r.address, ''), u.language, \
                       u.time_zone, u.created_at, i.picture_id FROM users u \
                       LEFT JOIN pictures i ON i.user_id = u.user_id \
                       LEFT JOIN login_identifiers l ON l.user_id = u.user_id AND l.is_primary = 1 \
                       LEFT JOIN released_identifiers r ON r.user_id = u.user_id";

/// One user.
pub fn by_id(tx: &mut Tx<'_>, user: UserId) -> Result<Option<UserView>, StoreError> {
    tx.find(&format!("SELECT {COLUMNS} WHERE u.user_id = $1 AND u.deleted_at IS NULL"), &[&user], view)
}

/// Users by name, `limit` at most.
pub fn list(tx: &mut Tx<'_>, limit: usize) -> Result<Vec<UserView>, StoreError> {
    let sql =
        format!("SELECT {COLUMNS} WHERE u.deleted_at IS NULL ORDER BY u.last_name, u.first_name LIMIT $1");
    tx.query(&sql, &[&limit], view)
}

/// Where a user is reached with what they must know of their account: the address that they sign in with first, and the
/// recovery address.
pub(crate) fn reached_at(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<EmailAddress>, StoreError> {
    let sql = "SELECT address FROM login_identifiers WHERE user_id = $1 AND is_primary = 1";
    let primary: Option<String> = tx.find(sql, &[&user], |row| row.get(0))?;
    let sql = "SELECT recovery_address FROM users WHERE user_id = $1";
    let recovery: Option<String> = tx.find(sql, &[&user], |row| row.get(0))?.flatten();
    Ok(primary.into_iter().chain(recovery).filter_map(|address| address.parse().ok()).collect())
}

/// Whether there is any user.
pub(crate) fn any(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    Ok(tx.find("SELECT 1 FROM users LIMIT 1", &[], |_| Ok(()))?.is_some())
}

/// Whether an address is a mailbox here that people other than `except` may open (I8).
pub(crate) fn is_shared(
    tx: &mut Tx<'_>,
    address_key: &str,
    except: Option<UserId>,
) -> Result<bool, StoreError> {
    // An alias may be taken away, and a variant with a plus belongs to nobody: neither is anybody's to sign in with.
    if is_variant(tx, address_key)? {
        return Ok(true);
    }
    let sql = "SELECT g.user_id FROM addresses a JOIN grants g ON g.mailbox_id = a.mailbox_id \
               WHERE a.address_key = $1";
    let users: Vec<UserId> = tx.query(sql, &[&address_key], |row| row.get(0))?;
    if users.into_iter().any(|user| Some(user) != except) {
        return Ok(true);
    }
    // Whoever joins a team opens what is the team's: its addresses are shared whoever is in it now.
    let sql = "SELECT 1 FROM addresses a JOIN team_grants g ON g.mailbox_id = a.mailbox_id \
               WHERE a.address_key = $1 LIMIT 1";
    if tx.find(sql, &[&address_key], |_| Ok(()))?.is_some() {
        return Ok(true);
    }
    is_sent_on(tx, address_key, except)
}

/// Whether mail to an address is sent on by anybody but `except`: whoever gets it could take the account over.
fn is_sent_on(tx: &mut Tx<'_>, address_key: &str, except: Option<UserId>) -> Result<bool, StoreError> {
    let sql = "SELECT r.created_by FROM addresses a JOIN redirections r ON r.mailbox_id = a.mailbox_id \
               WHERE a.address_key = $1";
    let makers: Vec<Option<UserId>> = tx.query(sql, &[&address_key], |row| row.get(0))?;
    Ok(makers.into_iter().any(|maker| maker.is_none() || maker != except))
}

/// Whether mail to an address goes into a mailbox here that has another one.
fn is_variant(tx: &mut Tx<'_>, address_key: &str) -> Result<bool, StoreError> {
    let sql = "SELECT kind FROM addresses WHERE address_key = $1";
    if let Some(kind) = tx.find(sql, &[&address_key], |row| row.get::<String>(0))? {
        return Ok(kind != "own");
    }
    let Ok(address) = address_key.parse::<EmailAddress>() else { return Ok(false) };
    // Every address of a domain that stands for another leads to one of that, now or once there is one.
    if stood_for(tx, &address)?.is_some() {
        return Ok(true);
    }
    let Some(base) = address.without_plus() else { return Ok(false) };
    Ok(tx.find(sql, &[&base.key()], |_| Ok(()))?.is_some())
}

/// Whether mail to an address may be the way into an account: somebody signs in with it, or did, or is reached at it.
pub fn is_reached_at(tx: &mut Tx<'_>, address_key: &str) -> Result<bool, StoreError> {
    for sql in [
        "SELECT 1 FROM login_identifiers WHERE address_key = $1",
        "SELECT 1 FROM released_identifiers WHERE address_key = $1",
        "SELECT 1 FROM users WHERE recovery_key = $1 LIMIT 1",
    ] {
        if tx.find(sql, &[&address_key], |_| Ok(()))?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The address that one leads to because its domain stands for another; none when it does not.
pub fn stood_for(tx: &mut Tx<'_>, address: &EmailAddress) -> Result<Option<EmailAddress>, StoreError> {
    let sql = "SELECT o.name FROM domains d JOIN domains o ON o.domain_id = d.alias_of \
               WHERE d.name = $1 AND d.verified_at IS NOT NULL";
    let name: Option<String> = tx.find(sql, &[&address.domain().as_str()], |row| row.get(0))?;
    Ok(name.and_then(|name| EmailAddress::new(address.local(), name.parse().ok()?).ok()))
}

/// Whether somebody signs in with a variant of an address: what would be delivered to it if there were one here.
pub fn signs_in_with_variant(tx: &mut Tx<'_>, address: &EmailAddress) -> Result<bool, StoreError> {
    let escape = |text: &str| text.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    let pattern = format!("{}+%@{}", escape(&address.local_key()), escape(address.domain().as_str()));
    let sql = "SELECT 1 FROM login_identifiers WHERE address_key LIKE $1 ESCAPE '!' LIMIT 1";
    Ok(tx.find(sql, &[&pattern], |_| Ok(()))?.is_some())
}

fn view(row: &Row<'_>) -> Result<UserView, StoreError> {
    Ok(UserView {
        id: row.get(0)?,
        first_name: row.get(1)?,
        last_name: row.get(2)?,
        address: row.get(3)?,
        language: language(row.text(4)?),
        time_zone: row.get(5)?,
        created_at: row.get(6)?,
        picture: row.get(7)?,
    })
}

/// The language of that code; English where it is not known any more.
pub(crate) fn language(code: &str) -> Language {
    code.parse().unwrap_or(Language::En)
}

/// Whoever changes what a user signs in with at the same time waits. It comes first, and then whether the actor's session
/// still counts: a session that was ended meanwhile changes nothing.
pub(crate) fn lock(tx: &mut Tx<'_>, user: UserId) -> Result<(), StoreError> {
    let sql = format!("SELECT 1 FROM users WHERE user_id = $1{}", tx.for_update());
    tx.find(&sql, &[&user], |_| Ok(())).map(drop)
}
