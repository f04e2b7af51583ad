use identity::mails::MailTemplate;

use super::person::Person;
use super::world::{INFO, PASSWORD, World};
use mailbox::desk::For;

const ANNA: &str = "anna@home.test";
const SECOND: &str = "anna@second.test";

#[tokio::test]
async fn a_further_address_signs_in_once_its_code_was_given() {
    let world = World::new().await;
    world.add_user(ANNA, "Anna Muster").await;
    let mut anna = Person::signed_in(&world, ANNA).await;
    anna.go("/account/addresses").await.says("Sign-in addresses").says("primary");
    anna.send("/account/addresses/add", &[("address", "nothing")])
        .await
        .refuses("This is not an e-mail address");
    anna.send("/account/addresses/add", &[("address", ANNA)])
        .await
        .refuses("You sign in with this address already.");
    anna.send("/account/addresses/add", &[("address", SECOND)]).await.leads_to("/account/addresses");
    anna.go("/account/addresses").await.says("Code from the mail to anna@second.test");
    anna.send("/account/addresses/confirm", &[("code", "x")]).await.refuses("This is not the code.");
    let sign_in = [("address", SECOND), ("password", PASSWORD)];
    let mut elsewhere = Person::new(&world);
    elsewhere.go("/sign-in").await;
    elsewhere.send("/sign-in", &sign_in).await.refuses("is wrong");
    let code = world.address_code().await;
    anna.send("/account/addresses/confirm", &[("code", &code)]).await.leads_to("/account/addresses");
    assert_eq!(world.mails(MailTemplate::IdentifierAdded).await[0].to, ANNA);
    elsewhere.send("/sign-in", &sign_in).await.leads_to("/account/second-factor?next=/mail");

    anna.send("/account/addresses/remove", &[("of", ANNA)])
        .await
        .refuses("The primary address cannot be removed.");
    anna.send("/account/addresses/primary", &[("of", SECOND)]).await.leads_to("/account/addresses");
    anna.send("/account/addresses/remove", &[("of", ANNA)]).await.leads_to("/account/addresses");
    anna.go("/account").await.says(SECOND);
    let mut third = Person::new(&world);
    third.go("/sign-in").await;
    third.send("/sign-in", &[("address", ANNA), ("password", PASSWORD)]).await.refuses("is wrong");
}

#[tokio::test]
async fn a_code_is_given_up_after_five_wrong_ones() {
    let world = World::new().await;
    world.add_user(ANNA, "Anna Muster").await;
    let mut anna = Person::signed_in(&world, ANNA).await;
    anna.go("/account/addresses").await;
    anna.send("/account/addresses/add", &[("address", SECOND)]).await;
    for _ in 0..5 {
        anna.send("/account/addresses/confirm", &[("code", "x")]).await.refuses("This is not the code.");
    }
    let code = world.address_code().await;
    let spent = anna.send("/account/addresses/confirm", &[("code", &code)]).await;
    spent.refuses("This code does not count any more.");
}

#[tokio::test]
async fn an_address_of_somebody_else_takes_no_code_and_is_told_there() {
    let world = World::new().await;
    world.add_user(ANNA, "Anna Muster").await;
    world.add_user("ben@far.test", "Ben Far").await;
    let mut anna = Person::signed_in(&world, ANNA).await;
    anna.go("/account/addresses").await;
    let fields = [("address", "ben@far.test")];
    anna.send("/account/addresses/add", &fields).await.leads_to("/account/addresses");
    assert!(world.mails(MailTemplate::AddressCode).await.is_empty());
    assert_eq!(world.mails(MailTemplate::AccountExists).await[0].to, "ben@far.test");
    anna.send("/account/addresses/confirm", &[("code", "")]).await.refuses("This is not the code.");
}

#[tokio::test]
async fn an_address_that_others_open_is_refused_and_one_that_is_ones_own_is_not() {
    let world = World::new().await;
    let info = world.add_info().await;
    world.add_user("ben@far.test", "Ben Far").await;
    let mut ben = Person::signed_in(&world, "ben@far.test").await;
    ben.go("/account/addresses").await;
    for (path, field) in [("/account/addresses/add", "address"), ("/account/recovery/add", "recovery")] {
        ben.send(path, &[(field, INFO)]).await.leads_to("/account/addresses");
    }
    // A stranger is not told that others open it: who reads its mail is.
    let told = world.mails(MailTemplate::AddressShared).await;
    assert!(told.len() == 2 && told.iter().all(|mail| mail.to == INFO), "{told:?}");
    assert!(world.mails(MailTemplate::AddressCode).await.is_empty());
    ben.send("/account/addresses/confirm", &[("code", "000000")]).await.refuses("This is not the code.");
    let mut anna = Person::signed_in(&world, ANNA).await;
    anna.go("/account/addresses").await;
    anna.send("/account/addresses/add", &[("address", INFO)]).await.leads_to("/account/addresses");
    // Shared before the code is given: it counts for nothing.
    world.share(info, "ben@far.test").await;
    let code = world.address_code().await;
    let answer = anna.send("/account/addresses/confirm", &[("code", &code)]).await;
    answer.refuses("Other people open this address");
    // Whoever opens it as well may know.
    for (path, field) in [("/account/addresses/add", "address"), ("/account/recovery/add", "recovery")] {
        ben.send(path, &[(field, INFO)]).await.refuses("Other people open this address");
    }
}

#[tokio::test]
async fn the_recovery_address_gets_the_link_too_and_does_not_sign_in() {
    let world = World::new().await;
    world.add_user(ANNA, "Anna Muster").await;
    let mut anna = Person::signed_in(&world, ANNA).await;
    anna.go("/account/addresses").await.says("You have none.");
    anna.send("/account/recovery/add", &[("recovery", SECOND)]).await.leads_to("/account/addresses");
    let code = world.address_code().await;
    anna.send("/account/recovery/confirm", &[("recovery-code", &code)]).await.leads_to("/account/addresses");
    anna.go("/account/addresses").await.says("It is anna@second.test.");
    let mut person = Person::new(&world);
    person.go("/sign-in").await;
    person.send("/sign-in", &[("address", SECOND), ("password", PASSWORD)]).await.refuses("is wrong");
    person.go("/forgot").await;
    person.send("/forgot", &[("address", ANNA)]).await.leads_to("/forgot/sent");
    person.send("/forgot", &[("address", SECOND)]).await.leads_to("/forgot/sent");
    let mut to: Vec<String> =
        world.mails(MailTemplate::PasswordReset).await.into_iter().map(|mail| mail.to).collect();
    to.sort();
    assert_eq!(to, [ANNA, SECOND, SECOND]);
    anna.send("/account/recovery/remove", &[]).await.leads_to("/account/addresses");
    anna.go("/account/addresses").await.says("You have none.");
}

#[tokio::test]
async fn whose_address_was_released_is_told_and_chooses_another_first() {
    let world = World::new().await;
    let service = world.add_service().await;
    let own = "anna@example.test";
    let operator = identity::Identity::operator();
    let anna = world.identity.user_of(&operator, ANNA.parse().unwrap()).await.unwrap();
    let mailbox = world.add_address(service, own, For::User(anna)).await;
    let mut person = Person::signed_in(&world, ANNA).await;
    person.go("/account/addresses").await;
    person.send("/account/addresses/add", &[("address", own)]).await;
    let code = world.address_code().await;
    person.send("/account/addresses/confirm", &[("code", &code)]).await;
    person.send("/account/addresses/primary", &[("of", own)]).await;
    person.send("/account/addresses/remove", &[("of", ANNA)]).await.leads_to("/account/addresses");

    world.clock.advance(std::time::Duration::from_secs(60));
    world.release(own).await;
    assert!(world.mails(MailTemplate::IdentifierReleased).await.iter().any(|mail| mail.to == own));
    world.add_user("ben@far.test", "Ben Far").await;
    world.share(mailbox, "ben@far.test").await;
    person.go("/account/activity").await.says("A sign-in address was released");

    // A stranger who reads the shared mailbox now gets no link to a new password.
    let mut reader = Person::new(&world);
    reader.go("/forgot").await;
    reader.send("/forgot", &[("address", own)]).await.leads_to("/forgot/sent");
    assert!(world.mails(MailTemplate::PasswordReset).await.is_empty());

    let mut again = Person::new(&world);
    again.go("/sign-in").await;
    let fields = [("address", own), ("password", PASSWORD), ("next", "/account")];
    again.send("/sign-in", &fields).await.leads_to("/account/addresses?next=/account");
    again.go("/account/addresses?next=/account").await.says("You have no address to sign in with");
    let fields = [("address", SECOND), ("next", "/account")];
    again.send("/account/addresses/add", &fields).await.leads_to("/account/addresses?next=/account");
    let code = world.address_code().await;
    let fields = [("code", &*code), ("next", "/account")];
    again.send("/account/addresses/confirm", &fields).await.leads_to("/account");
    again.go("/account").await.says(SECOND);
    let mut last = Person::new(&world);
    last.go("/sign-in").await;
    last.send("/sign-in", &[("address", own), ("password", PASSWORD)]).await.refuses("is wrong");
}
