//! Numbers, and what a client learns that was away (RFC 7162).

use domain::{Change, FolderId};

use super::on_both;
use super::world::letter;
use crate::{FlagChange, Flags, Mailbox, ModSeq, Uid, UidSet};

fn one(uid: u32) -> UidSet {
    UidSet::one(Uid(uid))
}

async fn modseq(mailbox: &Mailbox, folder: FolderId) -> ModSeq {
    mailbox.folder(folder).await.unwrap().modseq
}

#[test]
fn a_number_is_given_once() {
    on_both(|world| async move {
        let mailbox = world.annas().await;
        let inbox = mailbox.inbox().await;
        for expected in 1..=3 {
            assert_eq!(mailbox.put(inbox, &letter("a", "b")).await.uid, Uid(expected));
        }
        mailbox.set_flags(inbox, &UidSet::all(), FlagChange::add(Flags::DELETED), None).await.unwrap();
        mailbox.expunge(inbox, &UidSet::all()).await.unwrap();
        let view = mailbox.folder(inbox).await.unwrap();
        assert_eq!((view.total, view.uid_next), (0, Uid(4)));
        let appended = mailbox.put(inbox, &letter("a", "b")).await;
        assert_eq!((appended.uid, appended.uid_validity), (Uid(4), view.uid_validity));
    });
}

#[test]
fn a_folder_made_again_has_another_validity_and_a_renamed_one_keeps_its_own() {
    on_both(|world| async move {
        let mailbox = world.annas().await;
        let first = mailbox.create_folder("Work", None).await.unwrap();
        let mut seen = vec![mailbox.folder(first).await.unwrap().uid_validity];
        mailbox.rename_folder(first, "Old").await.unwrap();
        assert_eq!(mailbox.folder(first).await.unwrap().uid_validity, seen[0]);
        for _ in 0..3 {
            let again = mailbox.create_folder("Work", None).await.unwrap();
            seen.push(mailbox.folder(again).await.unwrap().uid_validity);
            mailbox.delete_folder(again).await.unwrap();
        }
        assert!(seen.windows(2).all(|pair| pair[0] < pair[1]), "{seen:?}");
    });
}

#[test]
fn the_number_of_changes_grows_with_each_change_and_only_then() {
    on_both(|world| async move {
        let mailbox = world.annas().await;
        let (inbox, archive) = (mailbox.inbox().await, mailbox.named("Archive").await.id);
        let mut last = modseq(&mailbox, inbox).await;
        let first = mailbox.put(inbox, &letter("a", "b")).await;
        assert!(first.modseq > last);
        last = modseq(&mailbox, inbox).await;
        assert_eq!(first.modseq, last);
        mailbox.put(inbox, &letter("c", "d")).await;
        for flags in [Flags::SEEN, Flags::FLAGGED] {
            let set = mailbox.set_flags(inbox, &UidSet::all(), FlagChange::add(flags), None).await.unwrap();
            let now = modseq(&mailbox, inbox).await;
            assert!(now > last && set.entries.iter().all(|entry| entry.modseq == now));
            last = now;
        }
        mailbox.set_flags(inbox, &UidSet::all(), FlagChange::add(Flags::SEEN), None).await.unwrap();
        mailbox.copy(inbox, &one(1), archive).await.unwrap();
        mailbox.expunge(inbox, &UidSet::all()).await.unwrap();
        assert_eq!(modseq(&mailbox, inbox).await, last, "nothing changed here");
        assert!(modseq(&mailbox, archive).await > last, "one row of numbers for the whole mailbox");
        mailbox.move_to(inbox, &one(1), archive).await.unwrap();
        assert!(modseq(&mailbox, inbox).await > last);
    });
}

#[test]
fn a_client_that_was_away_learns_what_is_new_marked_and_gone() {
    on_both(|world| async move {
        let mailbox = world.annas().await;
        let inbox = mailbox.inbox().await;
        for subject in ["a", "b", "c", "d", "e"] {
            mailbox.put(inbox, &letter(subject, "text")).await;
        }
        let left_at = modseq(&mailbox, inbox).await;
        let nothing = mailbox.changes_since(inbox, left_at).await.unwrap();
        assert!(nothing.changed.is_empty() && nothing.vanished.is_empty());

        mailbox.set_flags(inbox, &one(2), FlagChange::add(Flags::SEEN), None).await.unwrap();
        mailbox.set_flags(inbox, &one(4), FlagChange::add(Flags::DELETED), None).await.unwrap();
        mailbox.expunge(inbox, &UidSet::all()).await.unwrap();
        mailbox.delete(inbox, &one(1)).await.unwrap();
        mailbox.put(inbox, &letter("f", "text")).await;

        let changes = mailbox.changes_since(inbox, left_at).await.unwrap();
        let changed: Vec<_> = changes.changed.iter().map(|entry| (entry.uid.0, entry.flags)).collect();
        assert_eq!(changed, [(2, Flags::SEEN), (6, Flags::NONE)]);
        assert_eq!(changes.vanished, [Uid(1), Uid(4)]);
        assert_eq!((changes.view.total, changes.view.unseen), (4, 3));
        let later = mailbox.changes_since(inbox, changes.view.modseq).await.unwrap();
        assert!(later.changed.is_empty() && later.vanished.is_empty());
        let from_ever = mailbox.changes_since(inbox, ModSeq(0)).await.unwrap();
        assert_eq!(from_ever.changed.len(), 4);
    });
}

#[test]
fn whoever_watches_is_told_what_to_read_again() {
    on_both(|world| async move {
        let mailbox = world.annas().await;
        let (inbox, trash) = (mailbox.inbox().await, mailbox.named("Trash").await.id);
        let mut changes = mailbox.changes();
        mailbox.put(inbox, &letter("a", "b")).await;
        assert_eq!(changes.next().await, Change::Messages { folder: inbox, arrived: true });
        mailbox.set_flags(inbox, &one(1), FlagChange::add(Flags::SEEN), None).await.unwrap();
        assert_eq!(changes.next().await, Change::Messages { folder: inbox, arrived: false });
        mailbox.delete(inbox, &one(1)).await.unwrap();
        assert_eq!(changes.next().await, Change::Messages { folder: trash, arrived: true });
        assert_eq!(changes.next().await, Change::Messages { folder: inbox, arrived: false });
        mailbox.create_folder("New", None).await.unwrap();
        assert_eq!(changes.next().await, Change::Folders);
    });
}

#[test]
fn the_index_tells_every_number_and_the_first_unread() {
    on_both(|world| async move {
        let mailbox = world.annas().await;
        let inbox = mailbox.inbox().await;
        assert_eq!(mailbox.index(inbox).await.unwrap().first_unseen, None);
        for subject in ["a", "b", "c"] {
            mailbox.put(inbox, &letter(subject, "text")).await;
        }
        mailbox.set_flags(inbox, &one(1), FlagChange::add(Flags::SEEN), None).await.unwrap();
        mailbox.delete(inbox, &one(2)).await.unwrap();
        let index = mailbox.index(inbox).await.unwrap();
        assert_eq!((index.uids, index.first_unseen), ([Uid(1), Uid(3)].into_iter().collect(), Some(Uid(3))));
        assert_eq!((index.view.total, index.view.unseen), (2, 1));
    });
}

#[test]
fn what_is_forgotten_after_a_month_leaves_every_program_right() {
    on_both(|world| async move {
        let mailbox = world.annas().await;
        let inbox = mailbox.inbox().await;
        for number in 0..5 {
            mailbox.put(inbox, &letter(&format!("m{number}"), "b")).await;
        }
        let long_ago = modseq(&mailbox, inbox).await;
        mailbox.set_flags(inbox, &one(2), FlagChange::add(Flags::DELETED), None).await.unwrap();
        mailbox.expunge(inbox, &UidSet::all()).await.unwrap();
        let between = modseq(&mailbox, inbox).await;
        assert!(!world.access.forget_piece().await.unwrap(), "it is not old yet");
        world.clock.advance(domain::duration::days(31));
        let mailbox = world.access.open(&world.sign_in("anna").await.actor, world.info).await.unwrap();
        mailbox.set_flags(inbox, &one(4), FlagChange::add(Flags::DELETED), None).await.unwrap();
        mailbox.expunge(inbox, &UidSet::all()).await.unwrap();
        while world.access.forget_piece().await.unwrap() {}
        assert_eq!(world.count("SELECT count(*) FROM expunged").await, 1);
        let vanished = async |since| mailbox.changes_since(inbox, since).await.unwrap().vanished;
        assert_eq!(vanished(long_ago).await, [Uid(2), Uid(4)]);
        assert_eq!(vanished(between).await, [Uid(4)]);
        assert_eq!(mailbox.index(inbox).await.unwrap().uids, [Uid(1), Uid(3), Uid(5)].into_iter().collect());
    });
}
