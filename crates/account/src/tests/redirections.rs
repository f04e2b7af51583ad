use axum::http::StatusCode;
use domain::MailboxId;
use identity::Identity;
use identity::mails::MailTemplate;

use super::person::Person;
use super::world::World;

/// Has mail of info@ sent on to somebody outside; the path of the link that they are sent.
async fn asked(world: &World, mailbox: MailboxId, target: &str) -> String {
    let operator = Identity::operator();
    let desk = world.access.address_desk(&operator, mailbox).await.unwrap();
    let proof = world.identity.confirmed(&operator).await.unwrap().unwrap();
    desk.redirect(&proof, &target.parse().unwrap()).await.unwrap();
    let mails = world.mails(MailTemplate::RedirectionAsked).await;
    let mail = mails.into_iter().find(|mail| mail.to == target).unwrap();
    mail.values["link"].strip_prefix("http://mail.test").unwrap().to_owned()
}

#[tokio::test]
async fn whoever_is_asked_agrees_or_declines_and_opening_the_link_does_neither() {
    let world = World::new().await;
    let info = world.add_info().await;
    let (yes, no) = (asked(&world, info, "ben@far.test").await, asked(&world, info, "eve@far.test").await);
    let mut person = Person::new(&world);
    for _ in 0..2 {
        person.go(&yes).await.says("Shall mail to").says("Yes, send it on to me").says("nothing has changed");
    }
    person.send(&format!("{yes}/agree"), &[]).await.says("is sent on to ben@far.test from now on");
    let again = person.send(&format!("{yes}/agree"), &[]).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    again.says("This link does not count any more");
    person.send(&format!("{no}/decline"), &[]).await.says("Declined");
    assert_eq!(person.go(&no).await.status, StatusCode::NOT_FOUND);
    assert_eq!(person.go("/redirections/never").await.status, StatusCode::NOT_FOUND);
}
