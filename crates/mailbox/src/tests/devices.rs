//! Device passwords (P1).

use bus::EndReason;
use domain::{Permission, Permissions, Role};
use identity::SignInError;

use super::on_both;
use crate::desk::{AddDeviceError, DeskError};
use crate::{MailError, Missing};

#[test]
fn a_revoked_device_password_throws_its_mail_program_out_and_no_other() {
    on_both(|world| async move {
        let (made, phone) = world.annas_device().await;
        let (_, pad) = world.annas_device().await;
        let (on_phone, on_pad) = (
            world.access.open_address(&phone).await.unwrap(),
            world.access.open_address(&pad).await.unwrap(),
        );
        let mailbox = world.annas().await;
        mailbox.revoke_device(made.id).await.unwrap();
        assert_eq!(on_phone.lease().is_ended(), Some(EndReason::DeviceRevoked));
        assert!(matches!(on_phone.folders().await, Err(MailError::Ended(EndReason::DeviceRevoked))));
        assert_eq!(world.sign_in_device(&made.secret).await.err(), Some(SignInError::Wrong));
        assert!(on_pad.folders().await.is_ok());
        assert!(mailbox.folders().await.is_ok());
        assert_eq!(mailbox.devices().await.unwrap().len(), 1);
    });
}

#[test]
fn a_user_sees_and_revokes_only_their_own_device_passwords() {
    on_both(|world| async move {
        let otto = world.member("otto", Role::Collaborator).await;
        world.give(world.info, &otto, Permissions::ALL).await;
        world.annas_device().await;
        let annas = world.annas().await.devices().await.unwrap()[0].id;
        let ottos = world.access.open(&otto.actor, world.info).await.unwrap();
        assert!(ottos.devices().await.unwrap().is_empty());
        assert!(matches!(ottos.revoke_device(annas).await, Err(MailError::NotFound(Missing::Device))));
        assert_eq!(world.annas().await.devices().await.unwrap().len(), 1);
    });
}

#[test]
fn there_is_an_end_to_the_device_passwords_of_a_user() {
    on_both(|world| async move {
        let mailbox = world.annas().await;
        for number in 0..crate::devices::DEVICES {
            mailbox.add_device(&world.anna.proof, &format!("device {number}")).await.unwrap();
        }
        let one_more = mailbox.add_device(&world.anna.proof, "one more").await;
        assert!(matches!(one_more, Err(MailError::TooMany(_))));
        let desk = world.desk(world.info).await;
        let one_more = desk.add_device(&world.proof().await, world.anna.user, "one more").await;
        assert!(matches!(one_more, Err(AddDeviceError::TooMany)));
    });
}

#[test]
fn only_the_operator_makes_device_passwords_for_others_and_whoever_manages_revokes_them() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        let desk = world.access.address_desk(&olga.actor, world.info).await.unwrap();
        let for_another = desk.add_device(&olga.proof, world.anna.user, "phone").await;
        assert!(matches!(for_another, Err(AddDeviceError::Desk(DeskError::NotFound))));
        let (operators, proof) = (world.desk(world.info).await, world.proof().await);
        let made = operators.add_device(&proof, world.anna.user, "phone").await.unwrap();
        let actor = world.sign_in_device(&made.secret).await.unwrap();
        assert_eq!(actor.user(), world.anna.user);
        let listed = desk.devices().await.unwrap();
        assert_eq!((listed.len(), listed[0].name.as_str()), (1, "phone"));
        assert_eq!(listed[0].last_protocol.as_deref(), Some("imap"));

        let without_access = operators.add_device(&proof, olga.user, "mine").await;
        assert!(matches!(without_access, Err(AddDeviceError::NoAccess)));
        world.allow(world.info, &world.anna, Permissions::ALL.without(Permission::Devices)).await;
        let without = operators.add_device(&proof, world.anna.user, "pad").await;
        assert!(matches!(without, Err(AddDeviceError::MayNot)));

        let mailbox = world.access.open_address(&actor).await.unwrap();
        desk.revoke_device(made.id).await.unwrap();
        assert_eq!(mailbox.lease().is_ended(), Some(EndReason::DeviceRevoked));
        assert!(matches!(desk.revoke_device(made.id).await, Err(DeskError::NotFound)));
    });
}
