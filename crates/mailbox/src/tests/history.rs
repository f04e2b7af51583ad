//! The history of an address: who changed what (S16).

use domain::{Permission, Permissions, Role};

use super::on_both;
use crate::{MailError, SenderStanding, SettingsError};

#[test]
fn the_history_says_who_changed_what_of_this_address_and_of_no_other() {
    on_both(|world| async move {
        let other = world.address("other@acme.test").await;
        world.give(other, &world.anna, Permissions::ALL).await;
        let pattern = "*@far.test".parse().unwrap();
        let annas = world.annas().await.address_settings();
        annas.list_sender(&pattern, SenderStanding::Blocked).await.unwrap();
        let theirs = world.access.open(&world.anna.actor, other).await.unwrap().address_settings();
        theirs.set_time_zone("Europe/Paris").await.unwrap();
        let page = annas.history("", None).await.unwrap();
        assert_eq!(page.lines[0].verb, "sender.list");
        assert_eq!(page.lines[0].about, "*@far.test");
        assert!(page.lines[0].by.starts_with("anna") && page.next.is_none(), "{page:?}");
        assert!(page.lines.iter().all(|line| line.verb != "address.time_zone"), "{page:?}");
        assert!(annas.history("nobody", None).await.unwrap().lines.is_empty());
        assert_eq!(annas.history("ANNA", None).await.unwrap().lines[0], page.lines[0]);
        let older = annas.history("", Some(page.lines[0].seq)).await.unwrap();
        assert_eq!(older.lines, page.lines[1..]);
    });
}

#[test]
fn the_history_asks_for_its_permission_or_for_the_right_to_manage() {
    on_both(|world| async move {
        world.allow(world.info, &world.anna, Permissions::ALL.without(Permission::History)).await;
        let refused = world.annas().await.address_settings().history("", None).await;
        let is_refused = matches!(refused, Err(SettingsError::Mail(MailError::MayNot(Permission::History))));
        assert!(is_refused, "{refused:?}");
        let ada = world.member("ada", Role::Administrator).await;
        let desk = world.access.address_desk(&ada.actor, world.info).await.unwrap();
        assert!(!desk.settings().history("", None).await.unwrap().lines.is_empty());
    });
}
