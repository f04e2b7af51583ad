use axum::http::StatusCode;

use super::person::Person;
use super::world::{PASSWORD, World};

#[tokio::test]
async fn an_address_is_deleted_with_proof_and_tick_and_comes_back_from_the_bin() {
    let world = World::new().await;
    let ben = world.add_ben().await;
    world.give(ben).await;
    let phone = world.add_device(ben, "Old phone").await;
    let _open = world.access.open_address(&phone).await.unwrap();
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let path = format!("/manager/addresses/{}", world.info);
    let delete = format!("{path}/delete");
    anna.go(&format!("{path}/general")).await.says(&delete).says("Delete the email address");
    let review = anna.go(&delete).await;
    review.says("Ben Beispiel (ben@home.test)").says("Old phone (Ben Beispiel)").says("0 messages");
    anna.send(&delete, &[]).await.refuses("Tick the box");
    world.clock.advance(domain::duration::minutes(11));
    let asked = anna.send(&delete, &[("understood", "on")]).await;
    asked.asks_for_proof().says("name=\"understood\"");
    let done = anna.send(&delete, &[("understood", "on"), ("proof-password", PASSWORD)]).await;
    done.says("Address deleted").says("IMAP from 192.0.2.7").says("Old phone");
    assert!(phone.lease().unwrap().is_ended().is_some());

    let bin = format!("/manager/services/{}/bin", world.service);
    anna.go(&format!("/manager/services/{}", world.service)).await.says(&bin).hides("info@example.test");
    anna.go(&bin).await.says("info@example.test").says("31 January 2026");
    anna.go(&path).await.says("being deleted").hides("/add\"");
    anna.go(&delete).await.leads_to(&bin);
    let new = format!("/manager/services/{}/addresses/new", world.service);
    anna.send(&new, &[("name", "info"), ("domain", "example.test"), ("whom", "me")])
        .await
        .refuses("in the bin");
    anna.send(&format!("{path}/restore"), &[]).await.leads_to(&path);
    anna.go(&bin).await.says("The bin is empty");
    anna.go(&path).await.says("Ben Beispiel").says("/add\"");
    let log = anna.go(&format!("/manager/{}/activity", world.acme)).await;
    log.says("Deleted an email address").says("Restored an email address");
    assert_eq!(anna.send(&format!("{path}/restore"), &[]).await.status, StatusCode::NOT_FOUND);
}
