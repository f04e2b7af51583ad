//! Mailed codes and links: how many go to one address, and how often one is guessed.

use super::world::{ANNA, World, at, each_database, home};
use crate::mails::MailTemplate;
use crate::{IdentifierError, Purpose, SignInError};

/// Asks for links to an address from network after network, as fast as can be; how many were not refused.
async fn ask(world: &World, address: &str, times: u8) -> usize {
    let mut asked = 0;
    for network in 0..times {
        match world.identity.forgot_password(address, &at([198, 51, network, 1])).await {
            Ok(()) => asked += 1,
            Err(SignInError::Throttled(wait)) => assert!(wait <= domain::duration::minutes(60)),
            Err(other) => panic!("{other:?}"),
        }
    }
    asked
}

#[test]
fn a_target_of_mails_is_counted_over_all_networks_and_alike_whether_it_exists() {
    each_database(|world| async move {
        world.add_user(ANNA).await;
        for address in [ANNA, "nobody@home.example"] {
            assert_eq!(ask(&world, address, 30).await, 5);
        }
        let mut day = 5;
        for _hour in 1..24 {
            world.clock.advance(domain::duration::minutes(60));
            let (anna, nobody) = (ask(&world, ANNA, 8).await, ask(&world, "nobody@home.example", 8).await);
            assert_eq!(anna, nobody);
            assert!(anna >= 1, "never a no for good");
            day += anna;
        }
        assert_eq!(day, 20 + 20);
    });
}

#[test]
fn a_new_code_does_not_begin_a_new_count_of_attempts() {
    each_database(|world| async move {
        world.add_user(ANNA).await;
        let (anna, _) = world.sign_in(ANNA).await;
        let (who, identity) = (&anna.actor, &world.identity);
        let mut judged = 0;
        for _code in 0..4 {
            let proof = &anna.proof;
            identity.prove_address(who, proof, Purpose::SignIn, "a@far.example", &home()).await.unwrap();
            for _ in 0..5 {
                let refused = identity.confirm_address(who, proof, Purpose::SignIn, "wrong").await;
                let refused = refused.unwrap_err();
                assert!(matches!(refused, IdentifierError::Code | IdentifierError::CodeSpent), "{refused:?}");
                judged += usize::from(refused == IdentifierError::Code);
            }
        }
        assert_eq!(judged, 10);
        let mailed = world.mails().await.pop().unwrap();
        assert_eq!(mailed.template, MailTemplate::AddressCode);
        let right = &mailed.values["code"];
        let given = identity.confirm_address(who, &anna.proof, Purpose::SignIn, right).await;
        assert_eq!(given, Err(IdentifierError::CodeSpent));
        world.clock.advance(domain::duration::days(1));
        identity.prove_address(who, &anna.proof, Purpose::SignIn, "a@far.example", &home()).await.unwrap();
        let right = world.mails().await.pop().unwrap().values["code"].clone();
        identity.confirm_address(who, &anna.proof, Purpose::SignIn, &right).await.unwrap();
    });
}
