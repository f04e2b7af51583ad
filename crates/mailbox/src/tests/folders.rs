//! Folders.

use domain::FolderId;
use store::StoreError;

use super::on_both;
use super::world::letter;
use crate::{MailError, Mailbox, Missing, SpecialUse, Subscription, UidSet};

async fn names(mailbox: &Mailbox) -> Vec<String> {
    let first = ["INBOX", "Drafts", "Sent", "Junk", "Trash", "Archive"];
    let all = mailbox.folders().await.unwrap().into_iter().map(|folder| folder.name);
    all.filter(|name| !first.contains(&name.as_str())).collect()
}

async fn make(mailbox: &Mailbox, path: &str) -> FolderId {
    mailbox.create_folder(path, None).await.unwrap()
}

#[test]
fn a_new_mailbox_has_its_first_folders() {
    on_both(|world| async move {
        let folders = world.annas().await.folders().await.unwrap();
        let mut all: Vec<_> =
            folders.iter().map(|folder| (folder.name.as_str(), folder.special_use.unwrap())).collect();
        all.sort_unstable_by_key(|(name, _)| *name);
        let expected = [
            ("Archive", SpecialUse::Archive),
            ("Drafts", SpecialUse::Drafts),
            ("INBOX", SpecialUse::Inbox),
            ("Junk", SpecialUse::Junk),
            ("Sent", SpecialUse::Sent),
            ("Trash", SpecialUse::Trash),
        ];
        assert_eq!(all, expected);
        assert!(folders.iter().all(|folder| folder.subscribed && folder.total == 0));
    });
}

#[test]
fn a_folder_is_made_with_those_above_it() {
    on_both(|world| async move {
        let mailbox = world.annas().await;
        make(&mailbox, "a/b/c").await;
        assert_eq!(names(&mailbox).await, ["a", "a/b", "a/b/c"]);
        for path in ["a/b", "a/b/c/", "inbox"] {
            assert!(matches!(mailbox.create_folder(path, None).await, Err(MailError::Exists)), "{path}");
        }
        for path in ["", "a//b", "a*", " a"] {
            assert!(matches!(mailbox.create_folder(path, None).await, Err(MailError::BadName)), "{path}");
        }
    });
}

#[test]
fn a_folder_is_renamed_with_those_below_it() {
    on_both(|world| async move {
        let mailbox = world.annas().await;
        let child = make(&mailbox, "a/b").await;
        make(&mailbox, "ab").await;
        mailbox.put(child, &letter("x", "y")).await;
        let folder = mailbox.named("a").await.id;
        mailbox.rename_folder(folder, "new/place").await.unwrap();
        assert_eq!(names(&mailbox).await, ["ab", "new", "new/place", "new/place/b"]);
        let view = mailbox.folder(child).await.unwrap();
        assert_eq!((view.name.as_str(), view.total), ("new/place/b", 1));
        assert!(matches!(mailbox.rename_folder(folder, "ab").await, Err(MailError::Exists)));
        assert!(matches!(mailbox.rename_folder(folder, "new/place/b/c").await, Err(MailError::BadName)));
        let deep = ["d"; 10].join("/");
        assert!(matches!(mailbox.rename_folder(folder, &deep).await, Err(MailError::BadName)));
        assert_eq!(
            names(&mailbox).await,
            ["ab", "new", "new/place", "new/place/b"],
            "nothing of it was kept"
        );
        mailbox.rename_folder(folder, "new/place").await.unwrap();
    });
}

#[test]
fn the_inbox_stays_what_it_is() {
    on_both(|world| async move {
        let mailbox = world.annas().await;
        let inbox = mailbox.inbox().await;
        assert!(matches!(mailbox.rename_folder(inbox, "Other").await, Err(MailError::Fixed)));
        assert!(matches!(mailbox.delete_folder(inbox).await, Err(MailError::Fixed)));
        let another = mailbox.create_folder("Other", Some(SpecialUse::Inbox)).await;
        assert!(matches!(another, Err(MailError::Fixed)), "no other folder takes its mail");
        assert_eq!(mailbox.named("INBOX").await.special_use, Some(SpecialUse::Inbox));
    });
}

#[test]
fn a_folder_goes_with_its_messages_once_it_holds_no_other() {
    on_both(|world| async move {
        let mailbox = world.annas().await;
        let child = make(&mailbox, "a/b").await;
        let parent = mailbox.named("a").await.id;
        let kept = mailbox.put(parent, &letter("kept", "text")).await;
        mailbox.put(parent, &letter("gone", "text")).await;
        let archive = mailbox.named("Archive").await.id;
        mailbox.copy(parent, &UidSet::one(kept.uid), archive).await.unwrap();
        assert!(matches!(mailbox.delete_folder(parent).await, Err(MailError::HasChildren)));
        mailbox.delete_folder(child).await.unwrap();
        mailbox.delete_folder(parent).await.unwrap();
        assert!(names(&mailbox).await.is_empty());
        assert!(matches!(mailbox.folder(parent).await, Err(MailError::NotFound(Missing::Folder))));
        assert_eq!(world.held().await, 1, "what lies elsewhere too stays");
        assert_eq!(world.count("SELECT count(*) FROM expunged").await, 0);
    });
}

#[test]
fn a_special_folder_is_one_folder_and_comes_back_when_it_is_needed() {
    on_both(|world| async move {
        let mailbox = world.annas().await;
        mailbox.create_folder("Papierkorb", Some(SpecialUse::Trash)).await.unwrap();
        assert_eq!(mailbox.named("Trash").await.special_use, None);
        let inbox = mailbox.inbox().await;
        mailbox.put(inbox, &letter("a", "b")).await;
        mailbox.delete(inbox, &UidSet::all()).await.unwrap();
        let bin = mailbox.named("Papierkorb").await;
        assert_eq!((bin.total, mailbox.named("Trash").await.total), (1, 0));
        mailbox.delete_folder(bin.id).await.unwrap();
        mailbox.delete_folder(mailbox.named("Trash").await.id).await.unwrap();
        mailbox.put(inbox, &letter("c", "d")).await;
        mailbox.delete(inbox, &UidSet::all()).await.unwrap();
        let trash = mailbox.named("Trash").await;
        assert_eq!((trash.special_use, trash.total), (Some(SpecialUse::Trash), 1));
    });
}

#[test]
fn clients_show_the_folders_that_are_subscribed() {
    on_both(|world| async move {
        let mailbox = world.annas().await;
        let folder = make(&mailbox, "a").await;
        mailbox.subscribe(folder, Subscription::Off).await.unwrap();
        assert!(!mailbox.folder(folder).await.unwrap().subscribed);
        mailbox.subscribe(folder, Subscription::On).await.unwrap();
        assert!(mailbox.folder(folder).await.unwrap().subscribed);
        mailbox.delete_folder(folder).await.unwrap();
        let gone = mailbox.subscribe(folder, Subscription::On).await;
        assert!(matches!(gone, Err(MailError::NotFound(Missing::Folder))));
    });
}

#[test]
fn there_is_an_end_to_the_folders_of_a_mailbox() {
    on_both(|world| async move {
        let mailbox = world.annas().await;
        let id = mailbox.id();
        let fill = move |tx: &mut store::Tx<'_>| -> Result<(), StoreError> {
            for number in 6..1_999 {
                let sql = "INSERT INTO folders (mailbox_id, folder_id, name, subscribed, uid_validity, modseq, \
                           created_at) VALUES ($1, $2, $3, 1, 1, 1, 0)";
                tx.execute(sql, &[&id, &folder_id(number), &format!("f{number}")])?;
            }
            Ok(())
        };
        world.write(fill).await;
        assert!(
            matches!(mailbox.create_folder("a/b", None).await, Err(MailError::TooMany(_))),
            "two are too many"
        );
        let last = make(&mailbox, "last").await;
        assert!(matches!(mailbox.create_folder("more", None).await, Err(MailError::TooMany(_))));
        assert!(matches!(mailbox.rename_folder(last, "new/last").await, Err(MailError::TooMany(_))));
        mailbox.rename_folder(last, "least").await.unwrap();
        assert_eq!(mailbox.folders().await.unwrap().len(), 2_000);
    });
}

fn folder_id(number: u32) -> FolderId {
    let mut bytes = [0; 16];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    domain::Id::from_bytes(bytes)
}

#[test]
fn of_two_who_make_a_folder_of_one_name_at_once_one_is_told_that_it_exists() {
    on_both(|world| async move {
        let (one, other) = (world.annas().await, world.annas().await);
        for round in 0..5 {
            let path = format!("round {round}/same");
            let (one, other) = tokio::join!(one.create_folder(&path, None), other.create_folder(&path, None));
            let refused = one.err().xor(other.err());
            assert!(matches!(refused, Some(MailError::Exists)), "{refused:?}");
        }
    });
}
