use axum::http::StatusCode;

use super::person::Person;
use super::world::World;

/// The fields of an auto-reply.
pub(super) fn reply<'a>(name: &'a str, text: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![("name", name), ("subject", ""), ("text", text), ("every_days", "7")];
    fields.extend(["first_day", "last_day"].map(|day| (day, "")));
    fields.extend(
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"].map(|day| (day, "on")),
    );
    fields
}

#[tokio::test]
async fn whoever_manages_an_address_writes_activates_and_deletes_its_auto_replies() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let path = format!("/manager/addresses/{}/auto-replies", world.info);
    anna.go(&path).await.says("There is no auto-reply").says("aria-current=\"page\">Auto-reply");
    let new = format!("{path}/new");
    anna.go(&new).await.says("New auto-reply");
    anna.send(&new, &reply("", "Back soon")).await.refuses("Give it a name.").says("Back soon");
    anna.send(&new, &[("name", "Trip"), ("text", "x"), ("every_days", "7")]).await.refuses("Tick one day");
    anna.send(&new, &reply("Trip", "Back soon")).await.leads_to(&path);
    let list = anna.go(&path).await;
    list.says("Trip").says("Always").says(">off<");
    let one =
        list.text.split("name=\"reply\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    anna.send(&path, &[("act", "activate"), ("reply", &one)]).await.leads_to(&path);
    anna.go(&path).await.says("answers now").says("value=\"pause\"");
    let dated: Vec<_> =
        reply("Trip", "Back later").into_iter().filter(|(name, _)| *name != "last_day").collect();
    let dated = [dated, vec![("last_day", "2020-01-31")]].concat();
    anna.send(&format!("{path}/{one}"), &dated).await.leads_to(&path);
    anna.go(&path).await.says("active, not today").says("Until 31 January 2020");
    anna.send(&path, &[("act", "zone"), ("zone", "Nowhere")]).await.refuses("Choose a time zone");
    anna.send(&path, &[("act", "zone"), ("zone", "Europe/Paris")]).await.leads_to(&path);
    anna.send(&path, &[("act", "delete"), ("reply", &one)]).await.leads_to(&path);
    anna.go(&path).await.hides(">Trip<");
    assert_eq!(anna.go(&format!("{path}/{one}")).await.status, StatusCode::NOT_FOUND);
    let activity = anna.go(&format!("/manager/{}/activity", world.acme)).await;
    activity.says("Activated an auto-reply").says("Changed the time zone of an address");
}

#[tokio::test]
async fn whoever_does_not_manage_an_address_finds_no_settings_of_it() {
    let world = World::new().await;
    world.add_ben().await;
    let ben = Person::signed_in(&world, "ben@home.test").await;
    for page in ["auto-replies", "auto-replies/new", "signatures", "signatures/new"] {
        let found = ben.go(&format!("/manager/addresses/{}/{page}", world.info)).await;
        assert_eq!(found.status, StatusCode::NOT_FOUND, "{page}");
    }
    let path = format!("/manager/addresses/{}/auto-replies/new", world.info);
    assert_eq!(ben.send(&path, &reply("Trip", "x")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_no_reply_address_is_made_and_its_mail_dropped_or_refused_as_chosen() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let path = format!("/manager/services/{}/addresses/generic", world.service);
    anna.go(&format!("/manager/services/{}/addresses/new", world.service)).await.says(&path);
    anna.go(&path).await.says("receives what has no address");
    anna.send(&path, &[("domain", "example.test")]).await.refuses("Choose one.");
    let no_reply = [("kind", "refuses"), ("domain", "example.test")];
    let made = anna.send(&path, &no_reply).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    anna.go(&made.leads_to).await.says("no-reply@example.test");
    anna.send(&path, &no_reply).await.refuses("This address exists already.");
    let general = format!("{}/general", made.leads_to);
    anna.go(&general).await.says("value=\"refuses\" checked");
    let choose = format!("{}/no-reply", made.leads_to);
    anna.send(&choose, &[("kind", "drops")]).await.leads_to(&general);
    anna.go(&general).await.says("value=\"drops\" checked");
    assert_eq!(anna.send(&choose, &[("kind", "catchall")]).await.status, StatusCode::NOT_FOUND);
    let usual = format!("/manager/addresses/{}", world.info);
    anna.go(&format!("{usual}/general")).await.says("Sends and receives").hides("name=\"kind\"");
    anna.go(&format!("{usual}/security")).await.says("Blocked and approved senders");
    anna.go(&format!("{usual}/folders")).await.says("Choose which folder");
    anna.go(&format!("{usual}/signatures")).await.says("There is no signature");
    anna.send(
        &format!("{usual}/security"),
        &[("act", "list"), ("pattern", "far.test"), ("standing", "approved")],
    )
    .await
    .leads_to(&format!("{usual}/security"));
    anna.go(&format!("{usual}/security")).await.says("*@far.test").says(">approved<");
}

#[tokio::test]
async fn a_mail_service_blocks_senders_for_all_its_addresses_and_shows_its_models() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let senders = format!("/manager/services/{}/senders", world.service);
    anna.go(&senders).await.says("for every address of this mail service").says("No sender is listed.");
    let fields = [("act", "list"), ("pattern", "*.ads.test"), ("standing", "blocked")];
    anna.send(&senders, &fields).await.leads_to(&senders);
    anna.send(&senders, &[("act", "list"), ("pattern", "x y"), ("standing", "blocked")])
        .await
        .refuses("Write an address");
    anna.go(&senders).await.says("*.ads.test");
    anna.send(&senders, &[("act", "unlist"), ("pattern", "*.ads.test")]).await.leads_to(&senders);
    anna.go(&senders).await.hides("*.ads.test");
    let models = format!("/manager/services/{}/signatures", world.service);
    anna.go(&models).await.says("Signature models").says("New model");
    anna.go(&format!("{models}/new")).await.says("{first_name}");
}

#[tokio::test]
async fn whoever_manages_an_address_without_access_sees_nothing_of_its_deleted_mail() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let path = format!("/manager/addresses/{}/restorations", world.info);
    anna.go(&path).await.says("Nothing to restore");
    let usual = world.desk().await;
    usual.remove_access(&world.proof().await, anna.actor.user()).await.unwrap();
    anna.go(&path).await.says("Deleted mail is mail").hides("Nothing to restore");
    assert_eq!(anna.send(&path, &[("day", "0")]).await.status, StatusCode::NOT_FOUND);
}
