//! The acts on the settings of an address, as somebody with access does them.

use domain::{AutoReplyId, FolderId, Id, SignatureId};

use super::acts::Tried;
use crate::desk::DeskError;
use crate::{
    Act, AutoReply, AutoReplyError, BlockedMail, ChosenSignature, FolderUseError, MailError, Mailbox,
    NewAutoReply, NewSignature, SavedSignature, SenderError, SenderStanding, SettingsError, SignatureError,
    SpecialUse, TimeZoneError, Weekdays, Writing,
};

/// What was refused by a right; that there is no such thing is an answer to whoever may change it.
fn allowed<T>(outcome: Result<T, SettingsError>) -> Result<(), MailError> {
    match outcome {
        Ok(_) | Err(SettingsError::Desk(DeskError::NotFound)) => Ok(()),
        Err(SettingsError::Mail(error)) => Err(error),
        Err(SettingsError::Desk(error)) => panic!("{error}"),
    }
}

pub(super) async fn look(mailbox: &Mailbox) -> Vec<Tried> {
    let settings = mailbox.address_settings();
    vec![
        ("lacks", allowed(settings.lacks(Act::ChangeAutoReplies).await)),
        ("auto_replies", allowed(settings.auto_replies().await)),
        ("folder_uses", allowed(settings.folder_uses().await)),
        ("senders", allowed(settings.senders("").await)),
        ("signatures", allowed(settings.signatures().await)),
        ("signature", allowed(settings.signature(SignatureId::from_bytes([1; 16])).await)),
        ("filled_signature", allowed(settings.filled_signature(ChosenSignature::Usual, Writing::New).await)),
    ]
}

/// An auto-reply that says little.
pub(super) fn auto_reply(text: &str) -> AutoReply {
    let new = NewAutoReply {
        name: "Holidays",
        subject: "",
        text,
        first_day: "",
        last_day: "",
        weekdays: Weekdays::ALL,
        every_days: "7",
    };
    AutoReply::new(&new).unwrap()
}

pub(super) async fn change_auto_replies(mailbox: &Mailbox) -> Vec<Tried> {
    let settings = mailbox.address_settings();
    let (reply, id) = (auto_reply("Back on Monday."), AutoReplyId::from_bytes([1; 16]));
    let added = match settings.add_auto_reply(&reply).await {
        Err(AutoReplyError::Settings(error)) => Err(error),
        Ok(_) | Err(AutoReplyError::TooMany) => Ok(()),
    };
    let zone = match settings.set_time_zone("Europe/Paris").await {
        Err(TimeZoneError::Settings(error)) => Err(error),
        Ok(()) | Err(TimeZoneError::Unknown) => Ok(()),
    };
    vec![
        ("add_auto_reply", allowed(added)),
        ("change_auto_reply", allowed(settings.change_auto_reply(id, &reply).await)),
        ("activate_auto_reply", allowed(settings.activate_auto_reply(id).await)),
        ("pause_auto_replies", allowed(settings.pause_auto_replies().await)),
        ("delete_auto_reply", allowed(settings.delete_auto_reply(id).await)),
        ("set_time_zone", allowed(zone)),
    ]
}

/// A signature of that text.
pub(super) fn signature(name: &str, text: &str) -> SavedSignature {
    SavedSignature::new(&new_signature(name, text)).unwrap()
}

/// What is wanted as one.
pub(super) fn new_signature<'a>(name: &'a str, text: &'a str) -> NewSignature<'a> {
    NewSignature {
        name,
        sender_name: "",
        reply_to: "",
        text,
        html: "",
        picture: None,
        is_for_new: false,
        is_for_replies: false,
    }
}

pub(super) async fn change_signatures(mailbox: &Mailbox) -> Vec<Tried> {
    let settings = mailbox.address_settings();
    let (new, id) = (signature("Office", "Anna"), SignatureId::from_bytes([1; 16]));
    let added = match settings.add_signature(&new).await {
        Err(SignatureError::Settings(error)) => Err(error),
        Ok(_) | Err(SignatureError::TooMany) => Ok(()),
    };
    vec![
        ("add_signature", allowed(added)),
        ("change_signature", allowed(settings.change_signature(id, &new).await)),
        ("delete_signature", allowed(settings.delete_signature(id).await)),
    ]
}

pub(super) async fn change_senders(mailbox: &Mailbox) -> Vec<Tried> {
    let settings = mailbox.address_settings();
    let pattern = "*@far.test".parse().unwrap();
    let listed = match settings.list_sender(&pattern, SenderStanding::Blocked).await {
        Err(SenderError::Settings(error)) => Err(error),
        Ok(()) | Err(SenderError::TooMany) => Ok(()),
    };
    vec![
        ("list_sender", allowed(listed)),
        ("unlist_sender", allowed(settings.unlist_sender("*@far.test").await)),
        ("set_blocked_mail", allowed(settings.set_blocked_mail(BlockedMail::Refused).await)),
    ]
}

pub(super) async fn map_folder(mailbox: &Mailbox) -> Vec<Tried> {
    let settings = mailbox.address_settings();
    let uses = [(SpecialUse::Archive, FolderId::from_bytes([1; 16]))];
    let mapped = match settings.map_folders(&uses).await {
        Err(FolderUseError::Settings(error)) => Err(error),
        Ok(()) | Err(FolderUseError::Twice) => Ok(()),
    };
    vec![("map_folders", allowed(mapped))]
}

pub(super) async fn see_history(mailbox: &Mailbox) -> Vec<Tried> {
    vec![("history", allowed(mailbox.address_settings().history("", None).await))]
}
