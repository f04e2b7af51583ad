use mailbox::{Flags, SpecialUse};

use super::person::Person;
use super::world::{World, special};

#[tokio::test]
async fn what_is_put_away_can_be_brought_back() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let mailbox = world.open(&anna.actor, world.info).await;
    let inbox = special(&mailbox, SpecialUse::Inbox).await;
    let list = format!("/mail/{}/{inbox}", world.info);
    for (act, words, to) in [
        ("archive", "was archived", SpecialUse::Archive),
        ("junk", "moved to Junk", SpecialUse::Junk),
        ("delete", "moved to Trash", SpecialUse::Trash),
    ] {
        let mail = world.bring(&anna.actor, world.info, &format!("Subject: {act}\n\nHi")).await;
        let answer = anna.send(&format!("{list}/{}/act", mail.uid), &[("act", act)]).await;
        answer.leads_to(&format!("{list}?done="));
        let page = anna.go(&answer.leads_to).await;
        page.says(words).says(">Undo<").hides(&format!("<bdi>{act}</bdi>"));
        let there = special(&mailbox, to).await;
        assert_eq!(mailbox.folder(there).await.unwrap().total, 1, "{act}");
        let undo = ["in", "uid", "to"].map(|name| (name, page.hidden(name)));
        let undo = undo.each_ref().map(|(name, value)| (*name, value.as_str()));
        let path = format!("/mail/{}/undo", world.info);
        let answer = anna.send(&path, &undo).await;
        answer.leads_to(&format!("{list}?done=undone"));
        anna.go(&answer.leads_to).await.says("Undone").says(&format!("<bdi>{act}</bdi>"));
        anna.send(&path, &undo).await.leads_to(&format!("{list}?done=gone"));
    }
}

#[tokio::test]
async fn a_star_is_set_and_taken_and_unread_goes_back_to_the_list() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let mail = world.bring(&anna.actor, world.info, "Subject: Hi\n\nHi").await;
    let mailbox = world.open(&anna.actor, world.info).await;
    let inbox = special(&mailbox, SpecialUse::Inbox).await;
    let path = format!("/mail/{}/{inbox}/{}", world.info, mail.uid);
    let act = format!("{path}/act");
    anna.send(&act, &[("act", "star")]).await.leads_to(&path);
    assert!(mailbox.listed(inbox, mail.uid).await.unwrap().entry.flags.has(Flags::FLAGGED));
    anna.send_part(&act, &[("act", "unstar")]).await.says("value=\"star\"").hides("<html");
    anna.send_part(&act, &[("act", "read")]).await.says("Mark as unread");
    anna.send(&act, &[("act", "unread")])
        .await
        .leads_to(&format!("/mail/{}/{inbox}?done=unread", world.info));
    assert_eq!(mailbox.listed(inbox, mail.uid).await.unwrap().entry.flags, Flags::NONE);
    assert_eq!(anna.send(&act, &[("act", "expunge")]).await.status, 404);
}

#[tokio::test]
async fn deleting_from_trash_says_what_is_lost_first() {
    let world = World::new().await;
    let anna = Person::signed_in(&world, "anna@home.test").await;
    let mail = world.bring(&anna.actor, world.info, "Subject: Old\n\nHi").await;
    let mailbox = world.open(&anna.actor, world.info).await;
    let inbox = special(&mailbox, SpecialUse::Inbox).await;
    let act = format!("/mail/{}/{inbox}/{}/act", world.info, mail.uid);
    anna.send(&act, &[("act", "delete")]).await;
    let trash = special(&mailbox, SpecialUse::Trash).await;
    let act = format!("/mail/{}/{trash}/1/act", world.info);
    anna.send(&act, &[("act", "delete")]).await.says("gone from all folders").says("“Old”");
    assert_eq!(mailbox.folder(trash).await.unwrap().total, 1);
    anna.send(&act, &[("act", "delete"), ("sure", "on")])
        .await
        .leads_to(&format!("/mail/{}/{trash}", world.info));
    assert_eq!(mailbox.folder(trash).await.unwrap().total, 0);
}
