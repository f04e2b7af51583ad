use domain::{Permission, Permissions, Role};
use identity::Identity;
use mailbox::desk::Switch;

use super::person::Person;
use super::world::{PASSWORD, World};

#[tokio::test]
async fn a_device_password_is_made_shown_once_and_revoked() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let path = format!("/mail/{}", world.info);
    anna.go(&format!("{path}/settings")).await.says("no device passwords").says(">Create a device password<");
    let devices = format!("{path}/devices");
    anna.send(&devices, &[("name", " ")]).await.refuses("Give the device a name");
    let asked = anna.send(&devices, &[("name", "Phone"), ("proof-password", "wrong")]).await;
    asked.says("name=\"proof-password\"").says("value=\"Phone\"");
    let made = anna.send(&devices, &[("name", "Phone"), ("proof-password", PASSWORD)]).await;
    made.says("shown only this once").says("mail.test").says("Not used yet");
    let secret = made.text.split("id=\"device-secret\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(secret.len() > 20, "{secret}");
    let page = anna.go(&format!("{path}/settings")).await;
    page.says("Phone").hides(secret);
    let revoke =
        page.text.split(&format!("{devices}/")).nth(1).unwrap().split('"').next().unwrap().to_owned();
    let gone = anna.send(&format!("{devices}/{revoke}"), &[]).await;
    gone.leads_to(&format!("{path}/settings"));
    anna.go(&gone.leads_to).await.says("is revoked").says("no device passwords");
}

#[tokio::test]
async fn what_is_switched_off_says_why() {
    let world = World::new().await;
    let ben = world.add_user("ben@home.test", "Ben").await;
    world.give(world.info, ben, Permissions::NONE).await;
    let person = Person::signed_in(&world, "ben@home.test").await;
    let path = format!("/mail/{}", world.info);
    let page = person.go(&format!("{path}/settings")).await;
    page.says("switch on “Devices”")
        .says("Only a legal representative or administrator")
        .hides("/manager/addresses");
    let fields = [("name", "Phone"), ("proof-password", PASSWORD)];
    person.send(&format!("{path}/devices"), &fields).await.refuses("switch on “Devices”");
    world.switch(world.info, ben, Switch { permission: Permission::Devices, on: true }).await;
    person.send(&format!("{path}/devices"), &fields).await.says("shown only this once");
}

#[tokio::test]
async fn whoever_manages_the_address_is_led_to_inviting() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let page = anna.go(&format!("/mail/{}/settings", world.info)).await;
    page.says(&format!("href=\"/manager/addresses/{}/add\">Invite a user<", world.info));
}

#[tokio::test]
async fn an_address_that_somebody_signs_in_with_cannot_be_shared() {
    let world = World::new().await;
    let sam = world.add_user("sam@example.test", "Sam").await;
    let mailbox = world.add_address("sam@example.test", sam).await;
    let (operator, address) = (Identity::operator(), "sam@example.test".parse().unwrap());
    world.identity.add_member(&operator, "Acme", address, Role::Administrator).await.unwrap();
    let person = Person::signed_in(&world, "sam@example.test").await;
    let page = person.go(&format!("/mail/{mailbox}/settings")).await;
    page.says("Somebody signs in with sam@example.test").says("aria-describedby=\"invite-reason\"");
}

#[tokio::test]
async fn whoever_may_redirect_does_so_and_whoever_may_not_is_told_what_to_do() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let path = format!("/mail/{}/redirections", world.info);
    anna.go(&format!("/mail/{}/settings", world.info)).await.says(&format!("href=\"{path}\""));
    anna.go(&path).await.says("No redirection yet").says("<h1>Redirections</h1>");
    anna.send(&path, &[("target", "x")]).await.refuses("such as name@example.org");
    let fields = [("target", "ben@far.test"), ("proof-password", PASSWORD)];
    anna.send(&path, &fields).await.leads_to(&path);
    anna.go(&path).await.says("waits for an answer until");
    let ben = world.add_user("ben@home.test", "Ben").await;
    world.give(world.info, ben, Permissions::NONE).await;
    let person = Person::signed_in(&world, "ben@home.test").await;
    person.go(&path).await.says("does not have the permission “Redirections”").hides("ben@far.test");
    let refused = person.send(&path, &fields).await;
    assert_eq!(refused.status, axum::http::StatusCode::UNPROCESSABLE_ENTITY);
    world.switch(world.info, ben, Switch { permission: Permission::Redirections, on: true }).await;
    person.go(&path).await.says("ben@far.test");
}

#[tokio::test]
async fn an_address_is_detached_brought_back_and_made_the_first() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let path = format!("/mail/{}", world.info);
    anna.go(&format!("{path}/settings")).await.says("Your Mail app opens with this address");
    anna.send(&format!("{path}/detach"), &[]).await.leads_to("/mail");
    let nothing = anna.go("/mail").await;
    nothing.says("Detached addresses").says(&format!("{path}/attach")).says("Acme");
    // The access stays.
    anna.go(&format!("{path}/settings")).await.says("Detached addresses").hides("/detach\"");
    anna.send(&format!("{path}/attach"), &[]).await.leads_to(&path);
    anna.go("/mail").await.leads_to(&path);
    anna.send(&format!("{path}/primary"), &[]).await.leads_to(&format!("{path}/settings"));
    let eve = world.add_user("eve@home.test", "Eve").await;
    let stranger = Person::signed_in(&world, "eve@home.test").await;
    for act in ["detach", "attach", "primary"] {
        let answer = stranger.send(&format!("{path}/{act}"), &[]).await;
        assert_eq!(answer.status, axum::http::StatusCode::NOT_FOUND, "{act}");
    }
    assert_ne!(eve, anna.actor.user());
}
