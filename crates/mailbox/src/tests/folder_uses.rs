//! Which folder is for what (S15).

use domain::{Permission, Permissions};

use super::on_both;
use super::world::{email, letter};
use crate::{FolderUseError, MailError, SenderStanding, SettingsError, SpecialUse, UidSet};

#[test]
fn a_use_moves_to_the_folder_that_was_chosen_and_mail_goes_there() {
    on_both(|world| async move {
        let mailbox = world.annas().await;
        let settings = mailbox.address_settings();
        let work = mailbox.create_folder("Unwanted", None).await.unwrap();
        let old = mailbox.named("Junk").await.id;
        settings.map_folders(&[(SpecialUse::Junk, work)]).await.unwrap();
        assert_eq!(mailbox.named("Unwanted").await.special_use, Some(SpecialUse::Junk));
        assert_eq!(mailbox.folder(old).await.unwrap().special_use, None);
        settings.list_sender(&"*@far.test".parse().unwrap(), SenderStanding::Blocked).await.unwrap();
        world.deliver(&["info@acme.test"], &letter("blocked", "x")).await;
        assert_eq!(mailbox.named("Unwanted").await.total, 1);
        let noted = "SELECT count(*) FROM audit_entries WHERE verb = 'folder.use'";
        settings.map_folders(&[(SpecialUse::Junk, work)]).await.unwrap();
        assert_eq!(world.count(noted).await, 1, "what stays as it was is no change");
    });
}

#[test]
fn a_use_whose_folder_was_taken_for_another_gets_a_folder_of_its_own() {
    on_both(|world| async move {
        let mailbox = world.annas().await;
        let settings = mailbox.address_settings();
        let (trash, sent) = (mailbox.named("Trash").await.id, mailbox.named("Sent").await.id);
        settings.map_folders(&[(SpecialUse::Sent, trash), (SpecialUse::Trash, sent)]).await.unwrap();
        assert_eq!(mailbox.named("Trash").await.special_use, Some(SpecialUse::Sent));
        assert_eq!(mailbox.named("Sent").await.special_use, Some(SpecialUse::Trash));
        let archive = mailbox.named("Archive").await.id;
        settings.map_folders(&[(SpecialUse::Trash, archive), (SpecialUse::Sent, sent)]).await.unwrap();
        let inbox = mailbox.inbox().await;
        let put = mailbox.put(inbox, &letter("old", "x")).await;
        mailbox.move_to_special(inbox, &UidSet::one(put.uid), SpecialUse::Archive).await.unwrap();
        assert_eq!(mailbox.named("Archive 2").await.special_use, Some(SpecialUse::Archive));
        assert_eq!(mailbox.named("Archive").await.special_use, Some(SpecialUse::Trash));
    });
}

#[test]
fn inbox_keeps_its_use_and_a_folder_has_one_at_most() {
    on_both(|world| async move {
        let mailbox = world.annas().await;
        let settings = mailbox.address_settings();
        let (inbox, sent) = (mailbox.inbox().await, mailbox.named("Sent").await.id);
        assert!(settings.map_folders(&[(SpecialUse::Sent, inbox)]).await.is_err());
        assert!(settings.map_folders(&[(SpecialUse::Inbox, sent)]).await.is_err());
        let twice = settings.map_folders(&[(SpecialUse::Sent, sent), (SpecialUse::Junk, sent)]).await;
        assert!(matches!(twice, Err(FolderUseError::Twice)), "{twice:?}");
        let sales = world.address("sales@acme.test").await;
        world.give(sales, &world.anna, Permissions::ALL).await;
        let other = world.access.open(&world.anna.actor, sales).await.unwrap();
        assert_eq!(other.address(), &email("sales@acme.test"));
        let foreign = other.named("Archive").await.id;
        assert!(settings.map_folders(&[(SpecialUse::Sent, foreign)]).await.is_err());
        world.allow(world.info, &world.anna, Permissions::ALL.without(Permission::Folders)).await;
        let archive = mailbox.named("Archive").await.id;
        let refused = settings.map_folders(&[(SpecialUse::Sent, archive)]).await;
        let missing = matches!(
            refused,
            Err(FolderUseError::Settings(SettingsError::Mail(MailError::MayNot(Permission::Folders))))
        );
        assert!(missing);
    });
}
