use axum::http::StatusCode;

use super::person::Person;
use super::world::World;

#[tokio::test]
async fn whoever_manages_a_mail_service_looks_at_what_is_on_its_way_and_nobody_else() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let queue = format!("/manager/services/{}/queue", world.service);
    anna.go(&format!("/manager/services/{}", world.service)).await.says(&queue);
    anna.go(&queue).await.says("Nothing is on its way");
    anna.go(&format!("{queue}?done=busy")).await.says("being sent just now");
    anna.go(&format!("{queue}?done=%3Cb%3E&after=nonsense")).await.hides("<b>");
    let unknown = format!("{queue}/0192f0c1-7a52-7c3e-9d5b-2f1f4f2d8a10/retry");
    assert_eq!(anna.send(&unknown, &[]).await.status, StatusCode::NOT_FOUND);
    world.add_ben().await;
    let ben = Person::signed_in(&world, "ben@home.test").await;
    assert_eq!(ben.go(&queue).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ben.send(&unknown, &[]).await.status, StatusCode::NOT_FOUND);
}
