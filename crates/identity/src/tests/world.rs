//! A service on a database, and people of it.

use std::future::Future;
use std::net::Ipv4Addr;
use std::sync::Arc;

use domain::{Clock, Secret, UserId};
use store::{Database, Dialect, Store, StoreError, Tx};
use testkit::clock::FakeClock;
use testkit::postgres::{self, TestDatabase};

use crate::mails::{MAIL_JOB, Mail};
use crate::{
    Actor, BrowserMark, Confirmed, Identity, NewSession, Origin, Remember, ServerKey, Settings, SignIn,
};

/// Everybody's password.
pub(super) const PASSWORD: &str = "correct horse battery staple 42";
/// Whose account most tests are about.
pub(super) const ANNA: &str = "anna@home.example";

/// A service on a database of its own.
pub(super) struct World {
    pub(super) identity: Identity,
    pub(super) store: Store,
    pub(super) bus: bus::Bus,
    pub(super) clock: Arc<FakeClock>,
    _folder: tempfile::TempDir,
    /// Dropped last.
    _postgres: Option<TestDatabase>,
}

/// A world goes as a whole.
impl Drop for World {
    fn drop(&mut self) {}
}

/// Somebody who is signed in.
pub(super) struct Person {
    pub(super) actor: Actor,
    pub(super) proof: Confirmed,
}

/// Runs a test on a world of each database.
pub(super) fn each_database<F: Future<Output = ()>>(test: impl Fn(World) -> F) {
    on(Dialect::Sqlite, &test);
    if postgres::is_wanted() {
        on(Dialect::Postgres, &test);
    }
}

/// Runs a test on a world of the database that several nodes share.
pub(super) fn on_postgres<F: Future<Output = ()>>(test: impl Fn(World) -> F) {
    on(Dialect::Postgres, test);
}

fn on<F: Future<Output = ()>>(dialect: Dialect, test: impl Fn(World) -> F) {
    println!("on {dialect:?}");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.unwrap().block_on(async { test(World::on(dialect).await).await });
}

/// A computer in a network.
pub(super) fn at(ip: [u8; 4]) -> Origin {
    Origin { ip: Ipv4Addr::from(ip).into(), browser: "a browser".to_owned() }
}

/// Where the people of the tests sit.
pub(super) fn home() -> Origin {
    at([192, 0, 2, 1])
}

impl World {
    async fn on(dialect: Dialect) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (database, postgres) = match dialect {
            Dialect::Sqlite => (Database::Sqlite { path: folder.path().join("postroom.db") }, None),
            Dialect::Postgres => {
                let made = tokio::task::spawn_blocking(postgres::database).await.unwrap().unwrap();
                (Database::Postgres { url: made.url() }, Some(made))
            }
        };
        let ((ambient, clock), bus) = (testkit::clock::ambient(1), bus::Bus::new());
        let publish = Arc::new(bus.clone());
        let store =
            Store::open(database, folder.path().join("blobs"), ambient.clone(), publish).await.unwrap();
        let settings = Settings { origin: "http://localhost".to_owned() };
        let key = ServerKey::of_bytes([7; 32]);
        let identity = Identity::new(store.clone(), bus.clone(), ambient, key, settings);
        Self { identity, store, bus, clock, _folder: folder, _postgres: postgres }
    }

    /// Ends the connection by which the node hears others, as a network that fails does.
    pub(super) async fn cut_off(&self) {
        let sql = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                   WHERE query LIKE 'LISTEN%' AND datname = current_database()";
        let cut = move |tx: &mut Tx<'_>| -> Result<i64, StoreError> { tx.load(sql, &[], |row| row.get(0)) };
        assert_eq!(self.store.read(cut).await.unwrap(), 1);
    }

    /// Makes an account.
    pub(super) async fn add_user(&self, address: &str) -> UserId {
        let (operator, password) = (Identity::operator(), Secret::new(PASSWORD.to_owned()));
        self.identity.add_user(&operator, address.parse().unwrap(), "Anna Muster", &password).await.unwrap()
    }

    /// Gives the right password; there is no second factor.
    pub(super) async fn sign_in(&self, address: &str) -> (Person, NewSession) {
        let given = self.give_password(address, &home(), &BrowserMark::none()).await;
        let SignIn::Complete(session) = given else { panic!("{given:?}") };
        (self.person(&session).await, session)
    }

    /// Who has a session.
    pub(super) async fn person(&self, session: &NewSession) -> Person {
        let actor = self.identity.session(session.token.reveal(), &home()).await.unwrap().unwrap();
        let proof = self.identity.confirmed(&actor).await.unwrap().unwrap();
        Person { actor, proof }
    }

    /// Gives the right password.
    pub(super) async fn give_password(&self, address: &str, from: &Origin, mark: &BrowserMark) -> SignIn {
        let password = Secret::new(PASSWORD.to_owned());
        self.identity.sign_in_marked(address, &password, from, mark).await.unwrap()
    }

    /// Gives the right password where the second factor is asked for; what gives it then.
    pub(super) async fn half(&self, from: &Origin, mark: &BrowserMark) -> Secret<String> {
        let given = self.give_password(ANNA, from, mark).await;
        let SignIn::SecondFactorNeeded(session) = given else { panic!("{given:?}") };
        session.token
    }

    /// Anna, with an authenticator app: its secret, her recovery codes, and the mark of the browser that she used.
    pub(super) async fn anna_with_app(&self) -> (Vec<u8>, Vec<Secret<String>>, BrowserMark) {
        let user = self.add_user(ANNA).await;
        let (anna, session) = self.sign_in(ANNA).await;
        let secret = self.offered(&anna).await;
        let code = self.code(&secret);
        let codes = self.identity.set_second_factor(&anna.actor, &anna.proof, &code).await.unwrap();
        assert_eq!(anna.actor.user(), user);
        self.clock.advance(std::time::Duration::from_secs(60));
        (secret, codes, BrowserMark::of(session.mark.unwrap().reveal().clone()))
    }

    /// The secret that somebody's app is offered.
    pub(super) async fn offered(&self, person: &Person) -> Vec<u8> {
        self.identity.offer_second_factor(&person.actor, &person.proof).await.unwrap();
        let (identity, who) = (self.identity.clone(), person.actor.clone());
        let offered = move |tx: &mut Tx<'_>| -> Result<Vec<u8>, StoreError> {
            Ok(identity.offered(tx, &who).unwrap().to_vec())
        };
        self.store.read(offered).await.unwrap()
    }

    /// What the app shows now.
    pub(super) fn code(&self, secret: &[u8]) -> String {
        let app =
            totp_rs::Builder::new().with_secret(secret.to_vec()).with_account_name("x").build().unwrap();
        app.generate(u64::try_from(self.clock.now().secs()).unwrap()).to_string()
    }

    /// A code that the app shows neither now nor around now.
    pub(super) fn wrong_code(&self, secret: &[u8]) -> String {
        let mut wrong = 0..;
        let code =
            wrong.find(|code| crate::totp::step(secret, &format!("{code:06}"), self.clock.now()).is_none());
        format!("{:06}", code.unwrap())
    }

    /// Gives a code as the second step.
    pub(super) async fn give_code(
        &self,
        token: &Secret<String>,
        code: &str,
        from: &Origin,
        mark: &BrowserMark,
    ) -> Result<NewSession, crate::SignInError> {
        self.identity.second_factor(token, code, from, mark, Remember::No).await
    }

    /// The mails that the server wrote, by template and address, the oldest first.
    pub(super) async fn mails(&self) -> Vec<Mail> {
        let read = |tx: &mut Tx<'_>| -> Result<Vec<String>, StoreError> {
            tx.query("SELECT payload FROM jobs WHERE kind = $1 ORDER BY job_id", &[&MAIL_JOB], |row| {
                row.get(0)
            })
        };
        let all = self.store.read(read).await.unwrap();
        all.iter().map(|payload| serde_json::from_str(payload).unwrap()).collect()
    }
}
