//! `SEARCH` (RFC 9051 §6.4.4, RFC 4731, RFC 5182, RFC 7162 §3.1.5).

use mailbox::Uid;
use wire::imap::{By, Code, SearchKey, SearchRequest, SearchReturn, Tag, Writer, write_numbers};

use super::criteria;
use crate::answer::{Done, Refusal};
use crate::session::Session;

/// `SEARCH`
pub(crate) async fn search(
    session: &mut Session,
    out: &mut Writer,
    tag: &Tag,
    by: By,
    request: &SearchRequest,
) -> Result<Done, Refusal> {
    if request.names_charset && session.enabled.utf8 {
        return Err(Refusal::Bad("Everything is UTF-8 since that was enabled."));
    }
    let found = match find(session, &request.key).await {
        Ok(found) => found,
        Err(refusal) => return Err(unsaved(session, request.returns, refusal)),
    };
    let returns = match request.returns {
        // RFC 9051 §6.4.4: in IMAP4rev2 every answer is an ESEARCH.
        None if session.enabled.rev2 => Some(SearchReturn { all: true, ..SearchReturn::default() }),
        returns => returns,
    };
    let highest = highest(session, &request.key, &told(&found, returns)).await?;
    let numbers = numbers(&found, by);
    match returns {
        Some(returns) => write_extended(out, tag, by, returns, &numbers, highest),
        None => write_plain(out, "SEARCH", &numbers, highest),
    }
    save(session, returns, &found);
    Ok(Done::new("Searched."))
}

/// The messages that match, by UID, with their places. What the client has not been told of has no number for it yet.
pub(super) async fn find(session: &mut Session, key: &SearchKey) -> Result<Vec<(Uid, u32)>, Refusal> {
    if key.asks_mod_seq() {
        session.enabled.condstore = true;
    }
    let selected = session.selected()?;
    let found = session.mailbox()?.search(selected.folder(), criteria::key(selected, key)).await?;
    Ok(found.into_iter().filter_map(|uid| Some((uid, selected.place(uid)?))).collect())
}

/// The numbers of messages as they are told.
pub(super) fn numbers(found: &[(Uid, u32)], by: By) -> Vec<u32> {
    let number = |(uid, place): &(Uid, u32)| match by {
        By::Uid => uid.0,
        By::Sequence => *place,
    };
    found.iter().map(number).collect()
}

/// Keeps what was found for `$`, if that was asked for: all, or what is told where that is only the first and last
/// (RFC 5182 §2.4).
pub(super) fn save(session: &mut Session, returns: Option<SearchReturn>, found: &[(Uid, u32)]) {
    if let Some(returns) = returns.filter(|returns| returns.save)
        && let Some(selected) = &mut session.selected
    {
        let mut uids = told(found, Some(returns));
        uids.sort_unstable();
        selected.save(uids);
    }
}

/// A search that was refused leaves nothing saved (RFC 5182 §2.1).
pub(super) fn unsaved(session: &mut Session, returns: Option<SearchReturn>, refusal: Refusal) -> Refusal {
    let saves = returns.is_some_and(|returns| returns.save);
    match (refusal, &mut session.selected) {
        (Refusal::No(code, text), Some(selected)) if saves => {
            selected.save(Vec::new());
            Refusal::No(code.or(Some(Code::NOT_SAVED)), text)
        }
        (refusal, _) => refusal,
    }
}

/// The messages that `MODSEQ` and `SAVE` are about: all that were found, or where only the first or last is told, those
/// (RFC 7162 §3.1.6).
pub(super) fn told(found: &[(Uid, u32)], returns: Option<SearchReturn>) -> Vec<u32> {
    let ends = returns.filter(|returns| returns.is_ends_only());
    let last = found.len().saturating_sub(1);
    let is_told =
        |place: usize| ends.is_none_or(|ends| (ends.min && place == 0) || (ends.max && place == last));
    found.iter().enumerate().filter(|(place, _)| is_told(*place)).map(|(_, (uid, _))| uid.0).collect()
}

/// The highest number of a change among these, where a key asks for it.
pub(super) async fn highest(
    session: &Session,
    key: &SearchKey,
    uids: &[u32],
) -> Result<Option<u64>, Refusal> {
    if !key.asks_mod_seq() {
        return Ok(None);
    }
    let selected = session.selected()?;
    let entries = session.mailbox()?.entries(selected.folder(), &selected.set_of(uids)).await?;
    Ok(entries.iter().map(|entry| entry.modseq.0).max())
}

/// `SEARCH` and `SORT` with all numbers.
pub(super) fn write_plain(out: &mut Writer, word: &str, numbers: &[u32], highest: Option<u64>) {
    out.line(|line| {
        line.word(word);
        numbers.iter().for_each(|number| line.number(u64::from(*number)));
        if let Some(highest) = highest {
            line.open();
            line.word("MODSEQ");
            line.number(highest);
            line.close();
        }
    });
}

/// `ESEARCH` with what was asked for; nothing where that is only to be saved. MIN and MAX are the first and the last
/// of the numbers as they stand (RFC 5267 §3.1).
pub(super) fn write_extended(
    out: &mut Writer,
    tag: &Tag,
    by: By,
    returns: SearchReturn,
    numbers: &[u32],
    highest: Option<u64>,
) {
    if !returns.tells() {
        return;
    }
    out.line(|line| {
        line.word("ESEARCH");
        line.open();
        line.word("TAG");
        line.string(tag.as_str().as_bytes());
        line.close();
        if by == By::Uid {
            line.word("UID");
        }
        if let (Some(first), Some(last)) = (numbers.first(), numbers.last()) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modseq_is_about_what_is_told() {
        let found = [(Uid(3), 1), (Uid(5), 2), (Uid(9), 3)];
        let ask =
            |min, max, all, count| told(&found, Some(SearchReturn { min, max, all, count, save: false }));
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
        write_plain(&mut out, "SEARCH", &[2, 4], Some(9));
        write_plain(&mut out, "SEARCH", &[], None);
        assert_eq!(
            String::from_utf8(out.take().concat()).unwrap(),
            "* ESEARCH (TAG \"a1\") UID ALL 1:3,7 COUNT 4 MODSEQ 9\r\n* ESEARCH (TAG \"a1\") COUNT 0\r\n\
             * SEARCH 2 4 (MODSEQ 9)\r\n* SEARCH\r\n"
        );
    }
}
