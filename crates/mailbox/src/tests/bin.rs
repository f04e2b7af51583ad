//! Deleting an address, restoring it, and what is left of one that was destroyed.

use domain::duration::days;
use domain::{Language, Permissions, Role};

use super::on_both;
use super::world::{email, letter};
use crate::desk::{CreateAddressError, DeskError, For, ShareError};
use crate::{OpenError, RecipientError};

#[test]
fn a_deleted_address_is_closed_to_everybody_and_takes_no_mail() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        let desk = world.access.address_desk(&olga.actor, world.info).await.unwrap();
        let open = world.annas().await;
        let (_, phone) = world.annas_device().await;
        let program = world.access.open_address(&phone).await.unwrap();
        world.deliver(&["info@acme.test"], &letter("one", "One")).await;
        let invited = desk.invite(&olga.proof, Permissions::ALL, Language::En).await.unwrap();

        let goes = desk.deletion().await.unwrap();
        assert_eq!((goes.users.len(), goes.others, goes.devices.len()), (1, 0, 1));
        assert_eq!((goes.invitations, goes.messages), (1, 1));
        let report = desk.delete(&olga.proof).await.unwrap();
        assert_eq!(report.devices, ["phone"]);
        assert!(!report.closed.is_empty());
        assert!(open.lease().is_ended().is_some() && program.lease().is_ended().is_some());
        assert!(open.folders().await.is_err());
        assert!(matches!(world.access.open(&world.anna.actor, world.info).await, Err(OpenError::NotFound)));
        assert!(world.access.list(&world.anna.actor).await.unwrap().is_empty());
        assert!(world.access.send_as(&world.anna.actor, &email("info@acme.test")).await.is_err());
        let mut delivery = world.access.delivery();
        assert_eq!(delivery.add(&email("info@acme.test")).await, Err(RecipientError::Unknown));

        let added = desk.add_existing(&olga.proof, olga.user, Permissions::ALL).await;
        assert!(matches!(added, Err(ShareError::BeingDeleted)));
        let again = desk.invite(&olga.proof, Permissions::ALL, Language::En).await;
        assert!(matches!(again, Err(ShareError::BeingDeleted)));
        assert!(matches!(desk.link(invited.id).await, Err(DeskError::NotFound)));
        assert!(matches!(desk.delete(&olga.proof).await, Err(DeskError::NotFound)), "it is there already");
    });
}

#[test]
fn access_through_a_row_that_stands_opens_nothing_while_the_address_is_in_the_bin() {
    on_both(|world| async move {
        world.desk(world.info).await.delete(&world.proof().await).await.unwrap();
        let (user, mailbox) = (world.anna.user, world.info);
        assert_eq!(world.count("SELECT count(*) FROM grants").await, 1, "it waits for the return");
        assert!(world.read(move |tx| identity::grants::rights(tx, user, mailbox)).await.is_none());
    });
}

#[test]
fn an_address_comes_back_whole_without_what_must_not() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        let service = world.access.service_desk(&olga.actor, world.service).await.unwrap();
        let desk = world.access.address_desk(&olga.actor, world.info).await.unwrap();
        let (made, _) = world.annas_device().await;
        world.deliver(&["info@acme.test"], &letter("one", "One")).await;
        desk.delete(&olga.proof).await.unwrap();
        assert!(service.addresses("", None, 10).await.unwrap().is_empty());
        let again = service.create_address(&email("Info@acme.test"), For::Nobody).await;
        assert!(matches!(again, Err(CreateAddressError::InBin)));
        let bin = service.bin().await.unwrap();
        assert_eq!(bin.iter().map(|row| row.address.as_str()).collect::<Vec<_>>(), ["info@acme.test"]);
        assert_eq!(bin[0].binned.destroyed_at, bin[0].binned.deleted_at.plus(days(30)));

        world.clock.advance(days(29));
        let olga = world.sign_in("olga").await;
        let desk = world.access.address_desk(&olga.actor, world.info).await.unwrap();
        assert!(!world.access.destroy_piece().await.unwrap(), "its time is not over");
        desk.restore(&olga.proof).await.unwrap();
        let anna = world.sign_in("anna").await;
        let mailbox = world.access.open(&anna.actor, world.info).await.unwrap();
        assert_eq!(mailbox.rights().await.unwrap().permissions(), Permissions::ALL);
        assert_eq!(mailbox.named("INBOX").await.total, 1);
        assert!(world.sign_in_device(&made.secret).await.is_err());
        world.deliver(&["info@acme.test"], &letter("two", "Two")).await;
        assert_eq!(mailbox.named("INBOX").await.total, 2);
        assert!(matches!(desk.restore(&olga.proof).await, Err(DeskError::NotFound)), "it is not there");
    });
}

#[test]
fn after_thirty_days_an_address_is_destroyed_and_its_name_is_free() {
    on_both(|world| async move {
        let carl = world.member("carl", Role::Collaborator).await;
        let other = world.address("other@acme.test").await;
        world.give(other, &carl, Permissions::ALL).await;
        for name in ["one", "two"] {
            world.deliver(&["info@acme.test", "other@acme.test"], &letter(name, "words")).await;
        }
        let desk = world.desk(world.info).await;
        desk.invite(&world.proof().await, Permissions::ALL, Language::En).await.unwrap();
        desk.delete(&world.proof().await).await.unwrap();
        world.clock.advance(days(30));
        assert!(world.access.destroy_piece().await.unwrap());
        assert!(matches!(
            world.access.address_desk(&world.operator, world.info).await,
            Err(OpenError::NotFound)
        ));
        assert!(matches!(desk.restore(&world.proof().await).await, Err(DeskError::NotFound)));
        while world.access.destroy_piece().await.unwrap() {}

        assert_eq!(world.count("SELECT count(*) FROM mailboxes").await, 1);
        assert_eq!(world.count("SELECT count(*) FROM messages").await, 2, "the other's");
        assert_eq!(world.count("SELECT count(*) FROM placements").await, 2);
        assert_eq!(world.count("SELECT count(*) FROM bodies").await, 2);
        assert_eq!(world.count("SELECT count(*) FROM invitations").await, 0);
        let carl = world.sign_in("carl").await;
        let kept = world.access.open(&carl.actor, other).await.unwrap();
        assert_eq!(kept.named("INBOX").await.total, 2);
        world.address("info@acme.test").await;
    });
}

#[test]
fn whoever_does_not_manage_the_mail_deletes_and_restores_nothing() {
    on_both(|world| async move {
        let (gus, _, _) = world.elsewhere("globex", "gus").await;
        for person in [&world.anna, &gus] {
            let desk = world.access.address_desk(&person.actor, world.info).await;
            assert!(matches!(desk, Err(OpenError::NotFound)));
        }
        let boss = world.member("boss", Role::Administrator).await;
        let desk = world.access.address_desk(&boss.actor, world.info).await.unwrap();
        let (user, acme) = (boss.user, world.acme);
        world
            .write(move |tx| {
                let sql = "DELETE FROM memberships WHERE user_id = $1 AND organization_id = $2";
                tx.execute(sql, &[&user, &acme]).map(drop)
            })
            .await;
        assert!(matches!(desk.delete(&boss.proof).await, Err(DeskError::NotFound)));
        assert!(world.access.open(&world.anna.actor, world.info).await.is_ok());
    });
}
