//! Deleted messages, restored within thirty days (S17).

use domain::duration::{days, hours};
use domain::{Clock as _, FolderId, MessageId, Permission, Permissions};

use super::on_both;
use super::world::{World, letter};
use crate::{FlagChange, FlagMode, Flags, Keywords, MailError, Mailbox, Uid, UidSet};

/// A mailbox with these letters in INBOX, the second of them marked.
async fn filled(world: &World, subjects: &[&str]) -> (Mailbox, FolderId, Vec<MessageId>) {
    let mailbox = world.annas().await;
    let inbox = mailbox.inbox().await;
    let mut all = Vec::new();
    for subject in subjects {
        all.push(mailbox.put(inbox, &letter(subject, "some words")).await.message);
    }
    let keywords = Keywords::of(["$Work"]);
    let change = FlagChange { mode: FlagMode::Add, flags: Flags::SEEN.with(Flags::FLAGGED), keywords };
    mailbox.set_flags(inbox, &UidSet::one(Uid(2)), change, None).await.unwrap();
    (mailbox, inbox, all)
}

async fn expunge_all(mailbox: &Mailbox, folder: FolderId) {
    mailbox.set_flags(folder, &UidSet::all(), FlagChange::add(Flags::DELETED), None).await.unwrap();
    mailbox.expunge(folder, &UidSet::all()).await.unwrap();
}

async fn subjects(mailbox: &Mailbox, words: &str) -> Vec<String> {
    let page = mailbox.removed(words, None).await.unwrap();
    page.messages.into_iter().map(|one| one.subject).collect()
}

async fn is_whole(world: &World) {
    let mut found = Vec::new();
    world.access.verify(&world.operator, &mut |finding| found.push(finding)).await.unwrap();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn what_was_expunged_comes_back_with_its_flags_under_a_new_uid() {
    on_both(|world| async move {
        let (mailbox, inbox, ids) = filled(&world, &["one", "two", "three"]).await;
        let large = mailbox.put(inbox, &letter("large", &"long lines\r\n".repeat(9_000))).await.message;
        let used = mailbox.quota().await.unwrap().used_bytes;
        expunge_all(&mailbox, inbox).await;
        is_whole(&world).await;
        assert_eq!(mailbox.quota().await.unwrap().used_bytes, 0, "what is gone counts for no quota");
        assert!(mailbox.find("words", None, 10).await.unwrap().is_empty());
        assert!(mailbox.content_of(ids[1]).await.is_err() && mailbox.header_of(ids[1]).await.is_err());

        let page = mailbox.removed("", None).await.unwrap();
        assert_eq!((page.messages.len(), page.next), (4, None));
        assert!(
            page.messages.iter().all(|one| one.folder == "INBOX" && one.removed_by == "anna Tester"),
            "{page:?}"
        );
        let done = mailbox.restore(&[ids[1], large]).await.unwrap();
        assert_eq!((done.count, done.is_full, done.has_more), (2, false, false));
        let back = mailbox.listed(inbox, Uid(5)).await.unwrap();
        assert_eq!((back.message, back.entry.flags), (ids[1], Flags::SEEN.with(Flags::FLAGGED)));
        assert!(back.entry.keywords.has("$Work"), "{back:?}");
        assert_eq!(mailbox.content_of(ids[1]).await.unwrap(), letter("two", "some words"));
        assert_eq!(mailbox.find("words", None, 10).await.unwrap().len(), 1);
        is_whole(&world).await;
        assert_eq!(mailbox.restore(&[ids[1]]).await.unwrap().count, 0, "it is back already");
        mailbox.restore(&ids).await.unwrap();
        assert_eq!(mailbox.quota().await.unwrap().used_bytes, used);
        is_whole(&world).await;
    });
}

#[test]
fn what_was_emptied_from_trash_goes_back_to_where_it_was_before_trash() {
    on_both(|world| async move {
        let (mailbox, inbox, ids) = filled(&world, &["one", "two"]).await;
        let work = mailbox.create_folder("Work/Old", None).await.unwrap();
        mailbox.move_to(inbox, &UidSet::all(), work).await.unwrap();
        mailbox.delete(work, &UidSet::all()).await.unwrap();
        assert!(subjects(&mailbox, "").await.is_empty(), "moving is no deletion");
        let trash = mailbox.named("Trash").await.id;
        mailbox.delete(trash, &UidSet::all()).await.unwrap();
        mailbox.delete_folder(work).await.unwrap();
        assert_eq!(mailbox.restore(&ids).await.unwrap().count, 2);
        let again = mailbox.named("Work/Old").await;
        assert_eq!(again.total, 2, "it was made again under its name");
        is_whole(&world).await;
    });
}

#[test]
fn a_message_that_another_folder_still_holds_is_not_deleted() {
    on_both(|world| async move {
        let (mailbox, inbox, _) = filled(&world, &["one", "two"]).await;
        let archive = mailbox.named("Archive").await.id;
        mailbox.copy(inbox, &UidSet::one(Uid(1)), archive).await.unwrap();
        mailbox.copy(inbox, &UidSet::one(Uid(2)), inbox).await.unwrap();
        expunge_all(&mailbox, inbox).await;
        assert_eq!(subjects(&mailbox, "").await, ["two"], "twice in a folder is one message");
        is_whole(&world).await;
    });
}

#[test]
fn a_day_is_restored_whole_and_words_find_subject_and_sender() {
    on_both(|world| async move {
        let (mailbox, inbox, _) = filled(&world, &["Été", "Invoice", "Other"]).await;
        mailbox.delete(inbox, &UidSet::one(Uid(3))).await.unwrap();
        let trash = mailbox.named("Trash").await.id;
        mailbox.delete(trash, &UidSet::all()).await.unwrap();
        world.clock.advance(days(1));
        expunge_all(&mailbox, inbox).await;
        assert_eq!(subjects(&mailbox, "été").await, ["Été"]);
        assert_eq!(subjects(&mailbox, "INVOICE").await, ["Invoice"]);
        assert!(subjects(&mailbox, "nothing").await.is_empty());
        assert_eq!(mailbox.restore_day(world.clock.now()).await.unwrap().count, 2);
        assert_eq!(subjects(&mailbox, "").await, ["Other"], "of another day");
    });
}

#[test]
fn two_at_once_restore_a_message_once() {
    on_both(|world| async move {
        let (mailbox, inbox, ids) = filled(&world, &["one", "two", "three"]).await;
        expunge_all(&mailbox, inbox).await;
        let (other, same) = (mailbox.clone(), ids.clone());
        let second = tokio::spawn(async move { other.restore(&same).await.unwrap().count });
        let first = mailbox.restore(&ids).await.unwrap().count;
        assert_eq!(first + second.await.unwrap(), 3);
        assert_eq!(mailbox.folder(inbox).await.unwrap().total, 3);
        is_whole(&world).await;
    });
}

#[test]
fn what_has_no_room_stays_where_it_can_be_restored_later() {
    on_both(|world| async move {
        let access = world.access_with_quota(200);
        let mailbox = access.open(&world.anna.actor, world.info).await.unwrap();
        let inbox = mailbox.inbox().await;
        let mut ids = Vec::new();
        for _ in 0..2 {
            ids.push(mailbox.put(inbox, &[b'x'; 90]).await.message);
        }
        expunge_all(&mailbox, inbox).await;
        mailbox.put(inbox, &[b'y'; 50]).await;
        let done = mailbox.restore(&ids).await.unwrap();
        assert_eq!((done.count, done.is_full), (1, true));
        assert_eq!(mailbox.removed("", None).await.unwrap().messages.len(), 1);
        is_whole(&world).await;
    });
}

#[test]
fn after_thirty_days_a_removed_message_is_destroyed() {
    on_both(|world| async move {
        let (mailbox, inbox, ids) = filled(&world, &["one", "two"]).await;
        expunge_all(&mailbox, inbox).await;
        world.clock.advance(days(30) + hours(1));
        let mailbox = world.access.open(&world.sign_in("anna").await.actor, world.info).await.unwrap();
        assert!(subjects(&mailbox, "").await.is_empty());
        assert_eq!(mailbox.restore(&ids).await.unwrap().count, 0, "its time is over");
        while world.access.forget_piece().await.unwrap() {}
        for table in ["SELECT count(*) FROM messages", "SELECT count(*) FROM bodies"] {
            assert_eq!(world.count(table).await, 0, "{table}");
        }
        is_whole(&world).await;
    });
}

#[test]
fn restoring_asks_for_its_permission_and_stands_in_the_log_without_subjects() {
    on_both(|world| async move {
        let (mailbox, inbox, ids) = filled(&world, &["one", "secret"]).await;
        expunge_all(&mailbox, inbox).await;
        world.allow(world.info, &world.anna, Permissions::ALL.without(Permission::Restorations)).await;
        let refused = mailbox.restore(&ids).await;
        assert!(matches!(refused, Err(MailError::MayNot(Permission::Restorations))), "{refused:?}");
        world.allow(world.info, &world.anna, Permissions::ALL).await;
        mailbox.restore(&ids).await.unwrap();
        let noted =
            "SELECT count(*) FROM audit_entries WHERE verb = 'message.restore' AND detail = '{\"count\":2}'";
        assert_eq!(world.count(noted).await, 1);
    });
}

#[test]
fn a_draft_saved_again_leaves_nothing_to_restore() {
    on_both(|world| async move {
        let mailbox = world.annas().await;
        let first = mailbox.save_draft(letter("draft", "one").into(), None).await.unwrap().message;
        let second = mailbox.save_draft(letter("draft", "two").into(), Some(first)).await.unwrap().message;
        assert!(subjects(&mailbox, "").await.is_empty());
        mailbox.discard_draft(second).await.unwrap();
        assert_eq!(subjects(&mailbox, "").await, ["draft"]);
        is_whole(&world).await;
    });
}

#[test]
fn of_very_many_removed_messages_the_oldest_go_first() {
    on_both(|world| async move {
        let (mailbox, inbox, _) = filled(&world, &["old", "new"]).await;
        mailbox.set_flags(inbox, &UidSet::one(Uid(1)), FlagChange::add(Flags::DELETED), None).await.unwrap();
        mailbox.expunge(inbox, &UidSet::all()).await.unwrap();
        world.clock.advance(days(1));
        expunge_all(&mailbox, inbox).await;
        assert!(!world.access.forget_piece().await.unwrap());
        world
            .write(|tx| {
                for sql in [
                    "UPDATE removed_messages SET size = 6000000000",
                    "UPDATE mailboxes SET removed_bytes = 12000000000",
                ] {
                    tx.execute(sql, &[])?;
                }
                Ok(())
            })
            .await;
        while world.access.forget_piece().await.unwrap() {}
        assert_eq!(subjects(&mailbox, "").await, ["new"]);
    });
}
