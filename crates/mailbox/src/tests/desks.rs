//! Who may manage mail.

use bus::EndReason;
use domain::{Id, MailServiceId, MailboxId, Permission, Permissions, Role};

use super::on_both;
use super::world::{World, email, login};
use crate::OpenError;
use crate::desk::{DeskError, DisplayNameError, Switch};
use identity::Actor;

/// Which desks of Acme somebody opens: of the organization, the mail service, the address.
async fn opens(world: &World, actor: &Actor) -> [bool; 3] {
    let told = |error: OpenError| assert!(matches!(error, OpenError::NotFound), "{error:?}");
    let organization = world.access.organization_desk(actor, world.acme).await.map(drop).map_err(told);
    let service = world.access.service_desk(actor, world.service).await.map(drop).map_err(told);
    let address = world.access.address_desk(actor, world.info).await.map(drop).map_err(told);
    [organization.is_ok(), service.is_ok(), address.is_ok()]
}

#[test]
fn owners_and_administrators_manage_mail_and_to_others_there_is_nothing() {
    on_both(|world| async move {
        let (all, none) = ([true; 3], [false; 3]);
        assert_eq!(opens(&world, &world.operator).await, all);
        assert_eq!(opens(&world, &world.sign_in("olga").await.actor).await, all);
        for (name, role, expected) in [
            ("adam", Role::Administrator, all),
            ("carl", Role::Collaborator, none),
            ("emma", Role::External, none),
        ] {
            let member = world.member(name, role).await;
            assert_eq!(opens(&world, &member.actor).await, expected, "{role:?}");
        }
        assert_eq!(opens(&world, &world.anna.actor).await, none, "an access manages nothing");
        assert_eq!(opens(&world, &world.annas_device().await.1).await, none);
        let (owner, service, desk) = world.elsewhere("globex", "gus").await;
        assert_eq!(opens(&world, &owner.actor).await, none);
        assert!(world.access.service_desk(&owner.actor, service).await.is_ok());
        assert!(world.access.address_desk(&owner.actor, desk).await.is_ok());
    });
}

#[test]
fn a_desk_that_never_was_is_answered_like_one_that_is_not_yours() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        let service = MailServiceId::from_bytes([9; 16]);
        assert!(matches!(world.access.service_desk(&olga.actor, service).await, Err(OpenError::NotFound)));
        let mailbox = MailboxId::from_bytes([9; 16]);
        assert!(matches!(world.access.address_desk(&olga.actor, mailbox).await, Err(OpenError::NotFound)));
        let organization = domain::OrganizationId::from_bytes([9; 16]);
        for actor in [&olga.actor, &world.operator] {
            let opened = world.access.organization_desk(actor, organization).await;
            assert!(matches!(opened, Err(OpenError::NotFound)));
        }
    });
}

#[test]
fn a_role_that_is_taken_away_closes_open_desks() {
    on_both(|world| async move {
        let adam = world.member("adam", Role::Administrator).await;
        let organization = world.access.organization_desk(&adam.actor, world.acme).await.unwrap();
        let service = world.access.service_desk(&adam.actor, world.service).await.unwrap();
        let address = world.access.address_desk(&adam.actor, world.info).await.unwrap();
        let user = adam.user;
        let sql = "UPDATE memberships SET role = 'collaborator' WHERE user_id = $1";
        world.write(move |tx| tx.execute(sql, &[&user]).map(drop)).await;
        assert!(matches!(organization.services().await, Err(DeskError::NotFound)));
        assert!(matches!(service.addresses("", None, 10).await, Err(DeskError::NotFound)));
        assert!(matches!(service.domains().await, Err(DeskError::NotFound)));
        assert!(matches!(address.users().await, Err(DeskError::NotFound)));
        assert!(matches!(address.details().await, Err(DeskError::NotFound)));
        let removed = address.remove_access(&adam.proof, world.anna.user).await;
        assert!(matches!(removed, Err(DeskError::NotFound)));
        let switch = Switch { permission: Permission::Send, on: false };
        let switched = address.set_permission(&adam.proof, world.anna.user, switch).await;
        assert!(matches!(switched, Err(DeskError::NotFound)));
        let made = service.create_address(&email("x@acme.test"), crate::desk::For::Nobody).await;
        assert!(made.is_err());
        assert!(world.annas().await.rights().await.unwrap().permissions() == Permissions::ALL);
    });
}

#[test]
fn a_session_that_ended_closes_open_desks() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        let desk = world.access.address_desk(&olga.actor, world.info).await.unwrap();
        world.identity.sign_out(&olga.actor).await.unwrap();
        assert!(matches!(desk.users().await, Err(DeskError::Ended(EndReason::SessionEnded))));
        let removed = desk.remove_access(&olga.proof, world.anna.user).await;
        assert!(matches!(removed, Err(DeskError::Ended(EndReason::SessionEnded))));
        let opened = world.access.address_desk(&olga.actor, world.info).await;
        assert!(matches!(opened, Err(OpenError::Ended(EndReason::SessionEnded))));
    });
}

#[test]
fn what_spans_organizations_is_for_whoever_runs_the_server() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        let name = "acme.test".parse().unwrap();
        let service = world.access.service_of_domain(&olga.actor, &name).await;
        assert!(matches!(service, Err(OpenError::NotFound)));
        let mailbox = world.access.mailbox_of(&olga.actor, &email("info@acme.test")).await;
        assert!(matches!(mailbox, Err(OpenError::NotFound)));
        assert!(matches!(world.access.list_domains(&olga.actor).await, Err(OpenError::NotFound)));
        assert!(crate::desk::trust_domain(&world.access, &olga.actor, &name).await.is_err());
        let listed = world.access.list_domains(&world.operator).await.unwrap();
        let shown: Vec<_> = listed.iter().map(|row| (row.name.as_str(), row.organization.as_str())).collect();
        assert_eq!(shown, [("acme.test", "Acme")]);
        assert_eq!(listed[0].verified_how.as_deref(), Some("operator"));
    });
}

#[test]
fn the_desk_of_an_address_tells_who_has_access_and_never_what_is_in_the_mail() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        let desk = world.access.address_desk(&olga.actor, world.info).await.unwrap();
        assert_eq!(
            (desk.mailbox(), desk.service(), desk.organization()),
            (world.info, world.service, world.acme)
        );
        let users = desk.users().await.unwrap();
        assert_eq!(users.len(), 1);
        assert_eq!((users[0].user, users[0].permissions), (world.anna.user, Permissions::ALL));
        assert_eq!(users[0].address, login("anna").to_string());
        world.deliver(&["info@acme.test"], &[b'x'; 100]).await;
        let details = desk.details().await.unwrap();
        assert_eq!(details.used_bytes, 100 + "Return-Path: <bob@far.test>\r\n".len() as u64);
        assert_eq!(details.created_at, testkit::clock::START);
        desk.set_display_name("Acme Info").await.unwrap();
        assert_eq!(desk.details().await.unwrap().display_name, "Acme Info");
        assert_eq!(world.annas().await.display_name(), "Acme Info");
        assert!(matches!(desk.set_display_name("a\nb").await, Err(DisplayNameError::Name(_))));
    });
}
