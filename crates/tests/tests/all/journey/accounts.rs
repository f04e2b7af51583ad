//! A tour of every page of one's own account: pictures under `target/tour/accounts`, light, dark, and on a phone; and how
//! many clicks it takes to add a user.

use tests::{Browser, Database, Server};

use super::passkeys::{sign_in_with_password, sign_out};
use crate::support::{BEN, INFO, PASSWORD, give_access, world};

/// Where the pictures go.
const FOLDER: &str = "tour/accounts";

/// The pages of one's own account that need nothing but to be opened.
const PAGES: [(&str, &str); 9] = [
    ("/account", "account"),
    ("/account/profile", "profile"),
    ("/account/addresses", "addresses"),
    ("/account/password", "password"),
    ("/account/second-factor", "second-factor"),
    ("/account/passkeys", "passkeys-none"),
    ("/account/passkeys/add", "passkeys-add"),
    ("/account/activity", "activity"),
    ("/account/delete", "delete-blocked"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_of_an_account_is_pictured() {
    let server = tokio::task::spawn_blocking(|| world(Database::Sqlite)).await.unwrap();
    let anna = Browser::open("en").await;
    anna.plug_key_in().await;
    outside(&server, &anna).await;
    sign_in_with_password(&server, &anna).await;
    anna.see("Your password alone opens your account.").await;
    for (path, name) in PAGES {
        anna.go(&server.url(path)).await;
        anna.find("the heading", "//h1").await;
        picture(&anna, name).await;
    }
    with_a_passkey(&server, &anna).await;
    several_accounts(&server, &anna).await;
    asked_for_the_password(&server, &anna).await;
    anna.close().await;
}

/// Pages for those who are not signed in.
async fn outside(server: &Server, browser: &Browser) {
    for (path, name) in [("/sign-in", "sign-in"), ("/forgot", "forgot"), ("/account/gone", "deleted")] {
        browser.go(&server.url(path)).await;
        browser.find("the heading", "//h1").await;
        picture(browser, name).await;
    }
    browser.go(&server.url("/sign-in")).await;
    browser.fill("E-mail address", "nobody@far.example").await;
    browser.fill("Password", "wrong").await;
    browser.click("Sign in").await;
    browser.see("The e-mail address or the password is wrong.").await;
    picture(browser, "sign-in-refused").await;
}

async fn with_a_passkey(server: &Server, anna: &Browser) {
    anna.go(&server.url("/account/passkeys/add")).await;
    anna.fill("Name", "My laptop").await;
    anna.click("Add the passkey").await;
    anna.see("Your recovery codes").await;
    picture(anna, "recovery-codes").await;
    anna.click("Continue").await;
    anna.see("My laptop").await;
    picture(anna, "passkeys").await;
    sign_out(server, anna).await;
    sign_in_with_password(server, anna).await;
    anna.see("Your password was right.").await;
    picture(anna, "second-step").await;
    anna.click("Use a passkey").await;
    anna.control("Write").await;
}

async fn several_accounts(server: &Server, anna: &Browser) {
    give_access(server, BEN, "send");
    anna.go(&server.url("/sign-in/another")).await;
    anna.see("Add another account").await;
    picture(anna, "another-account").await;
    anna.fill("E-mail address", BEN).await;
    anna.fill("Password", PASSWORD).await;
    anna.click("Sign in").await;
    anna.see("Your password alone opens your account.").await;
    anna.go(&server.url("/account/delete")).await;
    anna.see("your access to 1 email address").await;
    picture(anna, "delete").await;
    anna.click("Account menu").await;
    anna.see("Accounts in this browser").await;
    picture(anna, "menu").await;
    anna.click("Accounts in this browser").await;
    anna.see("in use").await;
    picture(anna, "others").await;
    anna.click("Switch to Anna Muster").await;
    anna.see(INFO).await;
    anna.go(&server.url("/account")).await;
    anna.see("You have 1 passkey.").await;
}

async fn asked_for_the_password(server: &Server, anna: &Browser) {
    server.sql("UPDATE sessions SET proved_at = 0");
    server.sql("UPDATE sessions SET notice = 'passkey.add'");
    anna.go(&server.url("/account")).await;
    anna.see("A passkey was added to your account in another browser.").await;
    picture(anna, "told").await;
    anna.click("Put away").await;
    anna.go(&server.url("/account/passkeys/add")).await;
    anna.see("Use a passkey instead").await;
    picture(anna, "confirm").await;
}

async fn picture(browser: &Browser, name: &str) {
    browser.tour(FOLDER, name).await;
}

/// How many clicks adding a user takes at most, counted from the front page of the Manager. What is typed is not counted.
const CLICKS: usize = 9;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_is_added_with_few_clicks_from_the_front_page_of_the_manager() {
    let server = tokio::task::spawn_blocking(|| world(Database::Sqlite)).await.unwrap();
    let anna = Browser::open("en").await;
    sign_in_with_password(&server, &anna).await;
    anna.see("Your password alone opens your account.").await;
    anna.go(&server.url("/manager")).await;
    let mut clicks = Clicks { browser: &anna, done: Vec::new() };
    clicks.click("User management").await;
    clicks.click("Add user").await;
    clicks.tick("Part of the organization").await;
    clicks.click("Next").await;
    clicks.tick("Collaborator").await;
    clicks.click("Next").await;
    clicks.click("Next").await;
    anna.fill("First name", "Clara").await;
    anna.fill("Last name", "Muster").await;
    anna.fill("E-mail address", "clara@home.example").await;
    clicks.click("Create the invitation").await;
    anna.see("Clara Muster").await;
    println!("adding a user from the front page of the Manager takes {} clicks:", clicks.done.len());
    for (number, what) in clicks.done.iter().enumerate() {
        println!("{}. {what}", number + 1);
    }
    assert!(clicks.done.len() <= CLICKS, "{:?}", clicks.done);
    anna.close().await;
}

/// Clicks that are counted.
struct Clicks<'a> {
    browser: &'a Browser,
    done: Vec<String>,
}

impl Clicks<'_> {
    async fn click(&mut self, name: &str) {
        self.browser.click(name).await;
        self.done.push(name.to_owned());
    }

    async fn tick(&mut self, name: &str) {
        self.browser.tick(name).await;
        self.done.push(name.to_owned());
    }
}
