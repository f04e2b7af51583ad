use axum::body::BodyDataStream;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use domain::{Permission, Permissions};
use futures_util::StreamExt;
use mailbox::desk::Switch;

use super::person::Person;
use super::world::World;

/// What a stream tells, event by event.
struct Told(BodyDataStream);

impl Told {
    fn of(response: Response) -> Self {
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[CONTENT_TYPE], "text/event-stream");
        Self(response.into_body().into_data_stream())
    }

    /// The name of the next event and its data; nothing at the end.
    async fn next(&mut self) -> Option<(String, String)> {
        loop {
            let chunk = self.0.next().await?.unwrap();
            let text = String::from_utf8(chunk.to_vec()).unwrap();
            let Some(name) = text.lines().find_map(|line| line.strip_prefix("event: ")) else { continue };
            let data =
                text.lines().filter_map(|line| line.strip_prefix("data: ").or(line.strip_prefix("data:")));
            return Some((name.to_owned(), data.collect::<Vec<_>>().join("\n")));
        }
    }

    async fn name(&mut self) -> String {
        self.next().await.map(|(name, _)| name).unwrap_or_default()
    }
}

/// The address of the stream as the page names it.
async fn stream_of(person: &Person, world: &World) -> String {
    let inbox = person.go(&format!("/mail/{}", world.info)).await.leads_to;
    let page = person.go(&inbox).await;
    page.text.split("sse-connect=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_page_is_told_of_mail_of_rights_and_of_its_end() {
    let world = World::new().await;
    let ben = world.add_user("ben@home.test", "Ben").await;
    world.give(world.info, ben, Permissions::NONE).await;
    let person = Person::signed_in(&world, "ben@home.test").await;
    let path = stream_of(&person, &world).await;
    let mut told = Told::of(person.watch(&path, false).await);
    world.bring(&person.actor, world.info, "Subject: Hi\n\nHi").await;
    assert_eq!(told.name().await, "mail");
    world.switch(world.info, ben, Switch { permission: Permission::Send, on: true }).await;
    assert_eq!(told.name().await, "access");
    let shop = world.add_address("shop@example.test", ben).await;
    assert_eq!(told.name().await, "access");
    person
        .part(&format!("/mail/{}/side", world.info))
        .await
        .says("shop@example.test")
        .says(&shop.to_string());
    world.remove(world.info, ben).await;
    let (name, html) = told.next().await.unwrap();
    assert_eq!(name, "ended");
    assert!(html.contains("You no longer have access to info@example.test"), "{html}");
    assert_eq!(told.next().await, None, "the stream has ended");
    assert_eq!(person.go(&path).await.status, StatusCode::NOT_FOUND);
    let mut again = Told::of(person.watch(&path, true).await);
    assert_eq!(again.name().await, "ended");
}

#[tokio::test]
async fn what_changed_before_the_stream_was_there_is_told_at_once() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let path = stream_of(&anna, &world).await;
    world.bring(&anna.actor, world.info, "Subject: Hi\n\nHi").await;
    let mut told = Told::of(anna.watch(&path, false).await);
    assert_eq!(told.name().await, "mail");
    assert_eq!(told.name().await, "access");
}

#[tokio::test]
async fn mail_in_another_mailbox_is_told_apart() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let shop = world.add_address("shop@example.test", anna.actor.user()).await;
    let path = stream_of(&anna, &world).await;
    let mut told = Told::of(anna.watch(&path, false).await);
    world.bring(&anna.actor, shop, "Subject: Hi\n\nHi").await;
    assert_eq!(told.name().await, "elsewhere");
}

#[tokio::test]
async fn an_ended_session_ends_its_streams() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let path = stream_of(&anna, &world).await;
    let mut told = Told::of(anna.watch(&path, false).await);
    world.identity.sign_out(&anna.actor).await.unwrap();
    let (name, html) = told.next().await.unwrap();
    assert!(name == "ended" && html.contains("href=\"/sign-in\""), "{name} {html}");
    assert_eq!(told.next().await, None);
    let mut again = Told::of(anna.watch(&path, true).await);
    assert_eq!(again.name().await, "ended");
}

#[tokio::test]
async fn whoever_waits_for_a_first_address_is_told_of_it() {
    let world = World::new().await;
    let ben = world.add_user("ben@home.test", "Ben").await;
    let person = Person::signed_in(&world, "ben@home.test").await;
    let mut told = Told::of(person.watch("/mail/events", false).await);
    world.give(world.info, ben, Permissions::NONE).await;
    assert_eq!(told.name().await, "access");
}
