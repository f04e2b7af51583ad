//! `LIST` and its patterns (RFC 9051 §6.3.9, RFC 5258, RFC 5819, RFC 6154).

use super::scan::{Fault, Scanner};
use super::status_item::{StatusItem, status_items};

/// How many patterns one `LIST` may have: each is compared with every folder.
const PATTERNS_LIMIT: usize = 32;

/// What to list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListRequest {
    /// Which folders to choose from.
    pub selection: ListSelection,
    /// What the patterns are relative to.
    pub reference: String,
    /// The patterns.
    pub patterns: Vec<String>,
    /// What to tell besides names.
    pub returns: ListReturn,
    /// Whether it came in the extended form: then `LIST "" ""` is no question for the delimiter.
    pub extended: bool,
}

/// Selection options (RFC 5258 §3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ListSelection {
    /// Only subscribed ones.
    pub subscribed: bool,
    /// Also what is a match only because something below it is.
    pub recursive_match: bool,
    /// Only those with a special use.
    pub special_use: bool,
}

/// Return options (RFC 5258 §3.2).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListReturn {
    /// Tell which are subscribed.
    pub subscribed: bool,
    /// Tell which have others below them.
    pub children: bool,
    /// Tell special uses.
    pub special_use: bool,
    /// Tell what the client may do (RFC 8440).
    pub my_rights: bool,
    /// Tell the status as well.
    pub status: Vec<StatusItem>,
}

impl ListRequest {
    /// Reads the arguments of `LIST`.
    pub(super) fn parse(scanner: &mut Scanner<'_>) -> Result<Self, Fault> {
        scanner.space()?;
        let mut extended = false;
        let mut selection = ListSelection::default();
        if scanner.peek() == Some(b'(') {
            extended = true;
            selection = parse_selection(scanner)?;
            scanner.space()?;
        }
        let reference = scanner.pattern()?;
        scanner.space()?;
        let patterns = if scanner.peek() == Some(b'(') {
            extended = true;
            scanner.list(Scanner::pattern)?
        } else {
            vec![scanner.pattern()?]
        };
        if patterns.is_empty() || patterns.len() > PATTERNS_LIMIT {
            return Err(Fault::Syntax("between 1 and 32 patterns are taken"));
        }
        let mut returns = ListReturn::default();
        if scanner.more() {
            extended = true;
            if scanner.word()? != "RETURN" {
                return Err(Fault::Syntax("RETURN was expected"));
            }
            scanner.space()?;
            returns = parse_returns(scanner)?;
        }
        Ok(Self { selection, reference, patterns, returns, extended })
    }
}

fn parse_selection(scanner: &mut Scanner<'_>) -> Result<ListSelection, Fault> {
    let mut selection = ListSelection::default();
    for option in scanner.list(Scanner::word)? {
        match option.as_str() {
            "SUBSCRIBED" => selection.subscribed = true,
            "RECURSIVEMATCH" => selection.recursive_match = true,
            "SPECIAL-USE" => selection.special_use = true,
            // There are no remote folders: they add nothing.
            "REMOTE" => {}
            _ => return Err(Fault::Syntax("an unknown selection option")),
        }
    }
    // RFC 5258 §3.1: RECURSIVEMATCH needs another selection option to recurse for.
    if selection.recursive_match && !selection.subscribed && !selection.special_use {
        return Err(Fault::Syntax("RECURSIVEMATCH cannot stand alone"));
    }
    Ok(selection)
}

fn parse_returns(scanner: &mut Scanner<'_>) -> Result<ListReturn, Fault> {
    let mut returns = ListReturn::default();
    scanner.list(|scanner| {
        match scanner.word()?.as_str() {
            "SUBSCRIBED" => returns.subscribed = true,
            "CHILDREN" => returns.children = true,
            "SPECIAL-USE" => returns.special_use = true,
            "MYRIGHTS" => returns.my_rights = true,
            "STATUS" => {
                scanner.space()?;
                returns.status = status_items(scanner)?;
            }
            _ => return Err(Fault::Syntax("an unknown return option")),
        }
        Ok(())
    })?;
    Ok(returns)
}

/// Whether `name` matches `pattern`, where `*` stands for anything and `%` for anything without `delimiter`
/// (RFC 9051 §6.3.9). A first level that is INBOX matches in any case. Takes time in the product of both lengths.
pub fn matches(pattern: &str, name: &str, delimiter: char) -> bool {
    let name: Vec<char> = name.chars().collect();
    // reached[i]: the pattern so far matches the first i characters of the name.
    let mut reached = vec![false; name.len() + 1];
    reached[0] = true;
    let inbox = name.iter().take(5).collect::<String>().eq_ignore_ascii_case("INBOX")
        && name.get(5).is_none_or(|next| *next == delimiter);
    for sign in pattern.chars() {
        match sign {
            '*' | '%' => {
                for index in 0..name.len() {
                    reached[index + 1] |= reached[index] && (sign == '*' || name[index] != delimiter);
                }
            }
            plain => {
                for index in (0..name.len()).rev() {
                    let same = name[index] == plain
                        || (inbox && index < 5 && name[index].eq_ignore_ascii_case(&plain));
                    reached[index + 1] = reached[index] && same;
                }
                reached[0] = false;
            }
        }
    }
    reached[name.len()]
}
