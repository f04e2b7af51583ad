//! What a message must be to be found.

use std::time::Duration;

use domain::{MessageId, Timestamp};

use super::TextField;
use crate::flags::Flags;
use crate::index::Entry;
use crate::list::Recipient;
use crate::{ModSeq, Uid, UidSet};

/// A span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// From then on; none is from ever.
    pub from: Option<Timestamp>,
    /// Before then; none is for ever.
    pub until: Option<Timestamp>,
}

impl Span {
    fn contains(&self, time: Timestamp) -> bool {
        self.from.is_none_or(|from| time >= from) && self.until.is_none_or(|until| time < until)
    }
}

/// A search key (RFC 9051 §6.4.4). Sequence numbers are UIDs by then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SearchKey {
    /// Any message.
    All,
    /// Every one of these.
    And(Vec<Self>),
    /// One of the two.
    Or(Box<Self>, Box<Self>),
    /// Not this.
    Not(Box<Self>),
    /// Has all these flags.
    Has(Flags),
    /// Has this keyword.
    Keyword(String),
    /// Is one of these.
    Uids(UidSet),
    /// Arrived then (INTERNALDATE).
    Received(Span),
    /// Its Date header says then.
    Sent(Span),
    /// Was filed here then (RFC 8514).
    Saved(Span),
    /// Arrived longer ago than this (RFC 5032).
    Older(Duration),
    /// Arrived within this time (RFC 5032).
    Younger(Duration),
    /// Is this message, wherever it is filed (RFC 8474 §5).
    Message(MessageId),
    /// Belongs to this conversation (RFC 8474 §5).
    Thread(MessageId),
    /// Is larger than that many bytes.
    Larger(u64),
    /// Is smaller than that many bytes.
    Smaller(u64),
    /// Changed at that number or later (RFC 7162 §3.1.5).
    ModSeq(ModSeq),
    /// The subject holds this.
    Subject(String),
    /// The sender's name or address holds this.
    From(String),
    /// The name or address of a recipient in To holds this.
    To(String),
    /// The name or address of a recipient in Cc holds this.
    Cc(String),
    /// The field of this name holds this; an empty text asks only for the field.
    Header(String, String),
    /// The text has these words.
    Body(String),
    /// The text, the subject or the people have these words.
    Text(String),
}

/// What is known of a message without reading it.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) entry: Entry,
    /// The moment of the search.
    pub(crate) now: Timestamp,
    pub(crate) message: MessageId,
    pub(crate) thread: Option<MessageId>,
    pub(crate) received_at: Timestamp,
    pub(crate) saved_at: Timestamp,
    pub(crate) size: u64,
    pub(crate) sent_at: Option<Timestamp>,
    pub(crate) header_id: String,
    pub(crate) subject: String,
    pub(crate) from: String,
    pub(crate) recipients: Vec<Recipient>,
    /// The texts asked for that the index found in it.
    pub(crate) texts: Vec<(TextField, String)>,
}

impl SearchKey {
    /// Whether a message matches; nothing where that needs its header and `content` is not given.
    pub(crate) fn matches(&self, facts: &Facts, content: Option<&[u8]>) -> Option<bool> {
        let entry = &facts.entry;
        Some(match self {
            Self::All => true,
            Self::And(keys) => return all(keys.iter().map(|key| key.matches(facts, content))),
            Self::Or(one, other) => {
                let none = [one, other].map(|key| key.matches(facts, content).map(|found| !found));
                return all(none.into_iter()).map(|none| !none);
            }
            Self::Not(key) => return key.matches(facts, content).map(|found| !found),
            Self::Has(flags) => entry.flags.has(*flags),
            Self::Keyword(word) => entry.keywords.has(word),
            Self::Uids(uids) => uids.contains(entry.uid),
            Self::Received(span) => span.contains(facts.received_at),
            Self::Sent(span) => span.contains(facts.sent_at.unwrap_or(facts.received_at)),
            Self::Saved(span) => span.contains(facts.saved_at),
            // RFC 5032 §2: a message that is exactly as old is in both.
            Self::Older(age) => facts.received_at.plus(*age) <= facts.now,
            Self::Younger(age) => facts.received_at.plus(*age) >= facts.now,
            Self::Message(message) => facts.message == *message,
            Self::Thread(thread) => facts.thread == Some(*thread),
            Self::Larger(size) => facts.size > *size,
            Self::Smaller(size) => facts.size < *size,
            Self::ModSeq(since) => entry.modseq >= *since,
            Self::Subject(text) => holds(&facts.subject, text),
            Self::From(text) => holds(&facts.from, text),
            Self::To(text) => facts.recipients.iter().any(|one| !one.copy && one.holds(text)),
            Self::Cc(text) => facts.recipients.iter().any(|one| one.copy && one.holds(text)),
            Self::Body(text) => facts.texts.contains(&(TextField::Body, text.clone())),
            Self::Text(text) => facts.texts.contains(&(TextField::Any, text.clone())),
            Self::Header(name, text) => return header(facts, name, text, content),
        })
    }

    /// The texts that the full-text index is asked for.
    pub(crate) fn texts(&self) -> Vec<(TextField, &str)> {
        let mut texts = Vec::new();
        self.visit(&mut |key| {
            if let Self::Body(text) = key {
                texts.push((TextField::Body, text.as_str()));
            } else if let Self::Text(text) = key {
                texts.push((TextField::Any, text.as_str()));
            }
        });
        texts
    }

    /// Whether rows of messages are needed, beside those of the folder.
    pub(crate) fn needs_message(&self) -> bool {
        let mut needs = false;
        self.visit(&mut |key| {
            needs |= !matches!(
                key,
                Self::All
                    | Self::And(_)
                    | Self::Or(..)
                    | Self::Not(_)
                    | Self::Has(_)
                    | Self::Keyword(_)
                    | Self::Uids(_)
                    | Self::Received(_)
                    | Self::Saved(_)
                    | Self::Older(_)
                    | Self::Younger(_)
                    | Self::Message(_)
                    | Self::ModSeq(_)
            );
        });
        needs
    }

    /// The first and last UID that can match.
    pub(crate) fn bounds(&self) -> (Uid, Uid) {
        let whole = (Uid(1), Uid(u32::MAX));
        if let Self::Uids(uids) = self {
            let (first, last) = (uids.ranges().first(), uids.ranges().last());
            return first
                .zip(last)
                .map_or((Uid(1), Uid(0)), |(first, last)| (Uid(*first.start()), Uid(*last.end())));
        }
        if let Self::And(keys) = self {
            let narrow = |(first, last): (Uid, Uid), one: (Uid, Uid)| (first.max(one.0), last.min(one.1));
            return keys.iter().map(Self::bounds).fold(whole, narrow);
        }
        whole
    }

    fn visit<'a>(&'a self, see: &mut dyn FnMut(&'a Self)) {
        see(self);
        if let Self::And(keys) = self {
            keys.iter().for_each(|key| key.visit(see));
        } else if let Self::Or(one, other) = self {
            [one, other].into_iter().for_each(|key| key.visit(see));
        } else if let Self::Not(key) = self {
            key.visit(see);
        }
    }
}

/// Whether all hold, where some may not be known: one that does not hold is enough.
fn all(answers: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut known = Some(true);
    for answer in answers {
        match answer {
            Some(false) => return Some(false),
            Some(true) => {}
            None => known = None,
        }
    }
    known
}

fn header(facts: &Facts, name: &str, text: &str, content: Option<&[u8]>) -> Option<bool> {
    if name.eq_ignore_ascii_case("message-id") && !text.is_empty() {
        if let Some(id) = whole_id(text) {
            return Some(facts.header_id.to_lowercase() == id.to_lowercase());
        }
        let bare = text.trim_start_matches('<').trim_end_matches('>');
        return Some(holds(&facts.header_id, bare));
    }
    let values = message::header::all(content?, name);
    Some(values.iter().any(|value| holds(value, text)))
}

/// The Message-ID that is asked for with both its brackets: no other one holds them.
pub(super) fn whole_id(text: &str) -> Option<&str> {
    text.strip_prefix('<')?.strip_suffix('>').filter(|id| !id.is_empty())
}

/// Whether `text` holds `piece`, whatever the case.
pub(crate) fn holds(text: &str, piece: &str) -> bool {
    piece.is_empty() || text.to_lowercase().contains(&piece.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_does_not_hold_decides_before_a_header_is_read() {
        assert_eq!(all([None, Some(false)].into_iter()), Some(false));
        assert_eq!(all([None, Some(true)].into_iter()), None);
        assert_eq!(all([].into_iter()), Some(true));
    }

    #[test]
    fn bounds_narrow_to_the_uids_that_can_match() {
        let uids = |range| SearchKey::Uids(UidSet::of_ranges([range]));
        let key = SearchKey::And(vec![uids(5..=90), SearchKey::All, uids(20..=200)]);
        assert_eq!(key.bounds(), (Uid(20), Uid(90)));
        assert_eq!(SearchKey::Not(Box::new(uids(1..=2))).bounds(), (Uid(1), Uid(u32::MAX)));
    }
}
