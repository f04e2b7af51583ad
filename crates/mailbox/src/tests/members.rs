//! The people of an organization (O4–O7): inviting them, their roles, taking them out, leaving.

use domain::invitation::Dead;
use domain::{Language, Permission, Permissions, Role};
use identity::members::{LeaveError, MemberFault};
use identity::{InvitationError, Landing};

use super::on_both;
use super::world::{Person, World, email};
use crate::OpenError;
use crate::desk::{MemberError, NewUser, OrganizationDesk, PlaceError};

async fn desk(world: &World, person: &Person) -> OrganizationDesk {
    world.access.organization_desk(&person.actor, world.acme).await.unwrap()
}

fn new_user(role: Role, first_name: &str, accesses: &[(domain::MailboxId, Permissions)]) -> NewUser {
    NewUser {
        terms: identity::Terms::of(role),
        invitee: identity::joining::Invitee { first_name: first_name.to_owned(), ..Default::default() },
        accesses: accesses.to_vec(),
        language: Language::En,
    }
}

fn token(link: &str) -> &str {
    link.rsplit('/').next().unwrap()
}

#[test]
fn an_invitation_makes_a_member_with_the_role_and_the_addresses_it_promises_once() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        let desk = desk(&world, &olga).await;
        let (ivan, eve) = (world.person("ivan").await, world.person("eve").await);
        let send = Permissions::NONE.with(Permission::Send);
        let accesses = [(world.info, send)];
        let made =
            desk.invite_into(&olga.proof, &new_user(Role::Collaborator, "Ivan", &accesses)).await.unwrap();
        desk.send_place(&olga.proof, made.id, &email("ivan@far.test"), Language::Fr).await.unwrap();
        assert_eq!(desk.place_link(made.id).await.unwrap(), Some(made.link.clone()));
        let row = desk.places().await.unwrap().remove(0);
        assert_eq!((row.name.as_str(), row.sent_to.as_deref()), ("Ivan", Some("ivan@far.test")));
        assert_eq!((row.role, row.accesses.len()), (Role::Collaborator, 1));

        let landing = world.identity.accept(&ivan.actor, token(&made.link), None).await;
        assert_eq!(landing, Ok(Landing::Mailbox(world.info)));
        let rights = world.access.open(&ivan.actor, world.info).await.unwrap().rights().await.unwrap();
        assert_eq!(rights.permissions(), send);
        assert!(desk.people().await.unwrap().iter().any(|one| one.user == ivan.user && one.accesses == 1));
        let again = world.identity.accept(&eve.actor, token(&made.link), None).await;
        assert_eq!(again, Err(InvitationError::Dead(Dead::Used)));
        assert!(desk.places().await.unwrap().is_empty());
    });
}

#[test]
fn an_external_gets_addresses_and_is_no_member() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        let desk = desk(&world, &olga).await;
        let ivan = world.person("ivan").await;
        let nothing = desk.invite_into(&olga.proof, &new_user(Role::External, "", &[])).await;
        assert!(matches!(nothing, Err(PlaceError::NothingGiven)), "{nothing:?}");
        let accesses = [(world.info, Permissions::NONE)];
        let made = desk.invite_into(&olga.proof, &new_user(Role::External, "", &accesses)).await.unwrap();
        world.identity.accept(&ivan.actor, token(&made.link), None).await.unwrap();
        assert!(world.identity.organizations(&ivan.actor).await.unwrap().is_empty());
        let people = desk.people().await.unwrap();
        let external = people.iter().find(|one| one.user == ivan.user).unwrap();
        assert_eq!(external.role, Role::External);
        let removed = desk.remove_user(&olga.proof, ivan.user).await.unwrap();
        assert_eq!(removed.holding.mailboxes[0].address, "info@acme.test");
        assert!(matches!(world.access.open(&ivan.actor, world.info).await, Err(OpenError::NotFound)));
        assert!(!desk.people().await.unwrap().iter().any(|one| one.user == ivan.user));
    });
}

#[test]
fn an_invitation_is_cancelled_runs_out_and_makes_nobody_a_member_twice() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        let desk = desk(&world, &olga).await;
        let ivan = world.person("ivan").await;
        let administrator = new_user(Role::Administrator, "", &[]);
        let invite = || desk.invite_into(&olga.proof, &administrator);
        let (cancelled, late, good) =
            (invite().await.unwrap(), invite().await.unwrap(), invite().await.unwrap());
        desk.cancel_place(cancelled.id).await.unwrap();
        let accept = |link: String| {
            let (identity, actor) = (world.identity.clone(), ivan.actor.clone());
            async move { identity.accept(&actor, token(&link), None).await }
        };
        assert_eq!(accept(cancelled.link).await, Err(InvitationError::Dead(Dead::Deleted)));
        assert_eq!(accept(good.link).await, Ok(Landing::Manager(world.acme)));
        assert_eq!(accept(late.link.clone()).await, Err(InvitationError::IsMember));
        world.clock.advance(domain::duration::days(8));
        let ivan = world.sign_in("ivan").await;
        let refused = world.identity.accept(&ivan.actor, token(&late.link), None).await;
        assert_eq!(refused, Err(InvitationError::Dead(Dead::Expired)));
    });
}

#[test]
fn only_owners_give_and_take_the_owner_role_and_one_remains() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        let ada = world.member("ada", Role::Administrator).await;
        let adas = desk(&world, &ada).await;
        let refused = adas.set_role(&ada.proof, ada.user, Role::Owner).await;
        assert!(matches!(refused, Err(MemberError::Fault(MemberFault::OwnersOnly))), "{refused:?}");
        let refused = adas.remove_user(&ada.proof, olga.user).await;
        assert!(matches!(refused, Err(MemberError::Fault(MemberFault::OwnersOnly))), "{refused:?}");
        let refused = adas.invite_into(&ada.proof, &new_user(Role::Owner, "", &[])).await;
        assert!(matches!(refused, Err(PlaceError::Fault(MemberFault::OwnersOnly))), "{refused:?}");

        let olgas = desk(&world, &olga).await;
        let refused = olgas.set_role(&olga.proof, olga.user, Role::Administrator).await;
        assert!(matches!(refused, Err(MemberError::Fault(MemberFault::LastOwner))), "{refused:?}");
        let refused = olgas.remove_user(&olga.proof, olga.user).await;
        assert!(matches!(refused, Err(MemberError::Fault(MemberFault::LastOwner))), "{refused:?}");
        let refused = world.identity.leave(&olga.actor, &olga.proof, world.acme).await;
        assert_eq!(refused.err(), Some(LeaveError::Fault(MemberFault::LastOwner)));

        olgas.set_role(&olga.proof, ada.user, Role::Owner).await.unwrap();
        let invited = olgas.invite_into(&olga.proof, &new_user(Role::Owner, "", &[])).await.unwrap();
        adas.set_role(&ada.proof, olga.user, Role::Collaborator).await.unwrap();
        assert!(matches!(olgas.people().await, Err(crate::desk::DeskError::NotFound)));
        // What she invited to while she could is withdrawn.
        let ivan = world.person("ivan").await;
        let dead = world.identity.accept(&ivan.actor, token(&invited.link), None).await;
        assert_eq!(dead, Err(InvitationError::Dead(Dead::Deleted)));
    });
}

#[test]
fn whoever_is_removed_loses_everything_at_once_and_the_report_says_what() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        let (_, phone) = world.annas_device().await;
        let open = world.annas().await;
        let desk = desk(&world, &olga).await;
        let removed = desk.remove_user(&olga.proof, world.anna.user).await.unwrap();
        assert_eq!(removed.holding.mailboxes[0].devices, ["phone"]);
        assert!(!removed.closed.is_empty());
        assert!(open.rights().await.is_err() && world.access.open_address(&phone).await.is_err());
        assert!(world.identity.organizations(&world.anna.actor).await.unwrap().is_empty());
        let log = desk.activity(None, 5).await.unwrap();
        assert_eq!(log[0].verb, "member.remove");
        assert!(log[0].detail.contains("info@acme.test"), "{}", log[0].detail);
    });
}

#[test]
fn a_member_leaves_unless_they_sign_in_with_an_address_of_the_organization() {
    on_both(|world| async move {
        world.identity.leave(&world.anna.actor, &world.anna.proof, world.acme).await.unwrap();
        assert!(matches!(world.access.open(&world.anna.actor, world.info).await, Err(OpenError::NotFound)));
        let again = world.identity.leave(&world.anna.actor, &world.anna.proof, world.acme).await;
        assert_eq!(again.err(), Some(LeaveError::NotFound));
        let ivan = world.member("ivan", Role::Collaborator).await;
        world.address("ivan@acme.test").await;
        let user = ivan.user;
        world
            .write(move |tx| {
                let sql = "INSERT INTO login_identifiers (address_key, user_id, address, is_primary, confirmed_at) \
                           VALUES ('ivan@acme.test', $1, 'ivan@acme.test', 0, 0)";
                tx.execute(sql, &[&user]).map(drop)
            })
            .await;
        let refused = world.identity.leave(&ivan.actor, &ivan.proof, world.acme).await;
        assert_eq!(refused.err(), Some(LeaveError::Fault(MemberFault::LoginHosted)));
    });
}

#[test]
fn an_administrator_does_not_see_the_link_that_makes_an_owner() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        let owners = desk(&world, &olga).await;
        let adam = world.member("adam", Role::Administrator).await;
        let theirs = desk(&world, &adam).await;
        let made = owners.invite_into(&olga.proof, &new_user(Role::Owner, "Ivan", &[])).await.unwrap();
        assert_eq!(owners.place_link(made.id).await.unwrap(), Some(made.link));
        assert_eq!(theirs.place_link(made.id).await.unwrap(), None);
        let other = theirs.invite_into(&adam.proof, &new_user(Role::Collaborator, "Eve", &[])).await.unwrap();
        assert_eq!(theirs.place_link(other.id).await.unwrap(), Some(other.link));
    });
}
