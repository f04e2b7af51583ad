//! What keeps mail and accounts safe from those who may manage them, and from those who guess.

use bus::{EndReason, Protocol};
use domain::{Language, Permissions, Role};
use identity::SignInError;
use identity::mails::{MAIL_JOB, Mail, MailTemplate};
use store::{StoreError, Tx};

use super::on_both;
use super::world::{Person, World, email, login};
use crate::MailError;
use crate::desk::{DeskError, Inside, NewUser, ShareError};

/// Who was told that somebody took access, and to which address.
async fn told_of_taking(world: &World) -> Vec<(String, String)> {
    let read = |tx: &mut Tx<'_>| -> Result<Vec<String>, StoreError> {
        tx.query("SELECT payload FROM jobs WHERE kind = $1 ORDER BY job_id", &[&MAIL_JOB], |row| row.get(0))
    };
    let all = world.store.read(read).await.unwrap();
    let mails = all.iter().map(|payload| serde_json::from_str::<Mail>(payload).unwrap());
    mails
        .filter(|mail| mail.template == MailTemplate::AccessTaken)
        .map(|mail| (mail.to, mail.values["what"].clone()))
        .collect()
}

#[test]
fn who_gives_themselves_access_to_an_address_is_told_of_to_those_who_open_it() {
    on_both(|world| async move {
        let (olga, adam) = (world.sign_in("olga").await, world.member("adam", Role::Administrator).await);
        let desk = world.access.address_desk(&olga.actor, world.info).await.unwrap();
        desk.add_existing(&olga.proof, adam.user, Permissions::ALL).await.unwrap();
        assert!(told_of_taking(&world).await.is_empty(), "given to another");
        desk.add_existing(&olga.proof, olga.user, Permissions::ALL).await.unwrap();
        let told = told_of_taking(&world).await;
        let by_whom = |name: &str| (login(name).to_string(), "info@acme.test".to_owned());
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told.contains(&by_whom("anna")) && told.contains(&by_whom("adam")), "{told:?}");
    });
}

#[test]
fn who_comes_to_an_address_by_a_team_of_their_own_is_told_of_as_well() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        let desk = world.access.organization_desk(&olga.actor, world.acme).await.unwrap();
        let acme = world.acme;
        let make = move |tx: &mut Tx<'_>| -> Result<_, StoreError> {
            Ok(identity::teams::create(tx, acme, "Sales", Default::default())?.unwrap())
        };
        let team = world.store.write(make).await.unwrap();
        desk.set_team_access(&olga.proof, team, world.info, Permissions::ALL).await.unwrap();
        assert!(told_of_taking(&world).await.is_empty(), "she is not in it yet");
        desk.set_in_team(&olga.proof, team, olga.user, Inside::Yes).await.unwrap();
        assert_eq!(told_of_taking(&world).await.len(), 1);
        let other = world.address("other@acme.test").await;
        world.give(other, &world.anna, Permissions::ALL).await;
        desk.set_team_access(&olga.proof, team, other, Permissions::ALL).await.unwrap();
        let told = told_of_taking(&world).await;
        assert!(told.iter().any(|(_, address)| address == "other@acme.test"), "{told:?}");
    });
}

#[test]
fn who_comes_to_an_address_by_an_invitation_of_their_own_is_told_of_as_well() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        let desk = world.access.address_desk(&olga.actor, world.info).await.unwrap();
        let made = desk.invite(&olga.proof, Permissions::ALL, Language::En).await.unwrap();
        world.identity.accept(&olga.actor, made.link.rsplit('/').next().unwrap(), None).await.unwrap();
        assert_eq!(told_of_taking(&world).await, [(login("anna").to_string(), "info@acme.test".to_owned())]);
    });
}

#[test]
fn the_proof_of_another_or_of_another_session_counts_for_nothing() {
    on_both(|world| async move {
        let (olga, adam) = (world.sign_in("olga").await, world.member("adam", Role::Administrator).await);
        let elsewhere = world.sign_in("olga").await;
        let desk = world.access.address_desk(&olga.actor, world.info).await.unwrap();
        for proof in [adam.proof, elsewhere.proof, world.proof().await] {
            let ended = EndReason::SessionEnded;
            let given = desk.add_existing(&proof, adam.user, Permissions::ALL).await;
            assert!(matches!(given, Err(ShareError::Desk(DeskError::Ended(reason))) if reason == ended));
            assert!(matches!(desk.delete(&proof).await, Err(DeskError::Ended(reason)) if reason == ended));
            let made = world.annas().await.add_device(&proof, "phone").await;
            assert!(matches!(made, Err(MailError::Ended(reason)) if reason == ended));
            let identity = &world.identity;
            assert!(identity.delete_account(&olga.actor, &proof).await.is_err());
            assert!(identity.leave(&olga.actor, &proof, world.acme).await.is_err());
            assert!(identity.offer_second_factor(&olga.actor, &proof).await.is_err());
            let password = domain::Secret::new("another good password 4711".to_owned());
            assert!(identity.change_password(&olga.actor, &proof, &password).await.is_err());
        }
    });
}

#[test]
fn an_owner_who_invited_somebody_once_can_delete_their_account() {
    on_both(|world| async move {
        let sven = world.person("sven").await;
        let identity = &world.identity;
        let own = identity.add_organization(&world.operator, "Sven's", login("sven")).await.unwrap();
        let desk = world.access.organization_desk(&sven.actor, own).await.unwrap();
        let new = |role| NewUser {
            terms: identity::Terms::of(role),
            invitee: identity::joining::Invitee::default(),
            accesses: Vec::new(),
            language: Language::En,
        };
        desk.invite_into(&sven.proof, &new(Role::Collaborator)).await.unwrap();
        let used = desk.invite_into(&sven.proof, &new(Role::Collaborator)).await.unwrap();
        let guest = world.person("guest").await;
        identity.accept(&guest.actor, used.link.rsplit('/').next().unwrap(), None).await.unwrap();
        identity.leave(&guest.actor, &guest.proof, own).await.unwrap();
        identity.delete_account(&sven.actor, &sven.proof).await.unwrap();
        assert_eq!(world.count("SELECT count(*) FROM organizations").await, 1);
    });
}

#[test]
fn an_outsider_who_deletes_their_account_is_in_the_log_of_the_organization_whose_mail_they_opened() {
    on_both(|world| async move {
        let eve = world.person("eve").await;
        world.give(world.info, &eve, Permissions::ALL).await;
        world.identity.delete_account(&eve.actor, &eve.proof).await.unwrap();
        let entries = world.identity.list_audit(&world.operator, "Acme").await.unwrap();
        assert_eq!(entries[0].verb, "account.delete");
        assert!(entries[0].detail.contains("info@acme.test"), "{entries:?}");
    });
}

async fn try_secret(world: &World, person: &Person, secret: &str) -> Option<SignInError> {
    let secret = domain::Secret::new(secret.to_owned());
    let from = person.actor.ip().unwrap();
    world.identity.sign_in_device(&email("info@acme.test"), &secret, Protocol::Imap, from).await.err()
}

#[test]
fn a_device_password_that_counts_is_not_refused_whatever_was_tried_before() {
    on_both(|world| async move {
        let (made, _) = world.annas_device().await;
        for _ in 0..20 {
            try_secret(&world, &world.anna, "wrong").await.unwrap();
        }
        let waiting = try_secret(&world, &world.anna, "wrong").await;
        assert!(matches!(waiting, Some(SignInError::Throttled(_))), "{waiting:?}");
        assert_eq!(try_secret(&world, &world.anna, made.secret.reveal()).await, None);
    });
}
