use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use mailbox::{Flags, SpecialUse, UidSet};

use super::person::Person;
use super::world::{World, special};

const HOSTILE: &str = "From: \"<b>Boss</b>\" <mallory@evil.test>\nTo: info@example.test\n\
     Subject: =?utf-8?Q?=E2=80=AE<script>alert(1)</script>?=\nMIME-Version: 1.0\n\
     Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/html\n\n\
     <p>Hello</p><script>alert(1)</script><img src=\"http://evil.test/p.png\">\n--x\n\
     Content-Type: text/html; name=\"=?utf-8?Q?=E2=80=AEgpj.html?=\"\n\
     Content-Disposition: attachment\n\n<script>alert(2)</script>\n--x--\n";

#[tokio::test]
async fn mail_begins_at_the_primary_address_and_its_inbox() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let inbox = special(&world.open(&anna.actor, world.info).await, SpecialUse::Inbox).await;
    let path = format!("/mail/{}", world.info);
    anna.go("/mail").await.leads_to(&path);
    anna.go(&path).await.leads_to(&format!("{path}/{inbox}"));
    let page = anna.go(&format!("{path}/{inbox}")).await;
    page.says("Acme").says("info@example.test").says("Nothing here").says(">Write<");
    assert_eq!(page.text.matches("<h1").count(), 1, "{}", page.text);
}

#[tokio::test]
async fn whoever_has_no_address_is_told_and_led_to_the_first_one() {
    let world = World::new().await;
    let ben = world.add_user("ben@home.test", "Ben Beispiel").await;
    let person = Person::signed_in(&world, "ben@home.test").await;
    person.go("/mail").await.says("You have no email address yet");
    assert_eq!(person.part("/mail").await.status, StatusCode::NO_CONTENT);
    world.give(world.info, ben, domain::Permissions::NONE).await;
    let answer = person.part("/mail").await;
    assert_eq!(answer.headers["hx-redirect"], format!("/mail/{}", world.info).as_str());
}

#[tokio::test]
async fn a_hostile_message_is_shown_safely() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let mail = world.bring(&anna.actor, world.info, HOSTILE).await;
    let inbox = special(&world.open(&anna.actor, world.info).await, SpecialUse::Inbox).await;
    let path = format!("/mail/{}", world.info);
    let page = anna.go(&format!("{path}/{inbox}/{}", mail.uid)).await;
    page.hides("<script>alert").hides("\u{202E}").hides("<b>Boss").says("mallory@evil.test");
    assert_eq!(page.text.matches("<h1").count(), 1, "{}", page.text);

    let body = anna.go(&format!("{path}/message/{}/body", mail.message)).await;
    body.says("Hello").hides("<script").hides("evil.test/p.png");
    let policy = body.headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.contains("sandbox allow-popups") && policy.contains("default-src 'none'"), "{policy}");

    let link = page.text.split("/part/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let part = anna.go(&format!("{path}/message/{}/part/{link}", mail.message)).await;
    part.says("<script>alert(2)</script>");
    assert_eq!(part.headers[CONTENT_TYPE], "application/octet-stream");
    let saved = part.headers[CONTENT_DISPOSITION].to_str().unwrap();
    assert!(saved.starts_with("attachment; filename=\"gpj.html\""), "{saved}");
    let source = anna.go(&format!("{path}/message/{}/source", mail.message)).await;
    source.says("Subject: =?utf-8");
    assert_eq!(source.headers[CONTENT_TYPE], "text/plain; charset=utf-8");
    let eml = anna.go(&format!("{path}/message/{}/eml", mail.message)).await;
    assert_eq!(eml.text, source.text);
    assert_eq!(
        anna.go(&format!("{path}/message/{}/part/99", mail.message)).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn looking_at_a_message_marks_nothing_and_the_page_marks_it_itself() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let mail = world.bring(&anna.actor, world.info, "Subject: Hi\n\nHi").await;
    let mailbox = world.open(&anna.actor, world.info).await;
    let inbox = special(&mailbox, SpecialUse::Inbox).await;
    let path = format!("/mail/{}/{inbox}/{}", world.info, mail.uid);
    let part = anna.part(&path).await;
    part.says(&format!("hx-post=\"{path}/seen\"")).says("<title>Hi · Postroom</title>").hides("<html");
    let unseen = mailbox.listed(inbox, mail.uid).await.unwrap();
    assert!(!unseen.entry.flags.has(Flags::SEEN));
    anna.send_part(&format!("{path}/seen"), &[]).await.says("Mark as unread");
    assert!(mailbox.listed(inbox, mail.uid).await.unwrap().entry.flags.has(Flags::SEEN));
    anna.go(&path).await.hides("/seen\"");
}

#[tokio::test]
async fn a_message_that_somebody_took_away_is_said_to_be_gone() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let mail = world.bring(&anna.actor, world.info, "Subject: Hi\n\nHi").await;
    let mailbox = world.open(&anna.actor, world.info).await;
    let inbox = special(&mailbox, SpecialUse::Inbox).await;
    mailbox.delete(inbox, &UidSet::one(mail.uid)).await.unwrap();
    let path = format!("/mail/{}/{inbox}/{}", world.info, mail.uid);
    let page = anna.go(&path).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    page.says("not here any more").says(">Write<");
    anna.part(&format!("{path}/actions")).await.says("not here any more").hides("<button");
}

#[tokio::test]
async fn long_lists_come_page_by_page_and_stay_unfolded() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    for number in 1..=120 {
        world.bring(&anna.actor, world.info, &format!("Subject: Number {number}.\n\nText {number}")).await;
    }
    let inbox = special(&world.open(&anna.actor, world.info).await, SpecialUse::Inbox).await;
    let path = format!("/mail/{}/{inbox}", world.info);
    let rows = |answer: &super::person::Answer| answer.text.matches("data-row").count();
    let first = anna.go(&path).await;
    assert_eq!(rows(&first), 50);
    first.says("Number 120.").says("Number 71.").hides("Number 70.").says("120 unread messages");
    let older = format!("{path}/rows?before=71&shown=50&heading=x");
    let second = anna.part(&older).await;
    assert_eq!(rows(&second), 50);
    second.says("Number 70.").says("name=\"shown\" value=\"100\"");
    let anew = anna.part(&format!("{path}/rows?shown=100&current={inbox}-5")).await;
    assert_eq!(rows(&anew), 100);
    anew.says("before=21");
    let whole = anna.part(&format!("{path}/rows?shown=4000000000&current={inbox}-5")).await;
    assert_eq!(rows(&whole), 120);
    whole.says("aria-current=\"true\"").hides("Older messages");
}

#[tokio::test]
async fn what_is_searched_for_is_found_here_or_everywhere() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let tax = world.bring(&anna.actor, world.info, "Subject: Tax return\n\nPapers").await;
    world.bring(&anna.actor, world.info, "Subject: Holiday\n\nSun").await;
    let mailbox = world.open(&anna.actor, world.info).await;
    let inbox = special(&mailbox, SpecialUse::Inbox).await;
    let path = format!("/mail/{}/{inbox}", world.info);
    let found = anna.go(&format!("{path}?q=tax")).await;
    found.says("Tax return").hides("Holiday").says("rows?q=tax").says(&format!("/{}?q=tax\"", tax.uid));
    mailbox.move_to_special(inbox, &UidSet::one(tax.uid), SpecialUse::Archive).await.unwrap();
    anna.go(&format!("{path}?q=tax")).await.says("Nothing found");
    anna.go(&format!("{path}?q=tax&everywhere=on")).await.says("Tax return").says(">Archive<");
}
