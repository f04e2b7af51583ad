use super::person::Person;
use super::world::World;

const ANNA: &str = "anna@home.test";

#[tokio::test]
async fn a_device_password_for_all_addresses_is_made_and_revoked() {
    let world = World::new().await;
    world.add_user(ANNA, "Anna Muster").await;
    let mut anna = Person::signed_in(&world, ANNA).await;
    anna.go("/account").await.says("Device passwords for all my addresses");
    anna.go("/account/devices").await.says("You have no device password for all addresses.");
    anna.send("/account/devices", &[("name", " ")]).await.refuses("Give the device a name");
    anna.send("/account/devices", &[("name", "Laptop")]).await.says("it is shown only this once");
    anna.go("/account/devices").await.says("Laptop").says("Not used yet");
    let id = anna.go("/account/devices").await.between("/account/devices/", "/revoke");
    anna.send(&format!("/account/devices/{id}/revoke"), &[]).await.leads_to("/account/devices");
    anna.go("/account/devices").await.says("You have no device password for all addresses.");
    anna.go("/account/activity").await.says("Revoked a device password for all addresses");
}
