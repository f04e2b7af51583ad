use axum::http::StatusCode;

use super::person::Person;
use super::world::{PASSWORD, World};

#[tokio::test]
async fn a_redirection_is_added_shown_and_removed() {
    let world = World::new().await;
    world.add_address("sales@example.test").await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let path = format!("/manager/addresses/{}/redirections", world.info);
    anna.go(&path).await.says("No redirection yet").says("aria-current=\"page\">Redirections");
    anna.send(&path, &[("target", "nowhere")]).await.refuses("looks like name@example.org");
    let target = |target: &'static str| [("target", target), ("proof-password", PASSWORD)];
    anna.send(&path, &target("info+x@example.test")).await.refuses("the address itself").says("info+x@");
    anna.send(&path, &target("never@example.test")).await.refuses("no such address");
    anna.send(&path, &target("sales@example.test")).await.leads_to(&path);
    anna.send(&path, &target("ben@far.test")).await.leads_to(&path);
    let page = anna.go(&path).await;
    page.says("active since").says("waits for an answer until").says("ben@far.test");
    let waiting = page.text.split("/code\"").next().unwrap().rsplit('/').next().unwrap().to_owned();
    let code = format!("{path}/{waiting}/code");
    anna.send(&code, &[("code", "1")]).await.refuses("not the code");
    anna.send(&format!("{path}/{waiting}/ask"), &[]).await.leads_to(&path);
    anna.send(&format!("{path}/copy"), &[]).await.leads_to(&path);
    anna.go(&path).await.hides("name=\"copy\" value=\"on\" checked");
    anna.send(&format!("{path}/{waiting}/end"), &[]).await.leads_to(&path);
    anna.go(&path).await.hides("ben@far.test");
    let gone = anna.send(&format!("{path}/{waiting}/end"), &[]).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    let log = anna.go(&format!("/manager/{}/activity", world.acme)).await;
    log.says("Added a redirection").says("Keeps no copy of redirected mail");
}
