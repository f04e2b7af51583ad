//! The keys by which a device password is proved without being told (SCRAM-SHA-256, RFC 5802 §3, RFC 7677).
//!
//! Device passwords are random, 135 bits of them, so that nothing is gained by trying words: 4,096 rounds, the fewest
//! that RFC 7677 allows, are enough, and so is one salt for all. One salt is also what lets an address have many device
//! passwords, as the salt is told before anybody knows which of them is meant, and what makes the answer for an address
//! that is not here the same as for one that is.
//!
//! **Invariant:** the keys that are kept let nobody sign in: only who knows the password makes a proof.

use domain::{DeviceId, Random, Secret};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use store::{StoreError, Tx};
use subtle::ConstantTimeEq;

/// How often a password is hashed: the fewest that RFC 7677 §4 allows.
pub(crate) const ITERATIONS: u32 = 4096;
/// How long the salt is, in bytes.
const SALT_BYTES: usize = 16;

/// A hash.
type Hash = [u8; 32];

/// What a server tells before a proof is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScramOpening {
    /// The salt, the same for everybody.
    pub salt: Vec<u8>,
    /// How often the password is hashed.
    pub iterations: u32,
    /// Drawn by chance: letters and digits.
    pub nonce: String,
}

/// That a mail program knows a device password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScramClaim {
    /// Everything that both sides said (`AuthMessage`).
    pub message: Vec<u8>,
    /// The proof.
    pub proof: Hash,
}

/// The keys of a password.
pub(crate) struct Keys {
    stored: Hash,
    server: Hash,
}

impl Keys {
    /// The keys of a password as it is typed.
    fn of(password: &str, salt: &[u8]) -> Self {
        let salted = salted(password.as_bytes(), salt);
        let client = keyed(&salted, &[b"Client Key"]);
        Self { stored: Sha256::digest(client).into(), server: keyed(&salted, &[b"Server Key"]) }
    }

    /// By which the program sees that the server knows the password too; none when the claim is of another password.
    pub(crate) fn answer(&self, claim: &ScramClaim) -> Option<Hash> {
        let mut client = keyed(&self.stored, &[&claim.message]);
        client.iter_mut().zip(claim.proof).for_each(|(byte, proof)| *byte ^= proof);
        let is_right = bool::from(Sha256::digest(client).as_slice().ct_eq(&self.stored));
        is_right.then(|| keyed(&self.server, &[&claim.message]))
    }
}

/// Keeps the keys of a new device password, as it is shown and without its dashes.
pub(crate) fn keep(tx: &mut Tx<'_>, device: DeviceId, shown: &str) -> Result<(), StoreError> {
    keep_in(tx, "device_scram", device, shown)
}

/// The same of a device password for all addresses.
pub(crate) fn keep_for_all(tx: &mut Tx<'_>, device: DeviceId, shown: &str) -> Result<(), StoreError> {
    keep_in(tx, "account_device_scram", device, shown)
}

fn keep_in(tx: &mut Tx<'_>, table: &str, device: DeviceId, shown: &str) -> Result<(), StoreError> {
    let salt = kept_salt(tx)?;
    for typed in [shown.to_owned(), shown.replace('-', "")] {
        let keys = Keys::of(&typed, &salt);
        tx.execute(
            &format!("INSERT INTO {table} (device_id, stored_key, server_key) VALUES ($1, $2, $3)"),
            &[&device, &keys.stored, &keys.server],
        )?;
    }
    Ok(())
}

/// The salt, drawn when the first device password is made.
fn kept_salt(tx: &mut Tx<'_>) -> Result<Vec<u8>, StoreError> {
    if let Some(salt) = salt(tx)? {
        return Ok(salt);
    }
    let drawn: [u8; SALT_BYTES] = tx.random();
    // Of two that draw at once, the second keeps what the first has drawn.
    let sql = "INSERT INTO scram_salt (one, salt) VALUES (1, $1) \
               ON CONFLICT (one) DO UPDATE SET one = 1 RETURNING salt";
    tx.load(sql, &[&drawn], |row| row.get(0))
}

/// The salt; none before the first device password was made.
pub(crate) fn salt(tx: &mut Tx<'_>) -> Result<Option<Vec<u8>>, StoreError> {
    tx.find("SELECT salt FROM scram_salt WHERE one = 1", &[], |row| row.get(0))
}

/// The salt that is told while there is none: nobody can sign in, and nobody can tell that.
pub(crate) fn no_salt(secret: &Secret<String>) -> Vec<u8> {
    let hash = Sha256::digest(secret.reveal().as_bytes());
    hash.iter().copied().take(SALT_BYTES).collect()
}

/// Drawn by chance: 36 hexadecimal digits.
pub(crate) fn nonce(random: &dyn Random) -> String {
    let mut bytes = [0; 18];
    random.fill(&mut bytes);
    bytes.iter().fold(String::new(), |nonce, byte| nonce + &format!("{byte:02x}"))
}

/// `Hi` of RFC 5802 §2.2: PBKDF2 (RFC 8018 §5.2) with HMAC-SHA-256, one block of it.
fn salted(password: &[u8], salt: &[u8]) -> Hash {
    let mut last = keyed(password, &[salt, &1_u32.to_be_bytes()]);
    let mut all = last;
    for _ in 1..ITERATIONS {
        last = keyed(password, &[&last]);
        all.iter_mut().zip(last).for_each(|(byte, new)| *byte ^= new);
    }
    all
}

/// HMAC-SHA-256 over `parts`.
fn keyed(key: &[u8], parts: &[&[u8]]) -> Hash {
    // HMAC takes keys of any length: this cannot fail, and zeros would be the hash of nothing that is kept.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

/// A device password that may be meant, with one of its keys.
pub(crate) fn keys(row: &store::Row<'_>, first: usize) -> Result<Keys, StoreError> {
    Ok(Keys { stored: row.get(first)?, server: row.get(first + 1)? })
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    fn hash(text: &str) -> Hash {
        STANDARD.decode(text).unwrap().try_into().unwrap()
    }

    /// The example of RFC 7677 §3.
    fn claim() -> ScramClaim {
        let message = "n=user,r=rOprNGfwEbeRWgbNEkqO,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,\
                       s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,\
                       c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
        let proof = hash("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
        ScramClaim { message: message.as_bytes().to_vec(), proof }
    }

    #[test]
    fn the_published_proof_is_right_and_answered_as_published() {
        let salt = STANDARD.decode("W22ZaJ0SNY7soEsUEjb6gQ==").unwrap();
        let keys = Keys::of("pencil", &salt);
        assert_eq!(keys.answer(&claim()), Some(hash("6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")));
    }

    #[test]
    fn another_password_message_or_proof_is_wrong() {
        let salt = STANDARD.decode("W22ZaJ0SNY7soEsUEjb6gQ==").unwrap();
        assert_eq!(Keys::of("pen", &salt).answer(&claim()), None);
        let keys = Keys::of("pencil", &salt);
        assert_eq!(keys.answer(&ScramClaim { message: b"n=user".to_vec(), ..claim() }), None);
        assert_eq!(keys.answer(&ScramClaim { proof: [0; 32], ..claim() }), None);
    }
}
