//! Mail services, their domains and addresses.

use std::collections::BTreeSet;

use domain::{DomainName, Permissions};

use super::on_both;
use super::world::{PASSWORD, email, letter, login};
use crate::desk::{CreateAddressError, CreateServiceError, DeskError, For, trust_domain};
use crate::{OpenError, RecipientError};

fn name(text: &str) -> DomainName {
    text.parse().unwrap()
}

#[test]
fn a_mail_service_is_made_with_a_domain_that_is_still_to_be_proved() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        let organization = world.access.organization_desk(&olga.actor, world.acme).await.unwrap();
        assert_eq!((organization.id(), organization.name()), (world.acme, "Acme"));
        let service = organization.create_service(" Shop ", &name("shop.test")).await.unwrap();
        let views = organization.services().await.unwrap();
        let shown: Vec<_> =
            views.iter().map(|view| (view.name.as_str(), view.is_verified, view.addresses)).collect();
        assert_eq!(shown, [("Mail", true, 1), ("Shop", false, 0)]);
        assert_eq!(views[1].domains, ["shop.test"]);

        let desk = world.access.service_desk(&olga.actor, service).await.unwrap();
        let domains = desk.domains().await.unwrap();
        let kinds: BTreeSet<_> = domains[0].records.iter().map(|record| record.name.as_str()).collect();
        assert!(kinds.contains("_postroom.shop.test") && kinds.contains("_dmarc.shop.test"), "{kinds:?}");
        assert_eq!(
            domains[0].records.iter().filter(|record| record.name.contains("._domainkey.")).count(),
            2
        );
        let address = email("a@shop.test");
        let early = desk.create_address(&address, For::Nobody).await;
        assert!(matches!(early, Err(CreateAddressError::DomainUnverified)));
        trust_domain(&world.access, &world.operator, &name("shop.test")).await.unwrap();
        desk.create_address(&address, For::Nobody).await.unwrap();
        assert!(organization.services().await.unwrap()[1].is_verified);
    });
}

#[test]
fn a_domain_belongs_to_one_mail_service_of_the_server() {
    on_both(|world| async move {
        world.elsewhere("globex", "gus").await;
        let olga = world.sign_in("olga").await;
        let organization = world.access.organization_desk(&olga.actor, world.acme).await.unwrap();
        for domain in ["acme.test", "GLOBEX.test."] {
            let taken = organization.create_service("Second", &name(domain)).await;
            assert!(matches!(taken, Err(CreateServiceError::DomainTaken)), "{domain}: {taken:?}");
        }
        assert_eq!(organization.services().await.unwrap().len(), 1);
    });
}

#[test]
fn of_two_who_take_a_domain_at_once_one_gets_it() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        let desk = world.access.organization_desk(&olga.actor, world.acme).await.unwrap();
        let domain = name("both.test");
        let (one, other) =
            tokio::join!(desk.create_service("One", &domain), desk.create_service("Other", &domain));
        let refused = one.err().xor(other.err());
        assert!(matches!(refused, Some(CreateServiceError::DomainTaken)), "{refused:?}");
    });
}

#[test]
fn an_address_is_made_with_its_mailbox_for_whoever_makes_it_or_nobody() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        let desk = world.access.service_desk(&olga.actor, world.service).await.unwrap();
        let mine = desk.create_address(&email("Olga@acme.test"), For::Me).await.unwrap();
        let mailbox = world.access.open(&olga.actor, mine).await.unwrap();
        assert_eq!(mailbox.rights().await.unwrap().permissions(), Permissions::ALL);
        assert_eq!(mailbox.address().to_string(), "Olga@acme.test");
        world.deliver(&["OLGA@acme.test"], &letter("hi", "Hi")).await;
        assert_eq!(mailbox.named("INBOX").await.total, 1);
        let empty = desk.create_address(&email("empty@acme.test"), For::Nobody).await.unwrap();
        assert!(matches!(world.access.open(&olga.actor, empty).await, Err(OpenError::NotFound)));
        assert!(
            world.access.address_desk(&olga.actor, empty).await.unwrap().users().await.unwrap().is_empty()
        );
    });
}

#[test]
fn an_address_that_cannot_be_is_refused_with_its_reason() {
    on_both(|world| async move {
        world.elsewhere("globex", "gus").await;
        let olga = world.sign_in("olga").await;
        let desk = world.access.service_desk(&olga.actor, world.service).await.unwrap();
        let make = async |address: &str| desk.create_address(&email(address), For::Nobody).await;
        assert!(matches!(make("INFO@acme.test").await, Err(CreateAddressError::Taken)));
        for reserved in
            ["no-reply@acme.test", "NoReply@acme.test", "catchall@acme.test", "mailer-daemon@acme.test"]
        {
            assert!(matches!(make(reserved).await, Err(CreateAddressError::Reserved)), "{reserved}");
        }
        for odd in ["\"two words\"@acme.test", "a!b@acme.test", "\"a@b\"@acme.test"] {
            assert!(matches!(make(odd).await, Err(CreateAddressError::BadName)), "{odd}");
        }
        for elsewhere in ["new@globex.test", "desk@globex.test", "a@nowhere.test"] {
            assert!(matches!(make(elsewhere).await, Err(CreateAddressError::NoSuchDomain)), "{elsewhere}");
        }
        assert_eq!(desk.addresses("", None, 10).await.unwrap().len(), 1);
        let mut delivery = world.access.delivery();
        assert_eq!(delivery.add(&email("new@globex.test")).await, Err(RecipientError::Unknown));
    });
}

#[test]
fn only_whoever_runs_the_server_gives_a_new_address_to_somebody_else() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        let desk = world.access.service_desk(&olga.actor, world.service).await.unwrap();
        let address = email("gift@acme.test");
        let given = desk.create_address(&address, For::User(world.anna.user)).await;
        assert!(matches!(given, Err(CreateAddressError::Desk(DeskError::NotFound))));
        let desk = world.access.service_desk(&world.operator, world.service).await.unwrap();
        let given = desk.create_address(&address, For::User(world.anna.user)).await.unwrap();
        assert!(world.access.open(&world.anna.actor, given).await.is_ok());
    });
}

#[test]
fn an_address_that_somebody_signs_in_with_is_for_nobody_but_them() {
    on_both(|world| async move {
        let password = domain::Secret::new(PASSWORD.to_owned());
        let login_here = email("nina@acme.test");
        let nina = world
            .identity
            .add_user(&world.operator, login_here.clone(), "Nina Tester", &password)
            .await
            .unwrap();
        let olga = world.sign_in("olga").await;
        let desk = world.access.service_desk(&olga.actor, world.service).await.unwrap();
        let for_olga = desk.create_address(&login_here, For::Me).await;
        assert!(matches!(for_olga, Err(CreateAddressError::AddressIsLogin)));
        assert_eq!(world.count("SELECT count(*) FROM mailboxes").await, 1, "nothing of it was kept");
        let operators = world.access.service_desk(&world.operator, world.service).await.unwrap();
        operators.create_address(&login_here, For::User(nina)).await.unwrap();
    });
}

#[test]
fn addresses_are_listed_and_looked_for_page_after_page() {
    on_both(|world| async move {
        for address in ["b_1@acme.test", "Bx1@acme.test", "c@acme.test"] {
            world.address(address).await;
        }
        let olga = world.sign_in("olga").await;
        let desk = world.access.service_desk(&olga.actor, world.service).await.unwrap();
        let list = async |search: &str, after: Option<&str>, limit| {
            let rows = desk.addresses(search, after, limit).await.unwrap();
            rows.into_iter().map(|row| (row.address, row.users)).collect::<Vec<_>>()
        };
        let rows = list("", None, 3).await;
        assert_eq!(rows.len(), 3);
        let rest = list("", Some(&email(&rows[2].0).key()), 3).await;
        assert_eq!(rest, [("info@acme.test".to_owned(), 1)]);
        assert_eq!(list("_", None, 10).await, [("b_1@acme.test".to_owned(), 0)], "no wildcard");
        assert_eq!(list("BX", None, 10).await, [("Bx1@acme.test".to_owned(), 0)]);
        assert!(list("%", None, 10).await.is_empty());
        assert!(!list("", None, 10).await.iter().any(|(address, _)| *address == login("anna").to_string()));
    });
}
