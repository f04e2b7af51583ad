//! Several accounts in one browser.

use domain::Secret;

use super::world::{ANNA, each_database, home};

#[test]
fn accounts_are_seen_by_their_tokens_and_signed_out_one_by_one() {
    each_database(|world| async move {
        world.add_user(ANNA).await;
        world.add_user("ben@home.example").await;
        let (_, anna) = world.sign_in(ANNA).await;
        let (_, ben) = world.sign_in("ben@home.example").await;
        let stranger = Secret::new("a token of nobody's".to_owned());
        let tokens = [anna.token.clone(), stranger, ben.token.clone()];

        let kept = world.identity.kept_accounts(&tokens).await.unwrap();
        let addresses: Vec<_> = kept.iter().map(|account| account.address.as_str()).collect();
        assert_eq!(addresses, [ANNA, "ben@home.example"]);

        world.identity.sign_out_kept(&anna.token).await.unwrap();
        let kept = world.identity.kept_accounts(&tokens).await.unwrap();
        assert_eq!(kept.len(), 1, "{kept:?}");
        assert!(world.identity.session(anna.token.reveal(), &home()).await.unwrap().is_none());
        assert!(world.identity.session(ben.token.reveal(), &home()).await.unwrap().is_some());
    });
}

#[test]
fn a_sign_in_that_owes_its_second_factor_is_no_account_to_switch_to() {
    each_database(|world| async move {
        let (_, _, mark) = world.anna_with_app().await;
        let half = world.half(&home(), &mark).await;
        assert!(world.identity.kept_accounts(&[half]).await.unwrap().is_empty());
    });
}
