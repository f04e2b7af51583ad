use axum::http::StatusCode;
use domain::{Permission, Permissions};

use super::person::Person;
use super::world::{PASSWORD, World};

#[tokio::test]
async fn a_member_is_added_and_their_permissions_switched() {
    let world = World::new().await;
    let ben = world.add_ben().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let path = format!("/manager/addresses/{}", world.info);
    anna.go(&path).await.says("Anna Muster").hides("Ben Beispiel").says("sse-connect");
    anna.go(&format!("{path}/add"))
        .await
        .says("Ben Beispiel (ben@home.test)")
        .says("Existing user")
        .says("New user");
    let add = format!("{path}/add/existing");
    let user = ben.to_string();
    anna.send(&add, &[("user", &user), ("permission-send", "on")]).await.leads_to(&path);
    anna.send(&add, &[("user", &user)]).await.refuses("has access already");
    anna.send(&add, &[("user", "nobody")]).await.refuses("not a member");
    anna.go(&path).await.says("Ben Beispiel").says("ben@home.test");

    let switch = format!("{path}/users/{user}/permissions");
    let row = anna.send_part(&switch, &[("permission", "devices"), ("to", "on")]).await;
    row.says(&format!("<tr id=\"user-{user}\">")).hides("<html");
    assert_eq!(row.text.matches("aria-checked=\"true\"").count(), 2, "{}", row.text);
    anna.send(&switch, &[("permission", "send"), ("to", "off")]).await.leads_to(&path);
    let users = world.desk().await.users().await.unwrap();
    let of_ben = users.iter().find(|grant| grant.user == ben).unwrap();
    assert_eq!(of_ben.permissions, Permissions::NONE.with(Permission::Devices));
    assert_eq!(
        anna.send(&switch, &[("permission", "fly"), ("to", "on")]).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn without_a_fresh_proof_the_form_comes_back_as_it_was() {
    let world = World::new().await;
    let ben = world.add_ben().await.to_string();
    let anna = Person::signed_in(&world, "anna@home.test").await;
    world.clock.advance(domain::duration::minutes(11));
    let path = format!("/manager/addresses/{}", world.info);
    anna.go(&format!("{path}/add?who=new")).await.asks_for_proof().says("/add?who=new");
    let add = format!("{path}/add/existing");
    let asked = anna.send(&add, &[("user", &ben), ("permission-send", "on")]).await;
    asked.asks_for_proof().says(&format!("name=\"user\" value=\"{ben}\"")).says("name=\"permission-send\"");
    let fields = [("user", ben.as_str()), ("permission-send", "on"), ("proof-password", PASSWORD)];
    anna.send(&add, &fields).await.leads_to(&path);
    anna.go(&format!("{path}/add")).await.says("Every member of the organization has access already");
}

#[tokio::test]
async fn a_removal_says_what_is_lost_and_then_what_was_closed() {
    let world = World::new().await;
    let ben = world.add_ben().await;
    world.give(ben).await;
    let phone = world.add_device(ben, "Old phone").await;
    let _open = world.access.open_address(&phone).await.unwrap();
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let path = format!("/manager/addresses/{}", world.info);
    let remove = format!("{path}/users/{ben}/remove");
    let review = anna.go(&remove).await;
    review
        .says("Ben Beispiel (ben@home.test)")
        .says("Old phone")
        .says("IMAP from 192.0.2.7")
        .says("Remove the access");
    let report = anna.send(&remove, &[]).await;
    report.says("Access removed").says("IMAP from 192.0.2.7").says("Old phone");
    assert!(phone.lease().unwrap().is_ended().is_some());
    anna.go(&path).await.hides("Ben Beispiel");
    assert_eq!(anna.go(&remove).await.status, StatusCode::NOT_FOUND);
    let log = anna.go(&format!("/manager/{}/activity", world.acme)).await;
    log.says("Removed an access").says("Ben Beispiel");
}

#[tokio::test]
async fn an_invitation_is_made_sent_changed_and_withdrawn() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let path = format!("/manager/addresses/{}", world.info);
    let made = anna.send(&format!("{path}/add/new"), &[("permission-send", "on")]).await;
    let page = made.leads_to;
    let shown = anna.go(&page).await;
    shown.says("value=\"http://mail.test/invite/").says("Copy link").says("pending").says("<svg");
    anna.send(&format!("{page}/send"), &[("to", "nobody")]).await.refuses("looks like name@example.org");
    let to = [("to", "carla@far.test"), ("language", "fr")];
    anna.send(&format!("{page}/send"), &to).await.leads_to(&page);
    anna.go(&page).await.says("It was sent to carla@far.test").says("value=\"fr\" selected");
    anna.send(&format!("{page}/permissions"), &[("permission-folders", "on")]).await.leads_to(&page);
    let row = world.desk().await.invitations().await.unwrap().remove(0);
    assert_eq!(row.permissions, Permissions::NONE.with(Permission::Folders));
    anna.go(&path).await.says("carla@far.test").says("Folders");
    anna.send(&format!("{page}/delete"), &[]).await.leads_to(&path);
    anna.go(&path).await.hides("carla@far.test");
    assert_eq!(anna.go(&page).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_accepted_invitation_stays_in_sight_for_a_while_and_is_no_more_to_be_used() {
    let world = World::new().await;
    world.add_user("carla@far.test", "Carla").await;
    let invited = world
        .desk()
        .await
        .invite(&world.proof().await, Permissions::ALL, domain::Language::En)
        .await
        .unwrap();
    let token = invited.link.rsplit('/').next().unwrap();
    let carla = Person::signed_in(&world, "carla@far.test").await;
    world.identity.accept(&carla.actor, token, None).await.unwrap();
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let path = format!("/manager/addresses/{}", world.info);
    anna.go(&path).await.says("accepted").hides("/delete\"");
    assert_eq!(anna.go(&format!("{path}/invitations/{}", invited.id)).await.status, StatusCode::NOT_FOUND);
    let change = format!("{path}/invitations/{}/permissions", invited.id);
    assert_eq!(anna.send(&change, &[]).await.status, StatusCode::NOT_FOUND);
    world.clock.advance(domain::duration::days(29));
    assert_eq!(world.desk().await.invitations().await.unwrap().len(), 1);
    world.clock.advance(domain::duration::days(2));
    assert_eq!(world.desk().await.invitations().await.unwrap().len(), 0);
}

#[tokio::test]
async fn an_address_that_somebody_signs_in_with_is_not_shared() {
    let world = World::new().await;
    let mailbox = world.add_address("sam@example.test").await;
    world.add_user("sam@example.test", "Sam").await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let path = format!("/manager/addresses/{mailbox}");
    anna.go(&path).await.says("id=\"add-reason\"").hides("/add\"");
    anna.go(&format!("{path}/add")).await.says("Somebody signs in with this address").hides("Add the user");
    let refused = anna.send(&format!("{path}/add/new"), &[]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says("Somebody signs in with this address");

    anna.go(&path).await.says("Release the address…");
    anna.go(&format!("{path}/release")).await.says("signs in to their account with");
    anna.send(&format!("{path}/release"), &[]).await.leads_to(&path);
    anna.go(&format!("{path}/release")).await.leads_to(&path);
    anna.go(&path).await.hides("Release the address");
    anna.go(&format!("{path}/add")).await.says("Add the user");
}
