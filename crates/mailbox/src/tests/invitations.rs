//! Invitations: links that give access to whoever completes them.

use std::time::Duration;

use domain::invitation::{Dead, State};
use domain::{Language, Permission, Permissions, Timestamp};
use identity::grants::NewGrant;
use identity::invitations::{Invited, WAITS};
use identity::{Gives, InvitationError, Landing};

use super::on_both;
use super::world::{PASSWORD, Person, World, email};
use crate::OpenError;
use crate::desk::{AddressDesk, DeskError};

fn token(link: &str) -> &str {
    link.strip_prefix("https://mail.acme.test/invite/").unwrap()
}

/// Olga's desk of info@acme.test, and an invitation from there that gives sending.
async fn invited(world: &World) -> (Person, AddressDesk, Invited) {
    let olga = world.sign_in("olga").await;
    let desk = world.access.address_desk(&olga.actor, world.info).await.unwrap();
    let sending = Permissions::NONE.with(Permission::Send);
    let invited = desk.invite(&olga.proof, sending, Language::En).await.unwrap();
    (olga, desk, invited)
}

async fn accept(world: &World, who: &Person, link: &str) -> Result<domain::MailboxId, InvitationError> {
    match world.identity.accept(&who.actor, token(link), None).await? {
        Landing::Mailbox(mailbox) => Ok(mailbox),
        elsewhere @ (Landing::Manager(_) | Landing::Mail) => panic!("{elsewhere:?}"),
    }
}

#[test]
fn an_invitation_gives_what_it_promises_once() {
    on_both(|world| async move {
        let (_, desk, invited) = invited(&world).await;
        let (ivan, eve) = (world.person("ivan").await, world.person("eve").await);
        let view = world.identity.invitation(token(&invited.link)).await.unwrap();
        assert_eq!((view.organization.as_str(), view.inviter.as_str()), ("Acme", "olga Tester"));
        let Gives::Mailbox { mailbox, address, .. } = view.gives else { panic!("{:?}", view.gives) };
        assert_eq!((address.as_str(), mailbox), ("info@acme.test", world.info));
        world.identity.invitation_seen(token(&invited.link)).await.unwrap();
        assert!(matches!(world.access.open(&ivan.actor, world.info).await, Err(OpenError::NotFound)));
        assert_eq!(desk.invitations().await.unwrap()[0].state, State::Seen);

        assert_eq!(accept(&world, &ivan, &invited.link).await, Ok(world.info));
        let mailbox = world.access.open(&ivan.actor, world.info).await.unwrap();
        let rights = mailbox.rights().await.unwrap().permissions();
        assert_eq!(rights, Permissions::NONE.with(Permission::Send));
        assert_eq!(accept(&world, &eve, &invited.link).await, Err(InvitationError::Dead(Dead::Used)));
        assert!(matches!(world.access.open(&eve.actor, world.info).await, Err(OpenError::NotFound)));
        let seen_again = world.identity.invitation(token(&invited.link)).await;
        assert_eq!(seen_again.err(), Some(InvitationError::Dead(Dead::Used)));
    });
}

#[test]
fn of_two_who_accept_at_once_one_wins() {
    on_both(|world| async move {
        let (_, desk, invited) = invited(&world).await;
        let (ivan, eve) = (world.person("ivan").await, world.person("eve").await);
        let (one, other) =
            tokio::join!(accept(&world, &ivan, &invited.link), accept(&world, &eve, &invited.link));
        let refused = one.err().xor(other.err());
        assert_eq!(refused, Some(InvitationError::Dead(Dead::Used)));
        assert_eq!(desk.users().await.unwrap().len(), 2);
    });
}

#[test]
fn the_link_of_an_invitation_is_the_same_each_time_until_it_is_withdrawn() {
    on_both(|world| async move {
        let (_, desk, invited) = invited(&world).await;
        assert_eq!(desk.link(invited.id).await.unwrap(), invited.link);
        assert_eq!(desk.link(invited.id).await.unwrap(), invited.link);
        desk.delete_invitation(invited.id).await.unwrap();
        assert!(matches!(desk.link(invited.id).await, Err(DeskError::NotFound)));
        assert!(matches!(desk.delete_invitation(invited.id).await, Err(DeskError::NotFound)));
        assert!(desk.invitations().await.unwrap().is_empty());
        let ivan = world.person("ivan").await;
        assert_eq!(accept(&world, &ivan, &invited.link).await, Err(InvitationError::Dead(Dead::Deleted)));
        let never = world.identity.accept(&ivan.actor, "never", None).await;
        assert_eq!(never, Err(InvitationError::Unknown));
    });
}

#[test]
fn an_invitation_waits_so_long_and_again_when_it_is_sent() {
    on_both(|world| async move {
        let (olga, desk, invited) = invited(&world).await;
        let ivan = world.person("ivan").await;
        world.clock.advance(WAITS);
        assert_eq!(accept(&world, &ivan, &invited.link).await, Err(InvitationError::Dead(Dead::Expired)));
        assert_eq!(desk.invitations().await.unwrap()[0].state, State::Expired);
        let to = email("ivan@far.test");
        desk.send_invitation(&olga.proof, invited.id, &to, Language::En).await.unwrap();
        let row = desk.invitations().await.unwrap().remove(0);
        assert_eq!((row.state, row.sent_to.as_deref()), (State::Pending, Some("ivan@far.test")));
        let mail: String = world
            .read(|tx| tx.load("SELECT payload FROM jobs WHERE kind = 'mail'", &[], |row| row.get(0)))
            .await;
        assert!(mail.contains(&invited.link) && mail.contains("ivan@far.test"), "{mail}");
        assert_eq!(accept(&world, &ivan, &invited.link).await, Ok(world.info));
    });
}

#[test]
fn what_an_invitation_will_give_can_be_changed_while_it_waits() {
    on_both(|world| async move {
        let (olga, desk, invited) = invited(&world).await;
        desk.set_invitation_permissions(&olga.proof, invited.id, Permissions::ALL).await.unwrap();
        let ivan = world.person("ivan").await;
        accept(&world, &ivan, &invited.link).await.unwrap();
        let mailbox = world.access.open(&ivan.actor, world.info).await.unwrap();
        assert_eq!(mailbox.rights().await.unwrap().permissions(), Permissions::ALL);
        let late = desk.set_invitation_permissions(&olga.proof, invited.id, Permissions::NONE).await;
        assert!(matches!(late, Err(DeskError::NotFound)));
        let late = desk.send_invitation(&olga.proof, invited.id, &email("x@far.test"), Language::En).await;
        assert!(matches!(late, Err(DeskError::NotFound)));
        assert!(matches!(desk.delete_invitation(invited.id).await, Err(DeskError::NotFound)));
    });
}

#[test]
fn an_invitation_is_managed_from_its_own_address_only() {
    on_both(|world| async move {
        let (olga, _, invited) = invited(&world).await;
        let sales = world.address("sales@acme.test").await;
        let other = world.access.address_desk(&olga.actor, sales).await.unwrap();
        assert!(matches!(other.link(invited.id).await, Err(DeskError::NotFound)));
        assert!(matches!(other.delete_invitation(invited.id).await, Err(DeskError::NotFound)));
        let changed = other.set_invitation_permissions(&olga.proof, invited.id, Permissions::ALL).await;
        assert!(matches!(changed, Err(DeskError::NotFound)));
    });
}

#[test]
fn whoever_has_access_already_does_not_use_an_invitation_up() {
    on_both(|world| async move {
        let (_, _, invited) = invited(&world).await;
        assert_eq!(accept(&world, &world.anna, &invited.link).await, Err(InvitationError::HasAccess));
        let ivan = world.person("ivan").await;
        assert_eq!(accept(&world, &ivan, &invited.link).await, Ok(world.info));
    });
}

#[test]
fn only_a_browser_that_is_signed_in_accepts() {
    on_both(|world| async move {
        let (_, _, invited) = invited(&world).await;
        let (_, device) = world.annas_device().await;
        for actor in [&device, &world.operator] {
            let accepted = world.identity.accept(actor, token(&invited.link), None).await;
            assert_eq!(accepted, Err(InvitationError::Unknown));
        }
        let ivan = world.person("ivan").await;
        world.identity.sign_out(&ivan.actor).await.unwrap();
        assert_eq!(accept(&world, &ivan, &invited.link).await, Err(InvitationError::Unknown));
    });
}

#[test]
fn an_address_that_became_a_login_meanwhile_is_not_opened_by_an_invitation() {
    on_both(|world| async move {
        let sales = world.address("sales@acme.test").await;
        let desk = world.desk(sales).await;
        let invited = desk.invite(&world.proof().await, Permissions::ALL, Language::En).await.unwrap();
        let password = domain::Secret::new(PASSWORD.to_owned());
        world
            .identity
            .add_user(&world.operator, email("sales@acme.test"), "Sally Tester", &password)
            .await
            .unwrap();
        let ivan = world.person("ivan").await;
        assert_eq!(accept(&world, &ivan, &invited.link).await, Err(InvitationError::AddressIsLogin));
    });
}

#[test]
fn a_device_password_of_an_access_that_ran_out_does_not_come_back_with_a_new_one() {
    on_both(|world| async move {
        let sales = world.address("sales@acme.test").await;
        let ivan = world.person("ivan").await;
        let (user, ends_at) = (ivan.user, testkit::clock::START.plus(Duration::from_secs(60)));
        world.write(move |tx| identity::grants::add(tx, &short(sales, user, ends_at)).map(drop)).await;
        let mailbox = world.access.open(&ivan.actor, sales).await.unwrap();
        let made = mailbox.add_device(&ivan.proof, "lost phone").await.unwrap();
        world.clock.advance(Duration::from_secs(60));
        let invited = world
            .desk(sales)
            .await
            .invite(&world.proof().await, Permissions::ALL, Language::En)
            .await
            .unwrap();
        assert_eq!(accept(&world, &ivan, &invited.link).await, Ok(sales));
        let mailbox = world.access.open(&ivan.actor, sales).await.unwrap();
        assert!(mailbox.devices().await.unwrap().is_empty());
        let (address, home) = (email("sales@acme.test"), super::world::HOME);
        let old = world.identity.sign_in_device(&address, &made.secret, bus::Protocol::Imap, home).await;
        assert!(old.is_err());
    });
}

fn short(mailbox: domain::MailboxId, user: domain::UserId, ends_at: Timestamp) -> NewGrant {
    NewGrant {
        mailbox,
        user,
        permissions: Permissions::ALL,
        ends_at: Some(ends_at),
        appears_under: None,
        created_by: None,
    }
}
