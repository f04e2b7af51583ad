//! Taking a domain away, and names that nobody proved (S1).

use domain::{DomainId, DomainName};

use super::on_both;
use super::world::{World, email};
use crate::desk::{AddDomainError, For, RemoveDomainError, ServiceDesk};

async fn desk(world: &World) -> (ServiceDesk, identity::Confirmed) {
    let olga = world.sign_in("olga").await;
    (world.access.service_desk(&olga.actor, world.service).await.unwrap(), olga.proof)
}

fn name(text: &str) -> DomainName {
    text.parse().unwrap()
}

async fn id(desk: &ServiceDesk, name: &str) -> DomainId {
    desk.domains().await.unwrap().into_iter().find(|domain| domain.name == name).unwrap().id
}

#[test]
fn a_name_that_was_not_proved_for_a_week_may_be_added_by_others() {
    on_both(|world| async move {
        let (squatter, owner, mailbox) = world.elsewhere("squat", "sven").await;
        let _ = (squatter, mailbox);
        let theirs = world.access.service_desk(&world.operator, owner).await.unwrap();
        theirs.add_domain(&name("wanted.test")).await.unwrap();
        let (ours, _) = desk(&world).await;
        let taken = ours.add_domain(&name("wanted.test")).await;
        assert!(matches!(taken, Err(AddDomainError::Taken)));
        world.clock.advance(domain::duration::days(7));
        ours.add_domain(&name("wanted.test")).await.unwrap();
        assert!(theirs.domains().await.unwrap().iter().all(|domain| domain.name != "wanted.test"));
        let entries = world.identity.list_audit(&world.operator, "squat").await.unwrap();
        assert_eq!((entries[0].verb.as_str(), entries[0].object.as_str()), ("domain.lapse", "wanted.test"));
        let proved = ours.add_domain(&name("squat.test")).await;
        assert!(matches!(proved, Err(AddDomainError::Taken)), "one that is proved stays");
    });
}

#[test]
fn a_domain_without_addresses_is_taken_away_and_one_with_addresses_is_not() {
    on_both(|world| async move {
        let (desk, proof) = desk(&world).await;
        let used = id(&desk, "acme.test").await;
        assert_eq!(desk.used_domains().await.unwrap(), [used]);
        assert!(matches!(desk.remove_domain(&proof, used).await, Err(RemoveDomainError::InUse)));
        let unproved = desk.add_domain(&name("typo.test")).await.unwrap();
        let stranger = world.proof().await;
        assert!(desk.remove_domain(&stranger, unproved).await.is_err(), "the proof of another");
        desk.remove_domain(&proof, unproved).await.unwrap();
        assert_eq!(desk.domains().await.unwrap().len(), 1);
        let entries = world.identity.list_audit(&world.operator, "Acme").await.unwrap();
        assert_eq!((entries[0].verb.as_str(), entries[0].object.as_str()), ("domain.remove", "typo.test"));
        let again = desk.remove_domain(&proof, unproved).await;
        assert!(matches!(again, Err(RemoveDomainError::Desk(_))));
        let elsewhere = world.elsewhere("far", "sven").await.1;
        let theirs = world.access.service_desk(&world.operator, elsewhere).await.unwrap();
        let foreign = id(&theirs, "far.test").await;
        assert!(desk.remove_domain(&proof, foreign).await.is_err(), "another mail service's is not there");
        let made = desk.create_address(&email("new@typo.test"), For::Nobody).await;
        assert!(made.is_err());
    });
}
