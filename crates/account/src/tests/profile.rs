use axum::http::StatusCode;

use super::person::Person;
use super::world::World;

const ANNA: &str = "anna@home.test";
const BEN: &str = "ben@far.test";
const FIRST: &str = "+41446681800";
const SECOND: &str = "+41446681801";

fn number<'a>(number: &'a str, label: &'a str) -> [(&'static str, &'a str); 2] {
    [("number", number), ("label", label)]
}

#[tokio::test]
async fn several_phone_numbers_are_kept_with_their_labels_and_one_is_primary() {
    let world = World::new().await;
    world.add_user(ANNA, "Anna Muster").await;
    let mut anna = Person::signed_in(&world, ANNA).await;
    let path = "/account/phones";
    anna.go(path).await.says("You have none.");

    anna.send("/account/phones/add", &number("044 668 18 00", "work")).await.refuses("phone number");
    anna.send("/account/phones/add", &number("+41 44 668 18 00", "work")).await.leads_to(path);
    anna.go(path).await.says(FIRST).says("Work").says("primary");
    anna.send("/account/phones/add", &number(FIRST, "home")).await.refuses("in your list already");
    anna.send("/account/phones/add", &number(SECOND, "home")).await.leads_to(path);
    anna.send("/account/phones/primary", &[("of", SECOND)]).await.leads_to(path);
    anna.go("/account/phones?of=41446681800")
        .await
        .says("Change +41446681800")
        .says("value=\"work\" selected");
    let change = [("of", FIRST), ("number", SECOND), ("label", "other")];
    anna.send("/account/phones/change", &change).await.refuses("in your list already");
    let change = [("of", FIRST), ("number", "+41446681802"), ("label", "other")];
    anna.send("/account/phones/change", &change).await.leads_to(path);
    anna.send("/account/phones/remove", &[("of", SECOND)]).await.leads_to(path);
    anna.go(path).await.says("+41446681802 <span class=\"tag");
    let gone = anna.send("/account/phones/remove", &[("of", SECOND)]).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    for last in 3..7 {
        let more = format!("+4144668180{last}");
        anna.send("/account/phones/add", &number(&more, "mobile")).await.leads_to(path);
    }
    anna.send("/account/phones/add", &number("+41446681809", "mobile")).await.refuses("You can have 5");
    anna.go("/account/activity").await.says("Made a phone number primary");
}

#[tokio::test]
async fn a_picture_is_seen_by_whoever_opens_an_address_with_its_person_and_by_no_stranger() {
    let world = World::new().await;
    let info = world.add_info().await;
    world.add_user(BEN, "Ben Far").await;
    let mut anna = Person::signed_in(&world, ANNA).await;
    anna.go("/account/picture").await.says(">AM<");
    let path = "/account/picture";
    anna.send_file(path, "<svg onload=alert(1)>").await.refuses("This is no PNG");
    anna.send_file(path, "").await.refuses("Choose a file.");
    anna.send_file(path, &format!("GIF89a{}", "x".repeat(512 * 1024))).await.refuses("larger than 512 KiB");
    anna.send_file(path, &format!("GIF89a{}", "x".repeat(100_000))).await.leads_to(path);
    let picture = anna.go("/account").await.between("<img class=\"avatar\" src=\"", "\"");
    let seen = anna.go(&picture).await;
    assert_eq!((seen.status, seen.text.len()), (StatusCode::OK, 100_006));

    let mut ben = Person::signed_in(&world, BEN).await;
    let unseen = ben.go(&picture).await;
    let absent = ben.go("/picture/00000000-0000-7000-8000-000000000000").await;
    assert_eq!((unseen.status, absent.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
    world.share(info, BEN).await;
    assert_eq!(ben.go(&picture).await.status, StatusCode::OK);

    anna.go(path).await;
    anna.send_file(path, "GIF87a").await.leads_to(path);
    assert_eq!(anna.go(&picture).await.status, StatusCode::NOT_FOUND, "the one before is gone");
    anna.go(path).await;
    anna.send("/account/picture/remove", &[]).await.leads_to(path);
    anna.go("/account").await.says(">AM<");
}

#[tokio::test]
async fn a_picture_is_set_twenty_times_a_day_and_not_more_often() {
    let world = World::new().await;
    world.add_user(ANNA, "Anna Muster").await;
    let mut anna = Person::signed_in(&world, ANNA).await;
    anna.go("/account/picture").await;
    for _ in 0..20 {
        anna.send_file("/account/picture", "GIF87a").await.leads_to("/account/picture");
    }
    anna.send_file("/account/picture", "GIF87a").await.refuses("Too many pictures");
    world.clock.advance(std::time::Duration::from_secs(86_401));
    anna.send_file("/account/picture", "GIF87a").await.leads_to("/account/picture");
}
