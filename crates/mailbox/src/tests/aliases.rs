//! Aliases, and names with a plus.

use domain::{DomainName, Role, Secret};

use super::on_both;
use super::world::{PASSWORD, World, email, letter, new_message};
use crate::desk::{
    AddressDesk, AliasError, CreateAddressError, DeskError, DomainAliasError, For, trust_domain,
};
use crate::{Outgoing, RecipientError, SentCopy, SubmitError};

async fn olgas(world: &World) -> AddressDesk {
    let olga = world.sign_in("olga").await;
    world.access.address_desk(&olga.actor, world.info).await.unwrap()
}

#[test]
fn mail_to_an_alias_and_to_a_name_with_a_plus_comes_once_into_the_mailbox() {
    on_both(|world| async move {
        let desk = olgas(&world).await;
        desk.add_alias(&email("Contact@acme.test")).await.unwrap();
        let to = ["contact@acme.test", "info@acme.test", "INFO+shop@acme.test", "contact+a+b@acme.test"];
        world.deliver(&to, &letter("one", "One")).await;
        assert_eq!(world.annas().await.named("INBOX").await.total, 1);
        let names: Vec<_> = desk.aliases().await.unwrap().into_iter().map(|alias| alias.address).collect();
        assert_eq!(names, ["Contact@acme.test"]);

        desk.remove_alias(&email("contact@acme.test")).await.unwrap();
        let mut delivery = world.access.delivery();
        for gone in ["contact@acme.test", "contact+a@acme.test", "nobody+info@acme.test"] {
            assert_eq!(delivery.add(&email(gone)).await, Err(RecipientError::Unknown), "{gone}");
        }
        assert!(matches!(desk.remove_alias(&email("info@acme.test")).await, Err(DeskError::NotFound)));
    });
}

#[test]
fn an_address_of_that_very_name_comes_before_a_plus() {
    on_both(|world| async move {
        let own = world.address("info+own@acme.test").await;
        world.deliver(&["info+own@acme.test"], &letter("one", "One")).await;
        assert_eq!(world.annas().await.named("INBOX").await.total, 0);
        world.desk(own).await.delete(&world.proof().await).await.unwrap();
        let mut delivery = world.access.delivery();
        let refused = delivery.add(&email("info+own@acme.test")).await;
        assert_eq!(
            refused,
            Err(RecipientError::Unknown),
            "what lies in the bin does not fall to somebody else"
        );
    });
}

#[test]
fn mail_is_sent_from_the_address_its_aliases_and_names_with_a_plus_and_from_nothing_else() {
    on_both(|world| async move {
        let desk = olgas(&world).await;
        desk.add_alias(&email("contact@acme.test")).await.unwrap();
        world.address("other@acme.test").await;
        let sender = world.annas().await.sender().await.unwrap();
        let send = async |from: &str| {
            let content = format!("From: {from}\r\nTo: bob@far.test\r\nSubject: s\r\n\r\nHi\r\n");
            let outgoing = Outgoing {
                recipients: vec![email("bob@far.test").into()],
                content: new_message(content.as_bytes()).content,
                sent_copy: SentCopy::Skip,
                answers: None,
                wishes: Default::default(),
            };
            sender.submit(outgoing).await
        };
        for own in ["info@acme.test", "Contact@acme.test", "info+shop@acme.test", "contact+a@acme.test"] {
            assert!(send(own).await.is_ok(), "{own}");
            assert!(world.access.send_as(&world.anna.actor, &email(own)).await.is_ok(), "{own}");
        }
        for foreign in ["other@acme.test", "info@far.test", "no+info@acme.test"] {
            let refused = send(foreign).await;
            assert!(matches!(refused, Err(SubmitError::FromMismatch)), "{foreign}: {refused:?}");
        }
        desk.remove_alias(&email("contact@acme.test")).await.unwrap();
        assert!(matches!(send("contact@acme.test").await, Err(SubmitError::FromMismatch)));
    });
}

#[test]
fn an_alias_is_one_name_of_a_verified_domain_of_the_service() {
    on_both(|world| async move {
        world.elsewhere("globex", "gus").await;
        let olga = world.sign_in("olga").await;
        let service = world.access.service_desk(&olga.actor, world.service).await.unwrap();
        let shop: DomainName = "shop.test".parse().unwrap();
        service.add_domain(&shop).await.unwrap();
        let desk = world.access.address_desk(&olga.actor, world.info).await.unwrap();
        let add = async |alias: &str| match desk.add_alias(&email(alias)).await {
            Ok(()) => "added",
            Err(AliasError::Address(CreateAddressError::Taken)) => "taken",
            Err(AliasError::Address(CreateAddressError::Reserved)) => "reserved",
            Err(AliasError::Address(CreateAddressError::BadName)) => "bad",
            Err(AliasError::Address(CreateAddressError::NoSuchDomain)) => "elsewhere",
            Err(AliasError::Address(CreateAddressError::DomainUnverified)) => "unverified",
            Err(error) => panic!("{alias}: {error}"),
        };
        assert_eq!(add("a@shop.test").await, "unverified");
        trust_domain(&world.access, &world.operator, &shop).await.unwrap();
        for (alias, answer) in [
            ("a@shop.test", "added"),
            ("A@shop.test", "taken"),
            ("info@acme.test", "taken"),
            ("no-reply@acme.test", "reserved"),
            ("a!b@acme.test", "bad"),
            ("a@globex.test", "elsewhere"),
        ] {
            assert_eq!(add(alias).await, answer, "{alias}");
        }
        let made = service.create_address(&email("a@shop.test"), For::Nobody).await;
        assert!(matches!(made, Err(CreateAddressError::Taken)));
        desk.delete(&olga.proof).await.unwrap();
        assert!(matches!(desk.add_alias(&email("b@shop.test")).await, Err(AliasError::BeingDeleted)));
    });
}

#[test]
fn no_account_is_reached_through_an_alias_or_a_plus() {
    on_both(|world| async move {
        let password = Secret::new(PASSWORD.to_owned());
        let sign_up = async |address: &str| {
            world.identity.add_user(&world.operator, email(address), "Eve Tester", &password).await
        };
        let desk = olgas(&world).await;
        desk.add_alias(&email("contact@acme.test")).await.unwrap();
        for variant in ["contact@acme.test", "info+x@acme.test", "contact+x@acme.test"] {
            let refused = sign_up(variant).await;
            assert_eq!(refused, Err(identity::OperatorError::AddressIsShared(email(variant))), "{variant}");
        }
        sign_up("later+x@acme.test").await.unwrap();
        sign_up("mine@acme.test").await.unwrap();
        for login in ["later@acme.test", "mine@acme.test"] {
            let refused = desk.add_alias(&email(login)).await;
            let is_login = matches!(refused, Err(AliasError::Address(CreateAddressError::AddressIsLogin)));
            assert!(is_login, "{login}: {refused:?}");
        }
        let boss = world.member("boss", Role::Administrator).await;
        let service = world.access.service_desk(&boss.actor, world.service).await.unwrap();
        let made = service.create_address(&email("later@acme.test"), For::Me).await;
        assert!(matches!(made, Err(CreateAddressError::AddressIsLogin)));
    });
}

#[test]
fn every_address_of_an_alias_domain_leads_to_its_namesake() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        let service = world.access.service_desk(&olga.actor, world.service).await.unwrap();
        let shop: DomainName = "shop.test".parse().unwrap();
        let (alias, real) =
            (service.add_domain(&shop).await.unwrap(), service.domains().await.unwrap()[0].id);
        assert!(matches!(service.stand_for(alias, real).await, Err(DomainAliasError::Unverified)));
        trust_domain(&world.access, &world.operator, &shop).await.unwrap();
        assert!(matches!(service.stand_for(alias, alias).await, Err(DomainAliasError::Same)));
        assert!(matches!(service.stand_for(real, alias).await, Err(DomainAliasError::HasAddresses)));
        service.stand_for(alias, real).await.unwrap();
        assert!(matches!(service.stand_for(real, alias).await, Err(DomainAliasError::Chain)));
        let made = service.create_address(&email("new@shop.test"), For::Nobody).await;
        assert!(matches!(made, Err(CreateAddressError::DomainIsAlias)), "{made:?}");
        world.deliver(&["info@shop.test", "INFO+x@shop.test", "info@acme.test"], &letter("a", "b")).await;
        assert_eq!(world.count("SELECT count(*) FROM messages").await, 1);
        let mut delivery = world.access.delivery();
        assert_eq!(delivery.add(&email("never@shop.test")).await, Err(RecipientError::Unknown));
        assert!(world.access.send_as(&world.anna.actor, &email("info@shop.test")).await.is_ok());
        let password = Secret::new(PASSWORD.to_owned());
        let login =
            world.identity.add_user(&world.operator, email("later@shop.test"), "Eve T", &password).await;
        assert!(matches!(login, Err(identity::OperatorError::AddressIsShared(_))), "{login:?}");
        service.stand_alone(alias).await.unwrap();
        assert_eq!(delivery.add(&email("info@shop.test")).await, Err(RecipientError::Unknown));
        service.create_address(&email("new@shop.test"), For::Nobody).await.unwrap();
        assert!(matches!(service.stand_for(alias, real).await, Err(DomainAliasError::HasAddresses)));
    });
}
