//! The addresses of a mail service as a list, and changes to many of them.

use domain::{MailServiceId, MailboxId, Permission, Permissions, Role};
use store::{StoreError, Tx};

use super::world::{Person, World, email};
use super::{On, on, on_both};
use crate::desk::{
    AddressFilter, AddressOrder, BulkAct, DeskError, Having, ImportAct, ImportState, ListedAfter, Selection,
    ServiceDesk, TASK_JOB,
};

async fn olgas(world: &World) -> (Person, ServiceDesk) {
    let olga = world.sign_in("olga").await;
    let desk = world.access.service_desk(&olga.actor, world.service).await.unwrap();
    (olga, desk)
}

fn filter(search: &str, having: Option<Having>, order: AddressOrder) -> AddressFilter {
    AddressFilter { search: search.to_owned(), having, order }
}

/// Every address that a filter finds, two a page.
async fn all(desk: &ServiceDesk, filter: &AddressFilter) -> Vec<String> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = desk.address_page(filter, after.as_ref(), 2).await.unwrap();
        found.extend(page.rows.iter().map(|row| row.address.split('@').next().unwrap().to_owned()));
        let Some(next) = page.next else { return found };
        after = ListedAfter::read(filter.order, &next.written());
        assert!(after.is_some(), "a page is found again by what stands in its link");
    }
}

async fn finish(world: &World) {
    loop {
        let list = |tx: &mut Tx<'_>| store::jobs::list(tx, Some(TASK_JOB), 1);
        let Some(job) = world.read(list).await.pop() else { return };
        world.access.continue_task(job.id, &job.payload).await.unwrap();
    }
}

#[test]
fn each_filter_finds_what_it_says_and_each_order_pages_without_loss() {
    on_both(|world| async move {
        let (olga, desk) = olgas(&world).await;
        let mut made: Vec<MailboxId> = Vec::new();
        for name in ["alias", "redirect", "device", "team", "two"] {
            made.push(world.address(&format!("{name}@acme.test")).await);
            world.clock.advance(std::time::Duration::from_secs(1));
        }
        let ben = world.member("ben", Role::Collaborator).await;
        world.desk(made[0]).await.add_alias(&email("other@acme.test")).await.unwrap();
        world.desk(made[1]).await.redirect(&world.proof().await, &email("info@acme.test")).await.unwrap();
        world.give(made[2], &world.anna, Permissions::ALL).await;
        let device = world.access.open(&world.anna.actor, made[2]).await.unwrap();
        device.add_device(&world.anna.proof, "phone").await.unwrap();
        for person in [&world.anna, &ben] {
            world.give(made[4], person, Permissions::NONE).await;
        }
        world.deliver(&["two@acme.test"], b"Subject: x\r\n\r\n").await;
        let having = async |having| all(&desk, &filter("", Some(having), AddressOrder::Name)).await;
        assert_eq!(having(Having::Alias).await, ["alias"]);
        assert_eq!(having(Having::Redirection).await, ["redirect"]);
        assert_eq!(having(Having::AutoReply).await, Vec::<String>::new());
        assert_eq!(having(Having::Devices).await, ["device"]);
        assert_eq!(having(Having::Shared).await, ["two"]);
        assert_eq!(having(Having::Unused).await, ["alias", "redirect", "team"]);
        let named = all(&desk, &filter("", None, AddressOrder::Name)).await;
        assert_eq!(named, ["alias", "device", "info", "redirect", "team", "two"]);
        let newest = all(&desk, &filter("", None, AddressOrder::Newest)).await;
        assert_eq!(newest[..4], ["two", "team", "device", "redirect"]);
        assert_eq!(newest.len(), 6);
        assert_eq!(all(&desk, &filter("", None, AddressOrder::Fullest)).await[0], "two");
        assert_eq!(all(&desk, &filter("E%", None, AddressOrder::Name)).await, Vec::<String>::new());
        assert_eq!(all(&desk, &filter(" DEV ", None, AddressOrder::Newest)).await, ["device"]);
        assert_eq!(ListedAfter::read(AddressOrder::Newest, "x"), None);
        drop(olga);
    });
}

#[test]
fn no_list_goes_through_a_whole_table() {
    on(On::Sqlite, |world| async move {
        let orders = AddressOrder::ALL;
        let having = Having::ALL.into_iter().map(Some).chain([None]);
        for filter in having.flat_map(|having| orders.map(|order| filter("x", having, order))) {
            let sql = format!("EXPLAIN QUERY PLAN {}", crate::desk::list_statement(&filter));
            let by_name = filter.order == AddressOrder::Name;
            let plan = move |tx: &mut Tx<'_>| -> Result<Vec<String>, StoreError> {
                let (none, mailbox) = (tx.id::<MailServiceId>(), tx.id::<MailboxId>());
                let (key, zero) = ("", 0_i64);
                let params: [&dyn store::ToValue; 5] = if by_name {
                    [&none, &"%", &1_i64, &key, &zero]
                } else {
                    [&none, &"%", &1_i64, &zero, &mailbox]
                };
                tx.query(&sql, &params, |row| row.get(3))
            };
            let steps = world.read(plan).await;
            let whole = steps
                .iter()
                .find(|step| step.starts_with("SCAN") && !step.contains("SUBQUERY") && !step.contains("few"));
            assert_eq!(whole, None, "{filter:?}: {steps:?}");
            assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{filter:?}: {steps:?}");
        }
    });
}

#[test]
fn many_are_changed_by_one_task_each_as_at_its_own_desk() {
    on_both(|world| async move {
        let (olga, desk) = olgas(&world).await;
        let (one, two) = (world.address("one@acme.test").await, world.address("two@acme.test").await);
        let (gus, _, theirs) = world.elsewhere("globex", "gus").await;
        for mailbox in [one, two] {
            world.give(mailbox, &world.anna, Permissions::ALL).await;
            world.desk(mailbox).await.redirect(&world.proof().await, &email("info@acme.test")).await.unwrap();
        }
        let chosen = Selection::Chosen(vec![one, two, theirs]);
        assert_eq!(desk.selected(&chosen).await.unwrap(), ["one@acme.test", "two@acme.test"]);
        let send = Permissions::NONE.with(Permission::Send);
        let task = desk.change_many(&olga.proof, BulkAct::SetPermissions(send), &chosen).await.unwrap();
        finish(&world).await;
        let view = desk.import(task).await.unwrap();
        assert_eq!((view.act, view.state, view.made), (ImportAct::Permissions, ImportState::Done, 2));
        let mailbox = world.access.open(&world.anna.actor, one).await.unwrap();
        assert_eq!(mailbox.rights().await.unwrap().permissions(), send);
        let matching = Selection::Matching(filter("", Some(Having::Redirection), AddressOrder::Newest));
        desk.change_many(&olga.proof, BulkAct::EndRedirections, &matching).await.unwrap();
        finish(&world).await;
        assert_eq!(world.count("SELECT count(*) FROM redirections").await, 0);
        let delete = Selection::Matching(filter("two", None, AddressOrder::Name));
        let task = desk.change_many(&olga.proof, BulkAct::Delete, &delete).await.unwrap();
        world.desk(two).await.delete(&world.proof().await).await.unwrap();
        finish(&world).await;
        let failed = desk.import_failures(task).await.unwrap();
        assert_eq!(failed[0].outcome.as_deref(), Some("gone"), "it was in the bin already");
        desk.change_many(&olga.proof, BulkAct::Delete, &chosen).await.unwrap();
        finish(&world).await;
        assert_eq!(desk.bin().await.unwrap().len(), 2);
        assert!(world.access.open(&world.anna.actor, one).await.is_err());
        assert!(
            world.access.address_desk(&gus.actor, theirs).await.unwrap().binned().await.unwrap().is_none()
        );
        let nothing = desk.change_many(&olga.proof, BulkAct::Delete, &chosen).await;
        assert!(matches!(nothing, Err(DeskError::NotFound)));
    });
}
