use axum::http::StatusCode;

use super::person::Person;
use super::world::{PASSWORD, World};

const ANNA: &str = "anna@home.test";

#[tokio::test]
async fn a_wrong_password_and_an_unknown_account_are_answered_alike() {
    let world = World::new().await;
    world.add_user(ANNA, "Anna Muster").await;
    let mut person = Person::new(&world);
    person.go("/sign-in").await;
    let mut answers = Vec::new();
    for (address, password) in [(ANNA, "wrong"), ("nobody@home.test", "wrong"), ("no address", PASSWORD)] {
        let answer = person.send("/sign-in", &[("address", address), ("password", password)]).await;
        answer.refuses("The e-mail address or the password is wrong.");
        assert!(!answer.text.contains("wrong\"") && !answer.text.contains(PASSWORD), "{}", answer.text);
        answers.push(answer.text.replace(address, "…"));
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
}

#[tokio::test]
async fn too_many_failures_say_how_long_to_wait() {
    let world = World::new().await;
    let mut person = Person::new(&world);
    person.go("/sign-in").await;
    for _ in 0..6 {
        person.send("/sign-in", &[("address", ANNA), ("password", "wrong")]).await;
    }
    let answer = person.send("/sign-in", &[("address", ANNA), ("password", PASSWORD)]).await;
    answer.refuses("Too many failed attempts. Try again in 2 seconds.");
}

#[tokio::test]
async fn a_second_factor_is_set_up_and_then_asked_for() {
    let world = World::new().await;
    world.add_user(ANNA, "Anna Muster").await;
    world.add_organization("Acme", ANNA).await;
    let mut anna = Person::signed_in(&world, ANNA).await;
    let page = anna.go("/account/second-factor?next=/mail").await;
    page.says("Not now").says("role=\"img\"");
    let secret = page.app_secret();
    anna.send("/account/second-factor", &[("code", "000000")]).await.refuses("This is not the code.");
    let again = anna.go("/account/second-factor").await;
    assert_eq!(again.app_secret(), secret, "what was scanned stays on offer");
    let fields = [("code", &*world.app_code(&secret)), ("next", "/mail")];
    let codes = anna.send("/account/second-factor", &fields).await;
    codes.says("Your recovery codes").says("href=\"/mail\"");
    assert_eq!(world.activity("Acme").await, ["second_factor.set", "organization.create"]);
    let recovery = codes.between("<li>", "</li>");
    anna.go("/account").await.says("10 recovery codes are left.");
    assert_ne!(anna.go("/account/second-factor").await.app_secret(), secret);

    world.clock.advance(std::time::Duration::from_secs(60));
    let mut elsewhere = Person::new(&world);
    elsewhere.go("/sign-in?next=/account").await;
    let fields = [("address", ANNA), ("password", PASSWORD), ("next", "/account")];
    elsewhere.send("/sign-in", &fields).await.leads_to("/sign-in/code?next=/account");
    let pending = elsewhere.cookie("session").to_owned();
    elsewhere.go("/account").await.leads_to("/sign-in?next=/account");
    elsewhere.go("/sign-in/code?next=/account").await.says("Code from your authenticator app");
    elsewhere.send("/sign-in/code", &[("code", "123")]).await.refuses("This code is wrong");
    let fields = [("code", &*world.app_code(&secret)), ("next", "/account")];
    elsewhere.send("/sign-in/code", &fields).await.leads_to("/account");
    assert_ne!(elsewhere.cookie("session"), pending, "each stage has its own token");
    elsewhere.go("/account").await.says("Anna Muster");

    let mut third = Person::new(&world);
    third.go("/sign-in").await;
    third.send("/sign-in", &[("address", ANNA), ("password", PASSWORD)]).await.leads_to("/sign-in/code");
    third.go("/sign-in/code").await;
    third.send("/sign-in/code", &[("code", &recovery)]).await.leads_to("/mail");
    third.go("/account").await.says("9 recovery codes are left.");
}

#[tokio::test]
async fn a_sign_in_that_took_too_long_starts_again() {
    let world = World::new().await;
    let mut person = Person::new(&world);
    person.go("/sign-in/code").await.leads_to("/sign-in");
    person.set_cookie("session", "of-another-day");
    person.go("/sign-in/code?next=/account").await;
    let answer = person.send("/sign-in/code", &[("code", "123456"), ("next", "/account")]).await;
    answer.refuses("The sign-in took too long, or had too many wrong codes.").says("value=\"/account\"");
}

#[tokio::test]
async fn the_place_to_go_to_is_on_this_server() {
    let world = World::new().await;
    world.add_user(ANNA, "Anna Muster").await;
    let mut person = Person::new(&world);
    let page = person.go("/sign-in?next=https://evil.test/").await;
    assert!(!page.text.contains("evil"));
    for next in ["//evil.test", "https://evil.test", "/\\evil.test"] {
        let fields = [("address", ANNA), ("password", PASSWORD), ("next", next)];
        person.send("/sign-in", &fields).await.leads_to("/account/second-factor?next=/mail");
        person.go("/terms").await;
        person.send("/sign-out", &[("next", next)]).await.leads_to("/sign-in");
        person.go("/sign-in").await;
    }
    let fields = [("address", ANNA), ("password", PASSWORD), ("next", "/invite/x")];
    person.send("/sign-in", &fields).await.leads_to("/invite/x");
}

#[tokio::test]
async fn signing_out_ends_the_session_for_good() {
    let world = World::new().await;
    world.add_user(ANNA, "Anna Muster").await;
    let mut anna = Person::signed_in(&world, ANNA).await;
    anna.go("/").await.leads_to("/mail");
    anna.go("/sign-in?next=/account").await.leads_to("/account");
    let session = anna.cookie("session").to_owned();
    anna.go("/account").await;
    anna.send("/sign-out", &[]).await.leads_to("/sign-in");
    assert_eq!(anna.cookie("session"), "");
    anna.set_cookie("session", &session);
    anna.go("/account").await.leads_to("/sign-in?next=/account");
    anna.go("/").await.leads_to("/sign-in");
}

#[tokio::test]
async fn sessions_are_seen_and_ended() {
    let world = World::new().await;
    world.add_user(ANNA, "Anna Muster").await;
    world.add_user("ben@far.test", "Ben Far").await;
    let mut first = Person::signed_in(&world, ANNA).await;
    let mut second = Person::signed_in(&world, ANNA).await;
    let mut third = Person::signed_in(&world, ANNA).await;
    let mut ben = Person::signed_in(&world, "ben@far.test").await;
    let page = first.go("/account").await;
    page.says("this one").says("End all others");
    assert_eq!(page.text.matches("/end\"").count(), 2);
    let mut paths = page.text.split("action=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    let path = paths.find(|path| path.ends_with("/end")).unwrap();
    ben.go("/account").await;
    ben.send(path, &[]).await.leads_to("/account");
    assert_eq!(first.go("/account").await.text.matches("/end\"").count(), 2, "not Ben's to end");
    first.send(path, &[]).await.leads_to("/account");
    assert_eq!(first.go("/account").await.text.matches("/end\"").count(), 1);
    first.send("/account/sessions/end-others", &[]).await.leads_to("/account");
    for other in [&mut second, &mut third] {
        other.go("/account").await.leads_to("/sign-in?next=/account");
    }
    let page = first.go("/account").await;
    assert!(!page.text.contains("End all others"));
    ben.go("/account").await.says("Ben Far");
}

#[tokio::test]
async fn the_language_is_kept_with_the_account() {
    let world = World::new().await;
    world.add_user(ANNA, "Anna Muster").await;
    let mut anna = Person::signed_in(&world, ANNA).await;
    anna.go("/account").await.says("My account");
    anna.send("/account/language", &[("language", "fr")]).await.leads_to("/account");
    anna.go("/account").await.says("Mon compte").says("lang=\"fr\"");
    let answer = anna.send("/account/language", &[("language", "xx")]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_old_proof_is_asked_for_again() {
    let world = World::new().await;
    world.add_user(ANNA, "Anna Muster").await;
    let mut anna = Person::signed_in(&world, ANNA).await;
    world.clock.advance(std::time::Duration::from_secs(11 * 60));
    let page = anna.go("/account/second-factor?next=/mail").await;
    page.says("Your password").says("action=\"/account/confirm\"");
    assert!(!page.text.contains("otpauth"));
    let next = ("next", "/account/second-factor?next=/mail");
    let wrong = anna.send("/account/confirm", &[next, ("proof-password", "wrong")]).await;
    wrong.says("This is not your password.").says("value=\"/account/second-factor?next=/mail\"");
    let right = anna.send("/account/confirm", &[next, ("proof-password", PASSWORD)]).await;
    right.leads_to("/account/second-factor?next=/mail");
    anna.go("/account/second-factor").await.says("otpauth");
}

#[tokio::test]
async fn a_form_of_another_page_is_not_obeyed() {
    let world = World::new().await;
    world.add_user(ANNA, "Anna Muster").await;
    let mut anna = Person::signed_in(&world, ANNA).await;
    // The page seen last belongs to the visit before the sign-in: its token does not count in the session.
    let answer = anna.send("/account/language", &[("language", "fr")]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    anna.go("/account").await;
    anna.origin = "https://evil.test";
    let answer = anna.send("/account/language", &[("language", "fr")]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    anna.go("/account").await.says("My account");
}
