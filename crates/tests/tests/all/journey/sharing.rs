//! An outsider is invited by link, gets the address with a switch off, and loses it again.

use std::time::{Duration, Instant};

use tests::http::between;
use tests::{Browser, ImapClient, SmtpClient};

use super::Story;
use super::letters::open;
use super::people::{ANNA, BEN, CLARA, INFO, PASSWORD, code_of_the_app, confirm, say_who_one_is};

/// What the product promises (I7).
const WITHIN: Duration = Duration::from_secs(1);

/// Shows the page of the address to the owner.
async fn show_the_address(story: &Story) {
    let anna = &story.anna;
    anna.go(&story.server.url("/manager")).await;
    anna.click("Office").await;
    anna.click(INFO).await;
    anna.see("Anna Muster").await;
}

/// Goes through **Add** to its invitation; gives the path of the link.
pub(super) async fn the_owner_invites_an_outsider(story: &Story) -> String {
    let anna = &story.anna;
    show_the_address(story).await;
    story.picture(anna, "12-address-users").await;
    story.forget_proofs();
    anna.click("Add").await;
    story.picture(anna, "13-re-authentication").await;
    confirm(anna).await;
    anna.click("New user").await;
    let send = anna.find("the switch Send", "//label[normalize-space()='Send']//input").await;
    if send.is_selected().await.unwrap() {
        send.click().await.unwrap();
    }
    for name in ["Devices", "Folders", "History"] {
        anna.tick(name).await;
    }
    story.picture(anna, "14-add-a-new-user").await;
    anna.click("Add the user").await;
    let link = anna.field("Invitation link").await.value().await.unwrap().unwrap();
    anna.control("Copy link").await;
    story.picture(anna, "15-invitation").await;

    // It goes out by mail, in French.
    anna.fill("E-mail address", BEN).await;
    let language = anna.field("Language of the mail").await;
    language.send_keys("Français").await.unwrap();
    anna.click("Send by email").await;
    let taken = story.outside.next();
    assert_eq!(taken.recipients, [BEN]);
    assert!(taken.message.contains("donne acc"), "{}", taken.message);
    let path = &link[link.find("/invite/").unwrap()..];
    assert_eq!(path.matches('/').count(), 2, "{link}");
    path.to_owned()
}

pub(super) async fn the_outsider_signs_up_by_the_link(story: &Story, link: &str) {
    let ben = &story.ben;
    // Opened any number of times, it changes nothing.
    for _ in 0..3 {
        ben.go(&story.server.url(link)).await;
        ben.see(INFO).await;
    }
    story.picture(ben, "16-invitation-opened").await;
    assert!(!story.server.command(&["access", "list", INFO]).contains(BEN));

    ben.click("Create an account").await;
    ben.fill("E-mail address", BEN).await;
    ben.click("Continue").await;
    let mail = story.outside.next().message;
    let subject = between(&mail, "Subject: ", "\r\n").unwrap();
    let code: String = subject.chars().filter(char::is_ascii_digit).take(6).collect();
    ben.fill("Code from the mail", &code).await;
    ben.click("Continue").await;
    say_who_one_is(ben, "Ben", "Beispiel").await;
    let code = code_of_the_app(ben).await;
    ben.fill("Code from your authenticator app", &code).await;
    ben.click("Create my account").await;
    ben.see("Your recovery codes").await;
    ben.click("Continue").await;

    // It ends in the Mail app with the address open; without `send` there is no reply, and the reason is said.
    ben.see("A plain greeting").await;
    open(ben, "A plain greeting").await;
    ben.see("Sending from info@example.test is switched off for you.").await;
    story.picture(ben, "17-mail-app-without-send").await;
    // A link counts once.
    ben.go(&story.server.url(link)).await;
    ben.see("This invitation has been used").await;
    ben.driver().back().await.unwrap();
    ben.see("Sending from info@example.test is switched off for you.").await;
}

pub(super) async fn sending_is_switched_on_without_reload(story: &Story) {
    let anna = &story.anna;
    show_the_address(story).await;
    anna.see("Ben Beispiel").await;
    story.forget_proofs();
    anna.click("Send (Ben Beispiel)").await;
    confirm(anna).await;
    anna.find(
        "the switch, on",
        "//*[@role='switch'][@aria-label='Send (Ben Beispiel)'][@aria-checked='true']",
    )
    .await;
    story.picture(anna, "18-send-switched-on").await;
    // The other browser was not touched.
    story.ben.find("the reply", "//a[normalize-space()='Reply']").await;
    anna.go(&story.server.url("/mail")).await;
}

pub(super) async fn a_member_is_added_at_once(story: &Story) {
    let arguments = ["user", "add", "--email", CLARA, "--name", "Clara Muster", "--password-stdin"];
    story.server.command_with(&arguments, PASSWORD);
    story.server.command(&["organization", "add-member", "--organization", "Anna Muster", "--user", CLARA]);
    let clara = Browser::open("fr").await;
    clara.go(&story.server.url("/sign-in")).await;
    story.picture(&clara, "20-sign-in-in-french").await;
    clara.fill("Adresse e-mail", CLARA).await;
    clara.fill("Mot de passe", PASSWORD).await;
    clara.click("Se connecter").await;
    clara.click("Not now").await;
    clara.see("You have no email address yet").await;
    let anna = &story.anna;
    show_the_address(story).await;
    anna.click("Add").await;
    anna.click("Existing user").await;
    anna.field("User").await.send_keys("Clara").await.unwrap();
    story.picture(anna, "21-add-an-existing-user").await;
    anna.click("Add the user").await;
    anna.see("Clara Muster").await;
    clara.see(INFO).await;
    clara.close().await;
}

/// Makes a device password in the settings of the address, and gives it.
pub(super) async fn the_outsider_makes_a_device_password(story: &Story) -> String {
    let ben = &story.ben;
    let mailbox = ben.url().await;
    let mailbox = mailbox.split("/mail/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    ben.go(&story.server.url(&format!("/mail/{mailbox}/settings"))).await;
    ben.fill("Name of the device", "Phone").await;
    ben.click("Create a device password").await;
    confirm(ben).await;
    let secret = ben.field("Device password").await.value().await.unwrap().unwrap();
    story.picture(ben, "22-device-password").await;
    ben.go(&story.server.url(&format!("/mail/{mailbox}"))).await;
    secret
}

pub(super) async fn the_owner_takes_the_access_away(story: &Story, device: &str) {
    let (server, anna, ben) = (&story.server, &story.anna, &story.ben);
    let mut idling = ImapClient::sign_in(server.listens("imap"), INFO, device);
    idling.ok("SELECT INBOX");
    idling.idle();
    let mut submission = SmtpClient::connect(server.listens("submission"));
    submission.sign_in(INFO, device, 235);
    ben.see("A plain greeting").await;
    show_the_address(story).await;
    let row = "//tr[contains(normalize-space(),'Ben Beispiel')]//a[normalize-space()='Remove access']";
    anna.press("the act of the row", row).await;
    anna.see("IMAP").await;
    story.picture(anna, "23-remove-access-review").await;

    let button = anna.control("Remove the access").await;
    let began = now();
    button.click().await.unwrap();
    let line = idling.logical_line().unwrap();
    assert!(line.starts_with("* BYE"), "{line}");
    submission.expect(421);
    assert!(began.elapsed() < WITHIN, "took {:?}", began.elapsed());
    ben.see("You no longer have access to info@example.test").await;
    story.picture(ben, "24-access-removed").await;
    anna.see("cannot open info@example.test any more").await;
    anna.see("IMAP").await;
    anna.see("Phone").await;
    story.picture(anna, "25-removal-report").await;

    let refused = ImapClient::connect(server.listens("imap")).command(&format!("LOGIN {INFO} \"{device}\""));
    assert!(refused.status.starts_with("NO [AUTHENTICATIONFAILED]"), "{refused:?}");
    // The page is not there any more, either.
    ben.driver().refresh().await.unwrap();
    ben.see("There is nothing here").await;
    // The owner still reads.
    anna.go(&server.url("/mail")).await;
    anna.see("A plain greeting").await;
    assert!(server.command(&["access", "list", INFO]).contains(ANNA));
    server.command(&["audit", "verify"]);
}

#[expect(clippy::disallowed_methods, reason = "the promise is one of real time")]
fn now() -> Instant {
    Instant::now()
}
