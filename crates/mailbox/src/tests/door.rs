//! Who opens which mailbox, and how what is open ends.

use std::time::Duration;

use bus::{EndReason, Protocol};
use domain::{Id, MailboxId, Permission, Permissions, Role};
use identity::SignInError;
use identity::grants::NewGrant;

use super::on_both;
use super::world::{email, letter};
use crate::{MailError, OpenError, SendError};

#[test]
fn a_mailbox_without_access_is_as_absent_as_one_that_never_was() {
    on_both(|world| async move {
        let stranger = world.person("sven").await;
        let never = MailboxId::from_bytes([9; 16]);
        for mailbox in [world.info, never] {
            assert!(matches!(world.access.open(&stranger.actor, mailbox).await, Err(OpenError::NotFound)));
            assert!(matches!(
                world.access.address_desk(&stranger.actor, mailbox).await,
                Err(OpenError::NotFound)
            ));
        }
        for address in ["info@acme.test", "never@acme.test"] {
            let opened = world.access.send_as(&stranger.actor, &email(address)).await;
            assert!(matches!(opened, Err(SendError::NotFound)));
        }
        assert!(world.access.list(&stranger.actor).await.unwrap().is_empty());
        assert!(world.access.open_address(&stranger.actor).await.is_err());
    });
}

#[test]
fn whoever_has_access_sees_the_address_in_their_list() {
    on_both(|world| async move {
        let sales = world.address("sales@acme.test").await;
        world.give(sales, &world.anna, Permissions::NONE).await;
        world.deliver(&["info@acme.test"], &letter("hello", "Hello")).await;
        let listed = world.access.list(&world.anna.actor).await.unwrap();
        let shown: Vec<_> = listed
            .iter()
            .map(|view| {
                (view.address.to_string(), view.organization_name.as_str(), view.unread, view.is_primary)
            })
            .collect();
        assert_eq!(
            shown,
            [
                ("info@acme.test".to_owned(), "Acme", 1, true),
                ("sales@acme.test".to_owned(), "Acme", 0, false)
            ]
        );
        assert_eq!(listed[0].rights.permissions(), Permissions::ALL);
        assert_eq!(listed[1].rights.permissions(), Permissions::NONE);
    });
}

#[test]
fn a_mail_program_opens_only_the_mailbox_that_its_password_is_for() {
    on_both(|world| async move {
        let sales = world.address("sales@acme.test").await;
        world.give(sales, &world.anna, Permissions::ALL).await;
        let (made, device) = world.annas_device().await;
        assert_eq!(world.access.open_address(&device).await.unwrap().id(), world.info);
        assert!(world.access.open(&device, world.info).await.is_ok());
        assert!(matches!(world.access.open(&device, sales).await, Err(OpenError::NotFound)));
        assert!(matches!(
            world.access.send_as(&device, &email("sales@acme.test")).await,
            Err(SendError::NotFound)
        ));
        let listed = world.access.list(&device).await.unwrap();
        assert_eq!(listed.iter().map(|view| view.mailbox).collect::<Vec<_>>(), [world.info]);
        let elsewhere = email("sales@acme.test");
        let refused =
            world.identity.sign_in_device(&elsewhere, &made.secret, Protocol::Imap, super::world::HOME).await;
        assert_eq!(refused.err(), Some(SignInError::Wrong));
        assert!(matches!(world.access.address_desk(&device, world.info).await, Err(OpenError::NotFound)));
    });
}

#[test]
fn the_owner_of_an_organization_reads_nothing_without_an_access() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        assert!(world.access.address_desk(&olga.actor, world.info).await.is_ok());
        assert!(matches!(world.access.open(&olga.actor, world.info).await, Err(OpenError::NotFound)));
        assert!(matches!(
            world.access.send_as(&olga.actor, &email("info@acme.test")).await,
            Err(SendError::NotFound)
        ));
        assert!(world.access.list(&olga.actor).await.unwrap().is_empty());
    });
}

#[test]
fn whoever_runs_the_server_opens_no_mail() {
    on_both(|world| async move {
        assert!(world.access.address_desk(&world.operator, world.info).await.is_ok());
        assert!(matches!(world.access.open(&world.operator, world.info).await, Err(OpenError::NotFound)));
        assert!(matches!(world.access.open_address(&world.operator).await, Err(OpenError::NotFound)));
        assert!(world.access.list(&world.operator).await.unwrap().is_empty());
    });
}

#[test]
fn an_access_that_is_taken_away_ends_what_is_open_and_says_what_that_was() {
    on_both(|world| async move {
        let other = world.member("otto", Role::Collaborator).await;
        world.give(world.info, &other, Permissions::ALL).await;
        let ottos = world.access.open(&other.actor, world.info).await.unwrap();
        let (made, device) = world.annas_device().await;
        let (page, program) = (world.annas().await, world.access.open_address(&device).await.unwrap());
        let waiting = program.lease().clone();
        let thrown_out = tokio::spawn(async move { waiting.ended().await });

        let report = world.remove(world.info, &world.anna).await;

        assert_eq!(report.devices, ["phone"]);
        let mut closed: Vec<_> = report.closed.iter().map(|live| live.protocol).collect();
        closed.sort_by_key(|protocol| format!("{protocol:?}"));
        assert_eq!(closed, [Protocol::Imap, Protocol::Web], "each open thing once");
        assert_eq!(thrown_out.await.unwrap(), EndReason::AccessRemoved);
        assert_eq!(page.lease().is_ended(), Some(EndReason::AccessRemoved));
        assert!(matches!(page.folders().await, Err(MailError::Ended(EndReason::AccessRemoved))));
        assert!(matches!(program.folders().await, Err(MailError::Ended(EndReason::AccessRemoved))));
        assert!(matches!(world.access.open(&world.anna.actor, world.info).await, Err(OpenError::NotFound)));
        assert!(matches!(world.access.open(&device, world.info).await, Err(OpenError::Ended(_))));
        assert_eq!(world.sign_in_device(&made.secret).await.err(), Some(SignInError::Wrong));
        assert_eq!(ottos.lease().is_ended(), None);
        assert!(ottos.folders().await.is_ok(), "others go on");
        assert_eq!(world.anna.actor.lease().unwrap().is_ended(), None, "the session goes on");
    });
}

#[test]
fn an_access_ends_by_itself_at_its_date() {
    on_both(|world| async move {
        let sales = world.address("sales@acme.test").await;
        let user = world.anna.user;
        let ends_at = testkit::clock::START.plus(Duration::from_secs(3600));
        world
            .write(move |tx| {
                let grant = NewGrant {
                    mailbox: sales,
                    user,
                    permissions: Permissions::ALL,
                    ends_at: Some(ends_at),
                    appears_under: None,
                    created_by: None,
                };
                identity::grants::add(tx, &grant).map(drop)
            })
            .await;
        let mailbox = world.access.open(&world.anna.actor, sales).await.unwrap();
        let secret = mailbox.add_device(&world.anna.proof, "phone").await.unwrap().secret;
        let (address, home) = (email("sales@acme.test"), super::world::HOME);
        world.clock.advance(Duration::from_secs(3599));
        assert!(mailbox.folders().await.is_ok());
        assert!(world.identity.sign_in_device(&address, &secret, Protocol::Imap, home).await.is_ok());
        let sender = mailbox.sender().await.unwrap();

        world.clock.advance(Duration::from_secs(1));

        assert!(matches!(mailbox.folders().await, Err(MailError::Ended(EndReason::AccessRemoved))));
        assert!(matches!(world.access.open(&world.anna.actor, sales).await, Err(OpenError::NotFound)));
        assert_eq!(world.access.list(&world.anna.actor).await.unwrap().len(), 1);
        let refused = world.identity.sign_in_device(&address, &secret, Protocol::Imap, home).await;
        assert_eq!(refused.err(), Some(SignInError::Wrong));
        let mail = super::sending::outgoing("sales@acme.test", &["bob@far.test"]);
        assert!(sender.submit(mail).await.is_err());
    });
}

#[test]
fn a_session_that_signs_out_closes_what_it_opened_and_no_other() {
    on_both(|world| async move {
        let elsewhere = world.sign_in("anna").await;
        let (here, there) =
            (world.annas().await, world.access.open(&elsewhere.actor, world.info).await.unwrap());
        world.identity.sign_out(&world.anna.actor).await.unwrap();
        assert_eq!(here.lease().is_ended(), Some(EndReason::SessionEnded));
        assert!(matches!(here.folders().await, Err(MailError::Ended(EndReason::SessionEnded))));
        assert!(matches!(
            world.access.open(&world.anna.actor, world.info).await,
            Err(OpenError::Ended(EndReason::SessionEnded))
        ));
        assert!(there.folders().await.is_ok());
    });
}

#[test]
fn a_session_that_nobody_uses_any_more_reads_nothing() {
    on_both(|world| async move {
        let mailbox = world.annas().await;
        world.clock.advance(Duration::from_secs(30 * 24 * 3600));
        assert!(matches!(mailbox.folders().await, Err(MailError::Ended(EndReason::SessionEnded))));
    });
}

#[test]
fn a_permission_that_is_switched_shows_at_once() {
    on_both(|world| async move {
        let mailbox = world.annas().await;
        world.allow(world.info, &world.anna, Permissions::NONE.with(Permission::Send)).await;
        let rights = mailbox.rights().await.unwrap();
        assert_eq!(rights.permissions().iter().collect::<Vec<_>>(), [Permission::Send]);
        assert_eq!(mailbox.lease().is_ended(), None, "the mailbox stays open");
    });
}
