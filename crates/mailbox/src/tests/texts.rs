//! Invitations by SMS, and externals who leave by themselves.

use domain::{Language, Permissions, PhoneNumber, Role};
use identity::members::{LeaveError, MemberFault};
use identity::texts::SmsFault;

use super::on_both;
use super::world::email;
use crate::OpenError;
use crate::desk::TextError;

fn phone() -> PhoneNumber {
    "+41 44 668 18 00".parse().unwrap()
}

#[test]
fn an_invitation_goes_out_by_sms_where_there_is_a_gateway_and_not_without_end() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        let desk = world.access.address_desk(&olga.actor, world.info).await.unwrap();
        let invited = desk.invite(&olga.proof, Permissions::NONE, Language::En).await.unwrap();
        let text = || async {
            match desk.text_invitation(&olga.proof, invited.id, &phone(), Language::Fr).await {
                Ok(()) => None,
                Err(TextError::Sms(fault)) => Some(fault),
                Err(error @ TextError::Desk(_)) => panic!("{error:?}"),
            }
        };
        assert_eq!(text().await, Some(SmsFault::NoGateway));
        world.identity.announce_sms_gateway();
        let link = desk.link(invited.id).await.unwrap();
        assert_eq!(text().await, None);
        assert_eq!(desk.link(invited.id).await.unwrap(), link, "the link stays the same");
        assert_eq!(world.count("SELECT count(*) FROM jobs WHERE kind = 'sms'").await, 1);
        for _ in 1..5 {
            assert_eq!(text().await, None);
        }
        assert_eq!(text().await, Some(SmsFault::TooMany));
        assert_eq!(world.count("SELECT count(*) FROM jobs WHERE kind = 'sms'").await, 5);
    });
}

#[test]
fn an_external_leaves_by_themselves_and_hears_why_not() {
    on_both(|world| async move {
        let ivan = world.person("ivan").await;
        let proof = &ivan.proof;
        let stranger = world.identity.leave(&ivan.actor, proof, world.acme).await;
        assert!(matches!(stranger, Err(LeaveError::NotFound)), "{stranger:?}");
        world.give(world.info, &ivan, Permissions::NONE).await;
        let outside = world.identity.outside_of(&ivan.actor).await.unwrap();
        assert_eq!(outside, [(world.acme, "Acme".to_owned())]);
        assert!(world.identity.outside_of(&world.anna.actor).await.unwrap().is_empty());
        assert!(world.identity.leave_fault(&ivan.actor, world.acme).await.unwrap().is_none());
        let gone = world.identity.leave(&ivan.actor, proof, world.acme).await.unwrap();
        assert_eq!(gone.mailboxes[0].address, "info@acme.test");
        assert!(matches!(world.access.open(&ivan.actor, world.info).await, Err(OpenError::NotFound)));
        assert!(world.identity.outside_of(&ivan.actor).await.unwrap().is_empty());
    });
}

#[test]
fn whoever_signs_in_with_an_address_of_the_organization_cannot_leave() {
    on_both(|world| async move {
        world.address("ben@acme.test").await;
        let ben = world.member("ben", Role::Collaborator).await;
        let (user, key) = (ben.user, email("ben@acme.test").key());
        world
            .write(move |tx| {
                let sql = "UPDATE login_identifiers SET address_key = $2, address = $2 WHERE user_id = $1";
                tx.execute(sql, &[&user, &key]).map(drop)
            })
            .await;
        let fault = world.identity.leave_fault(&ben.actor, world.acme).await.unwrap();
        assert_eq!(fault, Some(MemberFault::LoginHosted));
        let refused = world.identity.leave(&ben.actor, &ben.proof, world.acme).await;
        assert!(matches!(refused, Err(LeaveError::Fault(MemberFault::LoginHosted))), "{refused:?}");
    });
}
