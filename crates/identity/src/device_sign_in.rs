//! Signing in of mail programs: with an address and one of its device passwords.
//!
//! **Invariant:** a device password that counts is never refused, whatever others tried before: it is random, and found
//! by its hash. Wrong ones wait longer each time, and are counted apart from what people type on pages.

use std::net::IpAddr;

use bus::{Holder, Protocol};
use domain::{EmailAddress, Secret};
use store::{StoreError, Tx};

use crate::actor::{Actor, Known, Parts, Way};
use crate::devices::{self, Found};
use crate::identity::Identity;
use crate::scram::{self, ScramClaim, ScramOpening};
use crate::sign_in::SignInError;
use crate::throttle::Tried;
use crate::users::UserView;
use crate::{grants, users};

/// How a mail program shows that it knows a device password.
#[derive(Clone)]
pub(crate) enum Shown {
    /// It says it.
    Secret(Secret<String>),
    /// It proves it.
    Claim(ScramClaim),
}

impl Shown {
    /// Which device password of that address it is, and what a program that proves it gets to hear.
    fn device(&self, tx: &mut Tx<'_>, key: &str) -> Result<Option<(Found, [u8; 32])>, StoreError> {
        match self {
            Self::Secret(secret) => {
                Ok(devices::find(tx, key, secret.reveal())?.map(|found| (found, [0; 32])))
            }
            Self::Claim(claim) => devices::find_claimed(tx, key, claim),
        }
    }
}

impl Identity {
    /// Signs a mail program in, with an address and one of its device passwords.
    pub async fn sign_in_device(
        &self,
        address: &EmailAddress,
        secret: &Secret<String>,
        protocol: Protocol,
        ip: IpAddr,
    ) -> Result<Actor, SignInError> {
        let shown = Shown::Secret(secret.clone());
        self.sign_in_shown(address, shown, protocol, ip).await.map(|(actor, _)| actor)
    }

    /// What a mail program is told that wants to prove a device password without saying it: the same whoever it is.
    pub async fn scram_opening(&self) -> Result<ScramOpening, SignInError> {
        let salt = self.parts.store.read(scram::salt).await?;
        let salt = salt.unwrap_or_else(|| scram::no_salt(&self.secret_for("scram")));
        let nonce = scram::nonce(&*self.parts.ambient.random);
        Ok(ScramOpening { salt, iterations: scram::ITERATIONS, nonce })
    }

    /// Signs a mail program in that proves one of the device passwords of an address; what proves to the program that the
    /// password is known here comes along (RFC 5802).
    pub async fn sign_in_device_scram(
        &self,
        address: &EmailAddress,
        claim: &ScramClaim,
        protocol: Protocol,
        ip: IpAddr,
    ) -> Result<(Actor, [u8; 32]), SignInError> {
        self.sign_in_shown(address, Shown::Claim(claim.clone()), protocol, ip).await
    }

    async fn sign_in_shown(
        &self,
        address: &EmailAddress,
        shown: Shown,
        protocol: Protocol,
        ip: IpAddr,
    ) -> Result<(Actor, [u8; 32]), SignInError> {
        let key = address.key();
        let Some(found) = self.device(key.clone(), &shown).await? else {
            if let Some(signed_in) = self.sign_in_for_all(&key, &shown, protocol, ip).await? {
                self.parts.throttle.succeeded(Tried::DeviceSecret, &key, ip);
                return Ok(signed_in);
            }
            self.attempt_once(Tried::DeviceSecret, &key, ip)?;
            return Err(SignInError::Wrong);
        };
        let (device, mailbox) = (found.device, found.mailbox);
        let lease = self.parts.bus.lease(Holder {
            user: found.user,
            mailbox: Some(mailbox),
            session: None,
            device: Some(device),
            protocol,
            from: ip,
        });
        // Asked once more now that an end would be told.
        let Some((user, answer)) = self.opens(key.clone(), &shown, &found).await? else {
            return Err(SignInError::Wrong);
        };
        self.parts.throttle.succeeded(Tried::DeviceSecret, &key, ip);
        if found.noted_at.is_none_or(|at| self.now().since(at) >= devices::NOTED_EVERY) {
            let touch = move |tx: &mut Tx<'_>| devices::touch(tx, device, protocol, ip);
            self.parts.store.write(touch).await?;
        }
        let actor = Actor::new(Parts {
            user: user.id,
            name: user.name(),
            address: user.address,
            language: user.language,
            time_zone: user.time_zone,
            ip: Some(ip),
            way: Way::Device { device, mailbox },
            lease: Some(lease),
            known: Known::default(),
        });
        Ok((actor, answer))
    }

    async fn device(&self, key: String, shown: &Shown) -> Result<Option<Found>, StoreError> {
        let shown = shown.clone();
        let found = self.parts.store.read(move |tx| shown.device(tx, &key)).await?;
        Ok(found.map(|(found, _)| found))
    }

    /// Whose device password it is, if it still is one, and opens its mailbox.
    async fn opens(
        &self,
        key: String,
        shown: &Shown,
        found: &Found,
    ) -> Result<Option<(UserView, [u8; 32])>, StoreError> {
        let (shown, device) = (shown.clone(), found.device);
        let read = move |tx: &mut Tx<'_>| {
            let again = shown.device(tx, &key)?.filter(|(again, _)| again.device == device);
            let Some((found, answer)) = again else { return Ok(None) };
            if grants::rights(tx, found.user, found.mailbox)?.is_none() {
                return Ok(None);
            }
            Ok(users::by_id(tx, found.user)?.map(|user| (user, answer)))
        };
        self.parts.store.read(read).await
    }
}
