//! Everything that an account holds, as JSON (A9).
//!
//! **Invariant:** no secret and no mail is in it, and nothing that belongs to somebody else; a test finds each table that
//! knows users and is not in it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::{Permissions, UserId};
use serde_json::{Value, json};
use store::{StoreError, Tx};

use crate::actor::{Actor, Confirmed, Way};
use crate::identity::{Identity, Unavailable};
use crate::users::UserView;
use crate::{account_log, identifiers, organizations, passkeys, phones, pictures, rights, users};

/// Why an account was not exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// Only a browser that is still signed in, whose user has just proved to be there, gets everything.
    #[error("the session has ended")]
    Ended,
    /// The storage failed.
    #[error("the storage is unavailable")]
    Unavailable,
}

impl From<StoreError> for ExportError {
    fn from(error: StoreError) -> Self {
        let Unavailable = error.into();
        Self::Unavailable
    }
}

impl Identity {
    /// Everything that the actor's account holds, as JSON. No secrets, and no mail.
    pub async fn export_account(&self, actor: &Actor, proof: &Confirmed) -> Result<String, ExportError> {
        let (who, proof) = (actor.clone(), *proof);
        let export = move |tx: &mut Tx<'_>| {
            let is_own = matches!(who.way(), Way::Browser(_)) && proof.belongs_to(&who);
            if !is_own || who.ended(tx)?.is_some() {
                return Err(ExportError::Ended);
            }
            let Some(view) = users::by_id(tx, who.user())? else { return Err(ExportError::Ended) };
            account_log::note_by(tx, &who, "account.export", "")?;
            Ok((everything(tx, &view)?, pictures::of_user(tx, view.id)?))
        };
        let (mut all, picture) = self.parts.store.write(export).await?;
        if let Some((kind, blob)) = picture {
            let content = self.read_picture(&blob).await.map_err(|Unavailable| ExportError::Unavailable)?;
            all["picture"] = json!({ "type": kind.media_type(), "base64": STANDARD.encode(&content) });
        }
        serde_json::to_string_pretty(&all).map_err(|_| ExportError::Unavailable)
    }
}

fn everything(tx: &mut Tx<'_>, user: &UserView) -> Result<Value, StoreError> {
    let id = user.id;
    let known = identifiers::of(tx, id)?;
    let addresses = known.all.iter().map(|own| {
        json!({ "address": own.address, "primary": own.is_primary, "confirmed_at_ms": own.confirmed_at.millis() })
    });
    Ok(json!({
        "first_name": user.first_name, "last_name": user.last_name, "language": user.language.code(),
        "time_zone": user.time_zone, "created_at_ms": user.created_at.millis(),
        "account": account(tx, id)?, "phones": phones(tx, id)?, "picture": Value::Null,
        "sign_in_addresses": addresses.collect::<Vec<_>>(), "released_address": known.released,
        "addresses_to_confirm": { "sign_in": known.waiting, "recovery": known.recovery_waiting },
        "recovery_address": known.recovery, "passkeys": passkeys(tx, id)?,
        "sessions": sessions(tx, id)?, "known_browsers": browsers(tx, id)?,
        "member_of": memberships(tx, id)?, "teams": teams(tx, id)?,
        "accesses": accesses(tx, id)?, "accesses_of_teams": team_accesses(tx, id)?,
        "device_passwords": devices(tx, id)?, "device_passwords_for_all": account_devices(tx, id)?,
        "private_notes": annotations(tx, id)?, "activity": activity(tx, id)?,
    }))
}

fn account(tx: &mut Tx<'_>, user: UserId) -> Result<Value, StoreError> {
    let sql = "SELECT count(*), COALESCE(sum(CASE WHEN used_at IS NULL THEN 1 ELSE 0 END), 0) FROM recovery_codes \
               WHERE user_id = $1";
    let (made, left) = tx.load(sql, &[&user], |row| Ok((row.get::<i64>(0)?, row.get::<i64>(1)?)))?;
    let sql = "SELECT terms_version, terms_accepted_at, totp_secret FROM users WHERE user_id = $1";
    tx.load(sql, &[&user], |row| {
        Ok(json!({
            "terms": { "version": row.get::<Option<String>>(0)?, "accepted_at_ms": row.get::<Option<i64>>(1)? },
            "authenticator_app": row.get::<Option<Vec<u8>>>(2)?.is_some(),
            "recovery_codes": { "made": made, "left": left },
        }))
    })
}

fn phones(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<Value>, StoreError> {
    let all = phones::of(tx, user)?;
    let one = |own: &phones::PhoneView| json!({ "number": own.number, "label": own.label.name(), "primary": own.is_primary });
    Ok(all.iter().map(one).collect())
}

fn passkeys(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<Value>, StoreError> {
    let all = passkeys::of(tx, user)?;
    let one = |own: &passkeys::PasskeyView| {
        json!({ "name": own.name, "created_at_ms": own.created_at.millis(),
                "last_used_at_ms": own.last_used_at.map(|at| at.millis()) })
    };
    Ok(all.iter().map(one).collect())
}

fn sessions(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<Value>, StoreError> {
    let sql =
        "SELECT browser, ip, created_at, last_used_at FROM sessions WHERE user_id = $1 ORDER BY created_at";
    tx.query(sql, &[&user], |row| {
        Ok(json!({ "browser": row.text(0)?, "ip": row.text(1)?, "created_at_ms": row.get::<i64>(2)?,
                   "last_used_at_ms": row.get::<i64>(3)? }))
    })
}

fn browsers(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<Value>, StoreError> {
    let sql = "SELECT browser, ip, created_at, last_used_at, remembered_until FROM known_browsers \
               WHERE user_id = $1 ORDER BY created_at";
    tx.query(sql, &[&user], |row| {
        Ok(json!({ "browser": row.text(0)?, "ip": row.text(1)?, "created_at_ms": row.get::<i64>(2)?,
                   "last_used_at_ms": row.get::<i64>(3)?, "remembered_until_ms": row.get::<Option<i64>>(4)? }))
    })
}

fn memberships(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<Value>, StoreError> {
    let mut all = Vec::new();
    for own in organizations::of_user(tx, user)? {
        let terms = rights::load(tx, own.id, user)?.map(|(terms, _)| terms.detail());
        all.push(json!({ "organization": own.name, "role": own.role.name(), "terms": terms }));
    }
    Ok(all)
}

fn teams(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<Value>, StoreError> {
    let sql = "SELECT t.name, o.name, m.created_at FROM team_members m JOIN teams t ON t.team_id = m.team_id \
               JOIN organizations o ON o.organization_id = t.organization_id WHERE m.user_id = $1 \
               ORDER BY o.name, t.name";
    tx.query(sql, &[&user], |row| {
        Ok(json!({ "team": row.text(0)?, "organization": row.text(1)?, "since_ms": row.get::<i64>(2)? }))
    })
}

fn accesses(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<Value>, StoreError> {
    let sql = "SELECT b.address, g.permissions, g.ends_at, g.created_at, g.hours, d.detached_at FROM grants g \
               JOIN mailboxes b ON b.mailbox_id = g.mailbox_id LEFT JOIN detached_addresses d \
               ON d.mailbox_id = g.mailbox_id AND d.user_id = g.user_id WHERE g.user_id = $1 \
               ORDER BY b.address_key";
    tx.query(sql, &[&user], |row| {
        Ok(json!({ "address": row.text(0)?, "permissions": names(row.get(1)?),
                   "ends_at_ms": row.get::<Option<i64>>(2)?, "since_ms": row.get::<i64>(3)?,
                   "hours": row.get::<Option<String>>(4)?, "detached_at_ms": row.get::<Option<i64>>(5)? }))
    })
}

fn team_accesses(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<Value>, StoreError> {
    let sql = "SELECT b.address, g.permissions, t.name FROM team_grants g JOIN team_members m \
               ON m.team_id = g.team_id JOIN teams t ON t.team_id = g.team_id JOIN mailboxes b \
               ON b.mailbox_id = g.mailbox_id WHERE m.user_id = $1 ORDER BY b.address_key, t.name";
    tx.query(sql, &[&user], |row| {
        Ok(json!({ "address": row.text(0)?, "permissions": names(row.get(1)?), "team": row.text(2)? }))
    })
}

fn names(permissions: i64) -> Vec<&'static str> {
    Permissions::from_bits(permissions).iter().map(domain::Permission::name).collect()
}

fn devices(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<Value>, StoreError> {
    let sql = "SELECT d.name, d.created_at, d.last_used_at, d.last_ip, b.address FROM devices d JOIN mailboxes b \
               ON b.mailbox_id = d.mailbox_id WHERE d.user_id = $1 ORDER BY d.created_at";
    tx.query(sql, &[&user], |row| {
        let mut device = device(row)?;
        device["address"] = row.text(4)?.into();
        Ok(device)
    })
}

fn account_devices(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<Value>, StoreError> {
    let sql = "SELECT name, created_at, last_used_at, last_ip FROM account_devices WHERE user_id = $1 \
               ORDER BY created_at";
    tx.query(sql, &[&user], device)
}

fn device(row: &store::Row<'_>) -> Result<Value, StoreError> {
    Ok(json!({ "name": row.text(0)?, "created_at_ms": row.get::<i64>(1)?,
               "last_used_at_ms": row.get::<Option<i64>>(2)?, "last_ip": row.get::<Option<String>>(3)? }))
}

/// What mail programs keep for this user alone (RFC 5464).
fn annotations(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<Value>, StoreError> {
    let sql = "SELECT b.address, a.name, a.value FROM annotations a JOIN mailboxes b \
               ON b.mailbox_id = a.mailbox_id WHERE a.user_id = $1 ORDER BY b.address_key, a.folder_id, a.name";
    tx.query(sql, &[&user], |row| {
        let value = String::from_utf8_lossy(row.bytes(2)?).into_owned();
        Ok(json!({ "address": row.text(0)?, "name": row.text(1)?, "value": value }))
    })
}

fn activity(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<Value>, StoreError> {
    let all = account_log::of(tx, user)?;
    let one = |entry: &account_log::ActivityEntry| {
        json!({ "at_ms": entry.at.millis(), "verb": entry.verb, "object": entry.object, "ip": entry.ip,
                "organization": entry.organization })
    };
    Ok(all.iter().map(one).collect())
}
