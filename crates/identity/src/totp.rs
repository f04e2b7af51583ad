//! Codes of authenticator apps (RFC 6238) and recovery codes.

use domain::{Secret, Timestamp, UserId};
use sha2::{Digest, Sha256};
use store::{StoreError, Tx};

/// Who the code is for, in the person's app.
const ISSUER: &str = "Postroom";
/// How many recovery codes there are.
pub(crate) const RECOVERY_CODES: usize = 10;
/// The letters of recovery codes: none that look alike.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// What an authenticator app needs.
#[derive(Debug, Clone)]
pub struct TotpOffer {
    /// The secret, in base 32, for typing.
    pub secret: Secret<String>,
    /// The `otpauth:` address, for a QR code.
    pub url: Secret<String>,
}

fn totp(secret: &[u8], account: &str) -> Option<totp_rs::Totp> {
    // A colon would end the issuer in the address.
    let account = account.replace(':', " ");
    totp_rs::Builder::new()
        .with_secret(secret.to_vec())
        .with_account_name(account)
        .with_issuer(Some(ISSUER))
        .build()
        .inspect_err(|error| tracing::error!(%error, "a second factor cannot be used"))
        .ok()
}

/// What to show somebody who sets up an app.
pub(crate) fn offer(secret: &[u8], account: &str) -> Option<TotpOffer> {
    let url = totp(secret, account)?.to_url().ok()?;
    let shown = totp_rs::Secret::from(secret.to_vec()).to_base32();
    Some(TotpOffer { secret: Secret::new(shown), url: Secret::new(url) })
}

/// The time step of a code that is right now; none for a wrong one.
pub(crate) fn step(secret: &[u8], code: &str, now: Timestamp) -> Option<u64> {
    let code: String = code.chars().filter(|letter| !letter.is_whitespace()).collect();
    let seconds = u64::try_from(now.secs()).ok()?;
    totp(secret, "code")?.check(&code, seconds)
}

/// Takes a code, once: the step of an earlier one, or the same again, is refused.
pub(crate) fn take(tx: &mut Tx<'_>, user: UserId, secret: &[u8], code: &str) -> Result<bool, StoreError> {
    let Some(step) = step(secret, code, tx.now()) else { return Ok(false) };
    let sql = "UPDATE users SET totp_last_step = $2 WHERE user_id = $1 AND totp_last_step < $2";
    Ok(tx.execute(sql, &[&user, &step])? == 1)
}

/// Makes the recovery codes of a user; they are shown once.
pub(crate) fn make_recovery_codes(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<Secret<String>>, StoreError> {
    tx.execute("DELETE FROM recovery_codes WHERE user_id = $1", &[&user])?;
    let mut codes = Vec::with_capacity(RECOVERY_CODES);
    for _ in 0..RECOVERY_CODES {
        let random: [u8; 16] = tx.random();
        let mut code = String::with_capacity(19);
        for (index, byte) in random.iter().enumerate() {
            if index > 0 && index % 4 == 0 {
                code.push('-');
            }
            code.push(char::from(LETTERS[usize::from(byte % 32)]));
        }
        let sql = "INSERT INTO recovery_codes (user_id, code_hash) VALUES ($1, $2)";
        tx.execute(sql, &[&user, &hash(&code)])?;
        codes.push(Secret::new(code));
    }
    Ok(codes)
}

/// Takes a recovery code, once.
pub(crate) fn take_recovery_code(tx: &mut Tx<'_>, user: UserId, code: &str) -> Result<bool, StoreError> {
    let now = tx.now();
    let sql =
        "UPDATE recovery_codes SET used_at = $3 WHERE user_id = $1 AND code_hash = $2 AND used_at IS NULL";
    Ok(tx.execute(sql, &[&user, &hash(code), &now])? == 1)
}

fn hash(code: &str) -> [u8; 32] {
    let letters = code.chars().filter(|letter| !matches!(letter, '-' | ' '));
    let plain: String = letters.map(|letter| letter.to_ascii_lowercase()).collect();
    Sha256::digest(plain.as_bytes()).into()
}
