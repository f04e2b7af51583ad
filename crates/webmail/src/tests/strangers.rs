use axum::http::StatusCode;
use domain::{DeviceId, Id as _, MailboxId};
use mailbox::SpecialUse;
use web::Who;

use super::person::Person;
use super::world::{World, special};

#[tokio::test]
async fn whoever_has_no_access_finds_no_page_of_a_mailbox() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let mail = world.bring(&anna.actor, world.info, "Subject: Secret\n\nSecret").await;
    let inbox = special(&world.open(&anna.actor, world.info).await, SpecialUse::Inbox).await;
    world.add_user("eve@home.test", "Eve").await;
    let eve = Person::signed_in(&world, "eve@home.test").await;
    let absent = eve.go(&format!("/mail/{}", MailboxId::from_bytes([9; 16]))).await;
    let ids = [
        ("{mailbox}", world.info.to_string()),
        ("{folder}", inbox.to_string()),
        ("{uid}", mail.uid.to_string()),
        ("{message}", mail.message.to_string()),
        ("{part}", "1".to_owned()),
        ("{device}", DeviceId::from_bytes([1; 16]).to_string()),
    ];
    let pages = crate::pages();
    for row in pages.rows().iter().filter(|row| row.who == Who::AccessHolder) {
        let path = ids.iter().fold(row.path.to_owned(), |path, (name, id)| path.replace(name, id));
        let answer = match (row.method, row.path.ends_with("/compose")) {
            ("GET", _) => eve.go(&path).await,
            (_, true) => eve.send_files(&path, &[("to", "eve@home.test"), ("act", "send")], &[]).await,
            (_, false) => eve.send(&path, &[("act", "delete"), ("name", "x")]).await,
        };
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{row}");
        assert_eq!(answer.text, absent.text, "{row}");
    }
}

#[tokio::test]
async fn what_lies_in_another_mailbox_is_not_found_in_ones_own() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let mail = world.bring(&anna.actor, world.info, "Subject: Secret\n\nSecret").await;
    let inbox = special(&world.open(&anna.actor, world.info).await, SpecialUse::Inbox).await;
    let eve = world.add_user("eve@home.test", "Eve").await;
    let own = world.add_address("eve@example.test", eve).await;
    let eve = Person::signed_in(&world, "eve@home.test").await;
    let here = format!("/mail/{own}");
    for path in [
        format!("{here}/{inbox}"),
        format!("{here}/{inbox}/rows"),
        format!("{here}/{inbox}/{}", mail.uid),
        format!("{here}/message/{}/body", mail.message),
        format!("{here}/message/{}/source", mail.message),
        format!("{here}/message/{}/eml", mail.message),
        format!("{here}/compose?answers={}", mail.message),
        format!("{here}/compose?forwards={}", mail.message),
    ] {
        let answer = eve.go(&path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        answer.hides("Secret");
    }
    let undo = [("in", inbox.to_string()), ("uid", mail.uid.to_string()), ("to", inbox.to_string())];
    let undo = undo.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(eve.send(&format!("{here}/undo"), &undo).await.status, StatusCode::NOT_FOUND);
    let carry = format!("{}.1", mail.message);
    let fields = [("to", "eve@home.test"), ("act", "send"), ("carry", carry.as_str())];
    eve.send_files(&format!("{here}/compose"), &fields, &[]).await.refuses("not there any more");
}

#[tokio::test]
async fn a_form_of_another_site_is_not_taken() {
    let world = World::new().await;
    let mut anna = Person::signed_in(&world, "anna@home.test").await;
    anna.csrf = "forged".to_owned();
    let path = format!("/mail/{}", world.info);
    let fields = [("to", "eve@home.test"), ("act", "send")];
    let answer = anna.send_files(&format!("{path}/compose"), &fields, &[("large.bin", "x")]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let answer = anna.send(&format!("{path}/devices"), &[("name", "Phone")]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}
