//! Sessions of browsers.
//!
//! **Invariant:** a session's token is random, changes with each stage, and is kept only as a hash.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bus::{Holder, Protocol};
use domain::{Event, Secret, SessionId, Timestamp, UserId};
use sha2::{Digest, Sha256};
use store::{StoreError, Tx};
use subtle::ConstantTimeEq;

use crate::actor::{Actor, Confirmed, Known, Origin, Parts, Way};
use crate::identity::{Identity, Unavailable};
use crate::users;

/// How long a session lasts without being used.
const LASTS: std::time::Duration = domain::duration::days(30);
/// How long the second factor may take.
const SECOND_FACTOR_WITHIN: std::time::Duration = domain::duration::minutes(10);
/// How long the proof of being there counts (A7).
const PROOF_COUNTS: std::time::Duration = domain::duration::minutes(10);
/// A use is noted at most this often, in seconds.
const NOTED_EVERY_SECS: u64 = 60;

/// How far a session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The second factor is still owed.
    Password,
    /// Signed in.
    Full,
}

impl Stage {
    const fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Full => "full",
        }
    }
}

/// A session just begun, or one stage further.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Whose.
    pub user: UserId,
    /// What the browser keeps.
    pub token: Secret<String>,
    /// Until when.
    pub expires_at: Timestamp,
    /// What the browser keeps to be known again; none when it keeps one already, or is not signed in yet.
    pub mark: Option<Secret<String>>,
    /// What comes before anything else.
    pub owes: Owes,
}

/// What somebody who has just signed in has to do before anything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owes {
    /// Nothing.
    Nothing,
    /// Their sign-in address was released: they choose another (I8).
    Address,
}

impl NewSession {
    fn of(user: UserId, token: String, expires_at: Timestamp) -> Self {
        Self { user, token: Secret::new(token), expires_at, mark: None, owes: Owes::Nothing }
    }
}

/// A session in a list.
#[derive(Debug, Clone)]
pub struct SessionView {
    /// Which.
    pub id: SessionId,
    /// Since when.
    pub created_at: Timestamp,
    /// When it was used last.
    pub last_used_at: Timestamp,
    /// From where.
    pub ip: String,
    /// What the browser calls itself.
    pub browser: String,
    /// Whether it is the one that asks.
    pub is_current: bool,
}

/// Begins a session.
pub(crate) fn begin(
    tx: &mut Tx<'_>,
    user: UserId,
    stage: Stage,
    origin: &Origin,
) -> Result<NewSession, StoreError> {
    let (id, now, token) = (tx.id::<SessionId>(), tx.now(), new_token(tx));
    let expires_at = now.plus(match stage {
        Stage::Password => SECOND_FACTOR_WITHIN,
        Stage::Full => LASTS,
    });
    tx.execute(
        "INSERT INTO sessions (session_id, token_hash, user_id, stage, created_at, last_used_at, expires_at, \
         proved_at, ip, browser) VALUES ($1, $2, $3, $4, $5, $5, $6, $5, $7, $8)",
        &[
            &id,
            &hash(&token),
            &user,
            &stage.name(),
            &now,
            &expires_at,
            &origin.ip.to_string(),
            &origin.browser_kept(),
        ],
    )?;
    Ok(NewSession::of(user, token, expires_at))
}

/// Ends every session of a user but `except`: what is open in them closes.
pub(crate) fn end_all(tx: &mut Tx<'_>, user: UserId, except: Option<SessionId>) -> Result<(), StoreError> {
    let sql = "SELECT session_id FROM sessions WHERE user_id = $1";
    let all: Vec<SessionId> = tx.query(sql, &[&user], |row| row.get(0))?;
    for session in all.into_iter().filter(|session| Some(*session) != except) {
        tx.execute("DELETE FROM sessions WHERE session_id = $1", &[&session])?;
        tx.publish(Event::SessionEnded { session });
    }
    Ok(())
}

/// Tells every session of a user but `except` what was done: they show it until it is put away.
pub(crate) fn tell_others(
    tx: &mut Tx<'_>,
    user: UserId,
    except: SessionId,
    what: &str,
) -> Result<(), StoreError> {
    let sql = "UPDATE sessions SET notice = $3 WHERE user_id = $1 AND session_id <> $2";
    tx.execute(sql, &[&user, &except, &what]).map(drop)
}

/// The user and session that owe the second factor under this token.
pub(crate) fn owing(tx: &mut Tx<'_>, token: &str) -> Result<Option<(SessionId, UserId)>, StoreError> {
    let now = tx.now();
    let sql = "SELECT session_id, user_id FROM sessions WHERE token_hash = $1 AND stage = 'password' \
               AND expires_at > $2";
    tx.find(sql, &[&hash(token), &now], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Which session has a token, and whose it is.
fn holder(tx: &mut Tx<'_>, hash: [u8; 32]) -> Result<Option<(SessionId, UserId)>, StoreError> {
    let sql = "SELECT session_id, user_id FROM sessions WHERE token_hash = $1";
    tx.find(sql, &[&hash], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Completes a session, under a new token.
pub(crate) fn complete(tx: &mut Tx<'_>, session: SessionId) -> Result<NewSession, StoreError> {
    let (now, token) = (tx.now(), new_token(tx));
    let expires_at = now.plus(LASTS);
    let sql = "UPDATE sessions SET token_hash = $2, stage = 'full', expires_at = $3, last_used_at = $4, \
               proved_at = $4 WHERE session_id = $1 RETURNING user_id";
    let user = tx.load(sql, &[&session, &hash(&token), &expires_at, &now], |row| row.get(0))?;
    Ok(NewSession::of(user, token, expires_at))
}

impl Identity {
    /// Who has a session's token; none when it is none, or not signed in to the end.
    pub async fn session(&self, token: &str, origin: &Origin) -> Result<Option<Actor>, Unavailable> {
        let hash = hash(token);
        let Some((session, user)) = self.parts.store.read(move |tx| holder(tx, hash)).await? else {
            return Ok(None);
        };
        // Taken before the look that counts, so that an end in between is not missed.
        let lease = self.parts.bus.lease(Holder {
            user,
            mailbox: None,
            session: Some(session),
            device: None,
            protocol: Protocol::Web,
            from: origin.ip,
        });
        let found = self.parts.store.read(move |tx| -> Result<_, StoreError> {
            let now = tx.now();
            let sql = "SELECT session_id, user_id, last_used_at, notice, (SELECT count(*) FROM passkeys p \
                       WHERE p.user_id = s.user_id), (SELECT count(*) FROM memberships m JOIN organizations o \
                       ON o.organization_id = m.organization_id JOIN users u ON u.user_id = m.user_id \
                       WHERE m.user_id = s.user_id AND o.asks_second_factor = 1 AND u.totp_secret IS NULL) \
                       FROM sessions s WHERE token_hash = $1 AND stage = 'full' AND expires_at > $2";
            let found = tx.find(sql, &[&hash, &now], |row| {
                let (has_passkeys, is_asked) = (row.get::<i64>(4)? > 0, row.get::<i64>(5)? > 0);
                let owes_factor = is_asked && !has_passkeys;
                let known = Known { notice: row.get(3)?, picture: None, has_passkeys, owes_factor };
                Ok((row.get::<SessionId>(0)?, row.get::<UserId>(1)?, row.get::<Timestamp>(2)?, known))
            })?;
            let Some((session, user, used, known)) = found else { return Ok(None) };
            let noted = now.since(used).as_secs() < NOTED_EVERY_SECS;
            Ok(users::by_id(tx, user)?.map(|view| {
                let known = Known { picture: view.picture, ..known };
                (session, view, noted, known)
            }))
        });
        let Some((session, user, noted, known)) = found.await? else { return Ok(None) };
        if !noted {
            self.touch(session).await?;
        }
        let name = user.name();
        Ok(Some(Actor::new(Parts {
            user: user.id,
            name,
            address: user.address,
            language: user.language,
            time_zone: user.time_zone,
            ip: Some(origin.ip),
            way: Way::Browser(session),
            lease: Some(lease),
            known,
        })))
    }

    async fn touch(&self, session: SessionId) -> Result<(), Unavailable> {
        let touch = move |tx: &mut Tx<'_>| {
            let now = tx.now();
            let sql = "UPDATE sessions SET last_used_at = $2, expires_at = $3 WHERE session_id = $1";
            tx.execute(sql, &[&session, &now, &now.plus(LASTS)])?;
            Ok(())
        };
        self.parts.store.write(touch).await
    }

    /// Puts away what the actor's session was told.
    pub async fn put_notice_away(&self, actor: &Actor) -> Result<(), Unavailable> {
        let Way::Browser(session) = *actor.way() else { return Ok(()) };
        let put_away = move |tx: &mut Tx<'_>| {
            tx.execute("UPDATE sessions SET notice = NULL WHERE session_id = $1", &[&session])?;
            Ok(())
        };
        self.parts.store.write(put_away).await
    }

    /// Ends the actor's own session.
    pub async fn sign_out(&self, actor: &Actor) -> Result<(), Unavailable> {
        match actor.way() {
            Way::Browser(session) => self.end_session(actor, *session).await,
            Way::Device { .. } | Way::AllAddresses { .. } | Way::Operator | Way::Task => Ok(()),
        }
    }

    /// The user's sessions, the one used last first.
    pub async fn sessions(&self, actor: &Actor) -> Result<Vec<SessionView>, Unavailable> {
        let (user, way) = (actor.user(), *actor.way());
        let list = move |tx: &mut Tx<'_>| {
            let now = tx.now();
            let sql = "SELECT session_id, created_at, last_used_at, ip, browser FROM sessions \
                       WHERE user_id = $1 AND stage = 'full' AND expires_at > $2 ORDER BY last_used_at DESC";
            let all = tx.query(sql, &[&user, &now], |row| {
                let id: SessionId = row.get(0)?;
                Ok(SessionView {
                    id,
                    created_at: row.get(1)?,
                    last_used_at: row.get(2)?,
                    ip: row.get(3)?,
                    browser: row.get(4)?,
                    is_current: way == Way::Browser(id),
                })
            });
            Ok(all?)
        };
        self.parts.store.read(list).await
    }

    /// Ends one of the user's own sessions: what is open in it closes.
    pub async fn end_session(&self, actor: &Actor, session: SessionId) -> Result<(), Unavailable> {
        let user = actor.user();
        let end = move |tx: &mut Tx<'_>| {
            let sql = "DELETE FROM sessions WHERE session_id = $1 AND user_id = $2";
            if tx.execute(sql, &[&session, &user])? > 0 {
                tx.publish(Event::SessionEnded { session });
            }
            Ok(())
        };
        self.parts.store.write(end).await
    }

    /// Takes away the sessions and sign-ups whose time is over; how many those were.
    pub async fn sweep(&self) -> Result<u64, Unavailable> {
        let sweep = |tx: &mut Tx<'_>| {
            let now = tx.now();
            let sql = "DELETE FROM sessions WHERE expires_at <= $1 RETURNING session_id";
            let ended = tx.query(sql, &[&now], |row| row.get::<SessionId>(0))?;
            for session in &ended {
                tx.publish(Event::SessionEnded { session: *session });
            }
            crate::browsers::sweep(tx)?;
            crate::account_log::sweep(tx)?;
            crate::passkeys::sweep(tx)?;
            crate::address_counts::sweep(tx)?;
            tx.execute("DELETE FROM password_resets WHERE expires_at <= $1", &[&now])?;
            tx.execute("DELETE FROM address_proofs WHERE expires_at <= $1", &[&now])?;
            let sign_ups = tx.execute("DELETE FROM sign_ups WHERE expires_at <= $1", &[&now])?;
            Ok(ended.len() as u64 + sign_ups)
        };
        self.parts.store.write(sweep).await
    }

    /// Ends every session of the user but the one that asks.
    pub async fn end_other_sessions(&self, actor: &Actor) -> Result<(), Unavailable> {
        for session in self.sessions(actor).await? {
            if !session.is_current {
                self.end_session(actor, session.id).await?;
            }
        }
        Ok(())
    }

    /// The proof that the actor is there, if they gave it in the last ten minutes (A7).
    pub async fn confirmed(&self, actor: &Actor) -> Result<Option<Confirmed>, Unavailable> {
        let session = match actor.way() {
            Way::Operator => return Ok(Some(Confirmed::of(actor))),
            Way::Device { .. } | Way::AllAddresses { .. } | Way::Task => return Ok(None),
            Way::Browser(session) => *session,
        };
        let read = move |tx: &mut Tx<'_>| {
            let sql = "SELECT proved_at FROM sessions WHERE session_id = $1 AND stage = 'full'";
            let proved: Option<Timestamp> = tx.find(sql, &[&session], |row| row.get(0))?;
            Ok(proved.is_some_and(|at| tx.now().since(at) < PROOF_COUNTS))
        };
        let counts: Result<bool, Unavailable> = self.parts.store.read(read).await;
        Ok(counts?.then(|| Confirmed::of(actor)))
    }

    /// What a page puts into its forms, so that only pages of this server are obeyed.
    pub fn csrf(&self, session_token: &str) -> String {
        self.parts.key.token("csrf", session_token.as_bytes())
    }

    /// Whether `given` is what the pages of this session put into their forms.
    pub fn csrf_matches(&self, session_token: &str, given: &str) -> bool {
        self.csrf(session_token).as_bytes().ct_eq(given.as_bytes()).into()
    }
}

pub(crate) fn new_token(tx: &mut Tx<'_>) -> String {
    URL_SAFE_NO_PAD.encode(tx.random::<32>())
}

pub(crate) fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::identity;

    #[tokio::test]
    async fn what_ran_out_is_swept_away_and_the_rest_stays() {
        let folder = tempfile::tempdir().unwrap();
        let (ambient, clock) = testkit::clock::ambient(1);
        let (identity, store, bus) = identity(&ambient, folder.path()).await;
        let address = "anna@home.example".parse().unwrap();
        let password = Secret::new("correct horse battery staple 42".to_owned());
        let user = identity.add_user(&Identity::operator(), address, "Anna Muster", &password).await.unwrap();
        let origin = Origin { ip: std::net::Ipv4Addr::LOCALHOST.into(), browser: String::new() };

        let from = origin.clone();
        let owing = store.write(move |tx| begin(tx, user, Stage::Password, &from)).await;
        owing.map_err(|error: StoreError| error).unwrap();
        let full = store.write(move |tx| begin(tx, user, Stage::Full, &origin)).await;
        let full: NewSession = full.map_err(|error: StoreError| error).unwrap();
        let session = store
            .read(|tx| tx.load("SELECT session_id FROM sessions WHERE stage = 'full'", &[], |row| row.get(0)))
            .await;
        let session: SessionId = session.map_err(|error: StoreError| error).unwrap();
        let lease = bus.lease(Holder {
            user,
            mailbox: None,
            session: Some(session),
            device: None,
            protocol: Protocol::Web,
            from: std::net::Ipv4Addr::LOCALHOST.into(),
        });

        assert_eq!(identity.sweep().await, Ok(0));
        clock.advance(SECOND_FACTOR_WITHIN);
        assert_eq!(identity.sweep().await, Ok(1), "the one that owes its second factor");
        assert_eq!(lease.is_ended(), None);
        clock.advance(LASTS);
        assert!(full.expires_at <= ambient.clock.now());
        assert_eq!(identity.sweep().await, Ok(1));
        assert_eq!(lease.is_ended(), Some(bus::EndReason::SessionEnded));
    }
}
