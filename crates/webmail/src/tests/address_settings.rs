use axum::http::StatusCode;
use domain::{Permission, Permissions};
use mailbox::SpecialUse;
use mailbox::desk::Switch;

use super::person::Person;
use super::world::{World, special};

const PIXEL: &str = "GIF89a\u{1}\u{1}";

#[tokio::test]
async fn whoever_has_access_writes_auto_replies_with_the_permission_and_reads_them_without() {
    let world = World::new().await;
    let ben = world.add_user("ben@home.test", "Ben").await;
    world.give(world.info, ben, Permissions::NONE).await;
    let ben_there = Person::signed_in(&world, "ben@home.test").await;
    let path = format!("/mail/{}/settings/auto-replies", world.info);
    let page = ben_there.go(&path).await;
    page.says("lacks the permission “Auto-replies”").says("aria-describedby=\"new-auto-reply-reason\"");
    let fields = [("name", "Trip"), ("text", "Back soon"), ("every_days", "7"), ("monday", "on")];
    let refused = ben_there.send(&format!("{path}/new"), &fields).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    world.switch(world.info, ben, Switch { permission: Permission::AutoReplies, on: true }).await;
    ben_there.send(&format!("{path}/new"), &fields).await.leads_to(&path);
    ben_there.go(&path).await.says("Trip").says("Monday");
    let settings = format!("/mail/{}/settings", world.info);
    ben_there.go(&settings).await.says(&format!("href=\"{path}\""));
}

#[tokio::test]
async fn a_signature_stands_below_what_is_sent_and_can_be_switched() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let path = format!("/mail/{}/settings/signatures", world.info);
    anna.go(&path).await.says("There is no signature");
    let new = format!("{path}/new");
    let office = [
        ("name", "Office"),
        ("sender_name", "{first_name} of Acme"),
        ("reply_to", "office@example.test"),
        ("text", ""),
        ("html", "<p>{first_name} <b onclick=x>{organization}</b></p>"),
        ("for_new", "on"),
    ];
    anna.send_files(&new, &office[1..], &[]).await.refuses("Give it a name.").says("office@example.test");
    anna.send_files(&new, &office, &[("x.svg", "<svg/>")]).await.refuses("Choose a PNG");
    anna.send_files(&new, &office, &[("x.gif", PIXEL)]).await.leads_to(&path);
    anna.send_files(&new, &[("name", "Short"), ("text", "A.")], &[]).await.leads_to(&path);
    let list = anna.go(&path).await;
    list.says("Office").says("for new mail").says("Short").says("when chosen");
    let compose = format!("/mail/{}/compose", world.info);
    let sheet = anna.go(&compose).await;
    sheet.says("As usual (Office)").says(">No signature<");
    let short = sheet.text.split("<option value=\"").find(|option| option.contains(">Short<")).unwrap();
    let short = short.split('"').next().unwrap();
    let mailbox = world.open(&anna.actor, world.info).await;
    let sent = async |signature: &str| {
        let once = anna.go(&compose).await.hidden("once");
        let fields = [
            ("act", "send"),
            ("once", once.as_str()),
            ("to", "ben@far.test"),
            ("subject", "Hello"),
            ("text", "Dear Ben"),
            ("signature", signature),
        ];
        anna.send_files(&compose, &fields, &[]).await.says("");
        let sent = special(&mailbox, SpecialUse::Sent).await;
        let newest = mailbox.list(sent, None, 1).await.unwrap().remove(0);
        let content = mailbox.content_of(newest.message).await.unwrap();
        String::from_utf8_lossy(&content).into_owned()
    };
    let usual = sent("").await;
    for piece in [
        "From: Anna of Acme <info@example.test>",
        "Reply-To: office@example.test",
        "multipart/alternative",
        "image/gif",
        "Anna Acme",
        "<b>Acme</b>",
    ] {
        assert!(usual.contains(piece), "{piece} in {usual}");
    }
    assert!(!usual.contains("onclick"), "{usual}");
    let switched = sent(short).await;
    assert!(
        switched.contains("Dear Ben\r\n\r\n--=20\r\nA.") && !switched.contains("multipart"),
        "{switched}"
    );
    let none = sent("none").await;
    assert!(!none.contains("--=20"), "{none}");
    let foreign = "018bcfe5-687b-7bab-abab-abababababab";
    let once = anna.go(&compose).await.hidden("once");
    let fields = [
        ("act", "send"),
        ("once", once.as_str()),
        ("to", "ben@far.test"),
        ("text", "Dear Ben"),
        ("signature", foreign),
    ];
    anna.send_files(&compose, &fields, &[]).await.refuses("does not belong to the address");
}

#[tokio::test]
async fn senders_are_blocked_and_folders_given_their_use() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let security = format!("/mail/{}/settings/security", world.info);
    anna.go(&security).await.says("No sender is listed.");
    let list = |pattern: &'static str| [("act", "list"), ("pattern", pattern), ("standing", "blocked")];
    anna.send(&security, &list("*")).await.refuses("Write an address such as");
    anna.send(&security, &list("*@Spam.test")).await.leads_to(&security);
    anna.go(&security).await.says("*@spam.test").says(">blocked<");
    anna.send(&security, &[("act", "blocked"), ("blocked_mail", "refused")]).await.leads_to(&security);
    anna.send(&security, &[("act", "unlist"), ("pattern", "*@spam.test")]).await.leads_to(&security);
    anna.go(&security).await.says("No sender is listed.").says("value=\"refused\" checked");
    let folders = format!("/mail/{}/settings/folders", world.info);
    let mailbox = world.open(&anna.actor, world.info).await;
    let own = mailbox.create_folder("Unwanted", None).await.unwrap().to_string();
    anna.go(&folders).await.says("Unwanted");
    let fields = [("use-junk", own.as_str()), ("use-sent", own.as_str())];
    anna.send(&folders, &fields).await.refuses("One folder was chosen for two things");
    anna.send(&folders, &fields[..1]).await.leads_to(&folders);
    assert_eq!(special(&mailbox, SpecialUse::Junk).await.to_string(), own);
}

#[tokio::test]
async fn deleted_messages_are_restored_with_the_permission_one_by_one_and_by_day() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let path = format!("/mail/{}/settings/restorations", world.info);
    anna.go(&path).await.says("Nothing to restore");
    let mailbox = world.open(&anna.actor, world.info).await;
    let inbox = special(&mailbox, SpecialUse::Inbox).await;
    for subject in ["First", "Second", "Third"] {
        let content = format!("From: far@far.test\r\nSubject: {subject}\r\n\r\ntext\r\n").into();
        let (flags, keywords) = (mailbox::Flags::DELETED, mailbox::Keywords::default());
        let new = mailbox::NewMessage { content, flags, keywords, received_at: None };
        mailbox.append(inbox, new).await.unwrap();
    }
    mailbox.expunge(inbox, &mailbox::UidSet::all()).await.unwrap();
    let list = anna.go(&path).await;
    list.says("First").says("Second").says("Restore everything of").says("INBOX");
    anna.go(&format!("{path}?search=second")).await.says("Second").hides("First");
    let value = |name: &str| {
        let rest = list.text.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    let (one, day) = (value("one"), value("day"));
    anna.send(&path, &[("one", &one)]).await.leads_to(&format!("{path}?done=1"));
    let left = anna.go(&format!("{path}?done=1")).await;
    left.says("1 message was restored.");
    assert_eq!(left.text.matches("name=\"one\"").count(), 2, "{}", left.text);
    anna.send(&path, &[("day", &day)]).await.leads_to(&format!("{path}?done=2"));
    assert_eq!(mailbox.folder(inbox).await.unwrap().total, 3);

    let ben = world.add_user("ben@home.test", "Ben").await;
    world.give(world.info, ben, Permissions::NONE).await;
    let ben_there = Person::signed_in(&world, "ben@home.test").await;
    ben_there.go(&path).await.says("lacks the permission “Restorations”").hides("<form class=\"search\"");
    assert_eq!(ben_there.send(&path, &[("day", &day)]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_history_of_an_address_is_shown_with_the_permission() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let (path, settings) = (format!("/mail/{}/settings/history", world.info), "security");
    let security = format!("/mail/{}/settings/{settings}", world.info);
    let list = [("act", "list"), ("pattern", "*@spam.test"), ("standing", "blocked")];
    anna.send(&security, &list).await.leads_to(&security);
    anna.go(&path).await.says("*@spam.test");
    anna.go(&format!("{path}?search=nobody")).await.says("Nothing found").hides("*@spam.test");
    let ben = world.add_user("ben@home.test", "Ben").await;
    world.give(world.info, ben, Permissions::NONE).await;
    let ben_there = Person::signed_in(&world, "ben@home.test").await;
    ben_there.go(&path).await.says("lacks the permission “History”").hides("*@spam.test");
}
