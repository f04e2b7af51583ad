//! Mail on its way out, as those see it who manage a mail service.

use domain::{Id, Role, SubmissionId};

use super::on_both;
use super::sending::outgoing;
use super::world::{World, email};
use crate::OpenError;
use crate::desk::{DeskError, ServiceDesk};

async fn send(world: &World, to: &[&str]) -> SubmissionId {
    let sender = world.access.send_as(&world.anna.actor, &email("info@acme.test")).await.unwrap();
    sender.submit(outgoing("info@acme.test", to)).await.unwrap().id
}

async fn olgas_desk(world: &World) -> ServiceDesk {
    let olga = world.sign_in("olga").await;
    world.access.service_desk(&olga.actor, world.service).await.unwrap()
}

/// How the recipients of a mail stand.
async fn states(world: &World, id: SubmissionId) -> Vec<String> {
    let sql = "SELECT state FROM outgoing_recipients WHERE submission_id = $1 ORDER BY recipient";
    world.read(move |tx| tx.query(sql, &[&id], |row| row.get(0))).await
}

#[test]
fn an_owner_sees_what_is_on_its_way_page_by_page() {
    on_both(|world| async move {
        let mut sent = Vec::new();
        for to in ["a@far.test", "b@far.test", "c@far.test"] {
            sent.push(send(&world, &[to]).await);
            world.clock.advance(domain::duration::minutes(1));
        }
        let desk = olgas_desk(&world).await;
        let first = desk.outgoing(None, 2).await.unwrap();
        assert_eq!(first.iter().map(|mail| mail.id).collect::<Vec<_>>(), sent[..2]);
        assert_eq!(first[0].sender, Some(email("info@acme.test")));
        assert_eq!(first[0].recipients[0].address, email("a@far.test"));
        let rest = desk.outgoing(Some(first[1].id), 2).await.unwrap();
        assert_eq!(rest.iter().map(|mail| mail.id).collect::<Vec<_>>(), sent[2..]);
    });
}

#[test]
fn a_mail_is_tried_again_or_given_up_and_the_log_says_so() {
    on_both(|world| async move {
        let mail = send(&world, &["a@far.test", "b@far.test"]).await;
        let olga = world.sign_in("olga").await;
        let desk = world.access.service_desk(&olga.actor, world.service).await.unwrap();
        assert_eq!(desk.retry_outgoing(mail).await.unwrap(), 2);
        assert_eq!(states(&world, mail).await, ["waiting", "waiting"]);
        assert_eq!(desk.cancel_outgoing(&olga.proof, mail).await.unwrap(), 2);
        assert_eq!(states(&world, mail).await, ["cancelled", "cancelled"]);
        assert_eq!(desk.cancel_outgoing(&olga.proof, mail).await.unwrap(), 0, "nobody waits any more");
        let sql = "SELECT count(*) FROM audit_entries WHERE verb IN ('queue.retry', 'queue.cancel') \
                   AND object = 'info@acme.test'";
        assert_eq!(world.count(sql).await, 2);
        assert!(matches!(
            desk.retry_outgoing(SubmissionId::from_bytes([7; 16])).await,
            Err(DeskError::NotFound)
        ));
    });
}

#[test]
fn nobody_else_sees_it_or_changes_it() {
    on_both(|world| async move {
        let mail = send(&world, &["a@far.test"]).await;
        let (owner, service, _) = world.elsewhere("other", "otto").await;
        let other = world.access.service_desk(&owner.actor, service).await.unwrap();
        assert_eq!(other.outgoing(None, 10).await.unwrap(), []);
        assert!(matches!(other.retry_outgoing(mail).await, Err(DeskError::NotFound)));
        assert!(matches!(other.cancel_outgoing(&owner.proof, mail).await, Err(DeskError::NotFound)));
        let member = world.member("carl", Role::Collaborator).await;
        let opened = world.access.service_desk(&member.actor, world.service).await;
        assert!(matches!(opened.map(drop), Err(OpenError::NotFound)));
        // Another person's proof is none of the actor's.
        let desk = olgas_desk(&world).await;
        assert!(desk.cancel_outgoing(&owner.proof, mail).await.is_err());
        assert_eq!(states(&world, mail).await, ["waiting"]);
    });
}
