use axum::http::StatusCode;

use super::person::Person;
use super::world::{INFO, PASSWORD, World};

const ANNA: &str = "anna@home.test";
const BEN: &str = "ben@far.test";

#[tokio::test]
async fn a_profile_is_kept_and_its_faults_are_said() {
    let world = World::new().await;
    world.add_user(ANNA, "Anna Muster").await;
    let mut anna = Person::signed_in(&world, ANNA).await;
    anna.go("/account/profile").await.says("Time zone").says("value=\"Anna\"");
    let profile =
        |first, zone| [("first-name", first), ("last-name", "Meier"), ("language", "fr"), ("zone", zone)];
    anna.send("/account/profile", &profile("", "UTC")).await.refuses("Type your first name.");
    let answer = anna.send("/account/profile", &profile("Anne", "Moon/Base")).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    anna.send("/account/profile", &profile("Anne", "UTC")).await.leads_to("/account");
    anna.go("/account").await.says("Anne Meier").says("Mon compte");
    anna.go("/account/activity").await.says("Profil changé");
}

#[tokio::test]
async fn everything_that_the_account_holds_is_downloaded() {
    let world = World::new().await;
    let info = world.add_info().await;
    let secret = world.device_password(info, ANNA).await;
    let mut anna = Person::signed_in(&world, ANNA).await;
    anna.go("/account").await;
    let file = anna.send("/account/export", &[]).await;
    assert_eq!(file.status, StatusCode::OK);
    let json: serde_json::Value = serde_json::from_str(&file.text).unwrap();
    assert_eq!(json["sign_in_addresses"][0]["address"], ANNA);
    assert_eq!(json["accesses"][0]["address"], INFO);
    assert_eq!(json["device_passwords"][0]["name"], "Phone");
    assert_eq!(json["member_of"][0]["role"], "owner");
    assert!(!file.text.contains(&secret) && !file.text.contains("argon2"), "{}", file.text);
    anna.go("/account/activity").await.says("Downloaded the data of the account");
}

#[tokio::test]
async fn an_account_goes_only_when_nothing_must_be_handed_over() {
    let world = World::new().await;
    let info = world.add_info().await;
    world.add_user(BEN, "Ben Far").await;
    let mut anna = Person::signed_in(&world, ANNA).await;
    let page = anna.go("/account/delete").await;
    page.says("You are the only legal representative of Acme.")
        .says("Nobody but you opens info@example.test.");
    let answer = anna.send("/account/delete", &[("sure", "on")]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    world.share(info, BEN).await;
    let operator = identity::Identity::operator();
    let owner = domain::Role::Owner;
    world.identity.add_member(&operator, "Acme", BEN.parse().unwrap(), owner).await.unwrap();

    world.clock.advance(std::time::Duration::from_secs(11 * 60));
    anna.go("/account/delete")
        .await
        .says("your access to 1 email address")
        .says("your membership in 1 organization");
    anna.send("/account/delete", &[("sure", "on")]).await.says("Your password");
    let proof = [("proof-password", PASSWORD)];
    anna.send("/account/delete", &proof).await.refuses("Tick the box first.");
    let fields = [("sure", "on"), ("proof-password", PASSWORD)];
    anna.send("/account/delete", &fields).await.leads_to("/account/gone");
    anna.go("/account/gone").await.says("Your account was deleted");
    anna.go("/sign-in").await;
    anna.send("/sign-in", &[("address", ANNA), ("password", PASSWORD)]).await.refuses("is wrong");
    assert_eq!(world.activity("Acme").await[0], "account.delete");
    let all = world.identity.list_users(&operator).await.unwrap();
    assert_eq!(all.iter().map(|user| user.address.as_str()).collect::<Vec<_>>(), [BEN]);
    world.add_user(ANNA, "Anna Other").await;
}

#[tokio::test]
async fn an_organization_that_nobody_needs_goes_with_its_only_owner() {
    let world = World::new().await;
    world.add_user(ANNA, "Anna Muster").await;
    world.add_organization("Alone", ANNA).await;
    let mut anna = Person::signed_in(&world, ANNA).await;
    anna.go("/account/delete").await.says("This cannot be undone.");
    anna.send("/account/delete", &[("sure", "on")]).await.leads_to("/account/gone");
    let all = world.identity.list_organizations(&identity::Identity::operator()).await.unwrap();
    assert!(all.is_empty());
}
