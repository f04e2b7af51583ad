use domain::Id as _;
use identity::Identity;
use mailbox::desk::trust_domain;

use super::person::Person;
use super::world::World;

#[tokio::test]
async fn a_mail_service_is_made_proved_and_used() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let new = format!("/manager/{}/services/new", world.acme);
    anna.go(&new).await.says("Create a mail service");
    let wrong = anna.send(&new, &[("name", ""), ("domain", "not a domain")]).await;
    wrong.refuses("Type a name.").refuses("This is not a domain.");
    anna.send(&new, &[("name", "Two"), ("domain", "example.test")]).await.refuses("already in use");
    let made = anna.send(&new, &[("name", "Shop"), ("domain", "shop.test")]).await;
    let path = made.leads_to;
    anna.go(&path)
        .await
        .says("id=\"create-address-reason\"")
        .says("No domain of this mail service is verified");
    let domains = anna.go(&format!("{path}/domains")).await;
    domains
        .says("not verified")
        .says("postroom domain trust shop.test")
        .says("_postroom.shop.test")
        .says("v=spf1");
    anna.go(&format!("{path}/addresses/new")).await.says("create-reason");
    trust_domain(&world.access, &Identity::operator(), &"shop.test".parse().unwrap()).await.unwrap();
    anna.go(&path).await.says(&format!("{path}/addresses/new"));
    anna.go(&format!("/manager/{}", world.acme)).await.says("shop.test").says("Shop");
}

#[tokio::test]
async fn an_address_for_me_opens_in_my_mail_app() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let new = format!("/manager/services/{}/addresses/new", world.service);
    anna.go(&new).await.says("Name of the address").says("@example.test").says("For me");
    let form = |name: &'static str| [("name", name), ("domain", "example.test"), ("whom", "me")];
    for (name, words) in [
        ("", "Type the name of the address"),
        ("a b", "This cannot be the name of an address."),
        ("noreply", "This name is reserved"),
        ("INFO", "This address exists already."),
    ] {
        anna.send(&new, &form(name)).await.refuses(words);
    }
    anna.send(&new, &[("name", "x"), ("domain", "else.test"), ("whom", "me")])
        .await
        .refuses("not have that domain");
    let made = anna.send(&new, &form("hello")).await;
    let mailbox = made.leads_to.strip_prefix("/mail/").unwrap().parse().unwrap();
    assert_eq!(
        world.access.open(&anna.actor, mailbox).await.unwrap().address().to_string(),
        "hello@example.test"
    );
}

#[tokio::test]
async fn addresses_are_searched_and_read_page_by_page() {
    let world = World::new().await;
    for number in 0..60 {
        world.add_address(&format!("a{number:02}@example.test")).await;
    }
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let path = format!("/manager/services/{}", world.service);
    let first = anna.go(&path).await;
    first.says("a49@example.test").hides("a50@example.test").says("after=a49@example.test");
    let second = anna.go(&format!("{path}?after=a49@example.test")).await;
    second.says("a50@example.test").says("info@example.test").says("First page").hides("Next page");
    let found = anna.part(&format!("{path}?search=INF")).await;
    found.says("info@example.test").hides("a50@").hides("<html");
    anna.go(&format!("{path}?search=100%25")).await.says("No address fits");
    anna.go(&format!("{path}?search=a&search=b")).await.says("a00@example.test");
}

#[tokio::test]
async fn a_device_password_is_taken_away_with_the_proof_of_being_there() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let phone = world.add_device(anna.actor.user(), "Phone").await;
    let path = format!("/manager/addresses/{}/devices", world.info);
    anna.go(&path).await.says("Phone").says("Anna Muster").says("IMAP · 192.0.2.7");
    let device = phone.lease().unwrap().holder().device.unwrap();
    let revoke = format!("{path}/{device}/revoke");
    world.clock.advance(domain::duration::minutes(11));
    anna.send(&revoke, &[]).await.asks_for_proof();
    assert!(phone.lease().unwrap().is_ended().is_none());
    anna.send(&revoke, &[("proof-password", super::world::PASSWORD)]).await.leads_to(&path);
    assert_eq!(phone.lease().unwrap().is_ended(), Some(bus::EndReason::DeviceRevoked));
    anna.go(&path).await.says("There is no device password");
    let unknown = format!("{path}/{}/revoke", domain::DeviceId::from_bytes([9; 16]));
    assert_eq!(anna.send(&unknown, &[]).await.status, axum::http::StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_display_name_is_changed_and_taken_away() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let path = format!("/manager/addresses/{}/general", world.info);
    anna.send(&path, &[("display_name", " Acme Info ")]).await.leads_to(&path);
    anna.go(&path).await.says("value=\"Acme Info\"").says("1 January 2026").says("0 bytes");
    anna.send(&path, &[("display_name", "a\u{202e}b")]).await.refuses("cannot be shown");
    assert_eq!(world.desk().await.details().await.unwrap().display_name, "Acme Info");
    anna.send(&path, &[("display_name", "")]).await.leads_to(&path);
    assert_eq!(world.desk().await.details().await.unwrap().display_name, "");
}
