//! The second step of signing in, and those who guess.

use store::{StoreError, Tx};

use super::world::{ANNA, at, each_database, home};
use crate::mails::MailTemplate;
use crate::sign_in::Account;
use crate::{BrowserMark, SignIn, SignInError};

const STRANGER: BrowserMark = BrowserMark::none();

#[test]
fn five_wrong_codes_take_the_first_step_back_wherever_they_come_from() {
    each_database(|world| async move {
        let (secret, ..) = world.anna_with_app().await;
        let token = world.half(&at([198, 51, 100, 1]), &STRANGER).await;
        for network in 0..5 {
            let from = at([198, 51, network, 1]);
            let refused = world.give_code(&token, &world.wrong_code(&secret), &from, &STRANGER).await;
            assert_eq!(refused.err(), Some(SignInError::Wrong));
        }
        let right = world.give_code(&token, &world.code(&secret), &home(), &STRANGER).await;
        assert_eq!(right.err(), Some(SignInError::Expired), "the password is asked for again");
        let told = world.mails().await.pop().unwrap();
        assert_eq!((told.template, &*told.to), (MailTemplate::CodesRefused, ANNA));
    });
}

#[test]
fn of_many_codes_given_at_once_no_more_are_judged_than_one_after_the_other() {
    each_database(|world| async move {
        let (secret, ..) = world.anna_with_app().await;
        let token = world.half(&home(), &STRANGER).await;
        let wrong = world.wrong_code(&secret);
        let mut racing = tokio::task::JoinSet::new();
        for _ in 0..24 {
            let (identity, token, wrong) = (world.identity.clone(), token.clone(), wrong.clone());
            racing.spawn(async move {
                let (from, mark) = (home(), STRANGER);
                let given = identity.second_factor(&token, &wrong, &from, &mark, crate::Remember::No);
                given.await.unwrap_err()
            });
        }
        let refused = racing.join_all().await;
        let judged = refused.iter().filter(|error| **error == SignInError::Wrong).count();
        assert_eq!(judged, 5, "{refused:?}");
    });
}

#[test]
fn guesses_from_many_networks_are_counted_together_and_a_known_browser_is_not_kept_out() {
    each_database(|world| async move {
        let (secret, recovery, known) = world.anna_with_app().await;
        let mut wait = None;
        for network in 0..20 {
            let from = at([198, 51, network, 1]);
            let token = world.half(&from, &STRANGER).await;
            let refused = world.give_code(&token, &world.wrong_code(&secret), &from, &STRANGER).await;
            if let Err(SignInError::Throttled(for_now)) = refused {
                wait = Some(for_now);
            }
        }
        assert!(wait.is_some_and(|wait| wait.as_secs() >= 2), "{wait:?}");
        let token = world.half(&home(), &STRANGER).await;
        let stranger = world.give_code(&token, &world.code(&secret), &home(), &STRANGER).await;
        assert!(matches!(stranger, Err(SignInError::Throttled(_))), "{stranger:?}");
        let with_paper = world.give_code(&token, recovery[0].reveal(), &home(), &STRANGER).await;
        with_paper.expect("a recovery code cannot be guessed, and never waits");
        let token = world.half(&home(), &known).await;
        let owner = world.give_code(&token, &world.code(&secret), &home(), &known).await;
        owner.expect("the owner's own browser has a count of its own");
    });
}

#[test]
fn what_is_counted_against_strangers_fades_so_that_nobody_is_kept_out_for_good() {
    each_database(|world| async move {
        let (secret, ..) = world.anna_with_app().await;
        for network in 0..40 {
            let from = at([198, 51, network, 1]);
            let token = world.half(&from, &STRANGER).await;
            let _refused = world.give_code(&token, &world.wrong_code(&secret), &from, &STRANGER).await;
        }
        world.clock.advance(domain::duration::minutes(60));
        let token = world.half(&home(), &STRANGER).await;
        world.give_code(&token, &world.code(&secret), &home(), &STRANGER).await.unwrap();
    });
}

#[test]
fn a_password_that_was_changed_while_it_was_compared_begins_no_session() {
    each_database(|world| async move {
        let user = world.add_user(ANNA).await;
        let judged = Account { user, password_hash: "the hash of before".to_owned() };
        let begun = world.identity.begin_session(judged, &home(), &STRANGER).await;
        assert_eq!(begun.err(), Some(SignInError::Wrong));
    });
}

#[test]
fn a_second_factor_that_was_set_while_the_password_was_compared_is_asked_for() {
    each_database(|world| async move {
        world.anna_with_app().await;
        let sql = "SELECT user_id, password_hash FROM users";
        let judged = |tx: &mut Tx<'_>| -> Result<Account, StoreError> {
            tx.load(sql, &[], |row| Ok(Account { user: row.get(0)?, password_hash: row.get(1)? }))
        };
        let judged = world.store.read(judged).await.unwrap();
        let begun = world.identity.begin_session(judged, &home(), &STRANGER).await.unwrap();
        assert!(matches!(begun, SignIn::SecondFactorNeeded(_)), "{begun:?}");
    });
}
