use axum::http::StatusCode;
use identity::mails::MailTemplate;

use super::person::Person;
use super::world::{INFO, PASSWORD, World};

const ANNA: &str = "anna@home.test";
const NEW: &str = "another horse battery staple 43";

async fn forget(world: &World, address: &str) {
    let mut person = Person::new(world);
    person.go("/forgot").await.says("Your sign-in address");
    person.send("/forgot", &[("address", address)]).await.leads_to("/forgot/sent");
    person.go("/forgot/sent").await.says("If somebody signs in with this address");
}

#[tokio::test]
async fn a_link_to_a_new_password_counts_once_and_for_an_hour() {
    let world = World::new().await;
    world.add_user(ANNA, "Anna Muster").await;
    let mut anna = Person::signed_in(&world, ANNA).await;
    forget(&world, ANNA).await;
    let link = world.reset_link().await;
    let mut person = Person::new(&world);
    person.go(&link).await.says("New password");
    person.go(&link).await.says("New password");
    anna.go("/account").await.says("Anna Muster");
    person.send(&link, &[("password", "annamuster")]).await.refuses("This password is easily guessed.");
    person.send(&link, &[("password", NEW)]).await.leads_to("/forgot/done");
    anna.go("/account").await.leads_to("/sign-in?next=/account");
    for _ in 0..2 {
        let answer = person.send(&link, &[("password", PASSWORD)]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        answer.says("This link does not work");
    }
    let old = person.go("/sign-in").await;
    old.says("Forgotten password?");
    person.send("/sign-in", &[("address", ANNA), ("password", PASSWORD)]).await.refuses("is wrong");
    let fields = [("address", ANNA), ("password", NEW)];
    person.send("/sign-in", &fields).await.leads_to("/account/second-factor?next=/mail");
    assert_eq!(world.mails(MailTemplate::PasswordChanged).await.len(), 1);

    forget(&world, ANNA).await;
    let link = world.reset_link().await;
    world.clock.advance(std::time::Duration::from_secs(3601));
    assert_eq!(person.go(&link).await.status, StatusCode::NOT_FOUND);
    assert_eq!(person.go("/forgot/none").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn nobody_learns_from_a_forgotten_password_who_has_an_account() {
    let world = World::new().await;
    world.add_user(ANNA, "Anna Muster").await;
    for address in ["nobody@home.test", "no address", "  "] {
        let mut person = Person::new(&world);
        person.go("/forgot").await;
        let answer = person.send("/forgot", &[("address", address)]).await;
        if address.trim().is_empty() {
            answer.refuses("Type your e-mail address.");
        } else {
            answer.leads_to("/forgot/sent");
        }
    }
    assert!(world.mails(MailTemplate::PasswordReset).await.is_empty());
    let mut person = Person::new(&world);
    person.go("/forgot").await;
    let mut answers = Vec::new();
    for address in [ANNA, "nobody@home.test"] {
        for _ in 0..6 {
            person.send("/forgot", &[("address", address)]).await;
        }
        let answer = person.send("/forgot", &[("address", address)]).await;
        answer.refuses("Too many links were asked for.");
        answers.push(answer.text.replace(address, "…"));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(world.mails(MailTemplate::PasswordReset).await.len(), 3, "no more than count at a time");
}

#[tokio::test]
async fn the_second_factor_is_asked_for_after_a_new_password_even_where_it_was_remembered() {
    let world = World::new().await;
    world.add_user(ANNA, "Anna Muster").await;
    let mut anna = Person::signed_in(&world, ANNA).await;
    let secret = anna.go("/account/second-factor").await.app_secret();
    anna.send("/account/second-factor", &[("code", &world.app_code(&secret))]).await.says("recovery codes");
    let sign_in = [("address", ANNA), ("password", PASSWORD)];

    world.clock.advance(std::time::Duration::from_secs(60));
    let mut browser = Person::new(&world);
    browser.go("/sign-in").await;
    browser.send("/sign-in", &sign_in).await.leads_to("/sign-in/code");
    browser.go("/sign-in/code").await.says("Do not ask for a code in this browser for 30 days");
    let fields = [("code", &*world.app_code(&secret)), ("remember", "on")];
    browser.send("/sign-in/code", &fields).await.leads_to("/mail");
    browser.go("/account").await.says("Where no code is asked for");
    browser.send("/sign-out", &[]).await;
    browser.go("/sign-in").await;
    browser.send("/sign-in", &sign_in).await.leads_to("/account/second-factor?next=/mail");
    let mut other = Person::new(&world);
    other.go("/sign-in").await;
    other.send("/sign-in", &sign_in).await.leads_to("/sign-in/code");

    forget(&world, ANNA).await;
    let link = world.reset_link().await;
    browser.go(&link).await;
    browser.send(&link, &[("password", NEW)]).await.leads_to("/forgot/done");
    browser.go("/sign-in").await;
    browser.send("/sign-in", &[("address", ANNA), ("password", NEW)]).await.leads_to("/sign-in/code");
}

#[tokio::test]
async fn a_remembered_browser_is_forgotten_on_demand_and_after_thirty_days() {
    let world = World::new().await;
    world.add_user(ANNA, "Anna Muster").await;
    let mut anna = Person::signed_in(&world, ANNA).await;
    let secret = anna.go("/account/second-factor").await.app_secret();
    anna.send("/account/second-factor", &[("code", &world.app_code(&secret))]).await;
    let sign_in = [("address", ANNA), ("password", PASSWORD)];
    for is_forgotten in [true, false] {
        world.clock.advance(std::time::Duration::from_secs(60));
        let mut browser = Person::new(&world);
        browser.go("/sign-in").await;
        browser.send("/sign-in", &sign_in).await;
        browser.go("/sign-in/code").await;
        let fields = [("code", &*world.app_code(&secret)), ("remember", "on")];
        browser.send("/sign-in/code", &fields).await.leads_to("/mail");
        let page = browser.go("/account").await;
        if is_forgotten {
            let path = page.between("action=\"/account/browsers/", "\"");
            let path = format!("/account/browsers/{path}");
            browser.send(&path, &[]).await.leads_to("/account");
            assert!(!browser.go("/account").await.text.contains("Where no code is asked for"));
        } else {
            world.clock.advance(std::time::Duration::from_secs(30 * 24 * 3600));
        }
        browser.set_cookie("session", "");
        browser.go("/sign-in").await;
        browser.send("/sign-in", &sign_in).await.leads_to("/sign-in/code");
    }
}

#[tokio::test]
async fn a_new_browser_is_told_of_and_a_known_one_is_not() {
    let world = World::new().await;
    world.add_user(ANNA, "Anna Muster").await;
    let mut first = Person::signed_in(&world, ANNA).await;
    assert!(world.mails(MailTemplate::NewBrowser).await.is_empty(), "the very first");
    first.go("/account").await;
    first.send("/sign-out", &[]).await;
    first.go("/sign-in").await;
    first.send("/sign-in", &[("address", ANNA), ("password", PASSWORD)]).await;
    assert!(world.mails(MailTemplate::NewBrowser).await.is_empty());
    Person::signed_in(&world, ANNA).await;
    let mails = world.mails(MailTemplate::NewBrowser).await;
    assert_eq!((mails.len(), mails[0].to.as_str()), (1, ANNA));
}

#[tokio::test]
async fn an_owner_gets_in_whatever_a_stranger_of_the_same_network_tries() {
    let world = World::new().await;
    world.add_user(ANNA, "Anna Muster").await;
    let mut anna = Person::signed_in(&world, ANNA).await;
    anna.go("/account").await;
    anna.send("/sign-out", &[]).await;
    let mut stranger = Person::new(&world);
    stranger.go("/sign-in").await;
    for _ in 0..60 {
        stranger.send("/sign-in", &[("address", ANNA), ("password", "guess")]).await;
        world.clock.advance(std::time::Duration::from_secs(900));
    }
    for _ in 0..8 {
        stranger.send("/sign-in", &[("address", ANNA), ("password", "guess")]).await;
    }
    let fields = [("address", ANNA), ("password", PASSWORD)];
    stranger.send("/sign-in", &fields).await.refuses("Too many failed attempts.");
    anna.go("/sign-in").await;
    anna.send("/sign-in", &fields).await.leads_to("/account/second-factor?next=/mail");
}

#[tokio::test]
async fn a_mailbox_and_its_device_password_are_told_apart_from_an_account() {
    let world = World::new().await;
    let info = world.add_info().await;
    let device = world.device_password(info, ANNA).await;
    let mut person = Person::new(&world);
    person.go("/sign-in").await;
    let answer = person.send("/sign-in", &[("address", INFO), ("password", &device)]).await;
    answer.refuses("This is an email address, not an account");
    assert!(!answer.text.contains(&device));
    assert_eq!(person.cookie("session"), "");
    let wrong = "The e-mail address or the password is wrong.";
    for (address, password) in [(INFO, "wrong"), ("none@example.test", &*device), (ANNA, &*device)] {
        person.send("/sign-in", &[("address", address), ("password", password)]).await.refuses(wrong);
    }
}

#[tokio::test]
async fn a_password_is_changed_by_whoever_proves_to_be_there() {
    let world = World::new().await;
    world.add_user(ANNA, "Anna Muster").await;
    let (mut anna, mut other) =
        (Person::signed_in(&world, ANNA).await, Person::signed_in(&world, ANNA).await);
    world.clock.advance(std::time::Duration::from_secs(11 * 60));
    anna.go("/account/password").await.says("New password");
    let asked = anna.send("/account/password", &[("password", NEW)]).await;
    asked.says("Your password");
    let fields = [("password", NEW), ("proof-password", PASSWORD)];
    anna.send("/account/password", &fields).await.leads_to("/account");
    anna.go("/account").await.says("Anna Muster");
    other.go("/account").await.leads_to("/sign-in?next=/account");
    anna.go("/account/activity").await.says("Changed the password").says("Signed in");
}
