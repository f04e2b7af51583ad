use axum::http::StatusCode;
use domain::duration::days;
use domain::{Permission, Permissions};
use identity::Identity;
use identity::teams::Color;
use mailbox::desk::Inside;

use super::person::Person;
use super::world::World;

#[tokio::test]
async fn the_page_of_an_access_says_what_somebody_can_do_and_sets_when() {
    let world = World::new().await;
    let ben = world.add_ben().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let path = format!("/manager/addresses/{}/users/{ben}", world.info);
    anna.go(&path).await.says("They have no access").hides("/limits");
    world.give(ben).await;
    let page = anna.go(&path).await;
    page.says("their own access").says("Last day").says("Nothing would be left");
    let limits = format!("{path}/limits");
    anna.send(&limits, &[("ends", "2025-01-01")]).await.refuses("This day is over");
    anna.send(&limits, &[("day", "1"), ("from", "8"), ("to", "18:00")]).await.refuses("08:30");
    let fields = [("ends", "2026-12-31"), ("day", "1"), ("day", "2"), ("from", "08:00"), ("to", "18:00")];
    anna.send(&limits, &fields).await.leads_to(&path);
    let page = anna.go(&path).await;
    page.says("value=\"2026-12-31\"")
        .says("value=\"08:00\"")
        .says("Their access has ended, or it is outside");
    let users = anna.go(&format!("/manager/addresses/{}", world.info)).await;
    users.says("1 January 2027, 00:00").says(&format!("href=\"{path}\""));
    anna.send(&limits, &[]).await.leads_to(&path);
    assert!(world.desk().await.user(ben).await.unwrap().ends_at.is_none());
    let log = anna.go(&format!("/manager/{}/activity", world.acme)).await;
    log.says("Changed when an access holds");
    let nobody = format!("/manager/addresses/{}/users/{}", world.info, world.info);
    assert_eq!(anna.go(&nobody).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn devices_alone_are_disconnected_with_what_was_closed() {
    let world = World::new().await;
    let ben = world.add_ben().await;
    world.give(ben).await;
    let phone = world.add_device(ben, "Old phone").await;
    let _open = world.access.open_address(&phone).await.unwrap();
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let path = format!("/manager/addresses/{}/users/{ben}", world.info);
    anna.go(&path).await.says("Old phone").says("IMAP from 192.0.2.7");
    let report = anna.send(&format!("{path}/disconnect"), &[]).await;
    report.says("The devices are disconnected").says("IMAP from 192.0.2.7").hides("revoked:");
    assert!(phone.lease().unwrap().is_ended().is_some());
    let report = anna.send(&format!("{path}/disconnect"), &[("revoke", "on")]).await;
    report.says("Device password revoked: Old phone").says("They have no device passwords");
}

#[tokio::test]
async fn the_accesses_of_a_mail_service_are_reviewed_and_several_removed() {
    let world = World::new().await;
    let ben = world.add_ben().await;
    world.give(ben).await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let path = format!("/manager/services/{}/accesses", world.service);
    let page = anna.go(&path).await;
    page.says("Anna Muster").says("Ben Beispiel").says("info@example.test").says("never seen");
    anna.go(&format!("{path}?search=ben")).await.says("Ben Beispiel").hides("Anna Muster (");
    anna.go(&format!("{path}?kept=teams")).await.says("No access was found");
    world.clock.advance(days(100));
    let anna = Person::signed_in(&world, "anna@home.test").await;
    anna.go(&format!("{path}?kept=unused")).await.says("Ben Beispiel").hides(">Anna Muster</a>");
    let chosen = format!("{}/{ben}", world.info);
    let remove = format!("{path}/remove");
    let done = anna.send(&remove, &[("access", &chosen)]).await;
    done.says("One access was removed").hides("Ben Beispiel");
    anna.send(&remove, &[("access", &chosen)]).await.says("Nothing was removed");
    anna.send(&remove, &[]).await.leads_to(&path);
}

#[tokio::test]
async fn a_team_shows_who_would_lose_what_with_it() {
    let world = World::new().await;
    let ben = world.add_ben().await;
    let (operator, proof) = (Identity::operator(), world.proof().await);
    let desk = world.access.organization_desk(&operator, world.acme).await.unwrap();
    let team = desk.create_team(&"Sales".parse().unwrap(), Color::Blue).await.unwrap();
    desk.set_in_team(&proof, team, ben, Inside::Yes).await.unwrap();
    let send = Permissions::NONE.with(Permission::Send);
    desk.set_team_access(&proof, team, world.info, send).await.unwrap();
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let path = format!("/manager/{}/teams/{team}", world.acme);
    anna.go(&path).await.says("See who would lose what");
    anna.go(&format!("{path}/losses")).await.says("Ben Beispiel").says("the whole access");
    let page = anna.go(&format!("/manager/addresses/{}/users/{ben}", world.info)).await;
    page.says("the team Sales");
    let listed = anna.go(&format!("/manager/addresses/{}/explain?search=ben", world.info)).await;
    listed.says("Ben Beispiel (ben@home.test)").hides("Anna Muster (");
}
