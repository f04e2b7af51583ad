//! Passwords that people choose: argon2id, away from the runtime's threads, a few at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use domain::{Random, Secret};
use tokio::sync::Semaphore;

/// How many hashes are computed at once: each takes 19 MiB and a core for a while.
const AT_ONCE: usize = 4;
/// How long a password must be at least, in characters.
const SHORTEST: usize = 8;
/// How long one may be, in bytes: hashing must not become work for strangers to order.
const LONGEST_BYTES: usize = 512;
/// How much of a password is judged, in characters: judging takes longer with each.
const JUDGED: usize = 100;

/// What is wrong with a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordFault {
    /// Too short.
    #[error("a password has at least {SHORTEST} characters")]
    TooShort,
    /// Too long.
    #[error("a password has at most {LONGEST_BYTES} bytes")]
    TooLong,
    /// Easily guessed.
    #[error("this password is easily guessed")]
    Weak,
}

/// Judges a password; `own` are words that its owner is known by.
pub fn judge(password: &Secret<String>, own: &[&str]) -> Result<(), PasswordFault> {
    let text = password.reveal();
    if text.chars().count() < SHORTEST {
        return Err(PasswordFault::TooShort);
    }
    if text.len() > LONGEST_BYTES {
        return Err(PasswordFault::TooLong);
    }
    let judged: String = text.chars().take(JUDGED).collect();
    if zxcvbn::zxcvbn(&judged, own).score() < zxcvbn::Score::Three {
        return Err(PasswordFault::Weak);
    }
    Ok(())
}

/// Computes and compares hashes.
#[derive(Clone)]
pub(crate) struct Passwords {
    free: Arc<Semaphore>,
    /// The hash of nothing anybody knows: compared where there is no account, so that it takes as long.
    nobody: Arc<str>,
    /// How many comparisons were computed: what an attempt costs, and so how long it takes.
    computed: Arc<AtomicU64>,
}

impl Passwords {
    pub(crate) fn new(random: &dyn Random) -> Self {
        let mut salt = [0; 16];
        random.fill(&mut salt);
        let mut unknown = [0; 32];
        random.fill(&mut unknown);
        Self {
            free: Arc::new(Semaphore::new(AT_ONCE)),
            nobody: hash(&unknown, &salt).into(),
            computed: Arc::default(),
        }
    }

    /// The hash to keep; none when the server is shutting down.
    pub(crate) async fn hash(&self, password: &Secret<String>, salt: [u8; 16]) -> Option<String> {
        let password = password.clone();
        let _turn = self.free.acquire().await.ok()?;
        let hashed = tokio::task::spawn_blocking(move || hash(password.reveal().as_bytes(), &salt)).await;
        hashed.ok().filter(|hash| !hash.is_empty())
    }

    /// Whether the password is the one; takes as long where there is no account.
    pub(crate) async fn matches(&self, password: &Secret<String>, kept: Option<&str>) -> bool {
        let known = kept.is_some();
        let kept = kept.map_or_else(|| self.nobody.to_string(), str::to_owned);
        if password.reveal().len() > LONGEST_BYTES {
            return false;
        }
        self.computed.fetch_add(1, Ordering::Relaxed);
        let password = password.clone();
        let Ok(_turn) = self.free.acquire().await else { return false };
        let compared = tokio::task::spawn_blocking(move || {
            Argon2::default().verify_password(password.reveal().as_bytes(), kept.as_str()).is_ok()
        });
        compared.await.unwrap_or(false) && known
    }

    /// How many comparisons were computed so far.
    #[cfg(test)]
    pub(crate) fn computed(&self) -> u64 {
        self.computed.load(Ordering::Relaxed)
    }
}

fn hash(password: &[u8], salt: &[u8; 16]) -> String {
    match Argon2::default().hash_password_with_salt(password, salt) {
        Ok(hash) => hash.to_string(),
        Err(error) => {
            tracing::error!(%error, "a password could not be hashed");
            String::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_nobody_is_compared_with_the_same_work_as_that_of_somebody() {
        let (ambient, _clock) = testkit::clock::ambient(1);
        let passwords = Passwords::new(&*ambient.random);
        let somebody = hash(b"correct horse battery staple", &[7; 16]);
        let costs = |hash: &str| {
            let parts: Vec<&str> = hash.split('$').collect();
            // The algorithm, its version and its parameters, and how long salt and hash are.
            (parts[1..4].join("$"), parts[4].len(), parts[5].len())
        };
        assert_eq!(costs(&passwords.nobody), costs(&somebody));
    }

    #[test]
    fn what_is_easily_guessed_is_refused() {
        let judge = |text: &str| judge(&Secret::new(text.to_owned()), &["anna", "muster"]);
        assert_eq!(judge("short"), Err(PasswordFault::TooShort));
        assert_eq!(judge("password1234"), Err(PasswordFault::Weak));
        assert_eq!(judge("annamuster"), Err(PasswordFault::Weak));
        assert_eq!(judge(&"ab".repeat(300)), Err(PasswordFault::TooLong));
        assert_eq!(judge("correct horse battery staple"), Ok(()));
    }
}
