//! The steps before the last.

use domain::{EmailAddress, Language, PersonName, PhoneNumber, Secret};
use sha2::{Digest, Sha256};
use store::{StoreError, Tx};
use subtle::ConstantTimeEq;

use super::{Beginning, NameFaults, SignUp, SignUpError, SignUpStep, TERMS_VERSION, hash, load};
use crate::actor::Origin;
use crate::identity::Identity;
use crate::mails::{self, MailTemplate};
use crate::throttle::Tried;
use crate::{address_counts, passwords, users};

/// How often a code may be given wrongly: a sixth of a millionth each.
const CODE_ATTEMPTS: i64 = 5;

impl Identity {
    /// Gives the address to sign in with. A code is mailed there; the very first user needs none, whose server cannot
    /// send mail yet.
    pub async fn sign_up_address(
        &self,
        token: &str,
        address: &str,
        language: Language,
        origin: &Origin,
    ) -> Result<(), SignUpError> {
        let typed: EmailAddress = address.trim().parse()?;
        let address = self.bound_address(token).await?.unwrap_or(typed);
        self.code_throttle(&address, origin)?;
        let (hash, link) = (hash(token), format!("{}/sign-in", self.origin()));
        let give = move |tx: &mut Tx<'_>| {
            let sign_up = load(tx, hash)?;
            if !matches!(sign_up.step(), SignUpStep::Address | SignUpStep::Code) {
                return Err(SignUpError::OutOfOrder);
            }
            if sign_up.from == Beginning::First {
                // Whoever runs the server may know its addresses; nobody else is told here.
                if users::is_shared(tx, &address.key(), None)? {
                    return Err(SignUpError::AddressIsShared);
                }
                return Ok(confirm(tx, &sign_up, &address)?);
            }
            match address_counts::mail(tx, &address.key())? {
                Some(wait) => Err(SignUpError::Throttled(wait)),
                None => Ok(mail_code(tx, &sign_up, &address, language, &link)?),
            }
        };
        self.parts.store.write(give).await
    }

    /// The address that the invitation of a sign-up is bound to: whatever is typed, the account is with that one.
    async fn bound_address(&self, token: &str) -> Result<Option<EmailAddress>, SignUpError> {
        let hash = hash(token);
        let bound = move |tx: &mut Tx<'_>| match load(tx, hash)?.from {
            Beginning::First => Ok(None),
            Beginning::Invitation(invitation) => Ok(crate::invitations::bound_to(tx, invitation)?),
        };
        self.parts.store.write(bound).await
    }

    /// Each code that is mailed counts like a failure: nobody's mailbox is filled with them.
    fn code_throttle(&self, address: &EmailAddress, origin: &Origin) -> Result<(), SignUpError> {
        let account = format!("code to {}", address.key());
        Ok(self.attempt_once(Tried::Mail, &account, origin.ip)?)
    }

    /// Gives the code that was mailed.
    pub async fn sign_up_code(&self, token: &str, code: &str) -> Result<(), SignUpError> {
        let hash = hash(token);
        let code: String = code.chars().filter(char::is_ascii_digit).collect();
        // A wrong code is counted, so the transaction succeeds and says what came of it.
        let give = move |tx: &mut Tx<'_>| -> Result<Result<(), SignUpError>, SignUpError> {
            let sign_up = load(tx, hash)?;
            sign_up.expect(SignUpStep::Code)?;
            let (asker, key) = (sign_up.asker(), sign_up.address_key());
            // A new code, or the same invitation opened again, does not begin a new count.
            if sign_up.code_attempts >= CODE_ATTEMPTS || address_counts::codes_are_spent(tx, &asker, &key)? {
                return Ok(Err(SignUpError::CodeSpent));
            }
            let right = sign_up.code_hash.is_some_and(|kept| kept.ct_eq(&code_hash(hash, &code)).into());
            let now = tx.now();
            let sql = if right {
                "UPDATE sign_ups SET confirmed_at = $2 WHERE token_hash = $1"
            } else {
                "UPDATE sign_ups SET code_attempts = code_attempts + 1 WHERE token_hash = $1 AND expires_at > $2"
            };
            tx.execute(sql, &[&hash, &now])?;
            if right {
                return Ok(Ok(()));
            }
            address_counts::wrong_code(tx, &asker, &key)?;
            Ok(Err(SignUpError::Code))
        };
        self.parts.store.write(give).await?
    }

    /// Gives names and password.
    pub async fn sign_up_names(
        &self,
        token: &str,
        first_name: &str,
        last_name: &str,
        password: &Secret<String>,
    ) -> Result<(), SignUpError> {
        let address = self.sign_up(token).await?.address;
        let local = address.split('@').next().unwrap_or_default();
        let (first, last) = (first_name.parse::<PersonName>(), last_name.parse::<PersonName>());
        let judged = passwords::judge(password, &[first_name, last_name, local, &address]);
        let (first, last) = match (first, last, judged) {
            (Ok(first), Ok(last), Ok(())) => (first, last),
            (first, last, judged) => {
                return Err(SignUpError::Names(NameFaults {
                    first_name: first.err(),
                    last_name: last.err(),
                    password: judged.err(),
                }));
            }
        };
        let mut salt = [0; 16];
        self.parts.ambient.random.fill(&mut salt);
        let kept = self.parts.passwords.hash(password, salt).await.ok_or(SignUpError::Unavailable)?;
        let hash = hash(token);
        let give = move |tx: &mut Tx<'_>| {
            load(tx, hash)?.expect(SignUpStep::Names)?;
            let sql = "UPDATE sign_ups SET first_name = $2, last_name = $3, password_hash = $4 WHERE token_hash = $1";
            tx.execute(sql, &[&hash, &first.as_str(), &last.as_str(), &kept])?;
            Ok(())
        };
        self.parts.store.write(give).await
    }

    /// Gives the phone number, and accepts the terms.
    pub async fn sign_up_phone(
        &self,
        token: &str,
        phone: &str,
        accepts_terms: bool,
    ) -> Result<(), SignUpError> {
        let phone: PhoneNumber = phone.parse().map_err(SignUpError::Phone)?;
        if !accepts_terms {
            return Err(SignUpError::Terms);
        }
        let hash = hash(token);
        let give = move |tx: &mut Tx<'_>| {
            load(tx, hash)?.expect(SignUpStep::Phone)?;
            let (now, secret) = (tx.now(), tx.random::<20>());
            let sql = "UPDATE sign_ups SET phone = $2, terms_version = $3, terms_accepted_at = $4, totp_secret = $5 \
                       WHERE token_hash = $1";
            tx.execute(sql, &[&hash, &phone.as_str(), &TERMS_VERSION, &now, &secret.as_slice()])?;
            Ok(())
        };
        self.parts.store.write(give).await
    }
}

/// The address counts as proven.
fn confirm(tx: &mut Tx<'_>, sign_up: &SignUp, address: &EmailAddress) -> Result<(), StoreError> {
    let now = tx.now();
    let sql = "UPDATE sign_ups SET address = $2, confirmed_at = $3 WHERE token_hash = $1";
    tx.execute(sql, &[&sign_up.hash, &address.to_string(), &now]).map(drop)
}

/// Mails a code. Whoever has an account already is told so there, and only there.
fn mail_code(
    tx: &mut Tx<'_>,
    sign_up: &SignUp,
    address: &EmailAddress,
    language: Language,
    sign_in: &str,
) -> Result<(), StoreError> {
    let known = users::by_identifier(tx, &address.key())?.is_some();
    let shared = !known && users::is_shared(tx, &address.key(), None)?;
    let number = u64::from_be_bytes(tx.random::<8>()) % 1_000_000;
    let code = format!("{number:06}");
    // No code fits where an account exists, or where others read along. Only who reads that address learns so.
    let kept = if known || shared { None } else { Some(code_hash(sign_up.hash, &code)) };
    let sql = "UPDATE sign_ups SET address = $2, code_hash = $3, code_attempts = 0 WHERE token_hash = $1";
    tx.execute(sql, &[&sign_up.hash, &address.to_string(), &kept])?;
    if known {
        return mails::send(tx, MailTemplate::AccountExists, language, address, &[("link", sign_in)]);
    }
    if shared {
        return mails::send(tx, MailTemplate::AddressShared, language, address, &[]);
    }
    mails::send(tx, MailTemplate::SignUpCode, language, address, &[("code", &code)])
}

fn code_hash(sign_up: [u8; 32], code: &str) -> [u8; 32] {
    Sha256::new().chain_update(sign_up).chain_update(code.as_bytes()).finalize().into()
}
