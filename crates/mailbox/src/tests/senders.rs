//! Blocked and approved senders (S14).

use domain::{Permission, Permissions};

use super::on_both;
use super::setting_acts::auto_reply;
use super::world::{World, email, mail};
use crate::{
    BlockedMail, IncomingMail, MailError, Mailbox, RecipientError, SenderError, SenderStanding, SettingsError,
};

async fn block(mailbox: &Mailbox, pattern: &str) {
    list(mailbox, pattern, SenderStanding::Blocked).await;
}

async fn list(mailbox: &Mailbox, pattern: &str, standing: SenderStanding) {
    mailbox.address_settings().list_sender(&pattern.parse().unwrap(), standing).await.unwrap();
}

/// Where a mail of that sender goes: the name of the folder.
async fn goes_to(world: &World, sender: &str, from: &str) -> String {
    let content = format!("From: <{from}>\r\nTo: info@acme.test\r\n\r\nHello\r\n");
    let mut delivery = world.access.delivery();
    delivery.add(&email("info@acme.test")).await.unwrap();
    let mail = IncomingMail { sender: sender.parse().ok(), ..mail(content.as_bytes()) };
    let mailbox = world.annas().await;
    let before = mailbox.folders().await.unwrap();
    delivery.complete(mail).await.unwrap();
    let after = mailbox.folders().await.unwrap();
    let grown = after.iter().zip(before).find(|(after, before)| after.total > before.total);
    grown.unwrap().0.name.clone()
}

#[test]
fn mail_of_blocked_senders_goes_into_junk_whatever_name_they_use() {
    on_both(|world| async move {
        let mailbox = world.annas().await;
        for pattern in ["eve@far.test", "*@spam.test", "*.ads.test"] {
            block(&mailbox, pattern).await;
        }
        for (sender, from, folder) in [
            ("bob@far.test", "bob@far.test", "INBOX"),
            ("eve@far.test", "eve@far.test", "Junk"),
            ("EVE+x@far.test", "bob@far.test", "Junk"),
            ("bob@far.test", "eve@far.test", "Junk"),
            ("", "eve@far.test", "Junk"),
            ("anybody@spam.test", "a@b.test", "Junk"),
            ("anybody@mail.spam.test", "a@b.test", "INBOX"),
            ("x@mail.ads.test", "a@b.test", "Junk"),
            ("x@ads.test", "a@b.test", "INBOX"),
        ] {
            assert_eq!(goes_to(&world, sender, from).await, folder, "{sender} {from}");
        }
    });
}

#[test]
fn a_nearer_pattern_goes_before_a_wider_one_and_the_address_before_its_mail_service() {
    on_both(|world| async move {
        let mailbox = world.annas().await;
        let desk = world.access.service_desk(&world.operator, world.service).await.unwrap();
        desk.list_sender(&"*@far.test".parse().unwrap(), SenderStanding::Blocked).await.unwrap();
        assert_eq!(goes_to(&world, "bob@far.test", "bob@far.test").await, "Junk");
        list(&mailbox, "bob@far.test", SenderStanding::Approved).await;
        assert_eq!(goes_to(&world, "bob@far.test", "bob@far.test").await, "INBOX");
        assert_eq!(goes_to(&world, "eve@far.test", "eve@far.test").await, "Junk");
        block(&mailbox, "*@near.test").await;
        list(&mailbox, "anna@near.test", SenderStanding::Approved).await;
        assert_eq!(goes_to(&world, "anna@near.test", "anna@near.test").await, "INBOX");
        block(&mailbox, "anna@near.test").await;
        assert_eq!(goes_to(&world, "anna@near.test", "anna@near.test").await, "Junk", "listed anew");
        desk.unlist_sender("*@far.test").await.unwrap();
        assert_eq!(goes_to(&world, "eve@far.test", "eve@far.test").await, "INBOX");
    });
}

#[test]
fn mail_of_blocked_senders_is_refused_where_that_was_chosen() {
    on_both(|world| async move {
        let mailbox = world.annas().await;
        block(&mailbox, "*@far.test").await;
        let takes = async |sender: &str| {
            world.access.delivery().of_sender(email(sender)).add(&email("info@acme.test")).await
        };
        assert_eq!(takes("eve@far.test").await, Ok(()));
        mailbox.address_settings().set_blocked_mail(BlockedMail::Refused).await.unwrap();
        assert_eq!(takes("eve@far.test").await, Err(RecipientError::SenderBlocked));
        assert_eq!(takes("eve@near.test").await, Ok(()));
        let content = bytes::Bytes::from_static(b"From: eve@far.test\r\n\r\nHello\r\n");
        let local = world.access.local_delivery();
        let refused = local.deliver(&email("info@acme.test"), Some(&email("eve@far.test")), content).await;
        assert!(matches!(refused, Err(queue::LocalFault::Permanent(_))));
    });
}

#[test]
fn blocked_senders_are_not_answered_by_machine() {
    on_both(|world| async move {
        let mailbox = world.annas().await;
        let settings = mailbox.address_settings();
        let reply = settings.add_auto_reply(&auto_reply("away")).await.unwrap();
        settings.activate_auto_reply(reply).await.unwrap();
        block(&mailbox, "*@far.test").await;
        goes_to(&world, "bob@far.test", "bob@far.test").await;
        assert_eq!(world.count("SELECT count(*) FROM submissions").await, 0);
        goes_to(&world, "bob@near.test", "bob@near.test").await;
        assert_eq!(world.count("SELECT count(*) FROM submissions").await, 1);
    });
}

#[test]
fn lists_of_senders_have_pages_and_an_end_and_are_changed_with_the_permission() {
    on_both(|world| async move {
        let settings = world.annas().await.address_settings();
        for number in 0..1_000 {
            let pattern = format!("s{number:04}@far.test").parse().unwrap();
            settings.list_sender(&pattern, SenderStanding::Blocked).await.unwrap();
        }
        let more = settings.list_sender(&"x@far.test".parse().unwrap(), SenderStanding::Blocked).await;
        assert!(matches!(more, Err(SenderError::TooMany)), "{more:?}");
        let first = settings.senders("").await.unwrap();
        assert_eq!((first.senders.len(), first.has_more), (200, true));
        let last = settings.senders("s0899@far.test").await.unwrap();
        assert_eq!((last.senders.len(), last.has_more), (100, false));
        assert_eq!(goes_to(&world, "s0500@far.test", "s0500@far.test").await, "Junk");
        world.allow(world.info, &world.anna, Permissions::ALL.without(Permission::Security)).await;
        let refused = settings.unlist_sender("s0001@far.test").await;
        assert!(matches!(refused, Err(SettingsError::Mail(MailError::MayNot(Permission::Security)))));
        assert_eq!(settings.senders("").await.unwrap().senders.len(), 200, "to look is to read");
    });
}
