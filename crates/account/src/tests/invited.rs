use axum::http::StatusCode;
use domain::{Permission, Permissions};
use mailbox::desk::For;

use super::person::Person;
use super::world::{INFO, World};

const BEN: &str = "ben@far.test";

#[tokio::test]
async fn opening_an_invitation_changes_nothing() {
    let world = World::new().await;
    let mailbox = world.add_info().await;
    let path = world.invite(mailbox, Permissions::NONE.with(Permission::Send)).await;
    let mut scanner = Person::new(&world);
    for _ in 0..3 {
        let page = scanner.go(&path).await;
        page.says("Acme invites you to info@example.test").says("Send").says("8 January 2026");
        assert!(!page.text.contains("Redirections"));
    }
    assert_eq!(world.invitation_states(mailbox).await, ["pending"]);
    let answer = scanner.send(&format!("{path}/seen"), &[]).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert_eq!(world.invitation_states(mailbox).await, ["seen"]);
    scanner.go(&path).await.says("I have an account");
}

#[tokio::test]
async fn somebody_signed_in_accepts_under_an_organization_of_their_own() {
    let world = World::new().await;
    let mailbox = world.add_info().await;
    world.add_user(BEN, "Ben Far").await;
    let own = world.add_organization("Ben’s shop", BEN).await;
    let path = world.invite(mailbox, Permissions::ALL).await;
    let mut ben = Person::new(&world);
    let page = ben.go(&path).await;
    let sign_in = page.between("class=\"button\" href=\"", "\"");
    assert_eq!(sign_in, format!("/sign-in?next={path}"));
    ben.go(&sign_in).await;
    let password = super::world::PASSWORD;
    let fields = [("address", BEN), ("password", password), ("next", &path)];
    ben.send("/sign-in", &fields).await.leads_to(&path);
    let page = ben.go(&path).await;
    page.says("You are signed in as Ben Far (ben@far.test).").says("Show it under").says("Ben’s shop");
    let under = own.to_string();
    let accepted = ben.send(&format!("{path}/accept"), &[("appears-under", &under)]).await;
    accepted.leads_to(&format!("/mail/{mailbox}"));
    let used = ben.go(&path).await;
    assert_eq!(used.status, StatusCode::GONE);
    let again = ben.send(&format!("{path}/accept"), &[]).await;
    assert_eq!(again.status, StatusCode::GONE);
}

#[tokio::test]
async fn whoever_has_access_is_led_to_it_or_changes_account() {
    let world = World::new().await;
    let mailbox = world.add_info().await;
    let path = world.invite(mailbox, Permissions::ALL).await;
    let mut anna = Person::signed_in(&world, "anna@home.test").await;
    let page = anna.go(&path).await;
    page.says("You already have access").says(INFO).says(&format!("href=\"/mail/{mailbox}\""));
    anna.send(&format!("{path}/accept"), &[]).await.says("You already have access");
    assert_eq!(world.invitation_states(mailbox).await, ["pending"], "it was not used up");
    anna.go(&path).await;
    anna.send("/sign-out", &[("next", &path)]).await.leads_to(&path);
    anna.go(&path).await.says("Create an account");
}

#[tokio::test]
async fn each_dead_link_has_its_page() {
    let world = World::new().await;
    let mailbox = world.add_info().await;
    let mut person = Person::new(&world);
    let unknown = person.go("/invite/nothing").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    unknown.says("There is no such invitation").says("send it again");

    let expired = world.invite(mailbox, Permissions::ALL).await;
    person.go(&expired).await;
    world.clock.advance(domain::duration::days(7));
    let answer = person.go(&expired).await;
    assert_eq!(answer.status, StatusCode::GONE);
    answer.says("This invitation has expired");
    let begun = person.send(&format!("{expired}/sign-up"), &[]).await;
    assert_eq!(begun.status, StatusCode::GONE);

    let withdrawn = world.invite(mailbox, Permissions::ALL).await;
    let operator = identity::Identity::operator();
    let desk = world.access.address_desk(&operator, mailbox).await.unwrap();
    for row in desk.invitations().await.unwrap() {
        desk.delete_invitation(row.id).await.unwrap();
    }
    let answer = person.go(&withdrawn).await;
    assert_eq!(answer.status, StatusCode::GONE);
    answer.says("This invitation was withdrawn");
}

#[tokio::test]
async fn an_address_that_became_a_login_is_not_given_away() {
    let world = World::new().await;
    let service = world.add_service().await;
    let mailbox = world.add_address(service, "sales@example.test", For::Nobody).await;
    let path = world.invite(mailbox, Permissions::ALL).await;
    world.add_user("sales@example.test", "Sam Sales").await;
    world.add_user(BEN, "Ben Far").await;
    let mut ben = Person::signed_in(&world, BEN).await;
    ben.go(&path).await;
    let answer = ben.send(&format!("{path}/accept"), &[]).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    answer.says("This address cannot be shared now");
}
