//! What users choose about the addresses that they open (I10).

use bus::UserEvent;
use domain::{MailboxId, Permissions, Role};

use super::on_both;
use super::world::{Person, World};
use crate::OpenError;

impl World {
    /// The addresses of somebody's Mail app, and whether it begins with each.
    async fn shown(&self, person: &Person) -> Vec<(String, bool)> {
        let all = self.access.list(&person.actor).await.unwrap();
        all.into_iter().map(|view| (view.address.to_string(), view.is_primary)).collect()
    }
}

fn named(all: &[(&str, bool)]) -> Vec<(String, bool)> {
    all.iter().map(|(address, is_primary)| ((*address).to_owned(), *is_primary)).collect()
}

/// Anna with sales@acme.test as well.
async fn with_sales(world: &World) -> MailboxId {
    let sales = world.address("sales@acme.test").await;
    world.give(sales, &world.anna, Permissions::ALL).await;
    sales
}

#[test]
fn a_detached_address_is_out_of_the_mail_app_and_comes_back() {
    on_both(|world| async move {
        with_sales(&world).await;
        let (_, phone) = world.annas_device().await;
        let mut events = world.bus.watch_user(world.anna.user);
        world.access.detach(&world.anna.actor, world.info).await.unwrap();
        assert_eq!(events.next().await, UserEvent::Access { mailbox: world.info });
        assert_eq!(world.shown(&world.anna).await, named(&[("sales@acme.test", false)]));
        let detached = world.access.list_detached(&world.anna.actor).await.unwrap();
        assert_eq!(detached.iter().map(|view| view.mailbox).collect::<Vec<_>>(), [world.info]);
        // The access is what it was, and so are programs.
        assert!(world.annas().await.folders().await.is_ok());
        assert!(world.access.open_address(&phone).await.is_ok());
        world.access.attach(&world.anna.actor, world.info).await.unwrap();
        assert_eq!(
            world.shown(&world.anna).await,
            named(&[("info@acme.test", true), ("sales@acme.test", false)])
        );
    });
}

#[test]
fn the_mail_app_begins_with_the_address_that_its_user_chose() {
    on_both(|world| async move {
        let sales = with_sales(&world).await;
        world.access.set_primary(&world.anna.actor, sales).await.unwrap();
        let chosen = named(&[("info@acme.test", false), ("sales@acme.test", true)]);
        assert_eq!(world.shown(&world.anna).await, chosen);
        // With the access the choice goes.
        world.remove(sales, &world.anna).await;
        assert_eq!(world.shown(&world.anna).await, named(&[("info@acme.test", true)]));
    });
}

#[test]
fn nobody_chooses_about_an_address_that_they_do_not_open() {
    on_both(|world| async move {
        let carl = world.member("carl", Role::Collaborator).await;
        let (_, phone) = world.annas_device().await;
        for actor in [&carl.actor, &phone, &world.operator] {
            assert!(matches!(world.access.detach(actor, world.info).await, Err(OpenError::NotFound)));
            assert!(matches!(world.access.attach(actor, world.info).await, Err(OpenError::NotFound)));
            assert!(matches!(world.access.set_primary(actor, world.info).await, Err(OpenError::NotFound)));
        }
        assert_eq!(world.shown(&world.anna).await, named(&[("info@acme.test", true)]));
    });
}
