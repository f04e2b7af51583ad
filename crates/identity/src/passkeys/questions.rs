//! What a browser is asked to have a key do, as JSON: binary parts in base64url (WebAuthn §5.4, §5.5).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{Id, UserId};
use serde_json::{Value, json};
use store::{StoreError, Tx};

use super::answer::{Party, Verification};
use super::challenges::{self, AskedBy, Purpose, WAITS};
use super::{PasskeyError, key};
use crate::actor::{Actor, Confirmed, Origin, Way};
use crate::identity::Identity;
use crate::sessions;

impl Identity {
    /// Whether browsers have passkeys for the address of this server.
    pub fn has_passkeys(&self) -> bool {
        Party::of(self.origin()).is_some()
    }

    pub(super) fn party(&self) -> Result<Party, PasskeyError> {
        Party::of(self.origin()).ok_or(PasskeyError::NotHere)
    }

    /// What the browser is asked so that the actor gets a new passkey.
    pub async fn ask_for_new_passkey(
        &self,
        actor: &Actor,
        proof: &Confirmed,
        by: AskedBy,
        origin: &Origin,
    ) -> Result<String, PasskeyError> {
        let (party, who, origin) = (self.party()?, actor.clone(), origin.clone());
        let is_own = proof.belongs_to(actor);
        let handle = self.user_handle(actor.user());
        let ask = move |tx: &mut Tx<'_>| {
            if !is_own || !matches!(who.way(), Way::Browser(_)) || who.ended(tx)?.is_some() {
                return Err(PasskeyError::Ended);
            }
            super::add::check_room(tx, who.user())?;
            let known = credentials(tx, who.user())?;
            let challenge = challenges::ask(tx, by, Purpose::Add, &origin)?;
            let algorithms: Vec<Value> =
                key::ALGORITHMS.iter().map(|alg| json!({ "type": "public-key", "alg": alg })).collect();
            let question = json!({
                "rp": { "id": party.id, "name": "Postroom" },
                "user": { "id": handle, "name": who.address(), "displayName": who.name() },
                "challenge": encoded(&challenge), "pubKeyCredParams": algorithms, "timeout": timeout(),
                "excludeCredentials": known, "attestation": "none",
                "authenticatorSelection": { "residentKey": "preferred", "userVerification": "preferred" },
            });
            Ok(question.to_string())
        };
        self.parts.store.write(ask).await
    }

    /// What the browser is asked so that somebody signs in with a passkey alone.
    pub async fn ask_to_sign_in(&self, by: AskedBy, origin: &Origin) -> Result<String, PasskeyError> {
        let (party, origin) = (self.party()?, origin.clone());
        let ask = move |tx: &mut Tx<'_>| {
            let challenge = challenges::ask(tx, by, Purpose::SignIn, &origin)?;
            // None is named: the key offers what it holds, and nobody learns here who has one.
            Ok(use_of(&party, &challenge, Verification::Required, Vec::new()))
        };
        self.parts.store.write(ask).await
    }

    /// What the browser is asked after the password, for the sign-in of that token.
    pub async fn ask_second_step(&self, token: &str, origin: &Origin) -> Result<String, PasskeyError> {
        let (party, origin, token) = (self.party()?, origin.clone(), token.to_owned());
        let ask = move |tx: &mut Tx<'_>| {
            let (_, user) = sessions::owing(tx, &token)?.ok_or(PasskeyError::Expired)?;
            let known = some(credentials(tx, user)?)?;
            let challenge = challenges::ask(tx, AskedBy::token(&token), Purpose::SecondStep, &origin)?;
            Ok(use_of(&party, &challenge, Verification::Unneeded, known))
        };
        self.parts.store.write(ask).await
    }

    /// What the browser is asked so that the actor proves to be there.
    pub async fn ask_for_proof(
        &self,
        actor: &Actor,
        by: AskedBy,
        origin: &Origin,
    ) -> Result<String, PasskeyError> {
        let (party, origin, who) = (self.party()?, origin.clone(), actor.clone());
        let ask = move |tx: &mut Tx<'_>| {
            if !matches!(who.way(), Way::Browser(_)) || who.ended(tx)?.is_some() {
                return Err(PasskeyError::Ended);
            }
            let known = some(credentials(tx, who.user())?)?;
            let challenge = challenges::ask(tx, by, Purpose::Proof, &origin)?;
            Ok(use_of(&party, &challenge, Verification::Required, known))
        };
        self.parts.store.write(ask).await
    }

    /// What keys know a user by: nothing that anybody else knows them by.
    pub(super) fn user_handle(&self, user: UserId) -> String {
        self.parts.key.token("passkey user", user.bytes())
    }
}

fn use_of(party: &Party, challenge: &[u8], verification: Verification, known: Vec<Value>) -> String {
    let verification = match verification {
        Verification::Required => "required",
        Verification::Unneeded => "discouraged",
    };
    let question = json!({
        "rpId": party.id, "challenge": encoded(challenge), "timeout": timeout(), "allowCredentials": known,
        "userVerification": verification,
    });
    question.to_string()
}

/// Whoever has no passkey cannot be asked for one.
fn some(known: Vec<Value>) -> Result<Vec<Value>, PasskeyError> {
    if known.is_empty() { Err(PasskeyError::NotFound) } else { Ok(known) }
}

/// The credentials of a user as a browser names them.
fn credentials(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<Value>, StoreError> {
    let sql =
        "SELECT credential_id, transports FROM passkeys WHERE user_id = $1 ORDER BY created_at, passkey_id";
    tx.query(sql, &[&user], |row| {
        let transports: Vec<&str> = row.text(1)?.split_whitespace().collect();
        Ok(json!({ "type": "public-key", "id": encoded(row.bytes(0)?), "transports": transports }))
    })
}

fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn timeout() -> u64 {
    u64::try_from(WAITS.as_millis()).unwrap_or(u64::MAX)
}
