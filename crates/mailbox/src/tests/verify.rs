//! `postroom verify`: what the use cases leave is in order, and each damage is named.

use domain::{Id, MessageId, Permissions};
use store::{StoreError, Tx};

use super::on_both;
use super::world::{World, letter, new_message};
use crate::{Finding, FlagChange, FlagMode, Flags, Keywords, Looked, Topic, Uid, UidSet, Weight};

/// Mail in several folders, some of it large, marked, moved, copied and gone; a mail program, and mail on its way out.
async fn lived_in(world: &World) {
    let mailbox = world.annas().await;
    let inbox = mailbox.inbox().await;
    let archive = mailbox.named("Archive").await.id;
    for number in 0..8 {
        world.deliver(&["info@acme.test"], &letter(&format!("letter{number}"), "How are you?")).await;
    }
    for number in 0..2 {
        mailbox.put(inbox, &letter(&format!("large{number}"), &"long lines\r\n".repeat(9_000))).await;
    }
    let seen = FlagChange { mode: FlagMode::Add, flags: Flags::SEEN, keywords: Keywords::default() };
    mailbox.set_flags(inbox, &UidSet::of_ranges([2..=3]), seen, None).await.unwrap();
    mailbox.copy(inbox, &UidSet::of_ranges([3..=4]), archive).await.unwrap();
    mailbox.move_to(inbox, &UidSet::one(Uid(5)), archive).await.unwrap();
    let deleted = FlagChange { mode: FlagMode::Add, flags: Flags::DELETED, keywords: Keywords::default() };
    mailbox.set_flags(inbox, &UidSet::of_ranges([6..=7]), deleted, None).await.unwrap();
    mailbox.expunge(inbox, &UidSet::all()).await.unwrap();
    world.annas_device().await;
}

/// What is found, and how much was looked at.
async fn verified(world: &World) -> (Vec<Finding>, Looked) {
    let mut found = Vec::new();
    let looked = world.access.verify(&world.operator, &mut |finding| found.push(finding)).await.unwrap();
    (found, looked)
}

fn is_named(found: &[Finding], topic: Topic, words: &str) -> bool {
    found.iter().any(|finding| {
        finding.weight == Weight::Fault
            && finding.topic == topic
            && format!("{}: {}", finding.place, finding.words).contains(words)
    })
}

#[test]
fn what_the_use_cases_leave_is_in_order() {
    on_both(|world| async move {
        lived_in(&world).await;
        let (found, looked) = verified(&world).await;
        assert_eq!(found, []);
        assert_eq!((looked.messages, looked.blobs), (10, 2), "with those that can be restored");
        assert!(looked.mailboxes == 1 && looked.folders >= 6, "{looked:?}");
    });
}

#[test]
fn only_the_operator_looks_through_everything() {
    on_both(|world| async move {
        let refused = world.access.verify(&world.anna.actor, &mut |_| {}).await;
        assert!(matches!(refused, Err(crate::VerifyError::NotOperator)));
    });
}

#[test]
fn counters_and_numbers_that_lie_are_named() {
    on_both(|world| async move {
        lived_in(&world).await;
        world
            .write(|tx| {
                for sql in [
                    "UPDATE folders SET total = total + 1, unseen = unseen + 2, size_bytes = size_bytes + 3, \
                     uid_next = 2 WHERE name = 'INBOX'",
                    "UPDATE placements SET modseq = 9000 WHERE uid = 1",
                    "UPDATE mailboxes SET used_bytes = used_bytes + 7, modseq = 1, next_uid_validity = 1",
                    "INSERT INTO expunged (mailbox_id, folder_id, modseq, uid) \
                     SELECT mailbox_id, folder_id, 1, uid FROM placements WHERE uid = 4",
                ] {
                    tx.execute(sql, &[])?;
                }
                Ok(())
            })
            .await;
        let (found, _) = verified(&world).await;
        let inbox = "info@acme.test, folder INBOX";
        for (topic, words) in [
            (Topic::Counter, format!("{inbox}: it says that it holds 8 messages; there are 7")),
            (Topic::Counter, "messages that are not read; there are 5".to_owned()),
            (Topic::Counter, format!("{inbox}: it says that it holds 2")),
            (Topic::Counter, "bytes are used; its messages have".to_owned()),
            (Topic::Numbers, format!("{inbox}: its UIDNEXT is 2, and the UID 10 was given already")),
            (Topic::Numbers, "and a message has 9000".to_owned()),
            (Topic::Numbers, "info@acme.test: its MODSEQ is 1, and a folder has".to_owned()),
            (Topic::Numbers, "its next UIDVALIDITY is 1, and a folder has".to_owned()),
            (Topic::Numbers, format!("{inbox}, UID 4: this UID was given twice")),
        ] {
            assert!(is_named(&found, topic, &words), "{words:?} is not among {found:#?}");
        }
    });
}

#[test]
fn rows_without_their_counterparts_are_named() {
    on_both(|world| async move {
        lived_in(&world).await;
        let info = world.info;
        let empty = world.address("empty@acme.test").await;
        world
            .write(move |tx| {
                let of = |tx: &mut Tx<'_>, uid: i64| -> Result<(MessageId, i64), StoreError> {
                    let sql = "SELECT m.message_id, m.search_row FROM placements p JOIN messages m ON \
                               m.mailbox_id = p.mailbox_id AND m.message_id = p.message_id JOIN folders f \
                               ON f.folder_id = p.folder_id AND f.name = 'INBOX' WHERE p.uid = $1";
                    tx.load(sql, &[&uid], |row| Ok((row.get(0)?, row.get(1)?)))
                };
                let (bodiless, _) = of(tx, 1)?;
                tx.execute("DELETE FROM bodies WHERE message_id = $1", &[&bodiless])?;
                let (cut, _) = of(tx, 2)?;
                let short: &[u8] = b"short";
                tx.execute("UPDATE bodies SET content = $2 WHERE message_id = $1", &[&cut, &short.to_vec()])?;
                let (unfiled, _) = of(tx, 3)?;
                tx.execute("DELETE FROM placements WHERE message_id = $1", &[&unfiled])?;
                let (_, unfound) = of(tx, 4)?;
                store::search::remove(tx, info, unfound)?;
                let (gone, _) = of(tx, 8)?;
                tx.execute("DELETE FROM messages WHERE message_id = $1", &[&gone])?;
                for _ in 0..2 {
                    let row = store::search::new_row(tx)?;
                    let nothing =
                        store::search::SearchDocument { subject: "", people: "", body: "", letters: &[] };
                    store::search::index(tx, info, row, &nothing)?;
                }
                tx.execute("DELETE FROM folders WHERE mailbox_id = $1", &[&empty])?;
                tx.execute("DELETE FROM addresses WHERE mailbox_id = $1", &[&empty])?;
                tx.execute("DELETE FROM grants WHERE mailbox_id = $1", &[&info])?;
                Ok(())
            })
            .await;
        let (found, _) = verified(&world).await;
        for (topic, words) in [
            (Topic::Content, ": its content is not there"),
            (Topic::Content, ", its content has 5"),
            (Topic::Orphan, ": no folder holds it"),
            (Topic::Search, ": the search index does not have it"),
            (Topic::Search, "some belong to no message"),
            (Topic::Orphan, "INBOX, UID 8: there is no message with this number"),
            (Topic::Orphan, "info@acme.test: there is a content of the message"),
            (Topic::Orphan, "empty@acme.test: it has no INBOX"),
            (Topic::Orphan, "empty@acme.test: its own address does not lead to it"),
            (Topic::Access, "info@acme.test: the device password “phone” of anna Tester outlived the access"),
        ] {
            assert!(is_named(&found, topic, words), "{words:?} is not among {found:#?}");
        }
    });
}

#[test]
fn blobs_that_are_missing_or_damaged_are_named_and_unused_ones_are_only_told() {
    on_both(|world| async move {
        lived_in(&world).await;
        let mut files = files_below(&world.folder().join("blobs"));
        files.sort();
        std::fs::remove_file(&files[0]).unwrap();
        std::fs::write(&files[1], "something else").unwrap();
        let stranger = world.folder().join("blobs").join("ab").join("cd");
        std::fs::create_dir_all(&stranger).unwrap();
        std::fs::write(stranger.join("ab".repeat(32)), "nobody's").unwrap();
        world
            .write(|tx| {
                let (hash, nobody) = ([7u8; 32], MessageId::from_bytes([7; 16]));
                let sql = "INSERT INTO blobs (hash, size, created_at) VALUES ($1, 1, 0)";
                tx.execute(sql, &[&hash])?;
                tx.execute("INSERT INTO blob_uses (hash, owner) VALUES ($1, $2)", &[&hash, &nobody])?;
                Ok(())
            })
            .await;
        let (found, _) = verified(&world).await;
        for (topic, words) in [
            (Topic::Blob, "it is missing, used by 1 mail"),
            (Topic::Blob, "it is damaged, and not what its name says, used by 1 mail"),
            (Topic::Orphan, "it is kept for 07070707070707070707070707070707, which is not there"),
        ] {
            assert!(is_named(&found, topic, words), "{words:?} is not among {found:#?}");
        }
        let notes: Vec<_> = found.iter().filter(|finding| finding.weight == Weight::Note).collect();
        assert!(notes.len() == 1 && notes[0].place.ends_with(&"ab".repeat(32)), "{notes:?}");
    });
}

fn files_below(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(files_below(&path)) } else { files.push(path) }
    }
    files
}

#[test]
fn mail_on_its_way_out_that_is_not_there_is_named() {
    on_both(|world| async move {
        world
            .write(|tx| {
                let submission = tx.id::<domain::SubmissionId>();
                let sql = "INSERT INTO submissions (submission_id, sender, size, created_at) \
                           VALUES ($1, 'info@acme.test', 10, 0)";
                tx.execute(sql, &[&submission])?;
                let sql = "INSERT INTO outgoing_recipients (submission_id, recipient, destination, state, due_at) \
                           VALUES ($1, 'bob@far.test', 'far.test', 'waiting', 0)";
                tx.execute(sql, &[&submission]).map(drop)
            })
            .await;
        let (found, _) = verified(&world).await;
        assert!(is_named(&found, Topic::Queue, ": its content is not there"), "{found:#?}");
    });
}

#[test]
fn what_changes_meanwhile_is_no_finding() {
    on_both(|world| async move {
        let (mailbox, person) = (world.annas().await, world.person("ben").await);
        world.give(world.info, &person, Permissions::ALL).await;
        let inbox = mailbox.inbox().await;
        let busy = async {
            for number in 0..12 {
                let added =
                    mailbox.append(inbox, new_message(&letter(&format!("n{number}"), "x"))).await.unwrap();
                let deleted =
                    FlagChange { mode: FlagMode::Add, flags: Flags::DELETED, keywords: Keywords::default() };
                if number % 2 == 0 {
                    mailbox.set_flags(inbox, &UidSet::one(added.uid), deleted, None).await.unwrap();
                    mailbox.expunge(inbox, &UidSet::all()).await.unwrap();
                }
            }
        };
        let looking = async {
            let mut all = Vec::new();
            for _ in 0..4 {
                all.extend(verified(&world).await.0);
            }
            all
        };
        let ((), found) = tokio::join!(busy, looking);
        assert_eq!(found, []);
    });
}

#[test]
fn removed_messages_that_cannot_be_restored_are_named() {
    on_both(|world| async move {
        lived_in(&world).await;
        world
            .write(|tx| {
                for sql in [
                    "UPDATE mailboxes SET removed_bytes = removed_bytes + 7",
                    "UPDATE removed_messages SET size = size + 1",
                    "INSERT INTO removed_messages (mailbox_id, message_id, folder_id, folder_name, flags, keywords, \
                     received_at, size, removed_at, removed_by, removed_with) SELECT p.mailbox_id, p.message_id, \
                     p.folder_id, 'x', 0, '', 0, 0, 0, p.mailbox_id, '' FROM placements p WHERE p.uid = 8",
                ] {
                    tx.execute(sql, &[])?;
                }
                Ok(())
            })
            .await;
        let (found, _) = verified(&world).await;
        assert!(is_named(&found, Topic::Counter, "bytes can be restored"), "{found:?}");
        assert!(is_named(&found, Topic::Orphan, "cannot be restored"), "{found:?}");
        assert!(is_named(&found, Topic::Orphan, "a folder holds it, and it counts as removed"), "{found:?}");
        assert!(is_named(&found, Topic::Search, "the search index has it"), "{found:?}");
    });
}
