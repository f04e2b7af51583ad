//! Mail that arrives.

use domain::Permissions;
use queue::LocalFault;

use super::on_both;
use super::world::{MESSAGE_LIMIT, World, email, letter, mail};
use crate::{DeliveryError, Flags, Mailbox, RecipientError};

const RETURN_PATH: &[u8] = b"Return-Path: <bob@far.test>\r\n";

/// The messages in an inbox, the newest first.
async fn arrived(mailbox: &Mailbox) -> Vec<crate::ListedMessage> {
    mailbox.list(mailbox.inbox().await, None, 10).await.unwrap()
}

/// A second address that Anna opens.
async fn sales(world: &World) -> Mailbox {
    let sales = world.address("sales@acme.test").await;
    world.give(sales, &world.anna, Permissions::ALL).await;
    world.access.open(&world.anna.actor, sales).await.unwrap()
}

#[test]
fn a_mail_arrives_in_the_inbox_byte_for_byte() {
    on_both(|world| async move {
        let mailbox = world.annas().await;
        let mut changes = mailbox.changes();
        world.deliver(&["info@acme.test"], &letter("hello", "Hello there")).await;
        let inbox = mailbox.inbox().await;
        assert_eq!(changes.next().await, domain::Change::Messages { folder: inbox, arrived: true });
        let listed = arrived(&mailbox).await;
        assert_eq!(listed.len(), 1);
        assert_eq!((listed[0].subject.as_str(), listed[0].from_name.as_str()), ("hello", "Bob"));
        assert_eq!((listed[0].entry.flags, listed[0].received_at), (Flags::NONE, testkit::clock::START));
        let content = mailbox.content_of(listed[0].message).await.unwrap();
        assert_eq!(content, [RETURN_PATH, &letter("hello", "Hello there")].concat());
        let view = mailbox.folder(inbox).await.unwrap();
        assert_eq!((view.total, view.unseen, view.size_bytes), (1, 1, content.len() as u64));
    });
}

#[test]
fn a_mail_for_several_addresses_arrives_in_each_in_one_transaction() {
    on_both(|world| async move {
        let (info, sales) = (world.annas().await, sales(&world).await);
        let commits = world.store.commit_count();
        world
            .deliver(&["info@acme.test", "SALES@acme.test", "Info@Acme.Test"], &letter("all", "Hello"))
            .await;
        assert_eq!(world.store.commit_count(), commits + 1);
        assert_eq!(arrived(&info).await.len(), 1, "two spellings of one address are one copy");
        assert_eq!(arrived(&sales).await.len(), 1);
    });
}

#[test]
fn an_address_that_is_not_here_takes_nothing_and_says_which_of_the_two_it_is() {
    on_both(|world| async move {
        let mut delivery = world.access.delivery();
        assert_eq!(delivery.add(&email("never@acme.test")).await, Err(RecipientError::Unknown));
        assert_eq!(delivery.add(&email("info@far.test")).await, Err(RecipientError::NotHere));
        world.write(|tx| tx.execute("UPDATE domains SET verified_at = NULL", &[]).map(drop)).await;
        assert_eq!(delivery.add(&email("info@acme.test")).await, Err(RecipientError::NotHere));
    });
}

#[test]
fn a_full_mailbox_takes_no_mail() {
    on_both(|world| async move {
        let access = world.access_with_quota(1);
        let mut delivery = access.delivery();
        delivery.add(&email("info@acme.test")).await.unwrap();
        delivery.complete(mail(&letter("first", "Hello"))).await.unwrap();
        let mut delivery = access.delivery();
        assert_eq!(delivery.add(&email("info@acme.test")).await, Err(RecipientError::OverQuota));
        world.write(|tx| tx.execute("UPDATE mailboxes SET quota_bytes = 1000000", &[]).map(drop)).await;
        assert_eq!(delivery.add(&email("info@acme.test")).await, Ok(()), "its own quota goes before");
    });
}

#[test]
fn a_mail_that_was_promised_room_is_kept_although_it_does_not_fit() {
    on_both(|world| async move {
        let (info, sales) = (world.annas().await, sales(&world).await);
        world.write(|tx| tx.execute("UPDATE mailboxes SET quota_bytes = 10", &[]).map(drop)).await;
        world.deliver(&["info@acme.test", "sales@acme.test"], &letter("large", "Hello")).await;
        assert_eq!((arrived(&info).await.len(), arrived(&sales).await.len()), (1, 1));
    });
}

#[test]
fn nothing_of_a_mail_is_kept_when_one_recipient_goes_away_meanwhile() {
    on_both(|world| async move {
        let info = world.annas().await;
        world.address("sales@acme.test").await;
        let mut delivery = world.access.delivery();
        delivery.add(&email("info@acme.test")).await.unwrap();
        delivery.add(&email("sales@acme.test")).await.unwrap();
        let sql = "UPDATE mailboxes SET state = 'blocked' WHERE address_key = 'sales@acme.test'";
        world.write(move |tx| tx.execute(sql, &[]).map(drop)).await;
        assert_eq!(delivery.complete(mail(&letter("a", "b"))).await, Err(DeliveryError::Unavailable));
        assert!(arrived(&info).await.is_empty());
        for sql in [
            "SELECT count(*) FROM messages",
            "SELECT count(*) FROM bodies",
            "SELECT count(*) FROM placements",
        ] {
            assert_eq!(world.count(sql).await, 0, "{sql}");
        }
        assert_eq!(world.count("SELECT CAST(sum(used_bytes) AS BIGINT) FROM mailboxes").await, 0);
    });
}

#[test]
fn a_large_mail_is_kept_once_as_a_file_and_reads_back_byte_for_byte() {
    on_both(|world| async move {
        let (info, sales) = (world.annas().await, sales(&world).await);
        let text: String = (0..20_000).map(|number| format!("{number} \0\u{e4}\r\n")).collect();
        let large = letter("large", &text);
        assert!(large.len() > store::blobs::INLINE_LIMIT);
        world.deliver(&["info@acme.test", "sales@acme.test"], &large).await;
        world.deliver(&["info@acme.test"], &large).await;
        let expected = [RETURN_PATH, &large].concat();
        for mailbox in [&info, &sales] {
            for listed in arrived(mailbox).await {
                assert_eq!(mailbox.content_of(listed.message).await.unwrap(), expected);
                assert_eq!(listed.size, expected.len() as u64);
            }
        }
        assert_eq!(world.count("SELECT count(*) FROM blobs").await, 1);
        assert_eq!(world.count("SELECT count(*) FROM blob_uses").await, 3);
        assert_eq!(world.count("SELECT count(*) FROM bodies").await, 0);
    });
}

#[test]
fn a_file_is_given_up_with_the_last_message_that_uses_it() {
    on_both(|world| async move {
        let mailbox = world.annas().await;
        let large = letter("large", &"words ".repeat(20_000));
        world.deliver(&["info@acme.test"], &large).await;
        world.deliver(&["info@acme.test"], &large).await;
        let (inbox, trash) = (mailbox.inbox().await, mailbox.named("Trash").await.id);
        for removed in [1, 2] {
            let newest = arrived(&mailbox).await.remove(0).entry.uid;
            mailbox.delete(inbox, &crate::UidSet::one(newest)).await.unwrap();
            mailbox.delete(trash, &crate::UidSet::all()).await.unwrap();
            assert_eq!(world.count("SELECT count(*) FROM blob_uses").await, 2, "they can be restored");
            assert_eq!(world.count("SELECT count(*) FROM removed_messages").await, removed);
            for listed in arrived(&mailbox).await {
                assert!(mailbox.content_of(listed.message).await.is_ok());
            }
        }
        assert_eq!(world.count("SELECT CAST(sum(used_bytes) AS BIGINT) FROM mailboxes").await, 0);
        world.clock.advance(domain::duration::days(31));
        while world.access.forget_piece().await.unwrap() {}
        assert_eq!(world.count("SELECT count(*) FROM blob_uses").await, 0);
    });
}

#[test]
fn a_mail_that_is_too_large_is_refused() {
    on_both(|world| async move {
        let mut delivery = world.access.delivery();
        delivery.add(&email("info@acme.test")).await.unwrap();
        let huge = vec![b'x'; usize::try_from(MESSAGE_LIMIT).unwrap() + 1];
        assert_eq!(delivery.complete(mail(&huge)).await, Err(DeliveryError::TooLarge));
        assert_eq!(world.count("SELECT count(*) FROM messages").await, 0);
    });
}

#[test]
fn what_is_no_mail_at_all_arrives_too() {
    on_both(|world| async move {
        let mailbox = world.annas().await;
        for content in [&b""[..], b"\0\xff\xfe\r\n\r\n\0", b"no header"] {
            world.deliver(&["info@acme.test"], content).await;
            let newest = arrived(&mailbox).await.remove(0);
            let kept = mailbox.content_of(newest.message).await.unwrap();
            assert_eq!(kept, [RETURN_PATH, content].concat());
        }
    });
}

#[test]
fn the_queue_delivers_to_addresses_here() {
    on_both(|world| async move {
        let local = world.access.local_delivery();
        assert!(local.is_local(&"acme.test".parse().unwrap()).await.unwrap());
        assert!(!local.is_local(&"far.test".parse().unwrap()).await.unwrap());
        let content = bytes::Bytes::from(letter("bounce", "Sorry"));
        local.deliver(&email("info@acme.test"), None, content.clone()).await.unwrap();
        let mailbox = world.annas().await;
        let listed = arrived(&mailbox).await.remove(0);
        let kept = mailbox.content_of(listed.message).await.unwrap();
        assert!(kept.starts_with(b"Return-Path: <>\r\n"));
        let unknown = local.deliver(&email("never@acme.test"), None, content).await;
        assert!(matches!(unknown, Err(LocalFault::Permanent(_))));
    });
}
