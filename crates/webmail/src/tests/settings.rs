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
    page.says("switch on “Devices”").says("Only an owner or administrator").hides("/manager/addresses");
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
