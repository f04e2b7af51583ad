//! Several accounts in one browser (A8): those that are signed in besides the one that is used.
//!
//! **Invariant:** an account is seen, switched to and signed out by its own session's token, which the browser holds;
//! nothing is learnt of a session from its id.

use domain::{Event, Secret, SessionId, Timestamp, UserId};
use store::{StoreError, Tx};

use crate::identity::{Identity, Unavailable};
use crate::sessions::hash;
use crate::users;

/// How many accounts a browser holds at most, besides the one that is used.
pub const OTHER_ACCOUNTS: usize = 4;

/// An account that is signed in besides.
#[derive(Debug, Clone)]
pub struct KeptAccount {
    /// Its session.
    pub session: SessionId,
    /// Whose.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// The address that they sign in with.
    pub address: String,
    /// Until when the session lasts if it is not used.
    pub expires_at: Timestamp,
    /// What the browser holds.
    pub token: Secret<String>,
}

impl Identity {
    /// The accounts of these tokens that are signed in to the end; of the first few alone.
    pub async fn kept_accounts(&self, tokens: &[Secret<String>]) -> Result<Vec<KeptAccount>, Unavailable> {
        if tokens.is_empty() {
            return Ok(Vec::new());
        }
        let tokens: Vec<_> = tokens.iter().take(OTHER_ACCOUNTS).cloned().collect();
        let look = move |tx: &mut Tx<'_>| -> Result<Vec<KeptAccount>, StoreError> {
            let mut found = Vec::new();
            for token in &tokens {
                found.extend(account(tx, token)?);
            }
            Ok(found)
        };
        Ok(self.parts.store.read(look).await?)
    }

    /// Signs one of them out: what is open in it closes.
    pub async fn sign_out_kept(&self, token: &Secret<String>) -> Result<(), Unavailable> {
        let hash = hash(token.reveal());
        let end = move |tx: &mut Tx<'_>| {
            let sql = "DELETE FROM sessions WHERE token_hash = $1 RETURNING session_id";
            if let Some(session) = tx.find(sql, &[&hash], |row| row.get::<SessionId>(0))? {
                tx.publish(Event::SessionEnded { session });
            }
            Ok(())
        };
        self.parts.store.write(end).await
    }
}

fn account(tx: &mut Tx<'_>, token: &Secret<String>) -> Result<Option<KeptAccount>, StoreError> {
    let now = tx.now();
    let sql = "SELECT session_id, user_id, expires_at FROM sessions WHERE token_hash = $1 AND stage = 'full' \
               AND expires_at > $2";
    let found = tx.find(sql, &[&hash(token.reveal()), &now], |row| {
        Ok((row.get::<SessionId>(0)?, row.get::<UserId>(1)?, row.get::<Timestamp>(2)?))
    })?;
    let Some((session, user, expires_at)) = found else { return Ok(None) };
    Ok(users::by_id(tx, user)?.map(|view| {
        let (name, address) = (view.name(), view.address);
        KeptAccount { session, user, name, address, expires_at, token: token.clone() }
    }))
}
