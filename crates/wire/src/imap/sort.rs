//! `SORT` and `THREAD` (RFC 5256, RFC 5267 §3 for `RETURN`).

use super::scan::{Fault, Scanner};
use super::search::{SearchKey, SearchReturn, parse_charset, parse_keys, parse_returns};

/// By how many things one `SORT` may sort: there are nine.
const CRITERIA_LIMIT: usize = 16;

/// A search whose results are put in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortRequest {
    /// What to tell; without it the answer is an untagged `SORT`, with it an `ESEARCH`.
    pub returns: Option<SearchReturn>,
    /// By what, the most important first; never none.
    pub criteria: Vec<SortCriterion>,
    /// What must be true of a message.
    pub key: SearchKey,
}

/// One thing to sort by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SortCriterion {
    /// What is compared.
    pub by: SortKey,
    /// Which comes first.
    pub order: Order,
}

/// Which of two comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The smaller.
    Rising,
    /// The larger: `REVERSE`.
    Falling,
}

/// What is compared (RFC 5256 §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortKey {
    /// When it was received.
    Arrival,
    /// The first address of Cc.
    Cc,
    /// When it was sent.
    Date,
    /// The first address of From.
    From,
    /// How large it is.
    Size,
    /// The base subject.
    Subject,
    /// The first address of To.
    To,
}

/// How messages are put together to conversations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThreadAlgorithm {
    /// By subject, then by date (RFC 5256 §3, `ORDEREDSUBJECT`).
    OrderedSubject,
    /// By what they refer to (RFC 5256 §3, `REFERENCES`).
    References,
}

impl SortRequest {
    /// Reads the arguments of `SORT`.
    pub(super) fn parse(scanner: &mut Scanner<'_>) -> Result<Self, Fault> {
        scanner.space()?;
        let mut returns = None;
        if scanner.peek() != Some(b'(') {
            if scanner.word()? != "RETURN" {
                return Err(Fault::Syntax("a list of sort keys was expected"));
            }
            scanner.space()?;
            returns = Some(parse_returns(scanner)?);
            scanner.space()?;
        }
        let criteria = scanner.list(criterion)?;
        if criteria.is_empty() || criteria.len() > CRITERIA_LIMIT {
            return Err(Fault::Syntax("between 1 and 16 sort keys are taken"));
        }
        Ok(Self { returns, criteria, key: keys_with_charset(scanner)? })
    }
}

/// Reads the arguments of `THREAD`.
pub(super) fn parse_thread(scanner: &mut Scanner<'_>) -> Result<(ThreadAlgorithm, SearchKey), Fault> {
    scanner.space()?;
    let algorithm = match scanner.word()?.as_str() {
        "ORDEREDSUBJECT" => ThreadAlgorithm::OrderedSubject,
        "REFERENCES" => ThreadAlgorithm::References,
        _ => return Err(Fault::Syntax("an unknown threading algorithm")),
    };
    Ok((algorithm, keys_with_charset(scanner)?))
}

fn keys_with_charset(scanner: &mut Scanner<'_>) -> Result<SearchKey, Fault> {
    scanner.space()?;
    parse_charset(scanner)?;
    scanner.space()?;
    parse_keys(scanner)
}

fn criterion(scanner: &mut Scanner<'_>) -> Result<SortCriterion, Fault> {
    let mut word = scanner.word()?;
    let mut order = Order::Rising;
    if word == "REVERSE" {
        scanner.space()?;
        order = Order::Falling;
        word = scanner.word()?;
    }
    let by = match word.as_str() {
        "ARRIVAL" => SortKey::Arrival,
        "CC" => SortKey::Cc,
        "DATE" => SortKey::Date,
        "FROM" => SortKey::From,
        "SIZE" => SortKey::Size,
        "SUBJECT" => SortKey::Subject,
        "TO" => SortKey::To,
        _ => return Err(Fault::Syntax("an unknown sort key")),
    };
    Ok(SortCriterion { by, order })
}
