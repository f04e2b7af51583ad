//! Device passwords for all addresses: each for one user and one mail program, whatever the user may open with programs.
//!
//! **Invariant:** a secret is shown once, when it is made, and kept only as a hash. It gives no right: what it opens is asked
//! of the user's accesses each time.

use std::net::IpAddr;

use bus::{EndReason, Holder, Protocol};
use domain::{DeviceId, Event, Secret, Timestamp, UserId};
use store::{Row, StoreError, Tx};

use crate::actor::{Actor, Confirmed, Known, Parts, Way};
use crate::device_sign_in::Shown;
use crate::devices::{self, NewDevice};
use crate::identity::{Identity, Unavailable};
use crate::mails::{self, MailTemplate};
use crate::{account_log, last_factor, scram, sessions, users};

/// How many one user may have: more than anybody has programs.
const PER_USER: i64 = 30;

/// A device password for all addresses in its user's list.
#[derive(Debug, Clone)]
pub struct AccountDeviceView {
    /// Which.
    pub id: DeviceId,
    /// Its name.
    pub name: String,
    /// Since when.
    pub created_at: Timestamp,
    /// When it was used last.
    pub last_used_at: Option<Timestamp>,
    /// From where.
    pub last_ip: Option<String>,
}

/// Why a device password for all addresses was not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AccountDeviceError {
    /// There are as many as there may be.
    #[error("there cannot be more device passwords")]
    TooMany,
    /// Whoever asks is not there any more, or did not prove to be who they are.
    #[error("the session has ended")]
    Ended,
    /// An organization asks its members for a second factor, and they have none.
    #[error("an organization asks for a second factor")]
    FactorNeeded,
    /// The storage failed.
    #[error("the storage is unavailable")]
    Unavailable,
}

impl From<StoreError> for AccountDeviceError {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "a device password for all addresses could not be made");
        Self::Unavailable
    }
}

impl Identity {
    /// The actor's device passwords for all addresses, the oldest first.
    pub async fn account_devices(&self, actor: &Actor) -> Result<Vec<AccountDeviceView>, Unavailable> {
        let user = actor.user();
        self.parts.store.read(move |tx| Ok(of(tx, user)?)).await
    }

    /// Makes a device password for all addresses of the actor.
    pub async fn add_account_device(
        &self,
        actor: &Actor,
        proof: &Confirmed,
        name: &str,
    ) -> Result<NewDevice, AccountDeviceError> {
        let (who, proof, name) = (actor.clone(), *proof, devices::shortened(name));
        let page = format!("{}/account/devices", self.origin());
        let add = move |tx: &mut Tx<'_>| {
            let is_own = matches!(who.way(), Way::Browser(_)) && proof.belongs_to(&who);
            users::lock(tx, who.user())?;
            if !is_own || who.ended(tx)?.is_some() {
                return Err(AccountDeviceError::Ended);
            }
            // What it makes opens mail without any second factor.
            if !last_factor::has_any(tx, who.user())? && last_factor::asked_by(tx, who.user())?.is_some() {
                return Err(AccountDeviceError::FactorNeeded);
            }
            let count = "SELECT count(*) FROM account_devices WHERE user_id = $1";
            if tx.load(count, &[&who.user()], |row| row.get::<i64>(0))? >= PER_USER {
                return Err(AccountDeviceError::TooMany);
            }
            account_log::note_by(tx, &who, "account_device.add", &name)?;
            tell(tx, &who, &name, &page)?;
            Ok(insert(tx, who.user(), &name)?)
        };
        self.parts.store.write(add).await
    }

    /// Takes one of the actor's device passwords for all addresses away; what was opened with it ends. Of somebody else's,
    /// as of one that is not there, nothing happens.
    pub async fn revoke_account_device(&self, actor: &Actor, device: DeviceId) -> Result<(), Unavailable> {
        let who = actor.clone();
        let revoke = move |tx: &mut Tx<'_>| -> Result<(), Unavailable> {
            if !matches!(who.way(), Way::Browser(_)) || who.ended(tx)?.is_some() {
                return Ok(());
            }
            let sql = "DELETE FROM account_devices WHERE device_id = $1 AND user_id = $2 RETURNING name";
            if let Some(name) = tx.find(sql, &[&device, &who.user()], |row| row.get::<String>(0))? {
                account_log::note_by(tx, &who, "account_device.revoke", &name)?;
                tx.publish(Event::DeviceEnded { device });
            }
            Ok(())
        };
        self.parts.store.write(revoke).await
    }

    /// Signs a mail program in with a login identifier and a device password for all addresses; nothing when it is none.
    pub(crate) async fn sign_in_for_all(
        &self,
        key: &str,
        shown: &Shown,
        protocol: Protocol,
        ip: IpAddr,
    ) -> Result<Option<(Actor, [u8; 32])>, StoreError> {
        let Some((found, _)) = self.account_device(key, shown).await? else { return Ok(None) };
        let device = found.device;
        let lease = self.parts.bus.lease(Holder {
            user: found.user,
            mailbox: None,
            session: None,
            device: Some(device),
            protocol,
            from: ip,
        });
        // Asked once more now that an end would be told.
        let again = self.account_device(key, shown).await?.filter(|(again, _)| again.device == device);
        let Some((_, answer)) = again else { return Ok(None) };
        let Some(user) = self.parts.store.read(move |tx| users::by_id(tx, found.user)).await? else {
            return Ok(None);
        };
        if found.noted_at.is_none_or(|at| self.now().since(at) >= devices::NOTED_EVERY) {
            self.parts.store.write(move |tx| touch(tx, device, protocol, ip)).await?;
        }
        let actor = Actor::new(Parts {
            user: user.id,
            name: user.name(),
            address: user.address,
            language: user.language,
            time_zone: user.time_zone,
            ip: Some(ip),
            way: Way::AllAddresses { device },
            lease: Some(lease),
            known: Known::default(),
        });
        Ok(Some((actor, answer)))
    }

    async fn account_device(
        &self,
        key: &str,
        shown: &Shown,
    ) -> Result<Option<(Found, [u8; 32])>, StoreError> {
        let (key, shown) = (key.to_owned(), shown.clone());
        self.parts.store.read(move |tx| find(tx, &key, &shown)).await
    }
}

/// A device password that fits a login identifier.
struct Found {
    device: DeviceId,
    user: UserId,
    noted_at: Option<Timestamp>,
}

/// Mails the user of a device password that opens all their mail, and tells their other sessions.
fn tell(tx: &mut Tx<'_>, who: &Actor, name: &str, page: &str) -> Result<(), StoreError> {
    if let Way::Browser(session) = *who.way() {
        sessions::tell_others(tx, who.user(), session, "account_device.add")?;
    }
    for address in users::reached_at(tx, who.user())? {
        let values = [("name", name), ("link", page)];
        mails::send(tx, MailTemplate::AccountDeviceAdded, who.language(), &address, &values)?;
    }
    Ok(())
}

/// Which one it is, and what a program that proves it gets to hear.
fn find(tx: &mut Tx<'_>, key: &str, shown: &Shown) -> Result<Option<(Found, [u8; 32])>, StoreError> {
    match shown {
        Shown::Secret(secret) => {
            // Found by the hash of the secret: whether somebody signs in with the address plays no part in how long it takes.
            let sql = "SELECT d.device_id, d.user_id, d.last_used_at FROM account_devices d JOIN login_identifiers l \
                       ON l.user_id = d.user_id WHERE d.secret_hash = $1 AND l.address_key = $2";
            tx.find(sql, &[&devices::hash(secret.reveal()), &key], |row| Ok((found(row)?, [0; 32])))
        }
        Shown::Claim(claim) => {
            let sql = "SELECT d.device_id, d.user_id, d.last_used_at, k.stored_key, k.server_key \
                       FROM account_devices d JOIN login_identifiers l ON l.user_id = d.user_id \
                       JOIN account_device_scram k ON k.device_id = d.device_id WHERE l.address_key = $1";
            let meant = tx.query(sql, &[&key], |row| Ok((found(row)?, scram::keys(row, 3)?)))?;
            Ok(meant.into_iter().find_map(|(found, keys)| Some((found, keys.answer(claim)?))))
        }
    }
}

fn found(row: &Row<'_>) -> Result<Found, StoreError> {
    Ok(Found { device: row.get(0)?, user: row.get(1)?, noted_at: row.get(2)? })
}

fn touch(tx: &mut Tx<'_>, device: DeviceId, protocol: Protocol, ip: IpAddr) -> Result<(), StoreError> {
    let (now, name) = (tx.now(), devices::protocol_name(protocol));
    let sql =
        "UPDATE account_devices SET last_used_at = $2, last_ip = $3, last_protocol = $4 WHERE device_id = $1";
    tx.execute(sql, &[&device, &now, &ip.to_string(), &name]).map(drop)
}

/// Makes one. Who may was asked.
fn insert(tx: &mut Tx<'_>, user: UserId, name: &str) -> Result<NewDevice, StoreError> {
    let (id, now) = (tx.id::<DeviceId>(), tx.now());
    let secret = devices::secret(tx.random());
    let sql = "INSERT INTO account_devices (device_id, user_id, name, secret_hash, created_at) \
               VALUES ($1, $2, $3, $4, $5)";
    tx.execute(sql, &[&id, &user, &name, &devices::hash(&secret), &now])?;
    scram::keep_for_all(tx, id, &secret)?;
    Ok(NewDevice { id, secret: Secret::new(secret) })
}

fn of(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<AccountDeviceView>, StoreError> {
    let sql = "SELECT device_id, name, created_at, last_used_at, last_ip FROM account_devices \
               WHERE user_id = $1 ORDER BY created_at, device_id LIMIT $2";
    tx.query(sql, &[&user, &PER_USER], |row| {
        Ok(AccountDeviceView {
            id: row.get(0)?,
            name: row.get(1)?,
            created_at: row.get(2)?,
            last_used_at: row.get(3)?,
            last_ip: row.get(4)?,
        })
    })
}

/// Takes all of a user away, with what was opened with them.
pub(crate) fn end_all(tx: &mut Tx<'_>, user: UserId) -> Result<(), StoreError> {
    let sql = "DELETE FROM account_devices WHERE user_id = $1 RETURNING device_id";
    for device in tx.query(sql, &[&user], |row| row.get::<DeviceId>(0))? {
        tx.publish(Event::DeviceEnded { device });
    }
    Ok(())
}

/// Why whoever came with one can act no more.
pub(crate) fn ended(tx: &mut Tx<'_>, device: DeviceId) -> Result<Option<EndReason>, StoreError> {
    let sql = "SELECT 1 FROM account_devices WHERE device_id = $1";
    let there = tx.find(sql, &[&device], |_| Ok(()))?;
    Ok(there.is_none().then_some(EndReason::DeviceRevoked))
}
