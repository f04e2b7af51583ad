use axum::http::StatusCode;
use domain::Timestamp;
use identity::PasskeyView;
use testkit::authenticator::Authenticator;

use super::person::Person;
use super::views::{HOSTILE, draw, fault, leads_to_fault};
use super::world::{PASSWORD, World};
use crate::own::{AddPasskeyPage, PasskeysPage};

const ANNA: &str = "anna@home.test";
const OTHER: &str = "other@home.test";
/// Browsers have passkeys for this origin.
const ORIGIN: &str = "https://mail.test";

/// Adds a passkey as the page does, with a fresh proof; the page that follows.
async fn add(person: &mut Person, key: &mut Authenticator, name: &str) -> super::person::Answer {
    person.go("/account/passkeys/add").await.says("data-question=\"/account/passkeys/question\"");
    let question = person.send("/account/passkeys/question", &[]).await;
    assert_eq!(question.status, StatusCode::OK, "{}", question.text);
    let answer = key.make(&question.text);
    person.send("/account/passkeys/add", &[("name", name), ("passkey", &answer)]).await
}

async fn anna_with_key(world: &World) -> (Person, Authenticator) {
    world.add_user(ANNA, "Anna Muster").await;
    let mut anna = Person::signed_in(world, ANNA).await;
    let mut key = Authenticator::new(ORIGIN);
    add(&mut anna, &mut key, "My ring").await.says("Your recovery codes");
    (anna, key)
}

#[tokio::test]
async fn a_passkey_is_added_and_signs_in_alone() {
    let world = World::over_tls().await;
    let (mut anna, mut key) = anna_with_key(&world).await;
    anna.go("/account/passkeys").await.says("My ring").says("never");
    anna.go("/account").await.says("You have 1 passkey.").says("10 recovery codes are left.");

    let mut elsewhere = Person::new(&world);
    elsewhere.go("/sign-in?next=/account").await.says("Sign in with a passkey");
    let question = elsewhere.send("/sign-in/passkey/question", &[]).await;
    assert!(!question.text.contains("public-key"), "nobody learns who has one: {}", question.text);
    let answer = key.sign(&question.text);
    elsewhere.send("/sign-in", &[("passkey", &answer), ("next", "/account")]).await.leads_to("/account");
    elsewhere.go("/account").await.says("Anna Muster");

    let mut thief = Person::new(&world);
    thief.go("/sign-in").await;
    let refused = thief.send("/sign-in", &[("passkey", &answer)]).await;
    refused.refuses("That took too long. Try again.");
    let question = thief.send("/sign-in/passkey/question", &[]).await;
    let mut other = Authenticator::new(ORIGIN);
    other.make(r#"{"challenge":"eA","rp":{"id":"mail.test"},"user":{"id":"eA"}}"#);
    let refused = thief.send("/sign-in", &[("passkey", &other.sign(&question.text))]).await;
    refused.refuses("This passkey does not open an account here.");
}

#[tokio::test]
async fn after_the_password_a_passkey_is_asked_for() {
    let world = World::over_tls().await;
    let (_, mut key) = anna_with_key(&world).await;
    let mut elsewhere = Person::new(&world);
    elsewhere.go("/sign-in").await;
    let fields = [("address", ANNA), ("password", PASSWORD), ("next", "/account")];
    elsewhere.send("/sign-in", &fields).await.leads_to("/sign-in/code?next=/account");
    let page = elsewhere.go("/sign-in/code?next=/account").await;
    page.says("Use your passkey, or one of your recovery codes.").says("Use a passkey");
    elsewhere.send("/sign-in/code", &[("passkey", "{}")]).await.refuses("That took too long.");
    elsewhere.send("/sign-in/code/question", &[]).await;
    elsewhere.send("/sign-in/code", &[("passkey", "{}")]).await.refuses("This passkey was not accepted.");
    let question = elsewhere.send("/sign-in/code/question", &[]).await;
    let answer = key.sign(&question.text);
    let fields = [("passkey", answer.as_str()), ("next", "/account")];
    elsewhere.send("/sign-in/code", &fields).await.leads_to("/account");
}

#[tokio::test]
async fn a_passkey_gives_the_form_back_as_it_was() {
    let world = World::over_tls().await;
    let (mut anna, mut key) = anna_with_key(&world).await;
    world.clock.advance(std::time::Duration::from_secs(11 * 60));
    anna.go("/account/addresses").await;
    let asked = anna.send("/account/addresses/add", &[("address", OTHER)]).await;
    asked.says("Confirm that it is you").says("Use a passkey instead");
    asked.says(&format!("name=\"address\" value=\"{OTHER}\""));
    let again = anna.send("/account/addresses/add", &[("address", OTHER), ("proof-passkey", "{}")]).await;
    again.says("This passkey was not accepted.").says(&format!("name=\"address\" value=\"{OTHER}\""));
    let question = anna.send("/account/confirm/question", &[]).await;
    let answer = key.sign(&question.text);
    let fields = [("address", OTHER), ("proof-passkey", answer.as_str())];
    anna.send("/account/addresses/add", &fields).await.leads_to("/account/addresses");
    anna.go("/account/addresses").await.says(OTHER);
}

#[tokio::test]
async fn whoever_has_no_passkey_is_asked_for_the_password_alone() {
    let world = World::over_tls().await;
    world.add_user(ANNA, "Anna Muster").await;
    let mut anna = Person::signed_in(&world, ANNA).await;
    world.clock.advance(std::time::Duration::from_secs(11 * 60));
    let asked = anna.go("/account/passkeys/add").await;
    asked.says("Confirm that it is you");
    assert!(!asked.text.contains("data-passkey"), "{}", asked.text);
    let question = anna.send("/account/confirm/question", &[]).await;
    assert_eq!(question.status, StatusCode::NOT_FOUND, "{}", question.text);
}

#[tokio::test]
async fn a_passkey_is_renamed_and_removed() {
    let world = World::over_tls().await;
    let (mut anna, _) = anna_with_key(&world).await;
    let page = anna.go("/account/passkeys").await;
    let id = page.between("/account/passkeys/", "/rename");
    // The first such path is the link that adds one, or the form: whichever, an id has 36 letters.
    let id = if id.len() == 36 { id } else { page.between("action=\"/account/passkeys/", "/rename") };
    let rename = format!("/account/passkeys/{id}/rename");
    anna.send(&rename, &[("name", "")]).await.refuses("Give the passkey a name.");
    anna.send(&rename, &[("name", "On my ring")]).await.leads_to("/account/passkeys");
    anna.go("/account/passkeys").await.says("On my ring");
    anna.send(&format!("/account/passkeys/{id}/remove"), &[]).await.leads_to("/account/passkeys");
    anna.go("/account/passkeys").await.says("There is no passkey yet");
    anna.go("/account/activity").await.says("Added a passkey").says("Removed a passkey");
    let gone = anna.send(&format!("/account/passkeys/{id}/remove"), &[]).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_server_without_tls_says_why_it_has_no_passkeys() {
    let world = World::new().await;
    world.add_user(ANNA, "Anna Muster").await;
    let mut anna = Person::signed_in(&world, ANNA).await;
    anna.go("/account/passkeys").await.says("only where this server is reached by a name over TLS");
    let mut stranger = Person::new(&world);
    let page = stranger.go("/sign-in").await;
    assert!(!page.text.contains("data-passkey"), "{}", page.text);
}

#[tokio::test]
async fn what_was_changed_in_one_browser_is_told_in_another() {
    let world = World::over_tls().await;
    world.add_user(ANNA, "Anna Muster").await;
    let mut home = Person::signed_in(&world, ANNA).await;
    let mut office = Person::signed_in(&world, ANNA).await;
    let mut key = Authenticator::new(ORIGIN);
    add(&mut office, &mut key, "Office").await;
    home.go("/account").await.says("A passkey was added to your account in another browser.");
    home.send("/account/notice", &[]).await.leads_to("/account");
    let page = home.go("/account").await;
    assert!(!page.text.contains("in another browser"), "{}", page.text);
}

#[test]
fn passkeys_are_shown_with_what_can_be_done() {
    let passkey = PasskeyView {
        id: domain::Id::from_bytes([1; 16]),
        name: HOSTILE.to_owned(),
        created_at: Timestamp::from_secs(1_790_000_000),
        last_used_at: None,
    };
    let known = [passkey];
    let html = draw(|l| {
        let (csrf, zone) = ("t", "UTC");
        PasskeysPage { l, csrf, zone, known: &known, may_add: true, faults: &fault("passkeys") }.html()
    });
    assert!(html.contains("<a href=\"#passkeys\">What is wrong."), "{html}");
    draw(|l| {
        let (csrf, zone) = ("t", "UTC");
        PasskeysPage { l, csrf, zone, known: &[], may_add: false, faults: &[] }.html()
    });
    let html = draw(|l| AddPasskeyPage { l, csrf: "t", name: HOSTILE, faults: &fault("name") }.html());
    leads_to_fault(&html, "name");
    assert!(html.contains("hidden data-passkey=\"make\""), "{html}");
}
