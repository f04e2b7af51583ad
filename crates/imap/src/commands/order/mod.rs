//! `SORT` and `THREAD` (RFC 5256, RFC 5267 §3.1).

mod conversations;
mod subject;
mod tree;

use std::cmp::Ordering;

use mailbox::{ORDERED_AT_ONCE, Ordered};
use wire::imap::{
    By, Code, Order, SearchKey, SearchReturn, SortCriterion, SortKey, SortRequest, Tag, ThreadAlgorithm,
    Writer,
};

use super::search;
use crate::answer::{Done, Refusal};
use crate::session::Session;

/// More messages than this are put in order away from the runtime's threads: below, the switch costs more.
const ORDERED_IN_PLACE: usize = 1_000;

/// `SORT`
pub(crate) async fn sort(
    session: &mut Session,
    out: &mut Writer,
    tag: &Tag,
    by: By,
    request: &SortRequest,
) -> Result<Done, Refusal> {
    let found = match facts(session, &request.key).await {
        Ok(found) => found,
        Err(refusal) => return Err(search::unsaved(session, request.returns, refusal)),
    };
    let criteria = request.criteria.clone();
    let found = away(found, move |found| sorted(found, &criteria)).await?;
    let selected = session.selected()?;
    let found: Vec<_> = found.iter().filter_map(|one| Some((one.uid, selected.place(one.uid)?))).collect();
    let highest = search::highest(session, &request.key, &search::told(&found, request.returns)).await?;
    let numbers = search::numbers(&found, by);
    let returns = match request.returns {
        None if session.enabled.rev2 => Some(SearchReturn { all: true, ..SearchReturn::default() }),
        returns => returns,
    };
    match returns {
        Some(returns) => search::write_extended(out, tag, by, returns, &numbers, highest),
        None => search::write_plain(out, "SORT", &numbers, highest),
    }
    search::save(session, returns, &found);
    Ok(Done::new("Sorted."))
}

/// `THREAD`
pub(crate) async fn thread(
    session: &mut Session,
    out: &mut Writer,
    by: By,
    algorithm: ThreadAlgorithm,
    key: &SearchKey,
) -> Result<Done, Refusal> {
    let found = facts(session, key).await?;
    let (found, forest) = away(found, move |found| {
        let forest = match algorithm {
            ThreadAlgorithm::OrderedSubject => conversations::by_subject(&found),
            ThreadAlgorithm::References => conversations::by_references(&found),
        };
        (found, forest)
    })
    .await?;
    let selected = session.selected()?;
    let text = forest.write(|message| match (by, found.get(message)) {
        (By::Uid, Some(one)) => one.uid.0,
        (By::Sequence, Some(one)) => selected.place(one.uid).unwrap_or(0),
        (By::Uid | By::Sequence, None) => 0,
    });
    out.line(|line| {
        line.word("THREAD");
        if !text.is_empty() {
            line.word(&text);
        }
    });
    Ok(Done::new("Put together."))
}

/// What the messages that match are ordered by.
async fn facts(session: &mut Session, key: &SearchKey) -> Result<Vec<Ordered>, Refusal> {
    let found = search::find(session, key).await?;
    if found.len() > ORDERED_AT_ONCE {
        return Err(Refusal::no(Code::LIMIT, "There are too many messages to put them in order."));
    }
    let selected = session.selected()?;
    let uids = selected.set_of(&search::numbers(&found, By::Uid));
    let mut ordered = session.mailbox()?.ordered(selected.folder(), &uids).await?;
    // A range may hold what does not match, where that is not known to the client.
    ordered.retain(|one| found.binary_search_by_key(&one.uid, |(uid, _)| *uid).is_ok());
    Ok(ordered)
}

async fn away<T: Send + 'static>(
    found: Vec<Ordered>,
    work: impl FnOnce(Vec<Ordered>) -> T + Send + 'static,
) -> Result<T, Refusal> {
    if found.len() <= ORDERED_IN_PLACE {
        return Ok(work(found));
    }
    let worked = tokio::task::spawn_blocking(move || work(found)).await;
    worked.map_err(|_| Refusal::no(Code::UNAVAILABLE, "The server is shutting down."))
}

fn sorted(found: Vec<Ordered>, criteria: &[SortCriterion]) -> Vec<Ordered> {
    let mut keyed: Vec<(Vec<Value>, Ordered)> = found
        .into_iter()
        .map(|one| (criteria.iter().map(|criterion| Value::of(criterion.by, &one)).collect(), one))
        .collect();
    // What is equal stays in its order, which is that of the folder.
    keyed.sort_by(|(one, _), (other, _)| compare(criteria, one, other));
    keyed.into_iter().map(|(_, one)| one).collect()
}

fn compare(criteria: &[SortCriterion], one: &[Value], other: &[Value]) -> Ordering {
    let each = criteria.iter().zip(one.iter().zip(other)).map(|(criterion, (one, other))| {
        let ordering = one.cmp(other);
        match criterion.order {
            Order::Rising => ordering,
            Order::Falling => ordering.reverse(),
        }
    });
    each.fold(Ordering::Equal, Ordering::then)
}

/// What is compared.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Value {
    Number(i64),
    Text(String),
}

impl Value {
    fn of(key: SortKey, message: &Ordered) -> Self {
        match key {
            SortKey::Arrival => Self::Number(message.received_at.millis()),
            SortKey::Date => Self::Number(conversations::sent(message).millis()),
            SortKey::Size => Self::Number(i64::try_from(message.size).unwrap_or(i64::MAX)),
            SortKey::Subject => Self::Text(subject::base(&message.subject).text),
            SortKey::From => Self::local(&message.from),
            SortKey::To => Self::local(&message.to),
            SortKey::Cc => Self::local(&message.cc),
        }
    }

    /// What stands before the `@` of an address.
    fn local(address: &str) -> Self {
        let local = address.rsplit_once('@').map_or(address, |(local, _)| local);
        Self::Text(local.to_lowercase())
    }
}
