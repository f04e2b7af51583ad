use axum::http::StatusCode;
use domain::{Permission, Permissions};
use mailbox::desk::Switch;
use mailbox::{Flags, ListedMessage, Mailbox, SpecialUse};

use super::person::Person;
use super::world::{World, special};

const MAIL: &str = "From: Ben <ben@far.test>\nTo: info@example.test, cleo@far.test\nSubject: Offer\n\
     Message-ID: <one@far.test>\n\nThree boxes?\n";

async fn in_folder(mailbox: &Mailbox, place: SpecialUse) -> Vec<ListedMessage> {
    mailbox.list(special(mailbox, place).await, None, 10).await.unwrap()
}

#[tokio::test]
async fn a_mail_is_sent_once_and_kept() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let mailbox = world.open(&anna.actor, world.info).await;
    let inbox = special(&mailbox, SpecialUse::Inbox).await;
    let path = format!("/mail/{}/compose", world.info);
    let page = anna.go(&format!("{path}?folder={inbox}")).await;
    page.says("New message").says(">Send<");
    let (once, folder) = (page.hidden("once"), page.hidden("folder"));
    let fields = [
        ("act", "send"),
        ("once", once.as_str()),
        ("folder", folder.as_str()),
        ("to", "Ben <ben@far.test>"),
        ("bcc", "dora@far.test"),
        ("subject", "Grüße"),
        ("text", "Hello Ben"),
    ];
    for _ in 0..2 {
        let answer = anna.send_files(&path, &fields, &[("note.txt", "a note")]).await;
        answer.leads_to(&format!("/mail/{}/{inbox}?done=sent", world.info));
        anna.go(&answer.leads_to).await.says("Sent.");
    }
    let sent = in_folder(&mailbox, SpecialUse::Sent).await;
    assert_eq!(sent.len(), 1);
    assert_eq!((sent[0].subject.as_str(), sent[0].has_attachment), ("Grüße", true));
    let content = mailbox.content_of(sent[0].message).await.unwrap();
    assert!(!String::from_utf8_lossy(&content).contains("dora@far.test"));
}

#[tokio::test]
async fn an_answer_quotes_and_marks_what_it_answers() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let mail = world.bring(&anna.actor, world.info, MAIL).await;
    let mailbox = world.open(&anna.actor, world.info).await;
    let inbox = special(&mailbox, SpecialUse::Inbox).await;
    let path = format!("/mail/{}/compose", world.info);
    let page = anna.go(&format!("{path}?answers={}&all=on", mail.message)).await;
    page.says("Re: Offer").says("&#62; Three boxes?").says("ben@far.test").says("cleo@far.test");
    page.hides("value=\"info@example.test\"");
    let (once, answers) = (page.hidden("once"), mail.message.to_string());
    let fields = [
        ("act", "send"),
        ("once", once.as_str()),
        ("answers", answers.as_str()),
        ("to", "ben@far.test"),
        ("subject", "Re: Offer"),
        ("text", "Yes"),
    ];
    let answer = anna.send_files(&path, &fields, &[]).await;
    answer.leads_to(&format!("/mail/{}/{inbox}/{}?done=sent", world.info, mail.uid));
    assert!(mailbox.listed(inbox, mail.uid).await.unwrap().entry.flags.has(Flags::ANSWERED));
    let sent = in_folder(&mailbox, SpecialUse::Sent).await;
    let content = mailbox.content_of(sent[0].message).await.unwrap();
    let content = String::from_utf8_lossy(&content);
    assert!(content.contains("In-Reply-To: <one@far.test>"), "{content}");
    assert!(content.contains("References: <one@far.test>"), "{content}");
}

#[tokio::test]
async fn what_was_typed_and_chosen_survives_a_fault() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let mailbox = world.open(&anna.actor, world.info).await;
    let path = format!("/mail/{}/compose", world.info);
    let fields = [("act", "send"), ("to", "ben@@far"), ("subject", "Plan"), ("text", "My words")];
    let refused = anna.send_files(&path, &fields, &[("plan.txt", "the plan")]).await;
    refused.refuses("“ben@@far” is not an email address").says("id=\"to-fault\"");
    refused.says("value=\"ben@@far\"").says("My words").says("plan.txt");
    let (draft, carry) = (refused.hidden("draft"), refused.hidden("carry"));
    assert_eq!(in_folder(&mailbox, SpecialUse::Drafts).await.len(), 1);
    let fields = [
        ("act", "send"),
        ("to", "ben@far.test"),
        ("subject", "Plan"),
        ("draft", draft.as_str()),
        ("carry", carry.as_str()),
    ];
    anna.send_files(&path, &fields, &[]).await.leads_to("/mail/");
    assert!(in_folder(&mailbox, SpecialUse::Drafts).await.is_empty(), "the draft has gone out");
    let sent = in_folder(&mailbox, SpecialUse::Sent).await;
    let content = mailbox.content_of(sent[0].message).await.unwrap();
    let view = message::view(&content);
    assert_eq!(view.attachments.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["plan.txt"]);
    let nobody = anna.send_files(&path, &[("act", "send"), ("subject", "x")], &[]).await;
    nobody.refuses("Say whom the message is for");
}

#[tokio::test]
async fn a_draft_is_kept_taken_up_again_and_replaced() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let mail = world.bring(&anna.actor, world.info, MAIL).await;
    let mailbox = world.open(&anna.actor, world.info).await;
    let path = format!("/mail/{}/compose", world.info);
    let answers = mail.message.to_string();
    let fields = [
        ("act", "draft"),
        ("to", "ben@far.test"),
        ("bcc", "dora@far.test"),
        ("subject", "Re: Offer"),
        ("text", "Perhaps"),
        ("answers", answers.as_str()),
    ];
    let saved = anna.send_files(&path, &fields, &[("a.txt", "a")]).await;
    saved.leads_to(&format!("{path}?done=drafted&draft="));
    let again = anna.go(&saved.leads_to).await;
    again.says("The draft is saved").says("Perhaps").says("dora@far.test").says("a.txt");
    let drafts = special(&mailbox, SpecialUse::Drafts).await;
    let list = anna.go(&format!("/mail/{}/{drafts}", world.info)).await;
    let draft = again.hidden("draft");
    list.says(&format!("/compose?draft={draft}")).says("To: ben@far.test");
    // Opened from the list, it still knows what it answers.
    let page = anna.go(&format!("{path}?draft={draft}")).await;
    assert_eq!(page.hidden("answers"), answers);
    let fields =
        [("act", "draft"), ("to", "ben@far.test"), ("text", "Rather not"), ("draft", draft.as_str())];
    anna.send_files(&path, &fields, &[]).await.leads_to(&path);
    let drafts = in_folder(&mailbox, SpecialUse::Drafts).await;
    assert_eq!(drafts.len(), 1);
    assert!(drafts[0].preview.contains("Rather not"));
}

#[tokio::test]
async fn forwarding_takes_the_attachments_along() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let with = "Subject: Papers\nFrom: ben@far.test\nMIME-Version: 1.0\n\
         Content-Type: multipart/mixed; boundary=x\n\n--x\n\nSee these\n--x\n\
         Content-Type: application/pdf\nContent-Disposition: attachment; filename=p.pdf\n\npdf\n--x--\n";
    let mail = world.bring(&anna.actor, world.info, with).await;
    let mailbox = world.open(&anna.actor, world.info).await;
    let path = format!("/mail/{}/compose", world.info);
    let page = anna.go(&format!("{path}?forwards={}", mail.message)).await;
    page.says("Fwd: Papers").says("See these").says("p.pdf");
    let carry = page.hidden("carry");
    let fields = [("act", "send"), ("to", "ben@far.test"), ("carry", carry.as_str())];
    anna.send_files(&path, &fields, &[]).await.leads_to("/mail/");
    assert!(in_folder(&mailbox, SpecialUse::Sent).await[0].has_attachment);
}

#[tokio::test]
async fn sending_that_is_switched_off_is_refused_with_the_reason_everywhere() {
    let world = World::new().await;
    let ben = world.add_user("ben@home.test", "Ben Beispiel").await;
    world.give(world.info, ben, Permissions::NONE).await;
    let person = Person::signed_in(&world, "ben@home.test").await;
    let mail = world.bring(&person.actor, world.info, MAIL).await;
    let mailbox = world.open(&person.actor, world.info).await;
    let inbox = special(&mailbox, SpecialUse::Inbox).await;
    let reason = "Sending from info@example.test is switched off for you. \
                  Ask whoever manages the address to switch on “Send”.";
    let path = format!("/mail/{}", world.info);
    let reading = person.go(&format!("{path}/{inbox}/{}", mail.uid)).await;
    reading.says(reason).hides("/compose");
    person.go(&format!("{path}/compose")).await.says(reason).hides("<textarea");
    let fields = [("act", "send"), ("to", "cleo@far.test"), ("text", "My words")];
    person.send_files(&format!("{path}/compose"), &fields, &[]).await.refuses(reason).says("My words");
    assert!(in_folder(&mailbox, SpecialUse::Sent).await.is_empty());
    world.switch(world.info, ben, Switch { permission: Permission::Send, on: true }).await;
    let actions = person.part(&format!("{path}/{inbox}/{}/actions", mail.uid)).await;
    actions.says("/compose?answers=").hides(reason);
    person.send_files(&format!("{path}/compose"), &fields, &[]).await.leads_to(&path);
}

#[tokio::test]
async fn one_sends_from_another_address_only_if_one_may() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let shop = world.add_address("shop@example.test", anna.actor.user()).await;
    let ben = world.add_user("ben@home.test", "Ben").await;
    let bens = world.add_address("ben@example.test", ben).await;
    let mail = world.bring(&anna.actor, world.info, MAIL).await;
    let mailbox = world.open(&anna.actor, world.info).await;
    let inbox = special(&mailbox, SpecialUse::Inbox).await;
    let path = format!("/mail/{}/compose", world.info);
    anna.go(&path).await.says("shop@example.test").hides("ben@example.test");
    let (from, answers) = (shop.to_string(), mail.message.to_string());
    let fields =
        [("act", "send"), ("from", from.as_str()), ("answers", answers.as_str()), ("to", "ben@far.test")];
    anna.send_files(&path, &fields, &[]).await.leads_to("/mail/");
    let sent = in_folder(&world.open(&anna.actor, shop).await, SpecialUse::Sent).await;
    assert_eq!(sent[0].from_address, "shop@example.test");
    assert!(mailbox.listed(inbox, mail.uid).await.unwrap().entry.flags.has(Flags::ANSWERED));
    let from = bens.to_string();
    let fields = [("act", "send"), ("from", from.as_str()), ("to", "ben@far.test")];
    anna.send_files(&path, &fields, &[]).await.refuses("cannot be sent from any more");
}

#[tokio::test]
async fn a_mail_that_is_too_large_says_how_large_it_may_be() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let path = format!("/mail/{}/compose", world.info);
    let large = "x".repeat(1_100_000);
    let fields = [("act", "send"), ("to", "ben@far.test"), ("text", "My words")];
    let refused = anna.send_files(&path, &fields, &[("large.bin", large.as_str())]).await;
    refused.refuses("1.0 MB at most").says("Choose them again").says("My words");
    let odd = anna.send(&path, &fields).await;
    assert_eq!(odd.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_draft_of_somebody_else_can_be_read_without_sending() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let path = format!("/mail/{}", world.info);
    anna.send_files(&format!("{path}/compose"), &[("act", "draft"), ("subject", "Plan")], &[]).await;
    let ben = world.add_user("ben@home.test", "Ben Beispiel").await;
    world.give(world.info, ben, Permissions::NONE).await;
    let person = Person::signed_in(&world, "ben@home.test").await;
    let mailbox = world.open(&person.actor, world.info).await;
    let drafts = special(&mailbox, SpecialUse::Drafts).await;
    person
        .go(&format!("{path}/{drafts}"))
        .await
        .says("Plan")
        .says(&format!("{path}/{drafts}/1\""))
        .hides("compose");
    person.go(&format!("{path}/{drafts}/1")).await.says("Plan");
}

#[tokio::test]
async fn what_is_answered_does_not_turn_what_one_writes() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let hostile = "From: =?utf-8?Q?=E2=80=AEeve?= <eve@far.test>\nSubject: =?utf-8?Q?=E2=80=AEfdp?=\n\
         Content-Type: text/plain; charset=utf-8\n\nA\u{202E}B\n";
    let mail = world.bring(&anna.actor, world.info, hostile).await;
    let path = format!("/mail/{}/compose", world.info);
    for ask in ["answers", "forwards"] {
        anna.go(&format!("{path}?{ask}={}", mail.message)).await.says("AB").hides("\u{202E}");
    }
}
