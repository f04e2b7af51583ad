//! Many addresses from one file.

use bytes::Bytes;
use domain::duration::days;
use domain::{ImportId, JobId, Permission, Permissions, Role};

use super::on_both;
use super::world::{Person, World, email, letter};
use crate::desk::{
    Column, FaultKind, ImportFault, ImportNotice, ImportState, ServiceDesk, SheetError, TASK_JOB,
};
use crate::{KeptCopy, RedirectionState};

async fn olgas(world: &World) -> (Person, ServiceDesk) {
    let olga = world.sign_in("olga").await;
    let desk = world.access.service_desk(&olga.actor, world.service).await.unwrap();
    (olga, desk)
}

async fn check(desk: &ServiceDesk, text: &str) -> Result<ImportId, SheetError> {
    let file = Bytes::copy_from_slice(text.as_bytes());
    desk.check_import(&"acme.test".parse().unwrap(), file).await.map(|(import, _)| import)
}

/// The job that waits.
async fn job(world: &World) -> Option<(JobId, String)> {
    let all = world.read(|tx| store::jobs::list(tx, Some(TASK_JOB), 5)).await;
    all.into_iter().next().map(|job| (job.id, job.payload))
}

/// Does all that is left of the task.
async fn finish(world: &World) {
    while let Some((id, payload)) = job(world).await {
        world.access.continue_task(id, &payload).await.unwrap();
    }
}

#[test]
fn a_file_is_checked_whole_then_makes_its_addresses_with_all_that_it_says() {
    on_both(|world| async move {
        let (olga, desk) = olgas(&world).await;
        let ben = world.member("ben", Role::Collaborator).await;
        let text = "local_part;display_name;redirect_to;keep_copy;user_email;permissions;quota_mb\n\
                    sales;Sales;support@acme.test far@far.test;no;ben@people.test;send;5\n\
                    support;;;;eve@far.test;;\n";
        let file = Bytes::copy_from_slice(text.as_bytes());
        let (import, notices) = desk.check_import(&"acme.test".parse().unwrap(), file).await.unwrap();
        assert_eq!(notices, [ImportNotice::Separator(';')]);
        assert_eq!(world.count("SELECT count(*) FROM mailboxes").await, 1, "nothing is made by checking");
        let view = desk.import(import).await.unwrap();
        assert_eq!((view.state, view.addresses, view.total), (ImportState::Checked, 2, 3));
        assert!(job(&world).await.is_none());
        desk.start_import(&olga.proof, import).await.unwrap();
        assert!(desk.start_import(&olga.proof, import).await.is_err(), "one yes is enough");
        finish(&world).await;
        let view = desk.import(import).await.unwrap();
        assert_eq!((view.state, view.done, view.made), (ImportState::Done, 3, 2));
        let sales = world.access.mailbox_of(&world.operator, &email("sales@acme.test")).await.unwrap();
        let opened = world.access.open(&ben.actor, sales).await.unwrap();
        let rights = opened.rights().await.unwrap().permissions();
        assert_eq!(rights, Permissions::NONE.with(Permission::Send));
        assert_eq!(opened.display_name(), "Sales");
        assert_eq!(opened.quota().await.unwrap().limit_bytes, Some(5_000_000));
        let redirections = world.desk(sales).await.redirections().await.unwrap();
        assert_eq!(redirections.copy, KeptCopy::Passed);
        let waiting = |state| matches!(state, RedirectionState::Waiting(_));
        let states: Vec<_> = redirections.targets.iter().map(|one| waiting(one.state)).collect();
        assert_eq!(states, [true, false], "far@far.test is asked, support@acme.test is not");
        let support = world.access.mailbox_of(&world.operator, &email("support@acme.test")).await.unwrap();
        let invited = world.desk(support).await.invitations().await.unwrap();
        assert_eq!(invited[0].sent_to.as_deref(), Some("eve@far.test"));
        world.deliver(&["sales@acme.test"], &letter("one", "Hello")).await;
        assert_eq!(world.count("SELECT count(*) FROM messages").await, 1);
        let outcomes = desk.import_outcomes(import, None, 10).await.unwrap();
        assert!(outcomes.iter().all(|(_, one)| one.outcome.as_deref() == Some("made")), "{outcomes:?}");
    });
}

#[test]
fn what_stands_in_the_way_is_found_before_anything_is_made() {
    on_both(|world| async move {
        let (olga, desk) = olgas(&world).await;
        let gone = world.address("gone@acme.test").await;
        world.desk(gone).await.delete(&world.proof().await).await.unwrap();
        let password = domain::Secret::new(super::world::PASSWORD.to_owned());
        for sign_in in ["sam@acme.test", "eve+x@acme.test"] {
            world.identity.add_user(&world.operator, email(sign_in), "Some Body", &password).await.unwrap();
        }
        let text = "local_part,redirect_to,user_email\ninfo,,\ngone,,\nsam,,\neve,,\nown,own@acme.test,\n\
                    none,never@acme.test,\nsam2,,sam@acme.test\n";
        let Err(SheetError::Faults(faults)) = check(&desk, text).await else { panic!("faults") };
        let fault = |line, column, kind| ImportFault { line, column, kind };
        assert_eq!(
            faults,
            [
                fault(2, Column::LocalPart, FaultKind::Taken),
                fault(3, Column::LocalPart, FaultKind::InBin),
                fault(4, Column::LocalPart, FaultKind::AddressIsLogin),
                fault(5, Column::LocalPart, FaultKind::AddressIsLogin),
                fault(6, Column::RedirectTo, FaultKind::OwnAddress),
                fault(7, Column::RedirectTo, FaultKind::NoSuchTarget),
            ]
        );
        let ring = "local_part,redirect_to\na,b@acme.test\nb,a+x@acme.test\nc,a@acme.test\n";
        let Err(SheetError::Faults(faults)) = check(&desk, ring).await else { panic!("faults") };
        let lines: Vec<_> = faults.iter().map(|fault| (fault.line, fault.kind)).collect();
        assert_eq!(lines, [(2, FaultKind::Loop), (3, FaultKind::Loop)]);
        let far =
            desk.check_import(&"far.test".parse().unwrap(), Bytes::from_static(b"local_part\na\n")).await;
        assert!(matches!(far, Err(SheetError::Domain)));
        assert_eq!(world.count("SELECT count(*) FROM address_tasks").await, 0);
        let theirs = check(&desk, "local_part,user_email\nsam,sam@acme.test\n").await.unwrap();
        desk.start_import(&olga.proof, theirs).await.unwrap();
        finish(&world).await;
        assert_eq!(desk.import(theirs).await.unwrap().made, 1, "their own is theirs");
    });
}

#[test]
fn a_task_that_is_begun_again_doubles_and_loses_nothing() {
    on_both(|world| async move {
        let (olga, desk) = olgas(&world).await;
        let lines: String = (0..450).map(|number| format!("n{number:03}\n")).collect();
        let import = check(&desk, &format!("local_part\n{lines}")).await.unwrap();
        desk.start_import(&olga.proof, import).await.unwrap();
        let (id, payload) = job(&world).await.unwrap();
        assert!(world.access.continue_task(id, &payload).await.unwrap());
        assert_eq!(desk.import(import).await.unwrap().done, 200);
        // Somebody takes a name meanwhile; and two workers go on at once.
        world.address("n300@acme.test").await;
        let again = world.access.clone();
        let (one, other) =
            tokio::join!(world.access.continue_task(id, &payload), again.continue_task(id, &payload));
        assert!(one.is_ok() && other.is_ok());
        finish(&world).await;
        let view = desk.import(import).await.unwrap();
        assert_eq!((view.state, view.done, view.made), (ImportState::Done, 450, 449));
        assert_eq!(world.count("SELECT count(*) FROM mailboxes WHERE address_key LIKE 'n%'").await, 450);
        let failed = desk.import_failures(import).await.unwrap();
        assert_eq!((failed.len(), failed[0].line, failed[0].outcome.as_deref()), (1, 302, Some("taken")));
        assert_eq!(world.count("SELECT count(*) FROM jobs WHERE kind = 'addresses'").await, 0);
        assert!(!world.access.continue_task(id, &payload).await.unwrap(), "it is over");
        assert_eq!(world.count("SELECT count(*) FROM mailboxes WHERE address_key LIKE 'n%'").await, 450);
    });
}

#[test]
fn a_task_stops_when_whoever_began_it_may_not_any_more() {
    on_both(|world| async move {
        let eve = world.member("eve", Role::Administrator).await;
        let desk = world.access.service_desk(&eve.actor, world.service).await.unwrap();
        let lines: String = (0..250).map(|number| format!("n{number:03}\n")).collect();
        let import = check(&desk, &format!("local_part\n{lines}")).await.unwrap();
        desk.start_import(&eve.proof, import).await.unwrap();
        let (id, payload) = job(&world).await.unwrap();
        world.access.continue_task(id, &payload).await.unwrap();
        let organization = world.access.organization_desk(&world.operator, world.acme).await.unwrap();
        organization.remove_user(&world.proof().await, eve.user).await.unwrap();
        finish(&world).await;
        let (_, olgas) = olgas(&world).await;
        let view = olgas.import(import).await.unwrap();
        assert_eq!((view.state, view.done), (ImportState::Stopped, 200));
        assert!(desk.import(import).await.is_err());
        assert!(check(&desk, "local_part\nother\n").await.is_err());
    });
}

#[test]
fn a_file_that_waits_is_thrown_away_forgotten_after_a_day_and_nobody_elses() {
    on_both(|world| async move {
        let (_, desk) = olgas(&world).await;
        let (gus, service, _) = world.elsewhere("globex", "gus").await;
        let import = check(&desk, "local_part\none\n").await.unwrap();
        let theirs = world.access.service_desk(&gus.actor, service).await.unwrap();
        assert!(theirs.import(import).await.is_err() && theirs.discard_import(import).await.is_err());
        assert!(theirs.start_import(&gus.proof, import).await.is_err());
        desk.discard_import(import).await.unwrap();
        assert!(desk.imports().await.unwrap().is_empty());
        for _ in 0..10 {
            check(&desk, "local_part\none\n").await.unwrap();
        }
        assert!(matches!(check(&desk, "local_part\none\n").await, Err(SheetError::TooManyFiles)));
        world.clock.advance(days(1) + days(1));
        let (_, desk) = olgas(&world).await;
        check(&desk, "local_part\none\n").await.unwrap();
        assert_eq!(desk.imports().await.unwrap().len(), 6, "five of the old ones are gone");
    });
}
