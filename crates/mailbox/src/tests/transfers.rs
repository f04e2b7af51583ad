//! Moving a mail service to another organization (O10), and deleting an empty one.

use domain::{Notice, Notices, OrganizationId, Permission, Permissions, Role, ServiceRight};
use identity::teams::Color;
use identity::{Seen, Terms};

use super::on_both;
use super::world::{Person, World, letter, login};
use crate::desk::{DeleteOrganizationError, DeskError, Inside, Record, RecordError, TransferError};

/// Wanda with her organization.
async fn taker(world: &World) -> (Person, OrganizationId) {
    let wanda = world.person("wanda").await;
    let organization =
        world.identity.add_organization(&world.operator, "Widgets", login("wanda")).await.unwrap();
    (wanda, organization)
}

/// The link under which Olga offers the mail service of Acme.
async fn offered(world: &World) -> (Person, String) {
    let olga = world.sign_in("olga").await;
    let desk = world.access.service_desk(&olga.actor, world.service).await.unwrap();
    let path = desk.offer_transfer(&olga.proof).await.unwrap();
    (olga, path.strip_prefix("/transfer/").unwrap().to_owned())
}

#[test]
fn a_mail_service_moves_with_its_mail_accesses_and_open_sessions() {
    on_both(|world| async move {
        let (wanda, widgets) = taker(&world).await;
        let (olga, token) = offered(&world).await;
        let annas = world.annas().await;
        let (_, device) = world.annas_device().await;
        let lease = device.lease().unwrap().clone();
        let view = world.access.offered(&wanda.actor, &token).await.unwrap();
        assert_eq!((view.organization.as_str(), view.addresses), ("Acme", 1));
        assert_eq!(
            (view.domains, view.takers),
            (vec!["acme.test".to_owned()], vec![(widgets, "Widgets".to_owned())])
        );

        world.access.take_over(&wanda.actor, &wanda.proof, &token, widgets).await.unwrap();
        let desk = world.access.service_desk(&wanda.actor, world.service).await.unwrap();
        assert_eq!(desk.organization(), widgets);
        assert!(world.access.service_desk(&olga.actor, world.service).await.is_err());
        world.deliver(&["info@acme.test"], &letter("after", "still here")).await;
        assert_eq!(annas.named("INBOX").await.total, 1, "what was open stays open");
        assert!(lease.is_ended().is_none() && world.access.open_address(&device).await.is_ok());
        let people =
            world.access.organization_desk(&wanda.actor, widgets).await.unwrap().people().await.unwrap();
        let anna = people.iter().find(|one| one.user == world.anna.user).unwrap();
        assert_eq!((anna.role, anna.accesses), (Role::External, 1));
        for (organization, verb) in [(world.acme, "mail_service.give"), (widgets, "mail_service.take")] {
            let log = world.read(move |tx| identity::audit::list(tx, organization, None, 50)).await;
            assert!(log.iter().any(|entry| entry.verb == verb), "{verb}");
        }
    });
}

#[test]
fn of_two_who_take_the_same_offer_one_wins_and_the_other_is_told() {
    on_both(|world| async move {
        let (wanda, widgets) = taker(&world).await;
        let (oscar, _, _) = world.elsewhere("other", "oscar").await;
        let others = world.identity.organizations(&oscar.actor).await.unwrap()[0].id;
        let (_, token) = offered(&world).await;
        let (first, second) = tokio::join!(
            world.access.take_over(&wanda.actor, &wanda.proof, &token, widgets),
            world.access.take_over(&oscar.actor, &oscar.proof, &token, others),
        );
        assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
        let refused = if first.is_ok() { second.err() } else { first.err() };
        assert!(matches!(refused, Some(TransferError::Gone)), "{refused:?}");
    });
}

#[test]
fn what_somebody_had_through_a_team_they_have_themselves_after_the_move() {
    on_both(|world| async move {
        let (wanda, widgets) = taker(&world).await;
        let carla = world.member("carla", Role::Collaborator).await;
        let (olga, token) = offered(&world).await;
        let acme = world.access.organization_desk(&olga.actor, world.acme).await.unwrap();
        let team = acme.create_team(&"Sales".parse().unwrap(), Color::Blue).await.unwrap();
        acme.set_in_team(&olga.proof, team, carla.user, Inside::Yes).await.unwrap();
        acme.set_in_team(&olga.proof, team, world.anna.user, Inside::Yes).await.unwrap();
        let send = Permissions::NONE.with(Permission::Send);
        world.allow(world.info, &world.anna, Permissions::NONE).await;
        acme.set_team_access(&olga.proof, team, world.info, send).await.unwrap();
        let carlas = world.access.open(&carla.actor, world.info).await.unwrap();
        world.access.take_over(&wanda.actor, &wanda.proof, &token, widgets).await.unwrap();
        for person in [&carla, &world.anna] {
            let rights = world.access.open(&person.actor, world.info).await.unwrap().rights().await.unwrap();
            assert_eq!(rights.permissions(), send);
        }
        assert!(carlas.folders().await.is_ok(), "what was open stays open");
        // The team stays behind, and opens nothing of it any more.
        acme.set_in_team(&olga.proof, team, carla.user, Inside::No).await.unwrap();
        assert!(world.access.open(&carla.actor, world.info).await.is_ok());
        assert!(acme.team(team).await.unwrap().accesses.is_empty());
    });
}

#[test]
fn only_an_owner_offers_and_only_who_runs_the_other_organization_takes() {
    on_both(|world| async move {
        let (wanda, widgets) = taker(&world).await;
        let ada = world.member("ada", Role::Administrator).await;
        let adas = world.access.service_desk(&ada.actor, world.service).await.unwrap();
        assert!(matches!(adas.offer_transfer(&ada.proof).await, Err(DeskError::NotFound)));
        let (olga, token) = offered(&world).await;
        let carl = world.person("carl").await;
        world
            .identity
            .add_member(&world.operator, "Widgets", login("carl"), Role::Collaborator)
            .await
            .unwrap();
        let refused = world.access.take_over(&carl.actor, &carl.proof, &token, widgets).await;
        assert!(matches!(refused, Err(TransferError::Desk(DeskError::NotFound))), "{refused:?}");
        assert!(world.access.offered(&carl.actor, &token).await.unwrap().takers.is_empty());
        // An offer of somebody who could not make it any more is none.
        world.member("otto", Role::Owner).await;
        let otto = world.sign_in("otto").await;
        let acme = world.access.organization_desk(&otto.actor, world.acme).await.unwrap();
        acme.set_role(&otto.proof, olga.user, Role::Administrator).await.unwrap();
        let gone = world.access.take_over(&wanda.actor, &wanda.proof, &token, widgets).await;
        assert!(matches!(gone, Err(TransferError::Gone)), "{gone:?}");
    });
}

#[test]
fn an_offer_is_withdrawn_replaced_and_runs_out() {
    on_both(|world| async move {
        let (wanda, _) = taker(&world).await;
        let (olga, first) = offered(&world).await;
        let (_, second) = offered(&world).await;
        let desk = world.access.service_desk(&olga.actor, world.service).await.unwrap();
        let gone = |outcome: Result<_, TransferError>| matches!(outcome, Err(TransferError::Gone));
        assert!(gone(world.access.offered(&wanda.actor, &first).await));
        assert!(world.access.offered(&wanda.actor, &second).await.is_ok());
        assert!(desk.offer().await.unwrap().is_some());
        desk.withdraw_offer().await.unwrap();
        assert!(gone(world.access.offered(&wanda.actor, &second).await));
        let (_, third) = offered(&world).await;
        world.clock.advance(domain::duration::days(8));
        let wanda = world.sign_in("wanda").await;
        assert!(gone(world.access.offered(&wanda.actor, &third).await));
    });
}

#[test]
fn a_right_on_the_mail_service_stays_behind_and_owners_are_told_by_mail() {
    on_both(|world| async move {
        let (wanda, widgets) = taker(&world).await;
        let carla = world.member("carla", Role::Collaborator).await;
        let (olga, token) = offered(&world).await;
        let acme = world.access.organization_desk(&olga.actor, world.acme).await.unwrap();
        let services = vec![(world.service, ServiceRight::Manage)];
        let terms = Terms { services, ..Terms::of(Role::Collaborator) };
        acme.set_terms(&olga.proof, carla.user, Seen::Anything, &terms).await.unwrap();
        world.identity.set_own_notices(&olga.actor, world.acme, Notices::NONE).await.unwrap();
        let told = world.read({
            let acme = world.acme;
            move |tx| identity::rights::told_of(tx, acme, Notice::BillingMail)
        });
        assert_eq!(told.await, [olga.user], "the only owner always hears of bills");
        let before = world.count("SELECT count(*) FROM jobs WHERE payload LIKE '%service_moved%'").await;
        world.access.take_over(&wanda.actor, &wanda.proof, &token, widgets).await.unwrap();
        let after = world.count("SELECT count(*) FROM jobs WHERE payload LIKE '%service_moved%'").await;
        assert_eq!((before, after), (0, 0), "Olga wants no mail, and Wanda knows");
        assert!(world.access.service_desk(&carla.actor, world.service).await.is_err());
    });
}

#[test]
fn an_organization_is_deleted_only_when_it_is_empty() {
    on_both(|world| async move {
        let (wanda, widgets) = taker(&world).await;
        let olga = world.sign_in("olga").await;
        let acme = world.access.organization_desk(&olga.actor, world.acme).await.unwrap();
        let remains = acme.remains().await.unwrap();
        assert_eq!((remains.services.len(), remains.members), (1, 1));
        let refused = acme.delete(&olga.proof).await;
        assert!(matches!(refused, Err(DeleteOrganizationError::NotEmpty(found)) if found == remains));
        let ada = world.member("ada", Role::Administrator).await;
        let adas = world.access.organization_desk(&ada.actor, world.acme).await.unwrap();
        let refused = adas.delete(&ada.proof).await;
        assert!(matches!(refused, Err(DeleteOrganizationError::Desk(DeskError::NotFound))), "{refused:?}");

        let desk = world.access.organization_desk(&wanda.actor, widgets).await.unwrap();
        desk.delete(&wanda.proof).await.unwrap();
        assert!(world.access.organization_desk(&wanda.actor, widgets).await.is_err());
        assert!(world.identity.organizations(&wanda.actor).await.unwrap().is_empty());
        let log = world.read(move |tx| identity::audit::verify(tx, widgets)).await;
        assert!(log.is_ok(), "the log stays, and is whole");
    });
}

#[test]
fn of_two_who_change_the_record_the_second_is_told() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        let acme = world.access.organization_desk(&olga.actor, world.acme).await.unwrap();
        let (record, version) = acme.record().await.unwrap();
        let phone = Record { phone: "+41 44 668 18 00".to_owned(), ..record.clone() };
        let renamed = Record { name: "Acme Ltd".to_owned(), ..record };
        let seen = Seen::Version(version);
        let (first, second) = tokio::join!(acme.set_record(seen, &phone), acme.set_record(seen, &renamed));
        assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
        let refused = if first.is_ok() { second } else { first };
        assert!(matches!(refused, Err(RecordError::Changed)), "{refused:?}");
        let bad = Record { phone: "044".to_owned(), ..renamed };
        assert!(matches!(acme.set_record(Seen::Anything, &bad).await, Err(RecordError::Phone(_))));
        let ada = world.member("ada", Role::Administrator).await;
        let adas = world.access.organization_desk(&ada.actor, world.acme).await.unwrap();
        assert!(matches!(adas.record().await, Err(DeskError::NotFound)));
    });
}
