use super::person::Person;
use super::world::{PASSWORD, World};

#[tokio::test]
async fn a_file_is_checked_started_watched_and_its_result_taken_along() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let path = format!("/manager/services/{}/addresses/import", world.service);
    anna.go(&path).await.says("Download a template").says("<code>local_part</code>");
    anna.go(&format!("{path}/template")).await.says("local_part,display_name,password");
    let fields = [("domain", "example.test")];
    anna.send_file(&path, &fields, "local_part\ninfo\nno reply\n")
        .await
        .says("2 faults")
        .says("Line 2, local_part");
    anna.send_file(&path, &fields, "name\nx\n").await.says("no column “name”");
    anna.send_file(&path, &[("domain", "far.test")], "local_part\nx\n").await.says("no such verified domain");
    let sent = anna.send_file(&path, &fields, "local_part;display_name\nsales;Sales\nshop;Shop\n").await;
    let page = sent.leads_to.split('?').next().unwrap().to_owned();
    anna.go(&sent.leads_to).await.says("separated by semicolons").says("Create 2 addresses");
    anna.send(&format!("{page}/start"), &[("proof-password", PASSWORD)]).await.leads_to(&page);
    anna.go(&page).await.says("<progress").says("0 of 2 addresses").says("sse-connect");
    world.run_tasks().await;
    anna.part(&page).await.says("Done: 2 of 2").hides("<html");
    anna.go(&format!("{page}/result")).await.says("\"sales@example.test\",\"\",\"created\"");
    anna.go(&format!("/manager/services/{}", world.service)).await.says("shop@example.test");
    let again = anna.send_file(&path, &fields, "local_part\nother\n").await;
    let page = again.leads_to.clone();
    anna.send(&format!("{page}/discard"), &[]).await.leads_to(&path);
}
