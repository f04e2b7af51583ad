//! A passkey: registered, used alone, as the second step, and as the proof of presence, with a virtual authenticator.

use tests::{Browser, Database, Server};

use crate::support::{ANNA, PASSWORD, world};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_passkey_is_registered_and_signs_in_alone() {
    tell(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_passkey_is_registered_and_signs_in_alone_on_postgresql() {
    tell(Database::Postgres).await;
}

async fn tell(database: Database) {
    let server = tokio::task::spawn_blocking(move || world(database)).await.unwrap();
    let anna = Browser::open("en").await;
    anna.plug_key_in().await;
    sign_in_with_password(&server, &anna).await;
    anna.see("Your password alone opens your account.").await;
    registers(&server, &anna).await;
    signs_in_alone(&server, &anna).await;
    proves_who_is_there(&server, &anna).await;
    gives_it_after_the_password(&server, &anna).await;
    anna.close().await;
}

pub(super) async fn sign_in_with_password(server: &Server, browser: &Browser) {
    browser.go(&server.url("/sign-in")).await;
    browser.fill("E-mail address", ANNA).await;
    browser.fill("Password", PASSWORD).await;
    browser.click("Sign in").await;
}

async fn registers(server: &Server, anna: &Browser) {
    anna.go(&server.url("/account/passkeys")).await;
    anna.click("Add a passkey").await;
    anna.fill("Name", "My laptop").await;
    anna.click("Add the passkey").await;
    anna.see("Your recovery codes").await;
    anna.click("Continue").await;
    anna.see("My laptop").await;
}

pub(super) async fn sign_out(server: &Server, browser: &Browser) {
    browser.go(&server.url("/account")).await;
    browser.click("Account menu").await;
    browser.click("Sign out").await;
    browser.see("Sign in with a passkey").await;
}

async fn signs_in_alone(server: &Server, anna: &Browser) {
    sign_out(server, anna).await;
    anna.click("Sign in with a passkey").await;
    anna.control("Write").await;
}

async fn proves_who_is_there(server: &Server, anna: &Browser) {
    server.sql("UPDATE sessions SET proved_at = 0");
    anna.go(&server.url("/account/addresses")).await;
    anna.fill("Further address", "anna@further.example").await;
    anna.click("Send the code").await;
    anna.see("Confirm that it is you").await;
    anna.click("Use a passkey instead").await;
    anna.see("Code from the mail to anna@further.example").await;
}

async fn gives_it_after_the_password(server: &Server, anna: &Browser) {
    sign_out(server, anna).await;
    sign_in_with_password(server, anna).await;
    anna.see("Your password was right.").await;
    anna.click("Use a passkey").await;
    anna.control("Write").await;
}
