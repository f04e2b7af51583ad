//! What to look for, in words of the mailbox.

use std::time::Duration;

use mailbox::{Flags, ModSeq, SearchKey as Key, Span, UidSet};
use wire::imap::{By, Date, Flag, SearchKey, SequenceSet};

use crate::object_id;
use crate::selected::Selected;

/// The key in words of the mailbox, where messages are known by UID alone.
pub(super) fn key(selected: &Selected, asked: &SearchKey) -> Key {
    let nested = |asked: &SearchKey| Box::new(key(selected, asked));
    let among = |by: By, set: &SequenceSet| Key::Uids(selected.set_of(&selected.resolve(by, set)));
    match asked {
        SearchKey::All => Key::All,
        SearchKey::And(keys) => Key::And(keys.iter().map(|asked| key(selected, asked)).collect()),
        SearchKey::Or(one, other) => Key::Or(nested(one), nested(other)),
        SearchKey::Not(asked) => Key::Not(nested(asked)),
        SearchKey::Flag(flag) => flag_key(flag),
        SearchKey::Sequence(set) => among(By::Sequence, set),
        SearchKey::Uid(set) => among(By::Uid, set),
        SearchKey::Bcc(text) => Key::Header("Bcc".to_owned(), text.clone()),
        SearchKey::Cc(text) => Key::Cc(text.clone()),
        SearchKey::From(text) => Key::From(text.clone()),
        SearchKey::To(text) => Key::To(text.clone()),
        SearchKey::Subject(text) => Key::Subject(text.clone()),
        SearchKey::Body(text) => Key::Body(text.clone()),
        SearchKey::Text(text) => Key::Text(text.clone()),
        SearchKey::Header(field, text) => Key::Header(field.clone(), text.clone()),
        SearchKey::Before(day) => Key::Received(before(*day)),
        SearchKey::On(day) => Key::Received(on(*day)),
        SearchKey::Since(day) => Key::Received(since(*day)),
        SearchKey::SentBefore(day) => Key::Sent(before(*day)),
        SearchKey::SentOn(day) => Key::Sent(on(*day)),
        SearchKey::SentSince(day) => Key::Sent(since(*day)),
        SearchKey::SavedBefore(day) => Key::Saved(before(*day)),
        SearchKey::SavedOn(day) => Key::Saved(on(*day)),
        SearchKey::SavedSince(day) => Key::Saved(since(*day)),
        SearchKey::Older(seconds) => Key::Older(Duration::from_secs(u64::from(*seconds))),
        SearchKey::Younger(seconds) => Key::Younger(Duration::from_secs(u64::from(*seconds))),
        SearchKey::EmailId(id) => object_id::parse_email(id).map_or_else(nothing, Key::Message),
        SearchKey::ThreadId(id) => object_id::parse_thread(id).map_or_else(nothing, Key::Thread),
        SearchKey::Larger(size) => Key::Larger(*size),
        SearchKey::Smaller(size) => Key::Smaller(*size),
        SearchKey::ModSeq(value) => Key::ModSeq(ModSeq(*value)),
    }
}

fn flag_key(flag: &Flag) -> Key {
    match flag {
        Flag::Seen => Key::Has(Flags::SEEN),
        Flag::Answered => Key::Has(Flags::ANSWERED),
        Flag::Flagged => Key::Has(Flags::FLAGGED),
        Flag::Deleted => Key::Has(Flags::DELETED),
        Flag::Draft => Key::Has(Flags::DRAFT),
        Flag::Keyword(word) => Key::Keyword(word.clone()),
        // Kept of no message.
        Flag::Recent | Flag::Unknown(_) => nothing(),
    }
}

fn before(day: Date) -> Span {
    Span { from: None, until: Some(day.start()) }
}

fn on(day: Date) -> Span {
    Span { from: Some(day.start()), until: Some(day.end()) }
}

fn since(day: Date) -> Span {
    Span { from: Some(day.start()), until: None }
}

/// True of no message.
fn nothing() -> Key {
    Key::Uids(UidSet::default())
}
