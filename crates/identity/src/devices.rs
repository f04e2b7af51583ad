//! Device passwords: for mail programs, each for one user and one mailbox (P1).
//!
//! **Invariant:** a secret is shown once, when it is made, and kept only as a hash.

use std::net::IpAddr;

use bus::Protocol;
use domain::{DeviceId, Event, MailboxId, Secret, Timestamp, UserId};
use sha2::{Digest, Sha256};
use store::{StoreError, Tx};

use crate::actor::Actor;
use crate::scram::{self, ScramClaim};

/// The letters of a secret: none that look alike.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// How many letters: 5 bits each, 135 bits.
const SECRET_LETTERS: usize = 27;
/// How many letters stand together.
const GROUP: usize = 9;
/// How long a name may be, in characters.
const NAME_CHARACTERS: usize = 60;
/// How many are listed: many times what the people of one address have.
const LISTED: usize = 1_000;
/// A use is noted at most this often: a mail program signs in many times an hour.
pub(crate) const NOTED_EVERY: std::time::Duration = domain::duration::minutes(1);

/// A device password just made.
#[derive(Debug, Clone)]
pub struct NewDevice {
    /// Which.
    pub id: DeviceId,
    /// The secret: shown now and never again.
    pub secret: Secret<String>,
}

/// A device password in a list.
#[derive(Debug, Clone)]
pub struct DeviceView {
    /// Which.
    pub id: DeviceId,
    /// Whose.
    pub user: UserId,
    /// Their name.
    pub user_name: String,
    /// Its name.
    pub name: String,
    /// Since when.
    pub created_at: Timestamp,
    /// When it was used last.
    pub last_used_at: Option<Timestamp>,
    /// From where.
    pub last_ip: Option<String>,
    /// With which protocol.
    pub last_protocol: Option<String>,
}

/// Makes a device password. The caller has checked the right (P1).
pub fn add(
    tx: &mut Tx<'_>,
    by: &Actor,
    mailbox: MailboxId,
    user: UserId,
    name: &str,
) -> Result<NewDevice, StoreError> {
    let (id, now) = (tx.id::<DeviceId>(), tx.now());
    let secret = secret(tx.random());
    let name = shortened(name);
    tx.execute(
        "INSERT INTO devices (device_id, mailbox_id, user_id, name, secret_hash, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6)",
        &[&id, &mailbox, &user, &name, &hash(&secret), &now],
    )?;
    scram::keep(tx, id, &secret)?;
    note(tx, by, mailbox, "device.add", &name)?;
    Ok(NewDevice { id, secret: Secret::new(secret) })
}

/// A name as it is kept.
pub(crate) fn shortened(name: &str) -> String {
    name.trim().chars().filter(|c| !c.is_control()).take(NAME_CHARACTERS).collect()
}

/// The device passwords for a mailbox, of one user or of all, the oldest first.
pub fn of(tx: &mut Tx<'_>, mailbox: MailboxId, user: Option<UserId>) -> Result<Vec<DeviceView>, StoreError> {
    let sql = "SELECT d.device_id, d.user_id, u.first_name, u.last_name, d.name, d.created_at, d.last_used_at, \
               d.last_ip, d.last_protocol FROM devices d JOIN users u ON u.user_id = d.user_id \
               WHERE d.mailbox_id = $1 AND d.user_id = COALESCE($2, d.user_id) \
               ORDER BY d.created_at, d.device_id LIMIT $3";
    tx.query(sql, &[&mailbox, &user, &LISTED], |row| {
        Ok(DeviceView {
            id: row.get(0)?,
            user: row.get(1)?,
            user_name: format!("{} {}", row.text(2)?, row.text(3)?),
            name: row.get(4)?,
            created_at: row.get(5)?,
            last_used_at: row.get(6)?,
            last_ip: row.get(7)?,
            last_protocol: row.get(8)?,
        })
    })
}

/// Takes a device password away; what was opened with it ends.
pub fn revoke(tx: &mut Tx<'_>, by: &Actor, device: DeviceId) -> Result<(), StoreError> {
    let sql = "DELETE FROM devices WHERE device_id = $1 RETURNING mailbox_id, name";
    let gone = tx.find(sql, &[&device], |row| Ok((row.get::<MailboxId>(0)?, row.get::<String>(1)?)))?;
    if let Some((mailbox, name)) = gone {
        note(tx, by, mailbox, "device.revoke", &name)?;
        tx.publish(Event::DeviceEnded { device });
    }
    Ok(())
}

/// A device password that fits an address.
pub(crate) struct Found {
    pub(crate) device: DeviceId,
    pub(crate) user: UserId,
    pub(crate) mailbox: MailboxId,
    pub(crate) noted_at: Option<Timestamp>,
}

/// The device password with that secret, if it is one for that address.
pub(crate) fn find(tx: &mut Tx<'_>, address_key: &str, secret: &str) -> Result<Option<Found>, StoreError> {
    // Found by the hash of the secret: whether the address exists plays no part in how long it takes.
    let sql = "SELECT d.device_id, d.user_id, d.mailbox_id, d.last_used_at FROM devices d JOIN addresses a \
               ON a.mailbox_id = d.mailbox_id WHERE d.secret_hash = $1 AND a.address_key = $2";
    tx.find(sql, &[&hash(secret), &address_key], |row| {
        Ok(Found { device: row.get(0)?, user: row.get(1)?, mailbox: row.get(2)?, noted_at: row.get(3)? })
    })
}

/// How many keys of one mailbox are tried, those of the last used device passwords first: more than anybody makes.
const KEYS_TRIED: usize = 2_000;

/// The device password for that address which a program claims to know, with what proves to the program that it is known
/// here.
pub(crate) fn find_claimed(
    tx: &mut Tx<'_>,
    address_key: &str,
    claim: &ScramClaim,
) -> Result<Option<(Found, [u8; 32])>, StoreError> {
    let sql = "SELECT d.device_id, d.user_id, d.mailbox_id, d.last_used_at, k.stored_key, k.server_key \
               FROM devices d JOIN addresses a ON a.mailbox_id = d.mailbox_id \
               JOIN device_scram k ON k.device_id = d.device_id WHERE a.address_key = $1 \
               ORDER BY coalesce(d.last_used_at, d.created_at) DESC, d.device_id LIMIT $2";
    let meant = tx.query(sql, &[&address_key, &KEYS_TRIED], |row| {
        let found =
            Found { device: row.get(0)?, user: row.get(1)?, mailbox: row.get(2)?, noted_at: row.get(3)? };
        Ok((found, scram::keys(row, 4)?))
    })?;
    Ok(meant.into_iter().find_map(|(found, keys)| Some((found, keys.answer(claim)?))))
}

/// Notes that a device password was used.
pub(crate) fn touch(
    tx: &mut Tx<'_>,
    device: DeviceId,
    protocol: Protocol,
    ip: IpAddr,
) -> Result<(), StoreError> {
    let (now, name) = (tx.now(), protocol_name(protocol));
    let sql = "UPDATE devices SET last_used_at = $2, last_ip = $3, last_protocol = $4 WHERE device_id = $1";
    tx.execute(sql, &[&device, &now, &ip.to_string(), &name]).map(drop)
}

pub(crate) fn protocol_name(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Web => "web",
        Protocol::Imap => "imap",
        Protocol::Submission => "submission",
    }
}

fn note(tx: &mut Tx<'_>, by: &Actor, mailbox: MailboxId, verb: &str, name: &str) -> Result<(), StoreError> {
    let sql = "SELECT s.organization_id, b.address FROM mailboxes b JOIN mail_services s \
               ON s.mail_service_id = b.mail_service_id WHERE b.mailbox_id = $1";
    let (organization, address) =
        tx.load(sql, &[&mailbox], |row| Ok((row.get(0)?, row.get::<String>(1)?)))?;
    let detail = serde_json::json!({ "name": name }).to_string();
    crate::audit::write(tx, organization, by, verb, &address, &detail)
}

pub(crate) fn secret(random: [u8; SECRET_LETTERS]) -> String {
    let mut secret = String::with_capacity(SECRET_LETTERS + SECRET_LETTERS / GROUP);
    for (index, byte) in random.iter().enumerate() {
        if index > 0 && index % GROUP == 0 {
            secret.push('-');
        }
        // 256 is a multiple of 32: each letter is as likely as another.
        secret.push(char::from(LETTERS[usize::from(byte % 32)]));
    }
    secret
}

/// The hash of a secret as typed: without spaces and dashes, in small letters, as people copy it.
pub(crate) fn hash(secret: &str) -> [u8; 32] {
    let letters = secret.chars().filter(|letter| !matches!(letter, '-' | ' '));
    let plain: String = letters.map(|letter| letter.to_ascii_lowercase()).collect();
    Sha256::digest(plain.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_may_be_typed_without_its_dashes() {
        let made = secret([7; SECRET_LETTERS]);
        assert_eq!(made.len(), SECRET_LETTERS + 2);
        assert_eq!(hash(&made), hash(&made.replace('-', " ").to_uppercase()));
    }
}
