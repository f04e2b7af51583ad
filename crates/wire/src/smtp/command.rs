//! Command lines (RFC 5321 §4.1).

use domain::{AddressError, EmailAddress, Notify, OriginalRecipient, ReportWishes, Secret};

use super::parameters::{mail, number, rcpt};
use super::reply::Reply;
use crate::sasl;

/// Longest command line that is read: RFC 5321 §4.5.3.1.4 asks for 512, its extensions for some hundreds more.
pub const LINE_LIMIT: usize = 2048;
/// Longest AUTH command or response to a challenge (RFC 4954 §4).
pub const AUTH_LINE_LIMIT: usize = 12_288;
/// Longest name in EHLO (RFC 5321 §4.5.3.1.2).
const GREETING_NAME_LIMIT: usize = 255;

/// A command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// EHLO with the name the client goes by: letters, digits and `.-_:[]` only.
    Ehlo(String),
    /// HELO with the name the client goes by: letters, digits and `.-_:[]` only.
    Helo(String),
    /// MAIL: a mail begins.
    Mail(MailFrom),
    /// RCPT: to whom it goes as well.
    Rcpt(RcptTo),
    /// DATA: the content comes.
    Data,
    /// BDAT: a piece of the content follows the line at once (RFC 3030 §2).
    Bdat(Chunk),
    /// RSET: forget the mail begun.
    Rset,
    /// NOOP.
    Noop,
    /// QUIT.
    Quit,
    /// VRFY, whatever it asks.
    Vrfy,
    /// HELP, whatever it asks.
    Help,
    /// STARTTLS (RFC 3207).
    StartTls,
    /// AUTH (RFC 4954).
    Auth {
        /// How the client wants to sign in.
        mechanism: Mechanism,
        /// The first response, in base64, when it came along; empty for `=`.
        initial: Option<Secret<String>>,
    },
}

/// From whom a mail is, and how it is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailFrom {
    /// Who hears when it cannot be delivered; nobody for `<>`.
    pub sender: Option<EmailAddress>,
    /// How many bytes the client expects it to have (RFC 1870).
    pub size: Option<u64>,
    /// How the content is said to be made.
    pub body: BodyKind,
    /// Whether SMTPUTF8 was asked for (RFC 6531 §3.4).
    pub utf8: bool,
    /// What is wanted of reports on it (RFC 3461 §4.3, §4.4).
    pub wishes: ReportWishes,
}

/// To whom a mail goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RcptTo {
    /// To whom.
    pub recipient: Rcpt,
    /// Of what the sender wants to hear (RFC 3461 §4.1).
    pub notify: Notify,
    /// To whom it went at first (RFC 3461 §4.2).
    pub original: Option<OriginalRecipient>,
}

/// A piece of the content (RFC 3030 §2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chunk {
    /// How many bytes it has.
    pub size: u64,
    /// Whether others follow.
    pub place: Place,
}

/// Where a piece of the content stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Others follow.
    Before,
    /// It is the last.
    Last,
}

/// A recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rcpt {
    /// `<postmaster>` without a domain: whoever looks after this server (RFC 5321 §4.5.1).
    Postmaster,
    /// An address. It may need SMTPUTF8 (`is_ascii`), which only MAIL tells.
    Recipient(EmailAddress),
}

/// The BODY parameter (RFC 6152).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BodyKind {
    /// `BODY=7BIT`, or nothing said.
    #[default]
    SevenBit,
    /// `BODY=8BITMIME`.
    EightBit,
}

/// How a client signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mechanism {
    /// PLAIN (RFC 4616).
    Plain,
    /// LOGIN, which no RFC describes and Outlook speaks.
    Login,
    /// SCRAM-SHA-256, or its PLUS.
    Scram(sasl::Mechanism),
}

/// Why a command was not understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// No such command.
    #[error("this command is not known")]
    Unknown,
    /// The line is longer than what is taken.
    #[error("the line is too long")]
    LineTooLong,
    /// It does not follow the grammar; the words are for the client's log.
    #[error("{0}")]
    Syntax(&'static str),
    /// The address is none.
    #[error("{0}")]
    Address(AddressError),
    /// A parameter that is not offered here (RFC 5321 §4.1.1.11).
    #[error("this parameter is not known")]
    Parameter,
    /// A way to sign in that is not offered here (RFC 4954 §4).
    #[error("this way to sign in is not known")]
    Mechanism,
    /// A command of RFC 5321 that is not offered here.
    #[error("this command is not offered here")]
    NotHere,
    /// An address beyond ASCII without SMTPUTF8 (RFC 6531 §3.5).
    #[error("this address needs SMTPUTF8")]
    NeedsUtf8,
}

impl Fault {
    /// The reply for it (RFC 5321 §4.2.2, RFC 3463).
    pub fn reply(self) -> Reply {
        let (code, enhanced) = match self {
            Self::Unknown | Self::LineTooLong => (500, "5.5.2"),
            Self::Syntax(_) => (501, "5.5.4"),
            Self::Address(_) => (501, "5.1.3"),
            Self::Parameter => (555, "5.5.4"),
            Self::Mechanism => (504, "5.5.4"),
            Self::NotHere => (502, "5.5.1"),
            Self::NeedsUtf8 => (553, "5.6.7"),
        };
        Reply::new(code, enhanced, &self.to_string())
    }
}

impl Command {
    /// Reads one command line, with or without its line end.
    pub fn parse(line: &[u8]) -> Result<Self, Fault> {
        // Another line end is part of the line, and makes it none.
        let line = line.strip_suffix(b"\r\n").unwrap_or(line);
        if line.len() > AUTH_LINE_LIMIT {
            return Err(Fault::LineTooLong);
        }
        let line = str::from_utf8(line).map_err(|_| Fault::Syntax("the line is not UTF-8"))?;
        if line.chars().any(|character| character.is_control() && character != '\t') {
            return Err(Fault::Syntax("there is a control character in the line"));
        }
        let line = line.trim_end_matches([' ', '\t']);
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        let verb = verb.to_ascii_uppercase();
        if verb != "AUTH" && line.len() > LINE_LIMIT {
            return Err(Fault::LineTooLong);
        }
        Self::with_verb(&verb, rest.trim_start_matches(' '))
    }

    fn with_verb(verb: &str, rest: &str) -> Result<Self, Fault> {
        match verb {
            "EHLO" => Ok(Self::Ehlo(greeting_name(rest)?)),
            "HELO" => Ok(Self::Helo(greeting_name(rest)?)),
            "MAIL" => mail(rest),
            "RCPT" => rcpt(rest),
            "DATA" => alone(rest, Self::Data),
            "RSET" => alone(rest, Self::Rset),
            "QUIT" => alone(rest, Self::Quit),
            "STARTTLS" => alone(rest, Self::StartTls),
            "NOOP" => Ok(Self::Noop),
            "HELP" => Ok(Self::Help),
            "VRFY" if rest.is_empty() => Err(Fault::Syntax("an argument is missing")),
            "VRFY" => Ok(Self::Vrfy),
            "AUTH" => auth(rest),
            "BDAT" => chunk(rest),
            "EXPN" | "SEND" | "SOML" | "SAML" | "TURN" | "ETRN" => Err(Fault::NotHere),
            _ => Err(Fault::Unknown),
        }
    }
}

fn alone(rest: &str, command: Command) -> Result<Command, Fault> {
    if rest.is_empty() { Ok(command) } else { Err(Fault::Syntax("this command takes no argument")) }
}

/// The name is written into the Received header: only what cannot do harm there is taken.
fn greeting_name(rest: &str) -> Result<String, Fault> {
    let harmless = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
    if rest.is_empty() || rest.len() > GREETING_NAME_LIMIT || !rest.bytes().all(harmless) {
        return Err(Fault::Syntax("a domain name is missing"));
    }
    Ok(rest.to_owned())
}

/// `BDAT 1000` or `BDAT 1000 LAST` (RFC 3030 §2).
fn chunk(rest: &str) -> Result<Command, Fault> {
    let mut words = rest.split_ascii_whitespace();
    let size = number(words.next().unwrap_or_default())?;
    let place = match words.next() {
        None => Place::Before,
        Some(word) if word.eq_ignore_ascii_case("LAST") => Place::Last,
        Some(_) => return Err(Fault::Syntax("what follows the size is not LAST")),
    };
    match words.next() {
        None => Ok(Command::Bdat(Chunk { size, place })),
        Some(_) => Err(Fault::Syntax("there is too much after the size")),
    }
}

fn auth(rest: &str) -> Result<Command, Fault> {
    let mut words = rest.split_ascii_whitespace();
    let name = words.next().ok_or(Fault::Syntax("the way to sign in is missing"))?;
    let mechanism = match name.to_ascii_uppercase().as_str() {
        "PLAIN" => Mechanism::Plain,
        "LOGIN" => Mechanism::Login,
        name => Mechanism::Scram(sasl::Mechanism::named(name).ok_or(Fault::Mechanism)?),
    };
    let initial = words.next().map(|word| Secret::new(if word == "=" { "" } else { word }.to_owned()));
    if words.next().is_some() {
        return Err(Fault::Syntax("there is too much after the response"));
    }
    Ok(Command::Auth { mechanism, initial })
}
