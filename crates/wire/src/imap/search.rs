//! What `SEARCH` looks for (RFC 9051 §6.4.4, RFC 4731, RFC 5032, RFC 5182, RFC 7162 §3.1.5, RFC 8474 §5, RFC 8514).

use super::date::Date;
use super::flag::Flag;
use super::scan::{Fault, NESTING_LIMIT, Scanner};
use super::sequence::{SequenceSet, is_set_char};

/// How many keys one search may have: each is a condition of a query.
const KEYS_LIMIT: usize = 512;

/// A search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchRequest {
    /// What to tell; without it the answer is an untagged `SEARCH` (RFC 3501), with it an `ESEARCH`.
    pub returns: Option<SearchReturn>,
    /// Whether it named a character set.
    pub names_charset: bool,
    /// What must be true of a message.
    pub key: SearchKey,
}

/// Return options (RFC 4731 §3.1). `RETURN ()` is `ALL`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SearchReturn {
    /// The smallest number.
    pub min: bool,
    /// The largest number.
    pub max: bool,
    /// All numbers.
    pub all: bool,
    /// How many.
    pub count: bool,
    /// They stand for `$` from now on (RFC 5182 §2.1).
    pub save: bool,
}

impl SearchReturn {
    /// Whether only the smallest or largest number is asked for.
    pub const fn is_ends_only(self) -> bool {
        (self.min || self.max) && !self.all && !self.count
    }

    /// Whether anything is to be told.
    pub const fn tells(self) -> bool {
        self.min || self.max || self.all || self.count
    }
}

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SearchKey {
    /// True of every message.
    All,
    /// All of these hold.
    And(Vec<SearchKey>),
    /// One of both holds.
    Or(Box<SearchKey>, Box<SearchKey>),
    /// It does not hold.
    Not(Box<SearchKey>),
    /// Has the flag. `UNSEEN` is `Not(Flag(Seen))`, `NEW` is `Recent` and not `Seen`, `OLD` is not `Recent`.
    Flag(Flag),
    /// Among these by place in the folder.
    Sequence(SequenceSet),
    /// Among these by UID.
    Uid(SequenceSet),
    /// `BCC`
    Bcc(String),
    /// `CC`
    Cc(String),
    /// `FROM`
    From(String),
    /// `TO`
    To(String),
    /// `SUBJECT`
    Subject(String),
    /// `BODY`
    Body(String),
    /// `TEXT`
    Text(String),
    /// `HEADER`: a field, and what it contains; nothing means that there is such a field.
    Header(String, String),
    /// Received before this day.
    Before(Date),
    /// Received on this day.
    On(Date),
    /// Received on this day or later.
    Since(Date),
    /// Written before this day.
    SentBefore(Date),
    /// Written on this day.
    SentOn(Date),
    /// Written on this day or later.
    SentSince(Date),
    /// Filed in the folder before this day.
    SavedBefore(Date),
    /// Filed in the folder on this day.
    SavedOn(Date),
    /// Filed in the folder on this day or later.
    SavedSince(Date),
    /// Received longer ago than so many seconds.
    Older(u32),
    /// Received within so many seconds.
    Younger(u32),
    /// The message of this id.
    EmailId(String),
    /// A message of the conversation of this id.
    ThreadId(String),
    /// Larger than so many bytes.
    Larger(u64),
    /// Smaller than so many bytes.
    Smaller(u64),
    /// Changed at that point or later.
    ModSeq(u64),
}

impl SearchKey {
    /// Whether `MODSEQ` is asked for anywhere in it: then the answer tells the highest one (RFC 7162 §3.1.5).
    pub fn asks_mod_seq(&self) -> bool {
        match self {
            Self::ModSeq(_) => true,
            Self::And(keys) => keys.iter().any(Self::asks_mod_seq),
            Self::Or(one, other) => one.asks_mod_seq() || other.asks_mod_seq(),
            Self::Not(key) => key.asks_mod_seq(),
            Self::All
            | Self::Flag(_)
            | Self::Sequence(_)
            | Self::Uid(_)
            | Self::Bcc(_)
            | Self::Cc(_)
            | Self::From(_)
            | Self::To(_)
            | Self::Subject(_)
            | Self::Body(_)
            | Self::Text(_)
            | Self::Header(..)
            | Self::Before(_)
            | Self::On(_)
            | Self::Since(_)
            | Self::SentBefore(_)
            | Self::SentOn(_)
            | Self::SentSince(_)
            | Self::SavedBefore(_)
            | Self::SavedOn(_)
            | Self::SavedSince(_)
            | Self::Older(_)
            | Self::Younger(_)
            | Self::EmailId(_)
            | Self::ThreadId(_)
            | Self::Larger(_)
            | Self::Smaller(_) => false,
        }
    }
}

impl SearchRequest {
    /// Reads the arguments of `SEARCH`.
    pub(super) fn parse(scanner: &mut Scanner<'_>) -> Result<Self, Fault> {
        scanner.space()?;
        let mut reader = Reader { keys: 0 };
        let (mut returns, mut first, mut names_charset) = (None, None, false);
        if scanner.peek() != Some(b'(') && scanner.peek() != Some(b'*') {
            let mut word = scanner.word()?;
            if word == "RETURN" {
                scanner.space()?;
                returns = Some(parse_returns(scanner)?);
                scanner.space()?;
                word = String::new();
            }
            if word.is_empty() && starts_word(scanner) {
                word = scanner.word()?;
            }
            if word == "CHARSET" {
                scanner.space()?;
                parse_charset(scanner)?;
                names_charset = true;
                scanner.space()?;
                word = String::new();
            }
            if !word.is_empty() {
                first = Some(reader.named(scanner, &word, 0)?);
            }
        }
        Ok(Self { returns, names_charset, key: reader.rest(scanner, first)? })
    }
}

/// Reads keys that must all hold; one at least.
pub(super) fn parse_keys(scanner: &mut Scanner<'_>) -> Result<SearchKey, Fault> {
    Reader { keys: 0 }.rest(scanner, None)
}

fn starts_word(scanner: &Scanner<'_>) -> bool {
    scanner.peek().is_some_and(super::scan::is_atom_char)
}

fn all_of(mut keys: Vec<SearchKey>) -> SearchKey {
    match (keys.len(), keys.pop()) {
        (1, Some(only)) => only,
        (_, Some(last)) => {
            keys.push(last);
            SearchKey::And(keys)
        }
        (_, None) => SearchKey::All,
    }
}

pub(super) fn parse_returns(scanner: &mut Scanner<'_>) -> Result<SearchReturn, Fault> {
    let mut returns = SearchReturn::default();
    for option in scanner.list(Scanner::word)? {
        match option.as_str() {
            "MIN" => returns.min = true,
            "MAX" => returns.max = true,
            "ALL" => returns.all = true,
            "COUNT" => returns.count = true,
            "SAVE" => returns.save = true,
            _ => return Err(Fault::Syntax("an unknown return option")),
        }
    }
    if returns == SearchReturn::default() {
        returns.all = true;
    }
    Ok(returns)
}

pub(super) fn parse_charset(scanner: &mut Scanner<'_>) -> Result<(), Fault> {
    match scanner.text()?.to_ascii_uppercase().as_str() {
        "UTF-8" | "US-ASCII" => Ok(()),
        _ => Err(Fault::Charset),
    }
}

/// Counts what it reads, so that no search is larger than it may be.
struct Reader {
    keys: usize,
}

impl Reader {
    /// The keys that follow `first`, or all there are.
    fn rest(&mut self, scanner: &mut Scanner<'_>, first: Option<SearchKey>) -> Result<SearchKey, Fault> {
        let mut keys = Vec::from_iter(first);
        if keys.is_empty() {
            keys.push(self.key(scanner, 0)?);
        }
        while scanner.more() {
            keys.push(self.key(scanner, 0)?);
        }
        Ok(all_of(keys))
    }

    fn key(&mut self, scanner: &mut Scanner<'_>, depth: usize) -> Result<SearchKey, Fault> {
        if depth == NESTING_LIMIT {
            return Err(Fault::Syntax("the search is nested too deeply"));
        }
        match scanner.peek() {
            Some(b'(') => {
                let keys = scanner.list(|scanner| self.key(scanner, depth + 1))?;
                if keys.is_empty() {
                    return Err(Fault::Syntax("a search key was expected"));
                }
                Ok(all_of(keys))
            }
            Some(b'*') => self.sequence(scanner),
            Some(_) | None => {
                let word = scanner.word()?;
                self.named(scanner, &word, depth)
            }
        }
    }

    fn sequence(&mut self, scanner: &mut Scanner<'_>) -> Result<SearchKey, Fault> {
        self.count()?;
        scanner.set().map(SearchKey::Sequence)
    }

    fn count(&mut self) -> Result<(), Fault> {
        self.keys += 1;
        if self.keys > KEYS_LIMIT { Err(Fault::Syntax("the search has too many keys")) } else { Ok(()) }
    }

    fn named(&mut self, scanner: &mut Scanner<'_>, word: &str, depth: usize) -> Result<SearchKey, Fault> {
        self.count()?;
        if let Some(key) = plain_key(word) {
            return Ok(key);
        }
        if word.starts_with(|sign: char| sign.is_ascii_digit() || sign == '$') {
            return rest_of_set(scanner, word).map(SearchKey::Sequence);
        }
        scanner.space()?;
        match word {
            "NOT" => self.key(scanner, depth + 1).map(|key| SearchKey::Not(Box::new(key))),
            "OR" => {
                let one = self.key(scanner, depth + 1)?;
                scanner.space()?;
                let other = self.key(scanner, depth + 1)?;
                Ok(SearchKey::Or(Box::new(one), Box::new(other)))
            }
            _ => with_argument(scanner, word),
        }
    }
}

/// A set whose first characters were read as a word: a star is none, so `1:*` goes on behind it.
fn rest_of_set(scanner: &mut Scanner<'_>, word: &str) -> Result<SequenceSet, Fault> {
    let rest = scanner.while_of(is_set_char);
    SequenceSet::parse(&[word.as_bytes(), rest].concat())
}

fn plain_key(word: &str) -> Option<SearchKey> {
    let has = SearchKey::Flag;
    let lacks = |flag| SearchKey::Not(Box::new(SearchKey::Flag(flag)));
    Some(match word {
        // The day of filing is kept of every message (RFC 8514 §4.4).
        "ALL" | "SAVEDATESUPPORTED" => SearchKey::All,
        "ANSWERED" => has(Flag::Answered),
        "DELETED" => has(Flag::Deleted),
        "DRAFT" => has(Flag::Draft),
        "FLAGGED" => has(Flag::Flagged),
        "SEEN" => has(Flag::Seen),
        "RECENT" => has(Flag::Recent),
        "UNANSWERED" => lacks(Flag::Answered),
        "UNDELETED" => lacks(Flag::Deleted),
        "UNDRAFT" => lacks(Flag::Draft),
        "UNFLAGGED" => lacks(Flag::Flagged),
        "UNSEEN" => lacks(Flag::Seen),
        "OLD" => lacks(Flag::Recent),
        "NEW" => SearchKey::And(vec![has(Flag::Recent), lacks(Flag::Seen)]),
        _ => return None,
    })
}

fn with_argument(scanner: &mut Scanner<'_>, word: &str) -> Result<SearchKey, Fault> {
    Ok(match word {
        "BCC" => SearchKey::Bcc(scanner.text()?),
        "CC" => SearchKey::Cc(scanner.text()?),
        "FROM" => SearchKey::From(scanner.text()?),
        "TO" => SearchKey::To(scanner.text()?),
        "SUBJECT" => SearchKey::Subject(scanner.text()?),
        "BODY" => SearchKey::Body(scanner.text()?),
        "TEXT" => SearchKey::Text(scanner.text()?),
        "HEADER" => {
            let field = scanner.text()?;
            scanner.space()?;
            SearchKey::Header(field, scanner.text()?)
        }
        "KEYWORD" => SearchKey::Flag(Flag::Keyword(scanner.atom()?.to_owned())),
        "UNKEYWORD" => SearchKey::Not(Box::new(SearchKey::Flag(Flag::Keyword(scanner.atom()?.to_owned())))),
        "UID" => SearchKey::Uid(scanner.set()?),
        "LARGER" => SearchKey::Larger(scanner.number64()?),
        "SMALLER" => SearchKey::Smaller(scanner.number64()?),
        "BEFORE" => SearchKey::Before(day(scanner)?),
        "ON" => SearchKey::On(day(scanner)?),
        "SINCE" => SearchKey::Since(day(scanner)?),
        "SENTBEFORE" => SearchKey::SentBefore(day(scanner)?),
        "SENTON" => SearchKey::SentOn(day(scanner)?),
        "SENTSINCE" => SearchKey::SentSince(day(scanner)?),
        "SAVEDBEFORE" => SearchKey::SavedBefore(day(scanner)?),
        "SAVEDON" => SearchKey::SavedOn(day(scanner)?),
        "SAVEDSINCE" => SearchKey::SavedSince(day(scanner)?),
        "OLDER" => SearchKey::Older(interval(scanner)?),
        "YOUNGER" => SearchKey::Younger(interval(scanner)?),
        "EMAILID" => SearchKey::EmailId(scanner.atom()?.to_owned()),
        "THREADID" => SearchKey::ThreadId(scanner.atom()?.to_owned()),
        "MODSEQ" => mod_seq(scanner)?,
        _ => return Err(Fault::Syntax("an unknown search key")),
    })
}

fn day(scanner: &mut Scanner<'_>) -> Result<Date, Fault> {
    Date::parse(&scanner.text()?)
}

/// Seconds; never none (RFC 5032 §4).
fn interval(scanner: &mut Scanner<'_>) -> Result<u32, Fault> {
    let seconds = scanner.number()?;
    if seconds == 0 { Err(Fault::Syntax("an interval is never 0")) } else { Ok(seconds) }
}

/// `MODSEQ [entry-name entry-type] value`: all entries share one number here, so the name changes nothing.
fn mod_seq(scanner: &mut Scanner<'_>) -> Result<SearchKey, Fault> {
    if scanner.peek() == Some(b'"') {
        scanner.string()?;
        scanner.space()?;
        if !matches!(scanner.word()?.as_str(), "PRIV" | "SHARED" | "ALL") {
            return Err(Fault::Syntax("an unknown entry type"));
        }
        scanner.space()?;
    }
    scanner.number64().map(SearchKey::ModSeq)
}
