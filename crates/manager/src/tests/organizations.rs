use axum::http::StatusCode;

use super::person::Person;
use super::world::World;

#[tokio::test]
async fn whoever_has_no_organization_founds_one_and_owns_it() {
    let world = World::new().await;
    world.add_user("carla@home.test", "Carla").await;
    let carla = Person::signed_in(&world, "carla@home.test").await;
    carla.go("/manager").await.says("You are in no organization yet");
    carla.send("/manager/organizations", &[("name", "  ")]).await.refuses("Type a name.");
    let founded = carla.send("/manager/organizations", &[("name", "Chess club")]).await;
    let path = founded.leads_to.clone();
    assert_eq!(founded.status, StatusCode::SEE_OTHER);
    carla.go("/manager").await.leads_to(&path);
    carla.go(&path).await.says("There is no mail service yet").says("Chess club");
    carla.go(&format!("{path}/activity")).await.says("Created the organization").says("Carla");
}

#[tokio::test]
async fn several_organizations_are_switched_between_without_signing_in_again() {
    let world = World::new().await;
    let shop = world.add_organization("Shop", "anna@home.test").await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    anna.go("/manager").await.says("Acme").says("Shop").says("Legal representative");
    let acme = anna.go(&format!("/manager/{}", world.acme)).await;
    acme.says("Show all organizations").says(&format!("href=\"/manager/{shop}\""));
}

#[tokio::test]
async fn a_collaborator_is_told_who_manages_the_mail() {
    let world = World::new().await;
    world.add_ben().await;
    let ben = Person::signed_in(&world, "ben@home.test").await;
    ben.go("/manager")
        .await
        .says("Only its legal representative")
        .hides(&format!("/manager/{}\"", world.acme));
}

#[tokio::test]
async fn the_activity_log_is_read_page_by_page() {
    let world = World::new().await;
    for number in 0..205 {
        world.desk().await.set_display_name(&format!("Name {number}")).await.unwrap();
    }
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let path = format!("/manager/{}/activity", world.acme);
    let first = anna.go(&path).await;
    first.says("Name 204").says("Older entries").hides("Newest entries").says("the server");
    let (_, older) = first.text.split_once("activity?before=").unwrap();
    let older = anna.go(&format!("{path}?before={}", older.split('"').next().unwrap())).await;
    older.says("Name 4").says("Created a mail service").says("Newest entries").hides("Older entries");
}

#[tokio::test]
async fn an_owner_sets_the_logo_that_members_see_beside_the_name() {
    let world = World::new().await;
    world.add_user("ben@home.test", "Ben").await;
    let operator = identity::Identity::operator();
    let administrator = domain::Role::Administrator;
    let ben_signs_in_with = "ben@home.test".parse().unwrap();
    world.identity.add_member(&operator, "Acme", ben_signs_in_with, administrator).await.unwrap();
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let ben = Person::signed_in(&world, "ben@home.test").await;
    let (record, logo) =
        (format!("/manager/{}/organization", world.acme), format!("/manager/{}/logo", world.acme));
    anna.send_file(&logo, &[], "<svg/>").await.refuses("This is no PNG");
    anna.send_file(&logo, &[], "GIF89a").await.leads_to(&record);
    let page = anna.go(&record).await;
    page.says("Remove the logo").says("<img class=\"logo\" src=\"/picture/");
    ben.go(&format!("/manager/{}", world.acme)).await.says("<img class=\"logo\" src=\"/picture/");
    assert_eq!(ben.send_file(&logo, &[], "GIF87a").await.status, StatusCode::NOT_FOUND);
    assert_eq!(ben.send(&format!("{logo}/remove"), &[]).await.status, StatusCode::NOT_FOUND);
    anna.go(&format!("/manager/{}/activity", world.acme)).await.says("Changed the logo");
    anna.send(&format!("{logo}/remove"), &[]).await.leads_to(&record);
    anna.go(&record).await.hides("Remove the logo");
}
