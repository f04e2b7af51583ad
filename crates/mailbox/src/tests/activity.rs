//! The activity log: each act of a desk is in it, and an altered log is found out.

use domain::{Language, Permission, Permissions, Role};
use identity::audit::{self, Entry};

use super::world::{World, email};
use super::{On, on, on_both};
use crate::desk::{DeskError, For, Switch};

/// The entries of Acme's log from `after` on, the oldest first.
async fn entries(world: &World, after: i64) -> Vec<Entry> {
    let acme = world.acme;
    let mut all = world.read(move |tx| audit::list(tx, acme, None, 1_000)).await;
    all.retain(|entry| entry.seq > after);
    all.reverse();
    all
}

async fn length(world: &World) -> Result<i64, audit::Broken> {
    let acme = world.acme;
    world.read(move |tx| audit::verify(tx, acme)).await
}

#[test]
fn each_act_of_a_desk_is_in_the_log_with_who_did_it() {
    on_both(|world| async move {
        let (olga, carl) = (world.sign_in("olga").await, world.member("carl", Role::Collaborator).await);
        let before = length(&world).await.unwrap();
        let organization = world.access.organization_desk(&olga.actor, world.acme).await.unwrap();
        organization.create_service("Shop", &"shop.test".parse().unwrap()).await.unwrap();
        let service = world.access.service_desk(&olga.actor, world.service).await.unwrap();
        let sales = service.create_address(&email("sales@acme.test"), For::Nobody).await.unwrap();
        let desk = world.access.address_desk(&olga.actor, sales).await.unwrap();
        desk.set_display_name("Sales").await.unwrap();
        desk.add_existing(&olga.proof, carl.user, Permissions::NONE).await.unwrap();
        let switch = Switch { permission: Permission::Devices, on: true };
        desk.set_permission(&olga.proof, carl.user, switch).await.unwrap();
        desk.set_permissions(&olga.proof, carl.user, Permissions::ALL).await.unwrap();
        let invited = desk.invite(&olga.proof, Permissions::NONE, Language::En).await.unwrap();
        desk.set_invitation_permissions(&olga.proof, invited.id, Permissions::ALL).await.unwrap();
        desk.send_invitation(&olga.proof, invited.id, &email("bob@far.test"), Language::En).await.unwrap();
        desk.delete_invitation(invited.id).await.unwrap();
        desk.remove_access(&olga.proof, carl.user).await.unwrap();

        let written = entries(&world, before).await;
        let verbs: Vec<_> =
            written.iter().map(|entry| (entry.verb.as_str(), entry.object.as_str())).collect();
        let on_sales = |verb| (verb, "sales@acme.test");
        let expected = [
            ("mail_service.create", "Shop"),
            on_sales("address.create"),
            on_sales("address.display_name"),
            on_sales("access.add"),
            on_sales("access.change"),
            on_sales("access.change"),
            on_sales("invitation.create"),
            on_sales("invitation.change"),
            on_sales("invitation.send"),
            on_sales("invitation.delete"),
            on_sales("access.remove"),
        ];
        assert_eq!(verbs, expected);
        assert!(written.iter().all(|entry| entry.actor == Some(olga.user) && entry.ip == "192.0.2.1"));
        assert_eq!(length(&world).await, Ok(before + 11));
    });
}

#[test]
fn what_users_and_the_operator_do_is_in_the_log_too() {
    on_both(|world| async move {
        let before = length(&world).await.unwrap();
        let (made, _) = world.annas_device().await;
        world.annas().await.revoke_device(made.id).await.unwrap();
        let secret = made.secret.reveal().clone();
        let desk = world.desk(world.info).await;
        let invited = desk.invite(&world.proof().await, Permissions::NONE, Language::En).await.unwrap();
        let ivan = world.person("ivan").await;
        let token = invited.link.rsplit('/').next().unwrap();
        world.identity.accept(&ivan.actor, token, None).await.unwrap();
        let written = entries(&world, before).await;
        let told: Vec<_> = written.iter().map(|entry| (entry.verb.as_str(), entry.actor)).collect();
        let expected = [
            ("device.add", Some(world.anna.user)),
            ("device.revoke", Some(world.anna.user)),
            ("invitation.create", None),
            ("invitation.accept", Some(ivan.user)),
        ];
        assert_eq!(told, expected);
        assert!(!written.iter().any(|entry| entry.detail.contains(&secret)));
        assert_eq!(written[2].actor_name, "operator");
        assert_eq!(length(&world).await, Ok(before + 4));
    });
}

#[test]
fn what_was_refused_is_not_in_the_log() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        let desk = world.access.address_desk(&olga.actor, world.info).await.unwrap();
        let before = length(&world).await;
        desk.add_existing(&olga.proof, world.anna.user, Permissions::ALL).await.unwrap_err();
        let service = world.access.service_desk(&olga.actor, world.service).await.unwrap();
        service.create_address(&email("info@acme.test"), For::Me).await.unwrap_err();
        service.create_address(&email("no-reply@acme.test"), For::Me).await.unwrap_err();
        assert_eq!(length(&world).await, before);
    });
}

#[test]
fn owners_and_administrators_read_the_log_of_their_organization() {
    on_both(|world| async move {
        let adam = world.member("adam", Role::Administrator).await;
        let desk = world.access.organization_desk(&adam.actor, world.acme).await.unwrap();
        let first = desk.activity(None, 2).await.unwrap();
        assert_eq!(first.len(), 2);
        assert_eq!(first[0].verb, "member.add");
        let second = desk.activity(Some(first[1].seq), 2).await.unwrap();
        assert!(second.iter().all(|entry| entry.seq < first[1].seq));
        let user = adam.user;
        let sql = "DELETE FROM memberships WHERE user_id = $1";
        world.write(move |tx| tx.execute(sql, &[&user]).map(drop)).await;
        assert!(matches!(desk.activity(None, 2).await, Err(DeskError::NotFound)));
    });
}

#[test]
fn a_log_that_was_altered_is_found_out() {
    on(On::Sqlite, |world| async move {
        let whole = length(&world).await.unwrap();
        assert!(whole >= 3);
        for sql in [
            "UPDATE audit_entries SET actor_name = 'nobody' WHERE seq = 2",
            "UPDATE audit_entries SET at = at + 1 WHERE seq = 2",
            "DELETE FROM audit_entries WHERE seq = 2",
        ] {
            let spoiled = world.access.store().write(move |tx| -> Result<(), Undone> {
                tx.execute(sql, &[])?;
                Err(Undone::After(audit::verify(tx, world.acme)?))
            });
            let Undone::After(outcome) = spoiled.await.unwrap_err() else { panic!("the storage failed") };
            assert_eq!(outcome, Err(audit::Broken { seq: 2 }), "{sql}");
        }
        assert_eq!(length(&world).await, Ok(whole));
    });
}

#[test]
fn entries_cut_off_at_the_end_of_a_log_are_missed_also_after_more_were_written() {
    on_both(|world| async move {
        let whole = length(&world).await.unwrap();
        let cut = "DELETE FROM audit_entries WHERE seq >= $1";
        world.write(move |tx| tx.execute(cut, &[&whole]).map(drop)).await;
        assert_eq!(length(&world).await, Err(audit::Broken { seq: whole }));
        world.member("adam", Role::Administrator).await;
        assert_eq!(length(&world).await, Err(audit::Broken { seq: whole }));
    });
}

/// A transaction that was only a question.
#[derive(Debug)]
enum Undone {
    After(Result<i64, audit::Broken>),
    Store,
}

impl From<store::StoreError> for Undone {
    fn from(_: store::StoreError) -> Self {
        Self::Store
    }
}
