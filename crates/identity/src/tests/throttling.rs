//! Those who try passwords, device passwords, and mails; and those who sit in the same network.

use bus::Protocol;
use domain::Secret;

use super::world::{ANNA, PASSWORD, World, each_database, home};
use crate::{BrowserMark, SignIn, SignInError};

async fn try_device(world: &World, address: &str) -> Option<SignInError> {
    let (address, wrong) = (address.parse().unwrap(), Secret::new("abc".to_owned()));
    world.identity.sign_in_device(&address, &wrong, Protocol::Imap, home().ip).await.err()
}

#[test]
fn mail_programs_with_old_secrets_keep_nobody_of_their_network_from_signing_in() {
    each_database(|world| async move {
        world.add_user(ANNA).await;
        for number in 0..120 {
            let _refused = try_device(&world, &format!("old{}@home.example", number % 60)).await;
        }
        let waiting = try_device(&world, "old60@home.example").await;
        assert!(matches!(waiting, Some(SignInError::Throttled(_))), "{waiting:?}");
        let anna = world.give_password(ANNA, &home(), &BrowserMark::none()).await;
        assert!(matches!(anna, SignIn::Complete(_)), "{anna:?}");
    });
}

#[test]
fn who_asks_for_many_links_keeps_nobody_of_their_network_from_signing_in() {
    each_database(|world| async move {
        world.add_user(ANNA).await;
        for number in 0..60 {
            let _asked =
                world.identity.forgot_password(&format!("person{number}@far.example"), &home()).await;
        }
        let asked = world.identity.forgot_password("another@far.example", &home()).await;
        assert!(matches!(asked, Err(SignInError::Throttled(_))), "{asked:?}");
        let anna = world.give_password(ANNA, &home(), &BrowserMark::none()).await;
        assert!(matches!(anna, SignIn::Complete(_)), "{anna:?}");
    });
}

#[test]
fn one_who_mistypes_on_and_on_keeps_nobody_of_their_network_from_signing_in() {
    each_database(|world| async move {
        world.add_user(ANNA).await;
        let wrong = Secret::new("wrong".to_owned());
        for _ in 0..12 {
            let _refused = world.identity.sign_in("ben@home.example", &wrong, &home()).await;
            world.clock.advance(std::time::Duration::from_secs(120));
        }
        let password = Secret::new(PASSWORD.to_owned());
        let anna = world.identity.sign_in(ANNA, &password, &home()).await;
        assert!(matches!(anna, Ok(SignIn::Complete(_))), "{anna:?}");
    });
}
