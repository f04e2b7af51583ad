use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use futures_util::StreamExt;

use super::person::Person;
use super::world::World;

#[tokio::test]
async fn the_page_is_told_of_a_change_and_of_its_end() {
    let world = World::new().await;
    let ben = world.add_ben().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let path = format!("/manager/addresses/{}", world.info);
    let stream = anna.watch(&format!("{path}/events")).await;
    assert_eq!(stream.status(), StatusCode::OK);
    assert_eq!(stream.headers()[CONTENT_TYPE], "text/event-stream");
    let mut told = stream.into_body().into_data_stream();
    world.give(ben).await;
    let change = told.next().await.unwrap().unwrap();
    assert!(change.starts_with(b"event: changed\ndata: accesses\n"), "{change:?}");
    let tables = anna.part(&path).await;
    tables.says("Ben Beispiel").says("id=\"accesses\"").hides("<html");

    let session = world.identity.sessions(&anna.actor).await.unwrap().remove(0).id;
    world.identity.end_session(&anna.actor, session).await.unwrap();
    let last = told.next().await.unwrap().unwrap();
    assert!(last.starts_with(b"event: changed\ndata: accesses\n"), "{last:?}");
    assert!(told.next().await.is_none(), "the stream has ended");
    assert_eq!(anna.part(&path).await.status, StatusCode::UNAUTHORIZED);
}
