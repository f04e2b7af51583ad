//! What the DNS of a domain says, and what comes of it.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::{Id, MailServiceId};

use super::on_both;
use super::world::{World, email};
use crate::desk::{
    AddDomainError, CreateAddressError, DeskError, For, RecordPurpose, RecordState, ServiceDesk,
};
use crate::{Boxed, Dns, DnsFault, Family};

/// A DNS that says what the scenario writes into it.
#[derive(Default)]
struct Zone {
    texts: Mutex<BTreeMap<String, Vec<String>>>,
    exchangers: Mutex<Vec<String>>,
}

impl Zone {
    fn says(&self, name: &str, text: &str) {
        self.texts.lock().unwrap().entry(name.to_owned()).or_default().push(text.to_owned());
    }
}

impl Dns for Zone {
    fn txt<'a>(&'a self, name: &'a str) -> Boxed<'a, Result<Vec<String>, DnsFault>> {
        let found = self.texts.lock().unwrap().get(name).cloned();
        Box::pin(async { found.ok_or(DnsFault::NoSuchName) })
    }

    fn addresses<'a>(&'a self, _: &'a str, _: Family) -> Boxed<'a, Result<Vec<IpAddr>, DnsFault>> {
        Box::pin(async { Err(DnsFault::NoSuchName) })
    }

    fn exchangers<'a>(&'a self, _: &'a str) -> Boxed<'a, Result<Vec<String>, DnsFault>> {
        let found = self.exchangers.lock().unwrap().clone();
        Box::pin(async { Ok(found) })
    }

    fn names(&self, _: IpAddr) -> Boxed<'_, Result<Vec<String>, DnsFault>> {
        Box::pin(async { Err(DnsFault::NoSuchName) })
    }

    fn pause(&self, _: Duration) -> Boxed<'_, ()> {
        Box::pin(std::future::pending())
    }
}

/// A DNS that never answers, and whose time is over at once.
struct Silence;

impl Dns for Silence {
    fn txt<'a>(&'a self, _: &'a str) -> Boxed<'a, Result<Vec<String>, DnsFault>> {
        Box::pin(std::future::pending())
    }

    fn addresses<'a>(&'a self, _: &'a str, _: Family) -> Boxed<'a, Result<Vec<IpAddr>, DnsFault>> {
        Box::pin(std::future::pending())
    }

    fn exchangers<'a>(&'a self, _: &'a str) -> Boxed<'a, Result<Vec<String>, DnsFault>> {
        Box::pin(std::future::pending())
    }

    fn names(&self, _: IpAddr) -> Boxed<'_, Result<Vec<String>, DnsFault>> {
        Box::pin(std::future::pending())
    }

    fn pause(&self, _: Duration) -> Boxed<'_, ()> {
        Box::pin(async {})
    }
}

async fn olgas(world: &World, dns: Arc<dyn Dns>, service: MailServiceId) -> ServiceDesk {
    let olga = world.sign_in("olga").await;
    world.access.checking(dns).service_desk(&olga.actor, service).await.unwrap()
}

#[test]
fn a_domain_is_verified_when_its_dns_has_its_proof() {
    on_both(|world| async move {
        let zone = Arc::new(Zone::default());
        let desk = olgas(&world, Arc::clone(&zone) as Arc<dyn Dns>, world.service).await;
        let id = desk.add_domain(&"shop.test".parse().unwrap()).await.unwrap();
        zone.says("_postroom.shop.test", "postroom-domain=somebody-else");
        zone.exchangers.lock().unwrap().push("MX.acme.test".to_owned());
        desk.check_domain(id).await.unwrap();
        let shop = async || desk.domains().await.unwrap().into_iter().find(|one| one.id == id).unwrap();
        let view = shop().await;
        let states: Vec<_> = view.records.iter().map(|record| (record.purpose, record.state)).collect();
        assert!(states.contains(&(RecordPurpose::Proof, RecordState::Wrong)), "{states:?}");
        assert!(states.contains(&(RecordPurpose::Exchanger, RecordState::Right)), "{states:?}");
        assert!(states.contains(&(RecordPurpose::Dkim, RecordState::Missing)), "{states:?}");
        assert_eq!(view.records[0].found, ["postroom-domain=somebody-else"]);
        assert!(view.verified_at.is_none() && view.checked_at.is_some());
        let early = desk.create_address(&email("a@shop.test"), For::Nobody).await;
        assert!(matches!(early, Err(CreateAddressError::DomainUnverified)));

        zone.says("_postroom.shop.test", &view.records[0].value);
        desk.check_domain(id).await.unwrap();
        assert!(shop().await.verified_at.is_some());
        desk.create_address(&email("a@shop.test"), For::Nobody).await.unwrap();
        let olga = world.sign_in("olga").await;
        let organization = world.access.organization_desk(&olga.actor, world.acme).await.unwrap();
        let services = organization.services().await.unwrap();
        assert!(services[0].is_verified && services[0].has_faults);
    });
}

#[test]
fn a_dns_that_says_nothing_changes_nothing() {
    on_both(|world| async move {
        let desk = olgas(&world, Arc::new(Silence), world.service).await;
        let before = desk.domains().await.unwrap().remove(0);
        desk.check_domain(before.id).await.unwrap();
        let after = desk.domains().await.unwrap().remove(0);
        assert!(after.records.iter().all(|record| record.state == RecordState::Unanswered));
        assert_eq!(after.verified_at, before.verified_at);
    });
}

#[test]
fn new_keys_sign_when_their_records_are_found() {
    on_both(|world| async move {
        let zone = Arc::new(Zone::default());
        let desk = olgas(&world, Arc::clone(&zone) as Arc<dyn Dns>, world.service).await;
        let id = desk.add_domain(&"shop.test".parse().unwrap()).await.unwrap();
        let names = async |purpose: RecordPurpose| {
            let view = desk.domains().await.unwrap().into_iter().find(|one| one.id == id).unwrap();
            let of = view.records.into_iter().filter(|record| record.purpose == purpose);
            of.map(|record| (record.name, record.value)).collect::<Vec<_>>()
        };
        let first = names(RecordPurpose::Dkim).await;
        desk.renew_keys(id).await.unwrap();
        desk.renew_keys(id).await.unwrap();
        let next = names(RecordPurpose::NextDkim).await;
        assert_eq!(next[0].0, "postroom3._domainkey.shop.test");
        assert_eq!(next.len(), 2, "asked for twice, made once");
        zone.says(&next[0].0, &next[0].1);
        desk.check_domain(id).await.unwrap();
        assert_eq!(names(RecordPurpose::Dkim).await, first, "one of two is not there yet");
        zone.says(&next[1].0, &next[1].1);
        desk.check_domain(id).await.unwrap();
        assert_eq!(names(RecordPurpose::Dkim).await, next);
        assert!(names(RecordPurpose::NextDkim).await.is_empty());
        let signing = world.read(move |tx| mailauth::for_domain(tx, id)).await;
        assert_eq!(signing.len(), 2);
        desk.renew_keys(id).await.unwrap();
        assert_eq!(names(RecordPurpose::NextDkim).await[0].0, "postroom5._domainkey.shop.test");
    });
}

#[test]
fn a_domain_is_added_once_and_checked_by_whose_it_is() {
    on_both(|world| async move {
        let (gus, globex, _) = world.elsewhere("globex", "gus").await;
        let zone = Arc::new(Zone::default());
        let desk = olgas(&world, zone, world.service).await;
        for taken in ["globex.test", "Acme.test"] {
            let refused = desk.add_domain(&taken.parse().unwrap()).await;
            assert!(matches!(refused, Err(AddDomainError::Taken)), "{taken}");
        }
        let theirs = world.access.service_desk(&gus.actor, globex).await.unwrap().domains().await.unwrap();
        for id in [theirs[0].id, domain::DomainId::from_bytes([9; 16])] {
            assert!(matches!(desk.check_domain(id).await, Err(DeskError::NotFound)));
            assert!(matches!(desk.renew_keys(id).await, Err(DeskError::NotFound)));
        }
        let blind = world.access.service_desk(&world.operator, world.service).await.unwrap();
        let own = blind.domains().await.unwrap().remove(0).id;
        assert!(
            matches!(blind.check_domain(own).await, Err(DeskError::Unavailable)),
            "there is no DNS to ask"
        );
    });
}
