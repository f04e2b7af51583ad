//! Generic addresses (S4): `no-reply` and `catchall`.

use domain::{MailboxId, Permission};

use super::on_both;
use super::setting_acts::auto_reply;
use super::world::{World, email, letter};
use crate::desk::{CreateAddressError, DeskError, ServiceDesk};
use crate::{AddressKind, MailError, Mailbox, RecipientError};

/// Olga's desk of the mail service.
async fn desk(world: &World) -> (super::world::Person, ServiceDesk) {
    let olga = world.sign_in("olga").await;
    let desk = world.access.service_desk(&olga.actor, world.service).await.unwrap();
    (olga, desk)
}

async fn create(desk: &ServiceDesk, kind: AddressKind) -> Result<MailboxId, CreateAddressError> {
    desk.create_generic(&"acme.test".parse().unwrap(), kind).await
}

async fn takes(world: &World, address: &str) -> Result<(), RecipientError> {
    world.access.delivery().add(&email(address)).await
}

async fn inbox_of(mailbox: &Mailbox) -> Vec<crate::ListedMessage> {
    mailbox.list(mailbox.inbox().await, None, 10).await.unwrap()
}

#[test]
fn what_a_no_reply_address_receives_is_refused_or_dropped_as_chosen() {
    on_both(|world| async move {
        let (olga, desk) = desk(&world).await;
        let mailbox = create(&desk, AddressKind::Refuses).await.unwrap();
        assert_eq!(takes(&world, "no-reply@acme.test").await, Err(RecipientError::OnlySends));
        assert_eq!(takes(&world, "No-Reply+x@acme.test").await, Err(RecipientError::OnlySends));
        let opened = world.access.open(&olga.actor, mailbox).await.unwrap();
        assert!(opened.sender().await.is_ok(), "it sends");
        let address = world.access.address_desk(&olga.actor, mailbox).await.unwrap();
        address.set_no_reply(AddressKind::Drops).await.unwrap();
        world.deliver(&["no-reply@acme.test", "info@acme.test"], &letter("both", "x")).await;
        world.deliver(&["no-reply@acme.test"], &letter("alone", "x")).await;
        assert!(inbox_of(&opened).await.is_empty());
        assert_eq!(inbox_of(&world.annas().await).await.len(), 1);
        assert_eq!(address.details().await.unwrap().kind, AddressKind::Drops);
        for (mailbox, kind) in [(mailbox, AddressKind::CatchAll), (world.info, AddressKind::Drops)] {
            let address = world.access.address_desk(&olga.actor, mailbox).await.unwrap();
            assert!(matches!(address.set_no_reply(kind).await, Err(DeskError::NotFound)));
        }
    });
}

#[test]
fn a_catch_all_address_receives_what_has_no_address_and_sends_nothing() {
    on_both(|world| async move {
        let (olga, desk) = desk(&world).await;
        assert_eq!(takes(&world, "never@acme.test").await, Err(RecipientError::Unknown));
        let mailbox = create(&desk, AddressKind::CatchAll).await.unwrap();
        world.deliver(&["never@acme.test", "Typo+x@acme.test"], &letter("rest", "x")).await;
        world.deliver(&["catchall@acme.test"], &letter("own", "x")).await;
        world.deliver(&["info@acme.test"], &letter("info", "x")).await;
        let opened = world.access.open(&olga.actor, mailbox).await.unwrap();
        let subjects: Vec<String> =
            inbox_of(&opened).await.into_iter().map(|listed| listed.subject).collect();
        assert_eq!(subjects, ["own", "rest"]);
        assert_eq!(takes(&world, "never@far.test").await, Err(RecipientError::NotHere));
        assert!(matches!(opened.sender().await, Err(MailError::MayNot(Permission::Send))));
        assert!(!opened.rights().await.unwrap().permissions().has(Permission::Send));
        for from in ["catchall@acme.test", "never@acme.test"] {
            assert!(world.access.send_as(&olga.actor, &email(from)).await.is_err(), "{from}");
        }
        let listed = world.access.list(&olga.actor).await.unwrap();
        let listed = listed.iter().find(|view| view.mailbox == mailbox).unwrap();
        assert!(!listed.rights.permissions().has(Permission::Send));
        let settings = opened.address_settings();
        let reply = settings.add_auto_reply(&auto_reply("away")).await.unwrap();
        settings.activate_auto_reply(reply).await.unwrap();
        let to = b"From: bob@far.test\r\nTo: catchall@acme.test\r\n\r\nHello\r\n";
        world.deliver(&["catchall@acme.test"], to).await;
        assert_eq!(world.count("SELECT count(*) FROM submissions").await, 0, "it never answers");
        let proof = world.identity.confirmed(&olga.actor).await.unwrap().unwrap();
        world.access.address_desk(&olga.actor, mailbox).await.unwrap().delete(&proof).await.unwrap();
        assert_eq!(takes(&world, "never@acme.test").await, Err(RecipientError::Unknown));
        assert!(matches!(create(&desk, AddressKind::CatchAll).await, Err(CreateAddressError::InBin)));
    });
}

#[test]
fn a_catch_all_address_never_gets_mail_that_leads_into_an_account() {
    on_both(|world| async move {
        let (_olga, desk) = desk(&world).await;
        let password = domain::Secret::new(super::world::PASSWORD.to_owned());
        let add = world.identity.add_user(&world.operator, email("eve@acme.test"), "Eve Tester", &password);
        add.await.unwrap();
        create(&desk, AddressKind::CatchAll).await.unwrap();
        for address in ["eve@acme.test", "EVE@acme.test", "eve+x@acme.test"] {
            assert_eq!(takes(&world, address).await, Err(RecipientError::Unknown), "{address}");
        }
        assert_eq!(takes(&world, "eva@acme.test").await, Ok(()));
    });
}

#[test]
fn generic_names_are_given_out_as_generic_addresses_only_and_once() {
    on_both(|world| async move {
        let (_olga, desk) = desk(&world).await;
        for name in ["no-reply@acme.test", "catchall@acme.test"] {
            let made = desk.create_address(&email(name), crate::desk::For::Me).await;
            assert!(matches!(made, Err(CreateAddressError::Reserved)), "{name}");
        }
        assert!(matches!(create(&desk, AddressKind::Usual).await, Err(CreateAddressError::BadName)));
        create(&desk, AddressKind::Refuses).await.unwrap();
        assert!(matches!(create(&desk, AddressKind::Drops).await, Err(CreateAddressError::Taken)));
        let elsewhere = desk.create_generic(&"far.test".parse().unwrap(), AddressKind::CatchAll).await;
        assert!(matches!(elsewhere, Err(CreateAddressError::NoSuchDomain)));
        let member = world.member("carl", domain::Role::Collaborator).await;
        assert!(world.access.service_desk(&member.actor, world.service).await.is_err());
    });
}
