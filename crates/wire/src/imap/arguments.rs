//! From the bytes of a whole command to its value.

use bytes::Bytes;
use domain::Secret;

use super::account::{AclCommand, QuotaCommand};
use super::append::Handed;
use super::command::{By, Command, Tag, Tagged};
use super::fetch::FetchRequest;
use super::flag::{StoreRequest, flag};
use super::list::ListRequest;
use super::metadata::MetadataCommand;
use super::name::Encoding;
use super::notify::NotifyRequest;
use super::scan::{Fault, Scanner};
use super::search::SearchRequest;
use super::select::{Parameter, SelectMode};
use super::sequence::{SequenceSet, bound, is_set_char};
use super::sort::{SortRequest, parse_thread};
use super::status_item::status_items;

/// The commands of which `UID` can be said.
const WITH_UID: [&str; 9] =
    ["FETCH", "STORE", "COPY", "MOVE", "SEARCH", "EXPUNGE", "SORT", "THREAD", "REPLACE"];
/// How many options a `SELECT` may have: there are two.
const PARAMETERS_LIMIT: usize = 8;

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
        if !WITH_UID.contains(&word.as_str()) {
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
        "APPEND" => Ok(Command::Append { name: mailbox(scanner)?, messages: Handed::parse_all(scanner)? }),
        "REPLACE" => replace(scanner, by),
        "SORT" => Ok(Command::Sort { by, request: SortRequest::parse(scanner)? }),
        "THREAD" => {
            let (algorithm, key) = parse_thread(scanner)?;
            Ok(Command::Thread { by, algorithm, key })
        }
        "NOTIFY" => NotifyRequest::parse(scanner).map(Command::Notify),
        "COMPRESS" => {
            scanner.space()?;
            scanner.word().map(Command::Compress)
        }
        "SEARCH" => Ok(Command::Search { by, request: SearchRequest::parse(scanner)? }),
        "FETCH" => {
            let set = set(scanner)?;
            scanner.space()?;
            Ok(Command::Fetch { by, set, request: FetchRequest::parse(scanner)? })
        }
        "STORE" => Ok(Command::Store { by, set: set(scanner)?, request: StoreRequest::parse(scanner)? }),
        "COPY" => Ok(Command::Copy { by, set: set(scanner)?, to: mailbox(scanner)? }),
        "MOVE" => Ok(Command::Move { by, set: set(scanner)?, to: mailbox(scanner)? }),
        "EXPUNGE" => set(scanner).map(Some).map(Command::Expunge),
        _ => of_extension(scanner, word),
    }
}

fn of_extension(scanner: &mut Scanner<'_>, word: &str) -> Result<Command, Fault> {
    if let Some(command) = QuotaCommand::parse(scanner, word)? {
        return Ok(Command::Quota(command));
    }
    if let Some(command) = MetadataCommand::parse(scanner, word)? {
        return Ok(Command::Metadata(command));
    }
    match AclCommand::parse(scanner, word)? {
        Some(command) => Ok(Command::Acl(command)),
        None => Err(Fault::Syntax("an unknown command")),
    }
}

fn mailbox(scanner: &mut Scanner<'_>) -> Result<super::name::MailboxName, Fault> {
    scanner.space()?;
    scanner.mailbox()
}

fn set(scanner: &mut Scanner<'_>) -> Result<SequenceSet, Fault> {
    scanner.space()?;
    scanner.set()
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
        parameters = scanner.list(Parameter::parse)?;
    }
    if parameters.len() > PARAMETERS_LIMIT {
        return Err(Fault::Syntax("too many parameters"));
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

fn replace(scanner: &mut Scanner<'_>, by: By) -> Result<Command, Fault> {
    scanner.space()?;
    let old = bound(scanner.while_of(is_set_char))?;
    let name = mailbox(scanner)?;
    scanner.space()?;
    Ok(Command::Replace { by, old, name, message: Handed::parse(scanner)? })
}
