//! Giving access, changing it, and what stands in the way.

use bus::UserEvent;
use domain::{Id, Permission, Permissions, Role, UserId};

use super::on_both;
use super::world::{PASSWORD, email};
use crate::desk::{AddReason, DeskError, ShareError, Switch};
use crate::{MailError, OpenError};

#[test]
fn a_member_is_given_access_and_has_the_address_at_once() {
    on_both(|world| async move {
        let carl = world.member("carl", Role::Collaborator).await;
        let olga = world.sign_in("olga").await;
        let desk = world.access.address_desk(&olga.actor, world.info).await.unwrap();
        let names: Vec<_> = desk.candidates("").await.unwrap().into_iter().map(|one| one.name).collect();
        assert_eq!(names, ["carl Tester", "olga Tester"]);
        let mut events = world.bus.watch_user(carl.user);
        desk.add_existing(&olga.proof, carl.user, Permissions::NONE).await.unwrap();
        assert_eq!(events.next().await, UserEvent::Access { mailbox: world.info });
        let mailbox = world.access.open(&carl.actor, world.info).await.unwrap();
        assert!(mailbox.folders().await.is_ok());
        assert_eq!(world.access.list(&carl.actor).await.unwrap().len(), 1);
        let names: Vec<_> = desk.candidates("").await.unwrap().into_iter().map(|one| one.name).collect();
        assert_eq!(names, ["olga Tester"]);
    });
}

#[test]
fn access_is_given_to_members_who_have_none() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        let desk = world.access.address_desk(&olga.actor, world.info).await.unwrap();
        let twice = desk.add_existing(&olga.proof, world.anna.user, Permissions::NONE).await;
        assert!(matches!(twice, Err(ShareError::HasAccess)));
        assert_eq!(world.annas().await.rights().await.unwrap().permissions(), Permissions::ALL);
        let sven = world.person("sven").await;
        for user in [sven.user, UserId::from_bytes([9; 16])] {
            let stranger = desk.add_existing(&olga.proof, user, Permissions::NONE).await;
            assert!(matches!(stranger, Err(ShareError::NotAMember)));
        }
        assert!(matches!(world.access.open(&sven.actor, world.info).await, Err(OpenError::NotFound)));
        let absent = desk.remove_access(&olga.proof, sven.user).await;
        assert!(matches!(absent, Err(DeskError::NotFound)));
        let absent = desk.set_permissions(&olga.proof, sven.user, Permissions::ALL).await;
        assert!(matches!(absent, Err(DeskError::NotFound)));
    });
}

#[test]
fn of_two_who_give_the_same_access_at_once_one_is_told_that_it_is_there() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        let desk = world.access.address_desk(&olga.actor, world.info).await.unwrap();
        let (one, other) = tokio::join!(
            desk.add_existing(&olga.proof, olga.user, Permissions::ALL),
            desk.add_existing(&olga.proof, olga.user, Permissions::NONE)
        );
        let refused = one.err().xor(other.err());
        assert!(matches!(refused, Some(ShareError::HasAccess)), "{refused:?}");
    });
}

#[test]
fn an_address_that_somebody_signs_in_with_is_not_shared() {
    on_both(|world| async move {
        let sales = world.address("sales@acme.test").await;
        let password = domain::Secret::new(PASSWORD.to_owned());
        world
            .identity
            .add_user(&world.operator, email("Sales@acme.test"), "Sally Tester", &password)
            .await
            .unwrap();
        let olga = world.sign_in("olga").await;
        let desk = world.access.address_desk(&olga.actor, sales).await.unwrap();
        assert_eq!(desk.add_reason().await.unwrap(), Some(AddReason::AddressIsLogin));
        let added = desk.add_existing(&olga.proof, olga.user, Permissions::ALL).await;
        assert!(matches!(added, Err(ShareError::Impossible(AddReason::AddressIsLogin))));
        let invited = desk.invite(&olga.proof, Permissions::ALL, domain::Language::En).await;
        assert!(matches!(invited, Err(ShareError::Impossible(AddReason::AddressIsLogin))));
        let info = world.access.address_desk(&olga.actor, world.info).await.unwrap();
        assert_eq!(info.add_reason().await.unwrap(), None);
    });
}

#[test]
fn nobody_signs_in_with_an_address_that_others_open() {
    on_both(|world| async move {
        let password = domain::Secret::new(PASSWORD.to_owned());
        let refused =
            world.identity.add_user(&world.operator, email("INFO@acme.test"), "Ina Tester", &password).await;
        assert_eq!(refused, Err(identity::OperatorError::AddressIsShared(email("INFO@acme.test"))));
    });
}

#[test]
fn a_switch_is_in_effect_in_mailboxes_that_are_open() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        let desk = world.access.address_desk(&olga.actor, world.info).await.unwrap();
        let mailbox = world.annas().await;
        let mut events = world.bus.watch_user(world.anna.user);
        let off = Switch { permission: Permission::Folders, on: false };
        let left = desk.set_permission(&olga.proof, world.anna.user, off).await.unwrap();
        assert_eq!(left, Permissions::ALL.without(Permission::Folders));
        assert_eq!(events.next().await, UserEvent::Access { mailbox: world.info });
        let refused = mailbox.create_folder("a", None).await;
        assert!(matches!(refused, Err(MailError::MayNot(Permission::Folders))));
        let on = Switch { permission: Permission::Folders, on: true };
        assert_eq!(desk.set_permission(&olga.proof, world.anna.user, on).await.unwrap(), Permissions::ALL);
        mailbox.create_folder("a", None).await.unwrap();
        assert_eq!(desk.users().await.unwrap()[0].permissions, Permissions::ALL);
    });
}

#[test]
fn the_primary_address_of_a_user_passes_on_when_its_access_is_taken_away() {
    on_both(|world| async move {
        let sales = world.address("sales@acme.test").await;
        world.give(sales, &world.anna, Permissions::ALL).await;
        world.remove(world.info, &world.anna).await;
        let listed = world.access.list(&world.anna.actor).await.unwrap();
        assert_eq!(
            listed.iter().map(|view| (view.mailbox, view.is_primary)).collect::<Vec<_>>(),
            [(sales, true)]
        );
    });
}
