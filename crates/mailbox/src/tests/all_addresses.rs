//! One device password for all addresses: it opens what its user's accesses open to programs, and nothing else.

use bus::{EndReason, Protocol};
use domain::Permissions;
use identity::{Actor, SignInError};

use super::on_both;
use super::world::{HOME, World, email, login};
use crate::{MailError, OpenError, SendError};

/// A mail program of Anna's for all her addresses.
async fn program(world: &World) -> (identity::devices::NewDevice, Actor) {
    let made =
        world.identity.add_account_device(&world.anna.actor, &world.anna.proof, "laptop").await.unwrap();
    let actor = sign_in(world, &made.secret).await.unwrap();
    (made, actor)
}

async fn sign_in(world: &World, secret: &domain::Secret<String>) -> Result<Actor, SignInError> {
    world.identity.sign_in_device(&login("anna"), secret, Protocol::Imap, HOME).await
}

fn permissions(text: &str) -> Permissions {
    text.parse().unwrap()
}

#[test]
fn it_opens_each_address_whose_access_allows_programs() {
    on_both(|world| async move {
        let (sales, quiet) = (world.address("sales@acme.test").await, world.address("quiet@acme.test").await);
        let hidden = world.address("hidden@acme.test").await;
        world.give(sales, &world.anna, permissions("devices")).await;
        world.give(quiet, &world.anna, permissions("send")).await;
        let (_, actor) = program(&world).await;
        let listed = world.access.list(&actor).await.unwrap();
        let addresses: Vec<String> = listed.iter().map(|view| view.address.to_string()).collect();
        assert_eq!(addresses, ["info@acme.test", "sales@acme.test"]);
        world.access.open(&actor, sales).await.unwrap();
        for absent in [quiet, hidden] {
            assert!(matches!(world.access.open(&actor, absent).await, Err(OpenError::NotFound)));
        }
        // Only the person manages, and only in a browser.
        assert!(world.access.address_desk(&actor, sales).await.is_err());
        assert!(world.identity.add_account_device(&actor, &world.anna.proof, "more").await.is_err());
    });
}

#[test]
fn it_sends_from_the_addresses_whose_access_allows_sending() {
    on_both(|world| async move {
        let (sales, quiet) = (world.address("sales@acme.test").await, world.address("quiet@acme.test").await);
        world.give(sales, &world.anna, permissions("devices,send")).await;
        world.give(quiet, &world.anna, permissions("devices")).await;
        let (_, actor) = program(&world).await;
        world.access.send_as(&actor, &email("sales@acme.test")).await.unwrap();
        let refused = world.access.send_as(&actor, &email("quiet@acme.test")).await;
        assert!(matches!(refused, Err(SendError::Mail(MailError::MayNot(_)))));
        assert!(matches!(
            world.access.send_as(&actor, &email("olga@acme.test")).await,
            Err(SendError::NotFound)
        ));
        world.allow(sales, &world.anna, permissions("send")).await;
        assert!(matches!(
            world.access.send_as(&actor, &email("sales@acme.test")).await,
            Err(SendError::NotFound)
        ));
    });
}

#[test]
fn what_it_has_open_ends_with_the_access_with_the_permission_and_with_itself() {
    on_both(|world| async move {
        let sales = world.address("sales@acme.test").await;
        world.give(sales, &world.anna, permissions("devices")).await;
        let (made, actor) = program(&world).await;
        let (open, info) = (
            world.access.open(&actor, sales).await.unwrap(),
            world.access.open(&actor, world.info).await.unwrap(),
        );
        world.allow(sales, &world.anna, permissions("send")).await;
        assert!(matches!(open.folders().await, Err(MailError::Ended(EndReason::AccessRemoved))));
        world.allow(sales, &world.anna, permissions("devices")).await;
        open.folders().await.unwrap();
        let report = world.remove(sales, &world.anna).await;
        assert_eq!(open.lease().ended().await, EndReason::AccessRemoved);
        assert!(report.devices.is_empty());
        assert_eq!((actor.lease().unwrap().is_ended(), info.lease().is_ended()), (None, None));
        info.folders().await.unwrap();
        world.identity.revoke_account_device(&world.anna.actor, made.id).await.unwrap();
        assert_eq!(info.lease().ended().await, EndReason::DeviceRevoked);
        assert_eq!(actor.lease().unwrap().ended().await, EndReason::DeviceRevoked);
        assert!(matches!(sign_in(&world, &made.secret).await, Err(SignInError::Wrong)));
    });
}

#[test]
fn it_dies_with_its_user() {
    on_both(|world| async move {
        let made = world.address("private@acme.test").await;
        world.give(made, &world.anna, Permissions::ALL).await;
        let (device, actor) = program(&world).await;
        let olga = world.sign_in("olga").await;
        for mailbox in [made, world.info] {
            world.give(mailbox, &olga, Permissions::ALL).await;
        }
        world.identity.delete_account(&world.anna.actor, &world.anna.proof).await.unwrap();
        assert_eq!(actor.lease().unwrap().ended().await, EndReason::DeviceRevoked);
        assert!(sign_in(&world, &device.secret).await.is_err());
    });
}

#[test]
fn a_user_has_a_bounded_number_of_them_and_revokes_only_their_own() {
    on_both(|world| async move {
        let (made, actor) = program(&world).await;
        let olga = world.sign_in("olga").await;
        world.identity.revoke_account_device(&olga.actor, made.id).await.unwrap();
        assert_eq!(actor.lease().unwrap().is_ended(), None);
        assert!(world.identity.add_account_device(&world.anna.actor, &olga.proof, "theirs").await.is_err());
        let add = || world.identity.add_account_device(&world.anna.actor, &world.anna.proof, "one more");
        while add().await.is_ok() {}
        assert_eq!(world.identity.account_devices(&world.anna.actor).await.unwrap().len(), 30);
        assert_eq!(add().await.unwrap_err(), identity::AccountDeviceError::TooMany);
    });
}
