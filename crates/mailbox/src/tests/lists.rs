//! Messages as the Mail app lists them, and drafts.

use bytes::Bytes;
use domain::{FolderId, Permissions};

use super::on_both;
use super::world::letter;
use crate::{Flags, ListedMessage, MailError, Mailbox, Missing, Uid, UidSet};

fn subjects(listed: &[ListedMessage]) -> Vec<&str> {
    listed.iter().map(|message| message.subject.as_str()).collect()
}

async fn filled(mailbox: &Mailbox, subjects: &[&str]) -> FolderId {
    let inbox = mailbox.inbox().await;
    for subject in subjects {
        mailbox.put(inbox, &letter(subject, &format!("Text of {subject}"))).await;
    }
    inbox
}

#[test]
fn the_newest_messages_come_first_page_after_page() {
    on_both(|world| async move {
        let mailbox = world.annas().await;
        let inbox = filled(&mailbox, &["a", "b", "c", "d", "e"]).await;
        mailbox.delete(inbox, &UidSet::one(Uid(4))).await.unwrap();
        let first = mailbox.list(inbox, None, 2).await.unwrap();
        assert_eq!(subjects(&first), ["e", "c"]);
        let second = mailbox.list(inbox, Some(first[1].entry.uid), 2).await.unwrap();
        assert_eq!(subjects(&second), ["b", "a"]);
        assert!(mailbox.list(inbox, Some(second[1].entry.uid), 2).await.unwrap().is_empty());
        assert_eq!(mailbox.list(inbox, None, usize::MAX).await.unwrap().len(), 4);
    });
}

#[test]
fn a_list_shows_who_wrote_what_to_whom() {
    on_both(|world| async move {
        let mailbox = world.annas().await;
        let inbox = mailbox.inbox().await;
        let content = "From: =?utf-8?Q?J=C3=B6rg?= <joerg@far.test>\r\nTo: Info <info@acme.test>, b@far.test\r\n\
                       Cc: c@far.test\r\nMessage-ID: <x@far.test>\r\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\n\
                       Date: Thu, 01 Jan 1970 00:16:40 +0000\r\n\r\nHello \0 there\r\n";
        let appended = mailbox.put(inbox, content.as_bytes()).await;
        let listed = mailbox.listed(inbox, appended.uid).await.unwrap();
        assert_eq!((listed.from_name.as_str(), listed.from_address.as_str()), ("Jörg", "joerg@far.test"));
        assert_eq!((listed.subject.as_str(), listed.header_id.as_deref()), ("Grüße", Some("x@far.test")));
        let to: Vec<_> = listed.recipients.iter().map(|one| (one.address.as_str(), one.copy)).collect();
        assert_eq!(to, [("info@acme.test", false), ("b@far.test", false), ("c@far.test", true)]);
        assert_eq!(listed.sent_at.map(domain::Timestamp::secs), Some(1_000));
        assert_eq!((listed.preview.as_str(), listed.has_attachment), ("Hello there", false));
        assert_eq!(mailbox.located(listed.message).await.unwrap().entry.uid, appended.uid);
        let absent = mailbox.listed(inbox, Uid(9)).await;
        assert!(matches!(absent, Err(MailError::NotFound(Missing::Message))));
    });
}

#[test]
fn answers_belong_to_the_conversation_that_they_answer() {
    on_both(|world| async move {
        let mailbox = world.annas().await;
        let inbox = mailbox.inbox().await;
        let with =
            |id: &str, header: &str| format!("Message-ID: <{id}>\r\n{header}Subject: {id}\r\n\r\ntext\r\n");
        let first = mailbox.put(inbox, with("1@x", "").as_bytes()).await.message;
        mailbox.put(inbox, with("2@x", "In-Reply-To: <1@x>\r\n").as_bytes()).await;
        mailbox.put(inbox, with("3@x", "References: <1@x> <2@x> <lost@x>\r\n").as_bytes()).await;
        let alone = mailbox.put(inbox, with("4@x", "In-Reply-To: <lost@x>\r\n").as_bytes()).await.message;
        let threads: Vec<_> =
            mailbox.list(inbox, None, 10).await.unwrap().iter().map(|listed| listed.thread).collect();
        assert_eq!(threads, [alone, first, first, first]);
    });
}

#[test]
fn words_find_messages_anywhere_but_in_junk_and_trash() {
    on_both(|world| async move {
        let mailbox = world.annas().await;
        let inbox = filled(&mailbox, &["apples", "pears", "plums", "cherries"]).await;
        let (junk, trash) = (mailbox.named("Junk").await.id, mailbox.named("Trash").await.id);
        mailbox.move_to(inbox, &UidSet::one(Uid(1)), junk).await.unwrap();
        mailbox.delete(inbox, &UidSet::one(Uid(2))).await.unwrap();
        let archive = mailbox.named("Archive").await.id;
        mailbox.move_to(inbox, &UidSet::one(Uid(3)), archive).await.unwrap();

        let find = async |words: &str, folder| {
            let found = mailbox.find(words, folder, 10).await.unwrap();
            found.iter().map(|message| message.subject.clone()).collect::<Vec<_>>()
        };
        assert_eq!(find("TEXT", None).await, ["cherries", "plums"]);
        assert_eq!(find("plu bob", None).await, ["plums"]);
        assert_eq!(find("\"text of\" cherr", None).await, ["cherries"]);
        assert_eq!(find("text", Some(junk)).await, ["apples"]);
        assert_eq!(find("text", Some(trash)).await, ["pears"]);
        assert!(find("text", Some(inbox)).await == ["cherries"] && find("nowhere", None).await.is_empty());
        assert!(find("", None).await.is_empty() && find("' OR \"", None).await.is_empty());
        assert_eq!(mailbox.find("text", None, 1).await.unwrap().len(), 1);
    });
}

#[test]
fn words_find_nothing_in_the_mailboxes_of_others() {
    on_both(|world| async move {
        world.deliver(&["info@acme.test"], &letter("secret", "the plan")).await;
        let other = world.address("other@acme.test").await;
        let otto = world.person("otto").await;
        world.give(other, &otto, Permissions::ALL).await;
        let other = world.access.open(&otto.actor, other).await.unwrap();
        assert!(other.find("plan", None, 10).await.unwrap().is_empty());
        let info = world.annas().await.inbox().await;
        assert!(other.find("plan", Some(info), 10).await.unwrap().is_empty());
    });
}

#[test]
fn a_draft_takes_the_place_of_the_one_before() {
    on_both(|world| async move {
        let mailbox = world.annas().await;
        let drafts = mailbox.named("Drafts").await.id;
        let first = mailbox.save_draft(Bytes::from(letter("first", "a")), None).await.unwrap();
        let second =
            mailbox.save_draft(Bytes::from(letter("second", "b")), Some(first.message)).await.unwrap();
        let listed = mailbox.list(drafts, None, 10).await.unwrap();
        assert_eq!(subjects(&listed), ["second"]);
        assert_eq!(
            (listed[0].entry.uid, listed[0].entry.flags),
            (second.uid, Flags::DRAFT.with(Flags::SEEN))
        );
        assert!(second.uid > first.uid);
        let gone = mailbox.content_of(first.message).await;
        assert!(matches!(gone, Err(MailError::NotFound(Missing::Message))));
        assert_eq!(mailbox.folder(drafts).await.unwrap().unseen, 0);
    });
}

#[test]
fn a_draft_replaces_drafts_and_nothing_else() {
    on_both(|world| async move {
        let mailbox = world.annas().await;
        let inbox = filled(&mailbox, &["arrived"]).await;
        let drafts = mailbox.named("Drafts").await.id;
        let plain = mailbox.put(drafts, &letter("no draft", "text")).await.message;
        let arrived = mailbox.listed(inbox, Uid(1)).await.unwrap().message;
        for not_a_draft in [arrived, plain, domain::Id::from_bytes([9; 16])] {
            mailbox.save_draft(Bytes::from(letter("new", "text")), Some(not_a_draft)).await.unwrap();
        }
        assert_eq!(mailbox.folder(inbox).await.unwrap().total, 1);
        assert_eq!(mailbox.folder(drafts).await.unwrap().total, 4);
    });
}

#[test]
fn a_draft_that_is_discarded_is_gone_and_nothing_else_is() {
    on_both(|world| async move {
        let mailbox = world.annas().await;
        let inbox = filled(&mailbox, &["arrived"]).await;
        let draft = mailbox.save_draft(Bytes::from(letter("draft", "text")), None).await.unwrap();
        let arrived = mailbox.listed(inbox, Uid(1)).await.unwrap().message;
        for message in [draft.message, draft.message, arrived] {
            mailbox.discard_draft(message).await.unwrap();
        }
        assert_eq!(mailbox.named("Drafts").await.total, 0);
        assert_eq!(mailbox.folder(inbox).await.unwrap().total, 1);
    });
}

#[test]
fn a_message_is_found_by_its_message_id_wherever_it_lies_and_drafts_are_not() {
    on_both(|world| async move {
        let mailbox = world.annas().await;
        let archive = mailbox.named("Archive").await.id;
        mailbox.put(archive, &letter("kept", "text")).await;
        mailbox.save_draft(Bytes::from(letter("written", "text")), None).await.unwrap();
        let found = mailbox.with_header_id("kept@far.test").await.unwrap().unwrap();
        assert_eq!((found.folder, found.subject.as_str()), (archive, "kept"));
        assert!(mailbox.with_header_id("written@far.test").await.unwrap().is_none());
        assert!(mailbox.with_header_id("never@far.test").await.unwrap().is_none());
    });
}

#[test]
fn messages_tell_what_they_are_ordered_by() {
    on_both(|world| async move {
        let mailbox = world.annas().await;
        let inbox = filled(&mailbox, &["one", "two", "three"]).await;
        let answer = b"Message-ID: <4@x>\r\nReferences: <one@far.test> <two@far.test>\r\nSubject: Re\r\n\r\n";
        mailbox.put(inbox, answer).await;
        let ordered = mailbox.ordered(inbox, &[Uid(1), Uid(3), Uid(4)].into_iter().collect()).await.unwrap();
        assert_eq!(
            ordered.iter().map(|one| one.subject.as_str()).collect::<Vec<_>>(),
            ["one", "three", "Re"]
        );
        assert_eq!((ordered[0].from.as_str(), ordered[0].to.as_str()), ("bob@far.test", "info@acme.test"));
        assert_eq!(ordered[2].references, ["one@far.test", "two@far.test"]);
    });
}
