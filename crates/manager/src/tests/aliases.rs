use axum::http::StatusCode;

use super::person::Person;
use super::world::World;

#[tokio::test]
async fn an_alias_is_added_and_removed() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let path = format!("/manager/addresses/{}/aliases", world.info);
    anna.go(&path).await.says("There is no alias").says("info+…@example.test");
    let form = |name: &'static str| [("name", name), ("domain", "example.test")];
    anna.send(&path, &form("info")).await.refuses("This address exists already.");
    anna.send(&path, &form("p\u{430}y")).await.refuses("look like others").says("id=\"sure\"");
    anna.send(&path, &form("contact")).await.leads_to(&path);
    anna.go(&path).await.says("contact@example.test");
    let remove = format!("{path}/remove");
    anna.send(&remove, &[("alias", "contact@example.test")]).await.leads_to(&path);
    anna.go(&path).await.hides("contact@example.test");
    assert_eq!(anna.send(&remove, &[("alias", "info@example.test")]).await.status, StatusCode::NOT_FOUND);
}
