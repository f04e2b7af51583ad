//! `SEARCH` (RFC 9051 §6.4.4, RFC 4731, RFC 7162 §3.1.5).

use mailbox::{Flags, ModSeq, SearchKey as Key, Span, Uid, UidSet};
use wire::imap::{
    By, Date, Flag, SearchKey, SearchRequest, SearchReturn, SequenceSet, Tag, Writer, write_numbers,
};

use crate::answer::{Done, Refusal};
use crate::selected::{Condstore, Selected};
use crate::session::Session;

/// `SEARCH`
pub(crate) async fn search(
    session: &mut Session,
    out: &mut Writer,
    tag: &Tag,
    by: By,
    request: &SearchRequest,
) -> Result<Done, Refusal> {
    let asks_mod_seq = request.key.asks_mod_seq();
    if asks_mod_seq {
        session.condstore = Condstore::On;
    }
    let selected = session.selected()?;
    let folder = selected.folder();
    let found = session.mailbox.search(folder, key(selected, &request.key)).await?;
    // What the client has not been told of has no number for it yet.
    let found: Vec<(Uid, u32)> =
        found.into_iter().filter_map(|uid| Some((uid, selected.place(uid)?))).collect();
    let highest = if asks_mod_seq { highest(session, &told(&found, request.returns)).await? } else { None };
    let numbers: Vec<u32> = found
        .iter()
        .map(|(uid, place)| match by {
            By::Uid => uid.0,
            By::Sequence => *place,
        })
        .collect();
    match request.returns {
        Some(returns) => write_extended(out, tag, by, returns, &numbers, highest),
        None => write_plain(out, &numbers, highest),
    }
    Ok(Done::new("Searched."))
}

/// The messages that `MODSEQ` is about: all that were found, or where only the first or last is told, those
/// (RFC 7162 §3.1.6).
fn told(found: &[(Uid, u32)], returns: Option<SearchReturn>) -> Vec<u32> {
    let ends = returns.filter(|returns| !returns.all && !returns.count);
    let last = found.len().saturating_sub(1);
    let is_told =
        |place: usize| ends.is_none_or(|ends| (ends.min && place == 0) || (ends.max && place == last));
    found.iter().enumerate().filter(|(place, _)| is_told(*place)).map(|(_, (uid, _))| uid.0).collect()
}

/// The highest number of a change among these.
async fn highest(session: &Session, uids: &[u32]) -> Result<Option<u64>, Refusal> {
    let selected = session.selected()?;
    let entries = session.mailbox.entries(selected.folder(), &selected.set_of(uids)).await?;
    Ok(entries.iter().map(|entry| entry.modseq.0).max())
}

fn write_plain(out: &mut Writer, numbers: &[u32], highest: Option<u64>) {
    out.line(|line| {
        line.word("SEARCH");
        numbers.iter().for_each(|number| line.number(u64::from(*number)));
        if let Some(highest) = highest {
            line.open();
            line.word("MODSEQ");
            line.number(highest);
            line.close();
        }
    });
}

fn write_extended(
    out: &mut Writer,
    tag: &Tag,
    by: By,
    returns: SearchReturn,
    numbers: &[u32],
    highest: Option<u64>,
) {
    out.line(|line| {
        line.word("ESEARCH");
        line.open();
        line.word("TAG");
        line.string(tag.as_str().as_bytes());
        line.close();
        if by == By::Uid {
            line.word("UID");
        }
        if let (Some(first), Some(last)) = (numbers.iter().min(), numbers.iter().max()) {
            if returns.min {
                line.word("MIN");
                line.number(u64::from(*first));
            }
            if returns.max {
                line.word("MAX");
                line.number(u64::from(*last));
            }
            if returns.all {
                line.word("ALL");
                line.word(&write_numbers(numbers.iter().copied()));
            }
        }
        if returns.count {
            line.word("COUNT");
            line.number(numbers.len() as u64);
        }
        if let Some(highest) = highest {
            line.word("MODSEQ");
            line.number(highest);
        }
    });
}

/// The key in words of the mailbox, where messages are known by UID alone.
fn key(selected: &Selected, asked: &SearchKey) -> Key {
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
        Flag::Recent | Flag::Unknown(_) => Key::Uids(UidSet::default()),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modseq_is_about_what_is_told() {
        let found = [(Uid(3), 1), (Uid(5), 2), (Uid(9), 3)];
        let ask = |min, max, all, count| told(&found, Some(SearchReturn { min, max, all, count }));
        assert_eq!(told(&found, None), [3, 5, 9]);
        assert_eq!(ask(true, false, false, false), [3]);
        assert_eq!(ask(true, true, false, false), [3, 9]);
        assert_eq!(ask(false, true, false, true), [3, 5, 9]);
        assert_eq!(told(&[], Some(SearchReturn { min: true, ..SearchReturn::default() })), [0; 0]);
    }

    #[test]
    fn an_answer_is_as_short_as_it_can_be() {
        let mut out = Writer::new();
        let tag = Tag::new("a1").unwrap();
        let returns = SearchReturn { all: true, count: true, ..SearchReturn::default() };
        write_extended(&mut out, &tag, By::Uid, returns, &[1, 2, 3, 7], Some(9));
        write_extended(&mut out, &tag, By::Sequence, returns, &[], None);
        write_plain(&mut out, &[2, 4], Some(9));
        write_plain(&mut out, &[], None);
        assert_eq!(
            String::from_utf8(out.take().concat()).unwrap(),
            "* ESEARCH (TAG \"a1\") UID ALL 1:3,7 COUNT 4 MODSEQ 9\r\n* ESEARCH (TAG \"a1\") COUNT 0\r\n\
             * SEARCH 2 4 (MODSEQ 9)\r\n* SEARCH\r\n"
        );
    }
}
