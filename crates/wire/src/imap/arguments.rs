//! From the bytes of a whole command to its value.

use bytes::Bytes;
use domain::Secret;

use super::command::{By, Command, Flag, Parameter, SelectMode, StoreMode, StoreRequest, Tag, Tagged, Told};
use super::date::parse_date_time;
use super::fetch::FetchRequest;
use super::list::{ListRequest, status_items};
use super::name::Encoding;
use super::scan::{Fault, Scanner};
use super::search::SearchRequest;
use super::sequence::SequenceSet;

/// How many flags a command may name: more than a message can have.
const FLAGS_LIMIT: usize = 128;

/// Why a command was not understood, and how the client calls it, if that much is known.
pub(super) struct Misunderstood {
    pub(super) tag: Option<Tag>,
    pub(super) fault: Fault,
}

/// Reads a command from its bytes, literals included, without its last line end.
pub(super) fn parse(bytes: &Bytes, encoding: Encoding) -> Result<Tagged, Misunderstood> {
    let mut scanner = Scanner::new(bytes, encoding);
    let text = scanner.while_of(|byte| byte != b' ');
    let Some(tag) = std::str::from_utf8(text).ok().and_then(Tag::new) else {
        return Err(Misunderstood { tag: None, fault: Fault::Syntax("a tag was expected") });
    };
    match after_tag(&mut scanner) {
        Ok(command) => Ok(Tagged { tag, command }),
        Err(fault) => Err(Misunderstood { tag: Some(tag), fault }),
    }
}

fn after_tag(scanner: &mut Scanner<'_>) -> Result<Command, Fault> {
    scanner.space()?;
    let mut word = scanner.word()?;
    let mut by = By::Sequence;
    if word == "UID" {
        by = By::Uid;
        scanner.space()?;
        word = scanner.word()?;
        if !matches!(word.as_str(), "FETCH" | "STORE" | "COPY" | "MOVE" | "SEARCH" | "EXPUNGE") {
            return Err(Fault::Syntax("UID cannot be said of this command"));
        }
    }
    let command = match plain(&word, by) {
        Some(command) => command,
        None => with_arguments(scanner, &word, by)?,
    };
    scanner.end()?;
    Ok(command)
}

fn plain(word: &str, by: By) -> Option<Command> {
    Some(match word {
        "CAPABILITY" => Command::Capability,
        "NOOP" => Command::Noop,
        "LOGOUT" => Command::Logout,
        "STARTTLS" => Command::StartTls,
        "NAMESPACE" => Command::Namespace,
        "IDLE" => Command::Idle,
        "CHECK" => Command::Check,
        "CLOSE" => Command::Close,
        "UNSELECT" => Command::Unselect,
        "EXPUNGE" if by == By::Sequence => Command::Expunge(None),
        _ => return None,
    })
}

fn with_arguments(scanner: &mut Scanner<'_>, word: &str, by: By) -> Result<Command, Fault> {
    match word {
        "AUTHENTICATE" => authenticate(scanner),
        "LOGIN" => login(scanner),
        "ID" => id(scanner),
        "ENABLE" => enable(scanner),
        "SELECT" => select(scanner, SelectMode::ReadWrite),
        "EXAMINE" => select(scanner, SelectMode::ReadOnly),
        "CREATE" => create(scanner),
        "DELETE" => mailbox(scanner).map(Command::Delete),
        "RENAME" => Ok(Command::Rename { from: mailbox(scanner)?, to: mailbox(scanner)? }),
        "SUBSCRIBE" => mailbox(scanner).map(Command::Subscribe),
        "UNSUBSCRIBE" => mailbox(scanner).map(Command::Unsubscribe),
        "LIST" => ListRequest::parse(scanner).map(Command::List),
        "LSUB" => lsub(scanner),
        "STATUS" => status(scanner),
        "APPEND" => append(scanner),
        "SEARCH" => Ok(Command::Search { by, request: SearchRequest::parse(scanner)? }),
        "FETCH" => {
            let set = set(scanner)?;
            scanner.space()?;
            Ok(Command::Fetch { by, set, request: FetchRequest::parse(scanner)? })
        }
        "STORE" => Ok(Command::Store { by, set: set(scanner)?, request: store(scanner)? }),
        "COPY" => Ok(Command::Copy { by, set: set(scanner)?, to: mailbox(scanner)? }),
        "MOVE" => Ok(Command::Move { by, set: set(scanner)?, to: mailbox(scanner)? }),
        "EXPUNGE" => set(scanner).map(Some).map(Command::Expunge),
        _ => Err(Fault::Syntax("an unknown command")),
    }
}

fn mailbox(scanner: &mut Scanner<'_>) -> Result<super::name::MailboxName, Fault> {
    scanner.space()?;
    scanner.mailbox()
}

fn set(scanner: &mut Scanner<'_>) -> Result<SequenceSet, Fault> {
    scanner.space()?;
    SequenceSet::parse(scanner.while_of(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b',' | b'*')))
}

fn authenticate(scanner: &mut Scanner<'_>) -> Result<Command, Fault> {
    scanner.space()?;
    let mechanism = scanner.word()?;
    let initial = if scanner.more() {
        let bytes = scanner.while_of(|byte| byte.is_ascii_graphic());
        Some(Secret::new(String::from_utf8_lossy(bytes).into_owned()))
    } else {
        None
    };
    Ok(Command::Authenticate { mechanism, initial })
}

fn login(scanner: &mut Scanner<'_>) -> Result<Command, Fault> {
    scanner.space()?;
    let user = scanner.text()?;
    scanner.space()?;
    Ok(Command::Login { user, password: Secret::new(scanner.text()?) })
}

fn id(scanner: &mut Scanner<'_>) -> Result<Command, Fault> {
    // RFC 2971 §3.3: thirty pairs at most.
    const PAIRS_LIMIT: usize = 30;
    scanner.space()?;
    if scanner.peek() != Some(b'(') {
        scanner.nstring()?;
        return Ok(Command::Id(Vec::new()));
    }
    let lossy = |bytes: Bytes| String::from_utf8_lossy(&bytes).into_owned();
    let pairs = scanner.list(|scanner| {
        let field = lossy(scanner.string()?);
        scanner.space()?;
        Ok((field, scanner.nstring()?.map(lossy)))
    })?;
    if pairs.len() > PAIRS_LIMIT {
        return Err(Fault::Syntax("ID takes at most 30 fields"));
    }
    Ok(Command::Id(pairs))
}

fn enable(scanner: &mut Scanner<'_>) -> Result<Command, Fault> {
    scanner.space()?;
    let mut words = vec![scanner.word()?];
    while scanner.more() {
        words.push(scanner.word()?);
    }
    Ok(Command::Enable(words))
}

fn select(scanner: &mut Scanner<'_>, mode: SelectMode) -> Result<Command, Fault> {
    let name = mailbox(scanner)?;
    let mut parameters = Vec::new();
    if scanner.more() {
        for word in scanner.list(Scanner::word)? {
            parameters.push(match word.as_str() {
                "CONDSTORE" => Parameter::Condstore,
                _ => Parameter::Unknown(word),
            });
        }
    }
    Ok(Command::Select { name, mode, parameters })
}

fn create(scanner: &mut Scanner<'_>) -> Result<Command, Fault> {
    let name = mailbox(scanner)?;
    let mut special_use = Vec::new();
    if scanner.more() {
        scanner.list(|scanner| {
            if scanner.word()? != "USE" {
                return Err(Fault::Syntax("an unknown CREATE parameter"));
            }
            scanner.space()?;
            special_use = scanner.list(|scanner| flag(scanner).map(|flag| flag.name()))?;
            Ok(())
        })?;
    }
    Ok(Command::Create { name, special_use })
}

fn lsub(scanner: &mut Scanner<'_>) -> Result<Command, Fault> {
    scanner.space()?;
    let reference = scanner.pattern()?;
    scanner.space()?;
    Ok(Command::Lsub { reference, pattern: scanner.pattern()? })
}

fn status(scanner: &mut Scanner<'_>) -> Result<Command, Fault> {
    let name = mailbox(scanner)?;
    scanner.space()?;
    Ok(Command::Status { name, items: status_items(scanner)? })
}

fn append(scanner: &mut Scanner<'_>) -> Result<Command, Fault> {
    let name = mailbox(scanner)?;
    scanner.space()?;
    let mut flags = Vec::new();
    if scanner.peek() == Some(b'(') {
        flags = flag_list(scanner)?;
        scanner.space()?;
    }
    let mut received_at = None;
    if scanner.peek() == Some(b'"') {
        let text = scanner.string()?;
        let text = std::str::from_utf8(&text).map_err(|_| Fault::Syntax("a date was expected"))?;
        received_at = Some(parse_date_time(text)?);
        scanner.space()?;
    }
    Ok(Command::Append { name, flags, received_at, message: scanner.literal()? })
}

fn store(scanner: &mut Scanner<'_>) -> Result<StoreRequest, Fault> {
    scanner.space()?;
    let mut unchanged_since = None;
    if scanner.peek() == Some(b'(') {
        scanner.list(|scanner| {
            if scanner.word()? != "UNCHANGEDSINCE" {
                return Err(Fault::Syntax("an unknown STORE modifier"));
            }
            scanner.space()?;
            unchanged_since = Some(scanner.number64()?);
            Ok(())
        })?;
        scanner.space()?;
    }
    let (mode, told) = match scanner.word()?.as_str() {
        "FLAGS" => (StoreMode::Replace, Told::Yes),
        "FLAGS.SILENT" => (StoreMode::Replace, Told::Silent),
        "+FLAGS" => (StoreMode::Add, Told::Yes),
        "+FLAGS.SILENT" => (StoreMode::Add, Told::Silent),
        "-FLAGS" => (StoreMode::Remove, Told::Yes),
        "-FLAGS.SILENT" => (StoreMode::Remove, Told::Silent),
        _ => return Err(Fault::Syntax("FLAGS was expected")),
    };
    scanner.space()?;
    let flags = if scanner.peek() == Some(b'(') {
        flag_list(scanner)?
    } else {
        let mut flags = vec![flag(scanner)?];
        while scanner.more() {
            flags.push(flag(scanner)?);
        }
        flags
    };
    Ok(StoreRequest { mode, told, flags, unchanged_since })
}

fn flag_list(scanner: &mut Scanner<'_>) -> Result<Vec<Flag>, Fault> {
    let flags = scanner.list(flag)?;
    if flags.len() > FLAGS_LIMIT {
        return Err(Fault::Syntax("too many flags"));
    }
    Ok(flags)
}

fn flag(scanner: &mut Scanner<'_>) -> Result<Flag, Fault> {
    let system = scanner.take(b'\\');
    let word = scanner.atom()?;
    Ok(if system { Flag::named(&format!("\\{word}")) } else { Flag::named(word) })
}
