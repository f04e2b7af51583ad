//! The first person: from the link that a new server prints to an address of their own.

use super::Story;
use super::people::{ANNA, INFO, code_of_the_app, say_who_one_is};

pub(super) async fn signs_up_by_the_first_link(story: &Story) {
    let anna = &story.anna;
    anna.go(&story.server.url(&story.server.first_link())).await;
    story.picture(anna, "01-sign-up-address").await;
    anna.fill("E-mail address", ANNA).await;
    anna.click("Continue").await;
    anna.see("Last name").await;
    story.picture(anna, "02-sign-up-names").await;
    say_who_one_is(anna, "Anna", "Muster").await;
    let code = code_of_the_app(anna).await;
    story.picture(anna, "03-sign-up-second-factor").await;
    anna.fill("Code from your authenticator app", &code).await;
    anna.click("Create my account").await;
    anna.see("Your recovery codes").await;
    story.picture(anna, "04-recovery-codes").await;
    anna.click("Continue").await;
    anna.see("There is no mail service yet").await;
    story.picture(anna, "05-manager-empty").await;
}

pub(super) async fn makes_a_mail_service_and_an_address(story: &Story) {
    let anna = &story.anna;
    anna.click("Create a mail service").await;
    anna.fill("Name", "Office").await;
    anna.fill("Domain", "example.test").await;
    story.picture(anna, "06-create-a-mail-service").await;
    anna.click("Create a mail service").await;
    anna.see("No domain of this mail service is verified yet.").await;
    anna.click("Domains").await;
    anna.see("example.test is not verified yet").await;
    story.picture(anna, "07-domain-not-verified").await;
    story.server.command(&["domain", "trust", "example.test"]);
    anna.click("Email addresses").await;
    anna.see("There is no email address yet").await;
    anna.click("Create an email address").await;
    anna.fill("Name of the address", "info").await;
    anna.tick("For me").await;
    story.picture(anna, "08-create-an-email-address").await;
    anna.click("Create an email address").await;
    // It opens in the Mail app.
    anna.control("Write").await;
    anna.see(INFO).await;
    anna.see("New messages appear here by themselves.").await;
    story.picture(anna, "09-mail-app-empty").await;
}
