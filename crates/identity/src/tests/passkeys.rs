//! Passkeys: added, used in each of their ways, refused, removed.

use std::time::Duration;

use domain::Secret;
use testkit::authenticator::{Authenticator, Person as User};

use super::world::{ANNA, Person, World, each_database, home};
use crate::mails::MailTemplate;
use crate::{
    AskedBy, BrowserMark, NewSession, PasskeyError, Remember, SecondFactorState, SignIn, SignInError,
};

const ORIGIN: &str = "http://localhost";

/// The browser in which somebody is not signed in.
fn visit() -> AskedBy {
    AskedBy::token("a visit")
}

/// Anna, a session of hers, and a key with a passkey of hers.
async fn anna_with_key(world: &World) -> (Person, NewSession, Authenticator) {
    world.add_user(ANNA).await;
    let (anna, session) = world.sign_in(ANNA).await;
    let mut key = Authenticator::new(ORIGIN);
    let codes = add(world, &anna, &session, &mut key).await.unwrap();
    assert_eq!(codes.len(), 10, "the first second factor brings recovery codes");
    (anna, session, key)
}

async fn add(
    world: &World,
    anna: &Person,
    session: &NewSession,
    key: &mut Authenticator,
) -> Result<Vec<Secret<String>>, PasskeyError> {
    let by = AskedBy::token(session.token.reveal());
    let question = world.identity.ask_for_new_passkey(&anna.actor, &anna.proof, by, &home()).await?;
    let answer = key.make(&question);
    world.identity.add_passkey(&anna.actor, &anna.proof, by, "My key", &answer).await
}

async fn sign_in(world: &World, key: &mut Authenticator) -> Result<NewSession, SignInError> {
    let question = world.identity.ask_to_sign_in(visit(), &home()).await.unwrap();
    give(world, &key.sign(&question)).await
}

async fn give(world: &World, answer: &str) -> Result<NewSession, SignInError> {
    world.identity.sign_in_with_passkey(visit(), answer, &home(), &BrowserMark::none()).await
}

#[test]
fn a_passkey_signs_in_alone() {
    each_database(|world| async move {
        let (anna, _, mut key) = anna_with_key(&world).await;
        let session = sign_in(&world, &mut key).await.unwrap();
        assert_eq!(world.person(&session).await.actor.user(), anna.actor.user());
        let listed = world.identity.passkeys(&anna.actor).await.unwrap();
        assert!(listed[0].last_used_at.is_some() && listed[0].name == "My key", "{listed:?}");
    });
}

#[test]
fn a_passkey_that_does_not_know_who_uses_it_does_not_sign_in_alone() {
    each_database(|world| async move {
        let (_, _, mut key) = anna_with_key(&world).await;
        for person in [User::Present, User::Absent] {
            key.person = person;
            let refused = sign_in(&world, &mut key).await;
            assert_eq!(refused.unwrap_err(), SignInError::Wrong, "{person:?}");
        }
    });
}

#[test]
fn an_answer_counts_once_and_not_after_five_minutes() {
    each_database(|world| async move {
        let (_, _, mut key) = anna_with_key(&world).await;
        let question = world.identity.ask_to_sign_in(visit(), &home()).await.unwrap();
        let answer = key.sign(&question);
        assert!(give(&world, &answer).await.is_ok());
        assert_eq!(give(&world, &answer).await.unwrap_err(), SignInError::Expired);

        let question = world.identity.ask_to_sign_in(visit(), &home()).await.unwrap();
        world.clock.advance(Duration::from_secs(300));
        assert_eq!(give(&world, &key.sign(&question)).await.unwrap_err(), SignInError::Expired);
    });
}

#[test]
fn an_answer_counts_only_in_the_browser_that_was_asked_and_for_what_it_was_asked() {
    each_database(|world| async move {
        let (anna, session, mut key) = anna_with_key(&world).await;
        let question = world.identity.ask_to_sign_in(visit(), &home()).await.unwrap();
        let answer = key.sign(&question);
        let elsewhere = AskedBy::token("another visit");
        let none = BrowserMark::none();
        let refused = world.identity.sign_in_with_passkey(elsewhere, &answer, &home(), &none).await;
        assert_eq!(refused.unwrap_err(), SignInError::Expired);
        let by = AskedBy::token(session.token.reveal());
        let refused = world.identity.confirm_with_passkey(&anna.actor, by, &answer, &home()).await;
        assert_eq!(refused.unwrap_err(), SignInError::Expired);
        assert!(give(&world, &answer).await.is_ok(), "none of these took the challenge");
    });
}

#[test]
fn an_answer_from_another_page_or_of_another_key_is_refused() {
    each_database(|world| async move {
        let (anna, session, mut key) = anna_with_key(&world).await;
        key.origin = "http://localhost.evil.test".to_owned();
        assert_eq!(sign_in(&world, &mut key).await.unwrap_err(), SignInError::Wrong);
        // A key that knows Anna, but was never added.
        let by = AskedBy::token(session.token.reveal());
        let question =
            world.identity.ask_for_new_passkey(&anna.actor, &anna.proof, by, &home()).await.unwrap();
        let mut other = Authenticator::new(ORIGIN);
        other.make(&question);
        assert_eq!(sign_in(&world, &mut other).await.unwrap_err(), SignInError::Wrong);
        for nonsense in ["", "{}", "[]", "{\"id\": 1}"] {
            world.identity.ask_to_sign_in(visit(), &home()).await.unwrap();
            assert_eq!(give(&world, nonsense).await.unwrap_err(), SignInError::Wrong, "{nonsense}");
        }
    });
}

#[test]
fn a_signature_over_something_else_is_refused() {
    each_database(|world| async move {
        let (_, _, mut key) = anna_with_key(&world).await;
        let first = world.identity.ask_to_sign_in(visit(), &home()).await.unwrap();
        let old: serde_json::Value = serde_json::from_str(&key.sign(&first)).unwrap();
        let second = world.identity.ask_to_sign_in(visit(), &home()).await.unwrap();
        let mut new: serde_json::Value = serde_json::from_str(&key.sign(&second)).unwrap();
        new["signature"] = old["signature"].clone();
        assert_eq!(give(&world, &new.to_string()).await.unwrap_err(), SignInError::Wrong);
    });
}

#[test]
fn a_count_that_goes_back_is_refused_noted_and_told() {
    each_database(|world| async move {
        let (anna, _, mut key) = anna_with_key(&world).await;
        key.count = 7;
        assert!(sign_in(&world, &mut key).await.is_ok());
        for count in [7, 6, 0] {
            key.count = count;
            assert_eq!(sign_in(&world, &mut key).await.unwrap_err(), SignInError::Wrong, "{count}");
        }
        key.count = 8;
        assert!(sign_in(&world, &mut key).await.is_ok());
        let noted = world.identity.own_activity(&anna.actor).await.unwrap();
        let refused = noted.iter().filter(|entry| entry.verb == "passkey.refused").count();
        assert_eq!(refused, 3, "{noted:?}");
        let mails = world.mails().await;
        assert!(mails.iter().any(|mail| mail.template == MailTemplate::PasskeyRefused), "{mails:?}");
    });
}

#[test]
fn after_the_password_a_touch_is_enough() {
    each_database(|world| async move {
        let (_, _, mut key) = anna_with_key(&world).await;
        key.person = User::Present;
        let token = world.half(&home(), &BrowserMark::none()).await;
        let question = world.identity.ask_second_step(token.reveal(), &home()).await.unwrap();
        let (answer, mark) = (key.sign(&question), BrowserMark::none());
        let given =
            world.identity.second_factor_with_passkey(&token, &answer, &home(), &mark, Remember::Yes).await;
        let session = given.unwrap();
        assert!(world.identity.session(token.reveal(), &home()).await.unwrap().is_none(), "a new token");
        // The browser is remembered: the password is enough there.
        let mark = BrowserMark::of(session.mark.unwrap().reveal().clone());
        let again = world.give_password(ANNA, &home(), &mark).await;
        assert!(matches!(again, SignIn::Complete(_)), "{again:?}");
    });
}

#[test]
fn the_passkey_of_another_is_no_second_factor() {
    each_database(|world| async move {
        let (_, _, _key) = anna_with_key(&world).await;
        world.add_user("ben@home.example").await;
        let (ben, session) = world.sign_in("ben@home.example").await;
        let mut his = Authenticator::new(ORIGIN);
        add(&world, &ben, &session, &mut his).await.unwrap();
        let token = world.half(&home(), &BrowserMark::none()).await;
        let question = world.identity.ask_second_step(token.reveal(), &home()).await.unwrap();
        let (answer, mark) = (his.sign(&question), BrowserMark::none());
        let given =
            world.identity.second_factor_with_passkey(&token, &answer, &home(), &mark, Remember::No).await;
        assert_eq!(given.unwrap_err(), SignInError::Wrong);
    });
}

#[test]
fn a_passkey_proves_that_its_owner_is_there() {
    each_database(|world| async move {
        let (anna, session, mut key) = anna_with_key(&world).await;
        world.clock.advance(Duration::from_secs(11 * 60));
        assert!(world.identity.confirmed(&anna.actor).await.unwrap().is_none());
        let by = AskedBy::token(session.token.reveal());
        let question = world.identity.ask_for_proof(&anna.actor, by, &home()).await.unwrap();
        let answer = key.sign(&question);
        let confirmed = world.identity.confirm_with_passkey(&anna.actor, by, &answer, &home()).await.unwrap();
        assert_eq!(confirmed.user(), anna.actor.user());
        assert!(world.identity.confirmed(&anna.actor).await.unwrap().is_some());
        key.person = User::Present;
        let question = world.identity.ask_for_proof(&anna.actor, by, &home()).await.unwrap();
        let answer = key.sign(&question);
        let touched = world.identity.confirm_with_passkey(&anna.actor, by, &answer, &home()).await;
        assert_eq!(
            touched.unwrap_err(),
            SignInError::Wrong,
            "whoever finds the key in the machine is not she"
        );
    });
}

#[test]
fn a_key_is_added_once_and_no_more_than_ten() {
    each_database(|world| async move {
        let (anna, session, _) = anna_with_key(&world).await;
        let by = AskedBy::token(session.token.reveal());
        let mut key = Authenticator::new(ORIGIN);
        let question =
            world.identity.ask_for_new_passkey(&anna.actor, &anna.proof, by, &home()).await.unwrap();
        let first = key.make(&question);
        world.identity.add_passkey(&anna.actor, &anna.proof, by, "Second", &first).await.unwrap();
        // The same credential under a new challenge.
        let question =
            world.identity.ask_for_new_passkey(&anna.actor, &anna.proof, by, &home()).await.unwrap();
        let second = key.make(&question);
        let (first, mut second): (serde_json::Value, serde_json::Value) =
            (serde_json::from_str(&first).unwrap(), serde_json::from_str(&second).unwrap());
        second["attestationObject"] = first["attestationObject"].clone();
        let again =
            world.identity.add_passkey(&anna.actor, &anna.proof, by, "Again", &second.to_string()).await;
        assert_eq!(again.unwrap_err(), PasskeyError::Known);
        for _ in 2..10 {
            add(&world, &anna, &session, &mut key).await.unwrap();
        }
        assert_eq!(add(&world, &anna, &session, &mut key).await.unwrap_err(), PasskeyError::TooMany);
    });
}

#[test]
fn adding_and_removing_is_mailed_noted_and_told_to_the_other_sessions() {
    each_database(|world| async move {
        world.add_user(ANNA).await;
        let (_, other) = world.sign_in(ANNA).await;
        let (anna, session) = world.sign_in(ANNA).await;
        let mut key = Authenticator::new(ORIGIN);
        add(&world, &anna, &session, &mut key).await.unwrap();
        assert_eq!(world.person(&other).await.actor.notice(), Some("passkey.add"));
        let own = world.person(&session).await.actor;
        assert_eq!((own.notice(), own.has_passkeys()), (None, true));
        world.identity.put_notice_away(&world.person(&other).await.actor).await.unwrap();
        assert_eq!(world.person(&other).await.actor.notice(), None);

        let passkey = world.identity.passkeys(&anna.actor).await.unwrap()[0].id;
        world.identity.remove_passkey(&anna.actor, &anna.proof, passkey).await.unwrap();
        assert_eq!(world.person(&other).await.actor.notice(), Some("passkey.remove"));
        let mails: Vec<_> = world.mails().await.into_iter().map(|mail| mail.template).collect();
        let told = [MailTemplate::PasskeyAdded, MailTemplate::PasskeyRemoved];
        assert!(told.iter().all(|template| mails.contains(template)), "{mails:?}");
        let noted = world.identity.own_activity(&anna.actor).await.unwrap();
        let verbs: Vec<_> = noted.iter().map(|entry| entry.verb.as_str()).collect();
        assert!(verbs.contains(&"passkey.add") && verbs.contains(&"passkey.remove"), "{verbs:?}");
        assert_eq!(sign_in(&world, &mut key).await.unwrap_err(), SignInError::Wrong);
    });
}

#[test]
fn with_the_last_second_factor_the_recovery_codes_go_unless_an_organization_asks_for_one() {
    each_database(|world| async move {
        let (anna, _, _) = anna_with_key(&world).await;
        let operator = crate::Identity::operator();
        world.identity.add_organization(&operator, "Acme", ANNA.parse().unwrap()).await.unwrap();
        let ask = |asks: i64| {
            let sql = "UPDATE organizations SET asks_second_factor = $1";
            world.store.write(move |tx| tx.execute(sql, &[&asks]).map(drop))
        };
        ask(1).await.unwrap();
        let passkey = world.identity.passkeys(&anna.actor).await.unwrap()[0].id;
        let refused = world.identity.remove_passkey(&anna.actor, &anna.proof, passkey).await;
        assert_eq!(refused.unwrap_err(), PasskeyError::Needed("Acme".to_owned()));
        let state = world.identity.second_factor_state(&anna.actor).await.unwrap();
        assert_eq!(state, SecondFactorState::Passkeys { recovery_codes: 10 });
        ask(0).await.unwrap();
        world.identity.remove_passkey(&anna.actor, &anna.proof, passkey).await.unwrap();
        assert_eq!(world.identity.second_factor_state(&anna.actor).await.unwrap(), SecondFactorState::Off);
        let left = world
            .store
            .read(|tx| tx.load("SELECT count(*) FROM recovery_codes", &[], |row| row.get::<i64>(0)))
            .await;
        assert_eq!(left.map_err(|error: store::StoreError| error).unwrap(), 0);
    });
}

#[test]
fn somebody_elses_passkey_is_neither_renamed_nor_removed() {
    each_database(|world| async move {
        let (anna, _, _) = anna_with_key(&world).await;
        world.add_user("ben@home.example").await;
        let (ben, _) = world.sign_in("ben@home.example").await;
        let passkey = world.identity.passkeys(&anna.actor).await.unwrap()[0].id;
        let renamed = world.identity.rename_passkey(&ben.actor, passkey, "Mine").await;
        assert_eq!(renamed.unwrap_err(), PasskeyError::NotFound);
        let removed = world.identity.remove_passkey(&ben.actor, &ben.proof, passkey).await;
        assert_eq!(removed.unwrap_err(), PasskeyError::NotFound);
        world.identity.rename_passkey(&anna.actor, passkey, "  On my ring ").await.unwrap();
        assert_eq!(world.identity.passkeys(&anna.actor).await.unwrap()[0].name, "On my ring");
        let empty = world.identity.rename_passkey(&anna.actor, passkey, " ").await;
        assert!(matches!(empty, Err(PasskeyError::Name(_))), "{empty:?}");
    });
}

#[test]
fn two_who_answer_with_the_same_challenge_at_once_do_not_both_sign_in() {
    each_database(|world| async move {
        let (_, _, mut key) = anna_with_key(&world).await;
        let question = world.identity.ask_to_sign_in(visit(), &home()).await.unwrap();
        let answer = key.sign(&question);
        let (one, other) = tokio::join!(give(&world, &answer), give(&world, &answer));
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    });
}
