//! Adding a passkey.

use domain::{PasskeyId, Secret, UserId};
use store::{StoreError, Tx};

use super::answer::{self, NewCredential, Party, Refused};
use super::challenges::{self, AskedBy, Purpose};
use super::{PasskeyError, list};
use crate::actor::{Actor, Confirmed, Way};
use crate::identity::Identity;
use crate::mails::MailTemplate;
use crate::{totp, users};

/// How many passkeys a user has at most: one for each device and a few on a ring of keys.
const OF_A_USER: i64 = 10;
/// How long a name may be, in characters.
pub(super) const NAME_CHARACTERS: usize = 60;

impl Identity {
    /// Adds the passkey that the browser made. The recovery codes, shown once, if these are the first.
    pub async fn add_passkey(
        &self,
        actor: &Actor,
        proof: &Confirmed,
        by: AskedBy,
        name: &str,
        answer: &str,
    ) -> Result<Vec<Secret<String>>, PasskeyError> {
        let name = list::name(name)?;
        let adding = Adding {
            party: self.party()?,
            actor: actor.clone(),
            proof: *proof,
            by,
            name,
            answer: answer.to_owned(),
            account_page: self.account_page(),
        };
        // The challenge is gone whatever comes of it.
        self.parts.store.write(move |tx| adding.add(tx)).await?
    }
}

struct Adding {
    party: Party,
    actor: Actor,
    proof: Confirmed,
    by: AskedBy,
    name: String,
    answer: String,
    account_page: String,
}

/// What came of it, in a transaction that is kept either way.
type Judged<T> = Result<Result<T, PasskeyError>, PasskeyError>;

impl Adding {
    fn add(&self, tx: &mut Tx<'_>) -> Judged<Vec<Secret<String>>> {
        let user = self.actor.user();
        let is_own = matches!(self.actor.way(), Way::Browser(_)) && self.proof.belongs_to(&self.actor);
        users::lock(tx, user)?;
        if !is_own || self.actor.ended(tx)?.is_some() {
            return Err(PasskeyError::Ended);
        }
        let Some(challenge) = challenges::take(tx, self.by, Purpose::Add)? else {
            return Ok(Err(PasskeyError::Expired));
        };
        let new = match answer::made(&self.answer, &self.party, &challenge) {
            Ok(new) => new,
            Err(Refused(why)) => {
                tracing::info!(%user, why, "a new passkey was refused");
                return Ok(Err(PasskeyError::Refused));
            }
        };
        if let Err(error) = check_room(tx, user) {
            return Ok(Err(error));
        }
        if !insert(tx, user, &self.name, &new)? {
            return Ok(Err(PasskeyError::Known));
        }
        let of = list::Told { actor: &self.actor, name: &self.name, account_page: &self.account_page };
        of.tell(tx, "passkey.add", MailTemplate::PasskeyAdded)?;
        Ok(Ok(first_codes(tx, user)?))
    }
}

/// Whether a user may add another.
pub(super) fn check_room(tx: &mut Tx<'_>, user: UserId) -> Result<(), PasskeyError> {
    let sql = "SELECT count(*) FROM passkeys WHERE user_id = $1";
    let count: i64 = tx.load(sql, &[&user], |row| row.get(0))?;
    if count < OF_A_USER { Ok(()) } else { Err(PasskeyError::TooMany) }
}

/// Keeps a credential; not when it is somebody's already.
fn insert(tx: &mut Tx<'_>, user: UserId, name: &str, new: &NewCredential) -> Result<bool, StoreError> {
    let (id, now) = (tx.id::<PasskeyId>(), tx.now());
    let sql = "INSERT INTO passkeys (passkey_id, user_id, credential_id, public_key, sign_count, transports, name, \
               created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (credential_id) DO NOTHING";
    let added = tx.execute(
        sql,
        &[&id, &user, &new.id, &new.public_key, &new.sign_count, &new.transports, &name, &now],
    )?;
    Ok(added == 1)
}

/// Recovery codes for somebody who has none yet: a key can be lost.
fn first_codes(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<Secret<String>>, StoreError> {
    let sql = "SELECT 1 FROM recovery_codes WHERE user_id = $1 LIMIT 1";
    if tx.find(sql, &[&user], |_| Ok(()))?.is_some() {
        return Ok(Vec::new());
    }
    totp::make_recovery_codes(tx, user)
}
