use axum::http::StatusCode;
use domain::Permissions;
use identity::mails::MailTemplate;

use super::person::{Answer, Person};
use super::world::{INFO, World};

const NAMES: [(&str, &str); 3] =
    [("first-name", "Ben"), ("last-name", "Far"), ("password", "correct horse battery staple 42")];

/// The steps that everybody takes, up to the recovery codes.
async fn finish(world: &World, person: &mut Person, path: &str) -> Answer {
    person.go(path).await.says("First name").says("Last name").says("Password");
    let weak = [("first-name", "<b>"), ("last-name", ""), ("password", "password1234")];
    let refused = person.send(&format!("{path}/names"), &weak).await;
    refused.refuses("Type your last name.").says("easily guessed").says("&#60;b&#62;");
    assert!(!refused.text.contains("password1234"));
    person.send(&format!("{path}/names"), &NAMES).await.leads_to(path);
    person.go(path).await.says("Phone number").says("I accept the general terms").says("href=\"/terms\"");
    let phone = ("phone", "044 668 18 00");
    person.send(&format!("{path}/phone"), &[phone]).await.refuses("international form").says(phone.1);
    let phone = ("phone", "+41 44 668 18 00");
    person.send(&format!("{path}/phone"), &[phone]).await.refuses("tick that you accept").says(phone.1);
    person.send(&format!("{path}/phone"), &[phone, ("accept-terms", "on")]).await.leads_to(path);
    let page = person.go(path).await;
    page.says("Code from your authenticator app").says("Create my account").says("data-copy=\"#secret\"");
    let last = format!("{path}/second-factor");
    person.send(&last, &[("code", "000000")]).await.refuses("This is not the code.");
    let code = world.app_code(&page.app_secret());
    person.send(&last, &[("code", &code)]).await
}

#[tokio::test]
async fn the_first_user_signs_up_and_founds_an_organization() {
    let world = World::new().await;
    let path = world.identity.first_link().await.unwrap().unwrap();
    let mut anna = Person::new(&world);
    anna.go(&path).await.says("Step 1 of 4: address").says("aria-current=\"step\"");
    let address = format!("{path}/address");
    anna.send(&address, &[("address", "anna")]).await.refuses("This is not an e-mail address");
    anna.send(&address, &[("address", "anna@home.test")]).await.leads_to(&path);
    anna.send(&address, &[("address", "other@home.test")]).await.leads_to(&path);
    let welcome = finish(&world, &mut anna, &path).await;
    assert_eq!(welcome.status, StatusCode::OK);
    assert_eq!(welcome.text.matches("<li>").count(), 10);
    let landing = welcome.between("href=\"/manager/", "\"");
    let organization = world.identity.organization_named(&identity::Identity::operator(), "Ben Far").await;
    assert_eq!(landing, organization.unwrap().to_string());
    anna.go("/account").await.says("anna@home.test");
    let gone = anna.go(&path).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    gone.says("This link does not work");
}

#[tokio::test]
async fn somebody_invited_proves_their_address_and_lands_in_the_mailbox() {
    let world = World::new().await;
    let mailbox = world.add_info().await;
    let invitation = world.invite(mailbox, Permissions::ALL).await;
    let mut ben = Person::new(&world);
    ben.go(&invitation).await.says("Create an account").says("I have an account");
    let begun = ben.send(&format!("{invitation}/sign-up"), &[]).await;
    let path = begun.leads_to.clone();
    assert!(path.starts_with("/sign-up/"), "{path}");
    ben.go(&path).await.says("Step 1 of 5: address");
    let address = format!("{path}/address");
    // Nobody is told here that others open this one: its readers are told instead.
    ben.send(&address, &[("address", INFO)]).await.leads_to(&path);
    assert_eq!(world.mails(MailTemplate::AddressShared).await[0].to, INFO);
    ben.send(&address, &[("address", "ben@far.test")]).await.leads_to(&path);
    ben.go(&path).await.says("Code from the mail").says("ben@far.test").says("Send a new code");
    let code = format!("{path}/code");
    ben.send(&code, &[("code", "not it")]).await.refuses("This is not the code.").says("ben@far.test");
    ben.go(&code).await.says("Step 2 of 5: code");
    for _ in 0..4 {
        ben.send(&code, &[("code", "not it")]).await;
    }
    let mailed = world.mailed_code().await;
    ben.send(&code, &[("code", &mailed)]).await.refuses("too many wrong codes").says("<details open>");
    world.clock.advance(domain::duration::minutes(1));
    ben.send(&address, &[("address", "ben@far.test")]).await.leads_to(&path);
    ben.send(&code, &[("code", &world.mailed_code().await)]).await.leads_to(&path);
    let welcome = finish(&world, &mut ben, &path).await;
    welcome.says(&format!("href=\"/mail/{mailbox}\""));
    let used = ben.go(&invitation).await;
    assert_eq!(used.status, StatusCode::GONE);
    used.says("This invitation has been used");
}

#[tokio::test]
async fn an_unknown_link_says_what_to_do() {
    let world = World::new().await;
    let mut person = Person::new(&world);
    for path in ["/sign-up/nothing", "/sign-up/nothing/phone"] {
        let answer = person.go(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        answer.says("This link does not work").says("open the link of your invitation again");
    }
    let answer = person.send("/sign-up/nothing/second-factor", &[("code", "123456")]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}
