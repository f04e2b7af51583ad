use axum::http::StatusCode;
use domain::{Secret, Timestamp};
use identity::KeptAccount;
use ui::Person as Shown;

use super::person::Person;
use super::views::{HOSTILE, draw};
use super::world::{PASSWORD, World};
use crate::own::OthersPage;

const ANNA: &str = "anna@home.test";
const WORK: &str = "anna@work.test";

/// A browser in which Anna signed in, and then added the account that she has at work.
async fn with_two(world: &World) -> Person {
    world.add_user(ANNA, "Anna Muster").await;
    world.add_user(WORK, "Anna Werk").await;
    let mut browser = Person::signed_in(world, ANNA).await;
    add(&mut browser, WORK).await;
    browser
}

async fn add(browser: &mut Person, address: &str) {
    browser.go("/sign-in/another").await.says("Add another account");
    let fields = [("address", address), ("password", PASSWORD), ("next", "/account")];
    browser.send("/sign-in", &fields).await.leads_to("/account");
}

/// The session of the other account, as the menu names it.
async fn other(browser: &mut Person) -> String {
    browser.go("/account").await.between("name=\"to\" value=\"", "\"")
}

#[tokio::test]
async fn another_account_is_added_and_switched_to_with_one_click() {
    let world = World::new().await;
    let mut browser = with_two(&world).await;
    browser.go("/account").await.says(&format!("<dd>{WORK}</dd>")).says(ANNA);
    let to = other(&mut browser).await;
    browser.send("/account/switch", &[("to", &to)]).await.leads_to("/mail");
    browser.go("/account").await.says(&format!("<dd>{ANNA}</dd>")).says(WORK);
    let back = other(&mut browser).await;
    assert_ne!(back, to);
    let fields = [("to", back.as_str()), ("next", "/account/others")];
    browser.send("/account/switch", &fields).await.leads_to("/account/others");
    browser.go("/account/others").await.says("in use").says("Switch to Anna Muster");
}

#[tokio::test]
async fn a_page_of_one_account_does_not_act_as_another() {
    let world = World::new().await;
    let mut browser = with_two(&world).await;
    browser.go("/account/profile").await.says("Anna");
    let of_work = browser.csrf().to_owned();
    let to = other(&mut browser).await;
    browser.send("/account/switch", &[("to", &to)]).await;
    // The page of the account at work is still open in another tab.
    browser.set_csrf(&of_work);
    let profile = [("first-name", "Eve"), ("last-name", "X"), ("language", "en"), ("zone", "UTC")];
    let refused = browser.send("/account/profile", &profile).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    refused.says("You use another account now").says("Nothing was done.");
    browser.go("/account").await.says("Anna Muster").says("Anna Werk");
    // A part of a page is fetched by the page around it: that one is made anew.
    let part = browser.part("/account/others", &of_work).await;
    assert_eq!(part.status, StatusCode::UNAUTHORIZED, "{}", part.text);
}

#[tokio::test]
async fn signing_out_of_one_keeps_the_others() {
    let world = World::new().await;
    let mut browser = with_two(&world).await;
    browser.go("/account").await;
    let work = browser.cookie("session").to_owned();
    browser.send("/sign-out", &[]).await.leads_to("/sign-in");
    let page = browser.go("/sign-in?next=/account").await;
    page.says("Signed in here already").says("Continue as Anna Muster");
    let to = page.between("name=\"to\" value=\"", "\"");
    let fields = [("to", to.as_str()), ("next", "/account")];
    browser.send("/account/switch", &fields).await.leads_to("/account");
    browser.go("/account").await.says(&format!("<dd>{ANNA}</dd>"));

    let mut thief = Person::new(&world);
    thief.set_cookie("session", &work);
    thief.go("/account").await.leads_to("/sign-in?next=/account");
}

#[tokio::test]
async fn an_account_is_forgotten_without_leaving_the_one_in_use() {
    let world = World::new().await;
    let mut browser = with_two(&world).await;
    let home = browser.cookie("others").to_owned();
    let which = other(&mut browser).await;
    browser.send("/account/others/forget", &[("to", &which)]).await.leads_to("/account/others");
    browser.go("/account/others").await.says("No other account is signed in here").says(WORK);
    assert_eq!(browser.cookie("others"), "");
    let mut thief = Person::new(&world);
    thief.set_cookie("session", &home);
    thief.go("/account").await.leads_to("/sign-in?next=/account");
}

#[tokio::test]
async fn a_stranger_lists_and_takes_nothing_with_a_cookie_of_their_own() {
    let world = World::new().await;
    let mut browser = with_two(&world).await;
    let session = other(&mut browser).await;
    world.add_user("eve@far.test", "Eve Far").await;
    let mut eve = Person::signed_in(&world, "eve@far.test").await;
    eve.set_cookie("others", &format!("{session}.made-up.{}", "x".repeat(3_000)));
    let page = eve.go("/account/others").await;
    page.says("No other account is signed in here");
    assert!(!page.text.contains(ANNA), "{}", page.text);
    for path in ["/account/switch", "/account/others/forget"] {
        for to in [session.as_str(), "nonsense", ""] {
            let answer = eve.send(path, &[("to", to)]).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path} {to}");
        }
    }
    browser.go("/account").await.says(ANNA);
}

#[tokio::test]
async fn the_same_account_is_not_kept_twice_and_no_more_than_five_are() {
    let world = World::new().await;
    let mut browser = with_two(&world).await;
    add(&mut browser, WORK).await;
    browser.go("/account/others").await.says("Switch to Anna Muster");
    assert_eq!(browser.cookie("others").split('.').count(), 1);
    add(&mut browser, ANNA).await;
    assert_eq!(browser.cookie("others").split('.').count(), 1);
    for number in 3..=5 {
        let address = format!("anna{number}@home.test");
        world.add_user(&address, "Anna More").await;
        add(&mut browser, &address).await;
    }
    browser.go("/account/others").await.says("This browser holds as many accounts as it can: five.");
    browser.go("/sign-in/another").await.leads_to("/account/others");
}

#[test]
fn accounts_are_shown_with_what_can_be_done() {
    let other = KeptAccount {
        session: domain::Id::from_bytes([1; 16]),
        user: domain::Id::from_bytes([2; 16]),
        name: HOSTILE.to_owned(),
        address: HOSTILE.to_owned(),
        expires_at: Timestamp::from_secs(1_790_000_000),
        token: Secret::new("never shown".to_owned()),
    };
    let (person, others) =
        (Shown { name: HOSTILE.to_owned(), address: HOSTILE.to_owned(), picture: None }, [other]);
    let html = draw(|l| OthersPage { l, csrf: "t", person: &person, others: &others, may_add: true }.html());
    assert!(!html.contains("never shown"), "{html}");
    draw(|l| OthersPage { l, csrf: "t", person: &person, others: &[], may_add: false }.html());
}
