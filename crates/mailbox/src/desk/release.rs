//! Releasing an address that somebody signs in with, so that it can be shared (I8).

use domain::EmailAddress;
use identity::{Confirmed, Released};

use super::proof::check_proof;
use super::{AddressDesk, DeskError};

impl AddressDesk {
    /// The name of whoever signs in with this address; none when nobody does.
    pub async fn signs_in(&self) -> Result<Option<String>, DeskError> {
        let key = self.address.key();
        self.read(move |tx| {
            let Some(user) = identity::users::by_identifier(tx, &key)? else { return Ok(None) };
            Ok::<_, DeskError>(identity::users::by_id(tx, user)?.map(|user| user.name()))
        })
        .await
    }

    /// Takes the address from whoever signs in with it: they are told, and choose another at their next sign-in. The
    /// access that they have stays.
    pub async fn release(&self, proof: &Confirmed) -> Result<Released, DeskError> {
        check_proof(proof, &self.actor)?;
        let desk = self.clone();
        let address: EmailAddress = self.address.clone();
        self.write(move |tx| {
            let identity = desk.access.identity();
            let released = identity.release_identifier(tx, &desk.actor, &address)?;
            let released = released.ok_or(DeskError::NotFound)?;
            let detail = serde_json::json!({ "user": released.name }).to_string();
            desk.note(tx, "address.release", &detail)?;
            Ok::<_, DeskError>(released)
        })
        .await
    }
}
