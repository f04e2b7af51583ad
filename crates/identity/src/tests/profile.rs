//! Phone numbers and pictures.

use bytes::Bytes;
use domain::{PhoneLabel, PictureFault, Role};
use store::{StoreError, Tx};

use super::world::{ANNA, World, each_database};
use crate::mails::{Mail, MailTemplate};
use crate::{Identity, PictureError};

const BEN: &str = "ben@far.test";

/// A picture too large for a row.
fn large() -> Bytes {
    [b"GIF89a".to_vec(), vec![7; 100_000]].concat().into()
}

async fn uses(world: &World) -> i64 {
    let read = |tx: &mut Tx<'_>| -> Result<i64, StoreError> {
        tx.load("SELECT count(*) FROM blob_uses", &[], |row| row.get(0))
    };
    world.store.read(read).await.unwrap()
}

#[test]
fn a_picture_is_seen_in_the_organization_and_its_bytes_are_given_up_when_it_is_replaced() {
    each_database(|world| async move {
        world.add_user(ANNA).await;
        world.add_user(BEN).await;
        let ((anna, _), (ben, _)) = (world.sign_in(ANNA).await, world.sign_in(BEN).await);
        let identity = &world.identity;
        let svg = identity.set_picture(&anna.actor, Bytes::from_static(b"<svg/>")).await;
        assert_eq!(svg, Err(PictureError::Fault(PictureFault::Unknown)));
        identity.set_picture(&anna.actor, large()).await.unwrap();
        assert_eq!(uses(&world).await, 1);
        let picture = identity.own_picture(&anna.actor).await.unwrap().unwrap();
        assert!(identity.picture(&ben.actor, picture).await.unwrap().is_none());
        let (operator, owner) = (Identity::operator(), Role::Owner);
        identity.add_organization(&operator, "Acme", ANNA.parse().unwrap()).await.unwrap();
        identity.add_member(&operator, "Acme", BEN.parse().unwrap(), owner).await.unwrap();
        let seen = identity.picture(&ben.actor, picture).await.unwrap().unwrap();
        assert_eq!((seen.content, seen.kind.name()), (large(), "gif"));
        let json = identity.export_account(&anna.actor, &anna.proof).await.unwrap();
        assert!(json.contains("image/gif"), "{json}");
        identity.set_picture(&anna.actor, Bytes::from_static(b"GIF87a")).await.unwrap();
        assert_eq!(uses(&world).await, 0, "the large one is collected");
        assert!(identity.picture(&anna.actor, picture).await.unwrap().is_none());
        identity.remove_picture(&anna.actor).await.unwrap();
        assert!(identity.own_picture(&anna.actor).await.unwrap().is_none());
    });
}

#[test]
fn whoever_has_phone_numbers_has_one_primary_number() {
    each_database(|world| async move {
        world.add_user(ANNA).await;
        let (anna, _) = world.sign_in(ANNA).await;
        let (identity, who) = (&world.identity, &anna.actor);
        let numbers = ["+41446681800", "+41446681801", "+41446681802"];
        for number in numbers {
            identity.add_phone(who, number, PhoneLabel::Work).await.unwrap();
        }
        let primary = async || -> Vec<String> {
            let all = identity.phones(who).await.unwrap();
            all.into_iter().filter(|own| own.is_primary).map(|own| own.number).collect()
        };
        assert_eq!(primary().await, [numbers[0]]);
        identity.change_phone(who, numbers[0], "+41446681809", PhoneLabel::Home).await.unwrap();
        assert_eq!(primary().await, ["+41446681809"], "a changed number stays primary");
        identity.remove_phone(who, "+41446681809").await.unwrap();
        assert_eq!(primary().await.len(), 1, "another takes its place");
        identity.set_primary_phone(who, numbers[2]).await.unwrap();
        assert_eq!(primary().await, [numbers[2]]);
        for number in &numbers[1..] {
            identity.remove_phone(who, number).await.unwrap();
        }
        assert!(identity.phones(who).await.unwrap().is_empty());
    });
}

#[test]
fn a_device_password_for_all_addresses_is_mailed_and_told_to_the_other_sessions() {
    each_database(|world| async move {
        world.add_user(ANNA).await;
        let (_, elsewhere) = world.sign_in(ANNA).await;
        let (anna, here) = world.sign_in(ANNA).await;
        world.identity.add_account_device(&anna.actor, &anna.proof, "Phone").await.unwrap();
        let told = world.mails().await;
        let is_it = |mail: &Mail| mail.template == MailTemplate::AccountDeviceAdded && mail.to == ANNA;
        assert!(told.iter().any(is_it), "{told:?}");
        let other = world.person(&elsewhere).await;
        assert_eq!(other.actor.notice(), Some("account_device.add"));
        assert_eq!(world.person(&here).await.actor.notice(), None);
    });
}
