//! Messages into folders, to others, and away.

use bytes::Bytes;
use domain::{FolderId, MessageId, Permissions, Timestamp};

use super::on_both;
use super::world::{MESSAGE_LIMIT, World, letter, new_message};
use crate::{FlagChange, FlagMode, Flags, Keywords, MailError, Mailbox, Missing, NewMessage, Uid, UidSet};

fn uids(uids: &[u32]) -> UidSet {
    uids.iter().copied().map(Uid).collect()
}

/// The UIDs and flags of a folder.
async fn marks(mailbox: &Mailbox, folder: FolderId) -> Vec<(u32, Flags)> {
    let entries = mailbox.entries(folder, &UidSet::all()).await.unwrap();
    entries.into_iter().map(|entry| (entry.uid.0, entry.flags)).collect()
}

/// Anna's mailbox with `count` messages in its inbox, and its inbox and archive.
async fn filled(world: &World, count: u32) -> (Mailbox, FolderId, FolderId) {
    let mailbox = world.annas().await;
    let (inbox, archive) = (mailbox.inbox().await, mailbox.named("Archive").await.id);
    for number in 1..=count {
        mailbox.put(inbox, &letter(&format!("m{number}"), "text")).await;
    }
    (mailbox, inbox, archive)
}

#[test]
fn a_message_is_kept_with_its_flags_keywords_and_date() {
    on_both(|world| async move {
        let (mailbox, inbox, _) = filled(&world, 0).await;
        for size in [10, store::blobs::INLINE_LIMIT + 1] {
            let content = Bytes::from(letter("kept", &"\u{e9}\0".repeat(size)));
            let new = NewMessage {
                content: content.clone(),
                flags: Flags::SEEN.with(Flags::FLAGGED),
                keywords: Keywords::of(["$Work", "two words", "later"]),
                received_at: Some(Timestamp::from_secs(1_000)),
            };
            let appended = mailbox.append(inbox, new).await.unwrap();
            let fetched = mailbox.fetch(inbox, &UidSet::one(appended.uid)).await.unwrap().remove(0);
            assert_eq!(fetched.entry.flags, Flags::SEEN.with(Flags::FLAGGED));
            assert_eq!(fetched.entry.keywords.iter().collect::<Vec<_>>(), ["$Work", "later"]);
            assert_eq!(
                (fetched.received_at, fetched.size),
                (Timestamp::from_secs(1_000), content.len() as u64)
            );
            assert_eq!((fetched.saved_at, fetched.message), (testkit::clock::START, appended.message));
            assert_eq!(mailbox.content(inbox, appended.uid).await.unwrap(), content);
        }
    });
}

#[test]
fn a_copy_is_the_same_message_with_the_same_marks() {
    on_both(|world| async move {
        let (mailbox, inbox, archive) = filled(&world, 3).await;
        let used = world.count("SELECT CAST(sum(used_bytes) AS BIGINT) FROM mailboxes").await;
        mailbox.set_flags(inbox, &uids(&[3]), FlagChange::add(Flags::SEEN), None).await.unwrap();
        let copied = mailbox.copy(inbox, &uids(&[1, 3, 9]), archive).await.unwrap();
        assert_eq!(copied.pairs, [(Uid(1), Uid(1)), (Uid(3), Uid(2))]);
        assert_eq!(copied.uid_validity, mailbox.folder(archive).await.unwrap().uid_validity);
        assert_eq!(marks(&mailbox, archive).await, [(1, Flags::NONE), (2, Flags::SEEN)]);
        let (here, there) =
            (mailbox.listed(inbox, Uid(3)).await.unwrap(), mailbox.listed(archive, Uid(2)).await.unwrap());
        assert_eq!(here.message, there.message);
        assert_eq!(world.count("SELECT CAST(sum(used_bytes) AS BIGINT) FROM mailboxes").await, used);
        mailbox.delete(inbox, &UidSet::all()).await.unwrap();
        assert_eq!(mailbox.content(archive, Uid(2)).await.unwrap(), letter("m3", "text"));
    });
}

#[test]
fn what_is_copied_within_its_folder_is_copied_once() {
    on_both(|world| async move {
        let (mailbox, inbox, _) = filled(&world, 3).await;
        let set = UidSet::of_ranges([1..=1, 3..=u32::MAX]);
        let copied = mailbox.copy(inbox, &set, inbox).await.unwrap();
        assert_eq!(copied.pairs, [(Uid(1), Uid(4)), (Uid(3), Uid(5))]);
        assert_eq!(mailbox.folder(inbox).await.unwrap().total, 5);
    });
}

#[test]
fn a_message_that_is_moved_is_in_one_folder_at_a_time() {
    on_both(|world| async move {
        let (mailbox, inbox, archive) = filled(&world, 3).await;
        let moved = mailbox.move_to(inbox, &uids(&[2, 3]), archive).await.unwrap();
        assert_eq!(moved.pairs, [(Uid(2), Uid(1)), (Uid(3), Uid(2))]);
        assert_eq!(marks(&mailbox, inbox).await, [(1, Flags::NONE)]);
        assert_eq!(mailbox.listed(archive, Uid(1)).await.unwrap().subject, "m2");
        let back = mailbox.move_to(archive, &uids(&[1]), inbox).await.unwrap();
        assert_eq!(back.pairs, [(Uid(1), Uid(4))], "with a number that was never used");
        let nothing = mailbox.move_to(archive, &uids(&[77]), inbox).await.unwrap();
        assert!(nothing.pairs.is_empty());
    });
}

#[test]
fn only_messages_marked_deleted_are_expunged_and_only_among_those_named() {
    on_both(|world| async move {
        let (mailbox, inbox, _) = filled(&world, 4).await;
        mailbox.set_flags(inbox, &uids(&[1, 3, 4]), FlagChange::add(Flags::DELETED), None).await.unwrap();
        assert_eq!(mailbox.expunge(inbox, &uids(&[1, 2, 3])).await.unwrap(), [Uid(1), Uid(3)]);
        assert_eq!(marks(&mailbox, inbox).await, [(2, Flags::NONE), (4, Flags::DELETED)]);
        assert_eq!(mailbox.expunge(inbox, &UidSet::all()).await.unwrap(), [Uid(4)]);
        assert_eq!(world.held().await, 1);
    });
}

#[test]
fn what_a_person_deletes_lies_in_trash_and_comes_back_until_it_is_deleted_there() {
    on_both(|world| async move {
        let (mailbox, inbox, _) = filled(&world, 2).await;
        let trash = mailbox.named("Trash").await.id;
        mailbox.delete(inbox, &UidSet::all()).await.unwrap();
        assert_eq!(mailbox.folder(inbox).await.unwrap().total, 0);
        assert_eq!(mailbox.folder(trash).await.unwrap().total, 2);
        mailbox.move_to(trash, &uids(&[1]), inbox).await.unwrap();
        assert_eq!(mailbox.listed(inbox, Uid(3)).await.unwrap().subject, "m1");
        mailbox.delete(trash, &UidSet::all()).await.unwrap();
        assert_eq!(world.held().await, 1);
    });
}

#[test]
fn flags_and_keywords_are_added_taken_and_replaced() {
    on_both(|world| async move {
        let (mailbox, inbox, _) = filled(&world, 2).await;
        let change = |mode, flags, words: &'static [&'static str]| FlagChange {
            mode,
            flags,
            keywords: Keywords::of(words.iter().copied()),
        };
        let both = UidSet::all();
        let steps = [
            (change(FlagMode::Add, Flags::SEEN, &["a", "B"]), Flags::SEEN, "a B"),
            (change(FlagMode::Add, Flags::FLAGGED, &["b", "c"]), Flags::SEEN.with(Flags::FLAGGED), "a B c"),
            (change(FlagMode::Remove, Flags::SEEN, &["b"]), Flags::FLAGGED, "a c"),
            (change(FlagMode::Replace, Flags::ANSWERED, &["d"]), Flags::ANSWERED, "d"),
        ];
        for (change, flags, keywords) in steps {
            let set = mailbox.set_flags(inbox, &both, change, None).await.unwrap();
            assert_eq!(set.entries.len(), 2);
            for entry in mailbox.entries(inbox, &both).await.unwrap() {
                let words = entry.keywords.iter().collect::<Vec<_>>().join(" ");
                assert_eq!((entry.flags, words.as_str()), (flags, keywords));
                assert!(set.entries.contains(&entry), "what is answered is what is kept");
            }
        }
    });
}

#[test]
fn what_changed_since_is_left_alone_when_that_is_asked() {
    on_both(|world| async move {
        let (mailbox, inbox, _) = filled(&world, 2).await;
        let seen_at = mailbox.folder(inbox).await.unwrap().modseq;
        mailbox.set_flags(inbox, &uids(&[2]), FlagChange::add(Flags::FLAGGED), None).await.unwrap();
        let change = FlagChange::add(Flags::SEEN);
        let set = mailbox.set_flags(inbox, &UidSet::all(), change, Some(seen_at)).await.unwrap();
        assert_eq!(set.modified, [Uid(2)]);
        assert_eq!(set.entries.iter().map(|entry| entry.uid).collect::<Vec<_>>(), [Uid(1)]);
        assert_eq!(marks(&mailbox, inbox).await, [(1, Flags::SEEN), (2, Flags::FLAGGED)]);
        assert_eq!(mailbox.folder(inbox).await.unwrap().unseen, 1);
    });
}

#[test]
fn a_message_that_does_not_fit_leaves_no_trace() {
    on_both(|world| async move {
        let access = world.access_with_quota(200);
        let mailbox = access.open(&world.anna.actor, world.info).await.unwrap();
        let inbox = mailbox.inbox().await;
        mailbox.put(inbox, &[b'x'; 150]).await;
        let before = mailbox.folder(inbox).await.unwrap();
        let refused = mailbox.append(inbox, new_message(&[b'y'; 51])).await;
        assert!(matches!(refused, Err(MailError::OverQuota)));
        let refused = mailbox.save_draft(Bytes::from(vec![b'y'; 51]), None).await;
        assert!(matches!(refused, Err(MailError::OverQuota)));
        let huge = vec![b'x'; usize::try_from(MESSAGE_LIMIT).unwrap() + 1];
        let refused = world.annas().await.append(inbox, new_message(&huge)).await;
        assert!(matches!(refused, Err(MailError::TooLarge(MESSAGE_LIMIT))));
        assert_eq!(mailbox.folder(inbox).await.unwrap(), before);
        assert_eq!(world.held().await, 1);
        assert_eq!(world.count("SELECT CAST(sum(used_bytes) AS BIGINT) FROM mailboxes").await, 150);
        mailbox.put(inbox, &[b'y'; 50]).await;
    });
}

#[test]
fn folders_and_messages_of_another_mailbox_are_not_there() {
    on_both(|world| async move {
        let (info, inbox, archive) = filled(&world, 1).await;
        let message: MessageId = info.listed(inbox, Uid(1)).await.unwrap().message;
        let other = world.address("other@acme.test").await;
        world.give(other, &world.anna, Permissions::ALL).await;
        let other = world.access.open(&world.anna.actor, other).await.unwrap();
        let own = other.inbox().await;
        let all = UidSet::all();
        let no_folder = |result: Result<(), MailError>| {
            assert!(matches!(result, Err(MailError::NotFound(Missing::Folder))), "{result:?}");
        };
        no_folder(other.index(inbox).await.map(drop));
        no_folder(other.list(inbox, None, 10).await.map(drop));
        no_folder(other.append(inbox, new_message(b"a")).await.map(drop));
        no_folder(other.copy(inbox, &all, own).await.map(drop));
        no_folder(other.move_to(own, &all, archive).await.map(drop));
        no_folder(other.set_flags(inbox, &all, FlagChange::add(Flags::SEEN), None).await.map(drop));
        no_folder(other.expunge(inbox, &all).await.map(drop));
        no_folder(other.delete_folder(archive).await);
        assert!(other.entries(inbox, &all).await.unwrap().is_empty());
        assert!(matches!(other.content_of(message).await, Err(MailError::NotFound(Missing::Message))));
        assert!(matches!(other.content(inbox, Uid(1)).await, Err(MailError::NotFound(Missing::Message))));
        assert!(matches!(other.located(message).await, Err(MailError::NotFound(Missing::Message))));
    });
}

#[test]
fn several_messages_are_put_into_a_folder_all_or_none() {
    on_both(|world| async move {
        let access = world.access_with_quota(100);
        let mailbox = access.open(&world.anna.actor, world.info).await.unwrap();
        let inbox = mailbox.inbox().await;
        let of = |sizes: &[usize]| sizes.iter().map(|size| new_message(&vec![b'x'; *size])).collect();
        let refused = mailbox.append_all(inbox, of(&[50, 51])).await;
        assert!(matches!(refused, Err(MailError::OverQuota)));
        assert_eq!(mailbox.folder(inbox).await.unwrap().total, 0);
        let appended = mailbox.append_all(inbox, of(&[50, 40])).await.unwrap();
        assert_eq!(appended.iter().map(|one| one.uid).collect::<Vec<_>>(), [Uid(1), Uid(2)]);
        let quota = mailbox.quota().await.unwrap();
        assert_eq!((quota.used_bytes, quota.limit_bytes), (90, Some(100)));

        let absent = mailbox.replace(inbox, Uid(9), inbox, new_message(b"new")).await;
        assert!(matches!(absent, Err(MailError::NotFound(Missing::Message))));
        let larger = mailbox.replace(inbox, Uid(1), inbox, new_message(&[b'y'; 61])).await;
        assert!(matches!(larger, Err(MailError::OverQuota)));
        let replaced = mailbox.replace(inbox, Uid(1), inbox, new_message(&[b'y'; 60])).await.unwrap();
        assert_eq!(replaced.uid, Uid(3), "the room of the old one counted");
        assert_eq!(marks(&mailbox, inbox).await, [(2, Flags::NONE), (3, Flags::NONE)]);
    });
}

#[test]
fn a_folder_tells_how_much_an_expunge_would_give_back() {
    on_both(|world| async move {
        let (mailbox, inbox, _) = filled(&world, 3).await;
        let deleted = FlagChange::add(Flags::DELETED.with(Flags::SEEN));
        mailbox.set_flags(inbox, &uids(&[1, 3]), deleted, None).await.unwrap();
        let deleted = mailbox.deleted(inbox).await.unwrap();
        assert_eq!((deleted.count, deleted.bytes), (2, 2 * letter("m1", "text").len() as u64));
    });
}
