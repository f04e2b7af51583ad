//! What people do in the same way wherever they are.

use tests::Browser;
use totp_rs::Secret;

/// A password that both chose.
pub(super) const PASSWORD: &str = "correct horse battery staple 42";
/// The owner's sign-in address.
pub(super) const ANNA: &str = "anna@home.example";
/// The outsider's sign-in address.
pub(super) const BEN: &str = "ben@far.example";
/// A member of the organization.
pub(super) const CLARA: &str = "clara@home.example";
/// The address that is shared.
pub(super) const INFO: &str = "info@example.test";

/// Names, password, phone and terms, as every sign-up asks for them.
pub(super) async fn say_who_one_is(browser: &Browser, first: &str, last: &str) {
    browser.fill("First name", first).await;
    browser.fill("Last name", last).await;
    browser.fill("Password", PASSWORD).await;
    browser.click("Continue").await;
    browser.fill("Phone number", "+41 44 668 18 00").await;
    browser.tick("I accept the general terms").await;
    browser.click("Continue").await;
}

/// The code that an authenticator app shows for the key on the page.
pub(super) async fn code_of_the_app(browser: &Browser) -> String {
    let field = browser.field("Or type this key").await;
    let key = field.value().await.unwrap().unwrap().replace(' ', "");
    let secret = Secret::try_from_base32(key).unwrap();
    let app = totp_rs::Builder::new().with_secret(secret).with_account_name("app").build().unwrap();
    app.generate_current().to_string()
}

/// Confirms that it is really them (A7).
pub(super) async fn confirm(browser: &Browser) {
    browser.see("Confirm that it is you").await;
    browser.fill("Your password", PASSWORD).await;
    browser.click("Confirm").await;
}
