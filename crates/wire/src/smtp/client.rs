//! One mail over one connection, as its sender (RFC 5321 §3.3).
//!
//! **Invariant:** each recipient has one outcome, and it is `Delivered` only if the server said so after the content.
//! Credentials are sent only after TLS began, or where [`Encryption::None`] says that the connection is as it should be.

use std::fmt;
use std::fmt::Write as _;

use bytes::Bytes;
use domain::{EmailAddress, Recipient, ReportWishes, Returned};

use super::credentials::Credentials;
use super::data::stuff;
use super::offers::Offers;
use super::outcome::{Cause, Obstacle, Outcome, Outcomes, RecipientOutcome, Reporting};
use super::reply::{Class, Reply};
use super::xtext;

/// How many RCPT commands are sent before their answers are read, where the server takes that (RFC 2920): few enough
/// that both sides' buffers hold them, else each could wait for the other to read.
const PIPELINE_LIMIT: usize = 50;

/// A mail to send.
#[derive(Debug, Clone)]
pub struct ClientMail {
    /// The name to greet with.
    pub helo: String,
    /// Who hears when it cannot be delivered; nobody for `<>`.
    pub sender: Option<EmailAddress>,
    /// To whom it goes, and what is to be reported of each.
    pub recipients: Vec<Recipient>,
    /// What is wanted of reports on it: told to a server that offers DSN (RFC 3461 §5.2).
    pub wishes: ReportWishes,
    /// The mail itself.
    pub content: Bytes,
    /// What is wanted of STARTTLS.
    pub encryption: Encryption,
    /// What to sign in with, if one has to.
    pub credentials: Option<Credentials>,
}

/// What is wanted of STARTTLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// If the server offers it; else in the clear, but never with credentials.
    Opportunistic,
    /// Without it nothing is sent.
    Required,
    /// It is not asked for: the connection is encrypted beneath already, or is not to be.
    None,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The connection stands.
    Connected,
    /// The server answered.
    Reply(Reply),
    /// TLS stands, after [`Step::StartTls`].
    Encrypted,
    /// The connection is lost, too slow, or what the server sends is no SMTP.
    Lost,
}

/// What to do next.
#[derive(Clone, PartialEq, Eq)]
pub enum Step {
    /// Send these bytes, then read a reply.
    Send(Vec<u8>),
    /// Read a reply.
    AwaitReply,
    /// Begin TLS, after making sure that nothing more was received (RFC 3207 §6).
    StartTls,
    /// It is over: close the connection.
    Done(Outcomes),
}

/// Where the talk is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Connecting,
    Greeting,
    Ehlo,
    Helo,
    StartTls,
    Handshake,
    SigningIn,
    LoginUser,
    LoginSecret,
    Mail,
    Recipients,
    Data,
    Content,
    Quit,
    Done,
}

/// Leads the talk.
#[derive(Debug)]
pub struct Client {
    mail: ClientMail,
    state: State,
    encrypted: bool,
    /// STARTTLS failed or was refused: it is not tried again.
    clear: bool,
    signed_in: bool,
    offers: Offers,
    /// The next recipient to be sent, and the next whose answer is due.
    sent: usize,
    answered: usize,
    outcomes: Vec<Option<Outcome>>,
}

impl Client {
    /// A talk that has not begun.
    pub fn new(mut mail: ClientMail) -> Self {
        // Whatever stands in the name, it must not end the line.
        mail.helo.retain(|character| character.is_ascii_graphic());
        let outcomes = vec![None; mail.recipients.len()];
        Self {
            mail,
            state: State::Connecting,
            encrypted: false,
            clear: false,
            signed_in: false,
            offers: Offers::default(),
            sent: 0,
            answered: 0,
            outcomes,
        }
    }

    /// Takes what happened and tells what to do.
    pub fn next(&mut self, event: Event) -> Step {
        match (self.state, event) {
            (State::Done, _) => self.done(),
            (State::Connecting, Event::Connected) => {
                self.state = State::Greeting;
                Step::AwaitReply
            }
            (State::Handshake, Event::Encrypted) => {
                self.encrypted = true;
                self.greet()
            }
            (_, Event::Lost) => self.lost(Cause::Obstacle(Obstacle::Lost)),
            // The server closes the connection (RFC 5321 §3.8).
            (_, Event::Reply(reply)) if reply.code == 421 => self.lost(Cause::Reply(reply)),
            (_, Event::Reply(reply)) => self.answer(reply),
            (_, Event::Connected | Event::Encrypted) => self.lost(Cause::Obstacle(Obstacle::Unexpected)),
        }
    }

    /// Whether nothing that still comes changes the outcomes: only leave is taken. What was decided is best written down
    /// before that.
    pub const fn is_settled(&self) -> bool {
        matches!(self.state, State::Quit | State::Done)
    }

    /// TLS did not come about, and the connection is lost with it. Where encryption is not required, a talk comes back
    /// that is to be led over a new connection, in the clear.
    pub fn encryption_failed(self) -> Result<Self, Outcomes> {
        let mut again = Self::new(self.mail);
        match again.mail.encryption {
            Encryption::Opportunistic => {
                again.clear = true;
                Ok(again)
            }
            Encryption::Required | Encryption::None => {
                again.decide_all(&Outcome::Temporary(Cause::Obstacle(Obstacle::NoEncryption)));
                Err(again.outcomes())
            }
        }
    }

    fn answer(&mut self, reply: Reply) -> Step {
        match self.state {
            State::Greeting => self.greeted(reply),
            State::Ehlo => self.offered(reply),
            State::Helo if reply.is_positive() => self.begin(),
            State::Helo | State::Mail if !reply.is_positive() => self.give_up(&Outcome::refused(reply)),
            State::StartTls => self.start_tls(&reply),
            State::SigningIn | State::LoginUser | State::LoginSecret => self.signing_in(reply),
            State::Mail => self.next_recipients(),
            State::Recipients => self.recipient_answered(reply),
            State::Data => self.data_answered(reply),
            State::Content => {
                let outcome =
                    if reply.is_positive() { Outcome::Delivered(reply) } else { Outcome::refused(reply) };
                self.give_up(&outcome)
            }
            State::Quit | State::Done => self.done(),
            State::Connecting | State::Handshake | State::Helo => {
                self.lost(Cause::Obstacle(Obstacle::Unexpected))
            }
        }
    }

    /// A server that refuses whoever greets is asked again later, or another is: it has not seen the mail.
    fn greeted(&mut self, reply: Reply) -> Step {
        match reply.class() {
            Class::Completed => self.greet(),
            Class::Transient | Class::Permanent => self.give_up(&Outcome::Temporary(Cause::Reply(reply))),
            Class::Intermediate | Class::Unknown => self.lost(Cause::Obstacle(Obstacle::Unexpected)),
        }
    }

    fn greet(&mut self) -> Step {
        // What was said in the clear does not count any more (RFC 3207 §4.2).
        self.offers = Offers::default();
        self.send(State::Ehlo, format!("EHLO {}\r\n", self.mail.helo))
    }

    fn offered(&mut self, reply: Reply) -> Step {
        match reply.class() {
            Class::Completed => {
                self.offers = Offers::read(&reply);
                self.begin()
            }
            Class::Permanent => self.send(State::Helo, format!("HELO {}\r\n", self.mail.helo)),
            Class::Transient | Class::Intermediate | Class::Unknown => self.give_up(&Outcome::refused(reply)),
        }
    }

    /// Encrypts if that is due, then signs in if that is due, then the mail begins.
    fn begin(&mut self) -> Step {
        let wanted = self.mail.encryption != Encryption::None && !self.encrypted;
        if wanted && !self.clear && self.offers.start_tls {
            return self.send(State::StartTls, "STARTTLS\r\n".to_owned());
        }
        let credentials = if self.signed_in { None } else { self.mail.credentials.clone() };
        if wanted && (self.mail.encryption == Encryption::Required || credentials.is_some()) {
            return self.give_up(&Outcome::Temporary(Cause::Obstacle(Obstacle::NoEncryption)));
        }
        match credentials {
            None => self.begin_mail(),
            Some(credentials) if self.offers.plain => {
                self.send(State::SigningIn, format!("AUTH PLAIN {}\r\n", credentials.to_plain()))
            }
            Some(_) if self.offers.login => self.send(State::LoginUser, "AUTH LOGIN\r\n".to_owned()),
            Some(_) => self.give_up(&Outcome::Temporary(Cause::Obstacle(Obstacle::NoSignIn))),
        }
    }

    fn start_tls(&mut self, reply: &Reply) -> Step {
        if reply.is_positive() {
            self.state = State::Handshake;
            return Step::StartTls;
        }
        self.clear = true;
        self.begin()
    }

    /// Credentials that are refused are for somebody here to mend: the mail waits.
    fn signing_in(&mut self, reply: Reply) -> Step {
        let more = reply.class() == Class::Intermediate;
        let login = self.mail.credentials.as_ref().map(Credentials::to_login);
        match (self.state, login) {
            (State::LoginUser, Some((user, _))) if more => {
                self.send(State::LoginSecret, format!("{user}\r\n"))
            }
            (State::LoginSecret, Some((_, secret))) if more => {
                self.send(State::SigningIn, format!("{secret}\r\n"))
            }
            _ if reply.is_positive() => {
                self.signed_in = true;
                self.begin()
            }
            _ => self.give_up(&Outcome::Temporary(Cause::Reply(reply))),
        }
    }
}

/// The mail itself.
impl Client {
    /// MAIL, and with it the first recipients where the server takes several commands at once.
    fn begin_mail(&mut self) -> Step {
        let length = announced_length(&self.mail.content);
        if self.offers.size.flatten().is_some_and(|limit| length > limit) {
            return self.give_up(&Outcome::Permanent(Cause::Obstacle(Obstacle::TooLarge)));
        }
        if !self.offers.utf8 {
            let refused = Outcome::Permanent(Cause::Obstacle(Obstacle::NoUtf8));
            if self.mail.sender.as_ref().is_some_and(|sender| !sender.is_ascii()) {
                return self.give_up(&refused);
            }
            for (recipient, outcome) in self.mail.recipients.iter().zip(&mut self.outcomes) {
                if !recipient.address.is_ascii() {
                    *outcome = Some(refused.clone());
                }
            }
        }
        if self.outcomes.iter().all(Option::is_some) {
            return self.quit();
        }
        let mut lines = self.mail_line(length);
        if self.offers.pipelining {
            self.write_recipients(&mut lines);
        }
        self.send(State::Mail, lines)
    }

    fn mail_line(&self, length: u64) -> String {
        let mut line = match &self.mail.sender {
            Some(sender) => format!("MAIL FROM:<{sender}>"),
            None => "MAIL FROM:<>".to_owned(),
        };
        if self.offers.size.is_some() {
            // Writing to a string cannot fail.
            let _ = write!(line, " SIZE={length}");
        }
        if self.offers.eight_bit && !self.mail.content.is_ascii() {
            line.push_str(" BODY=8BITMIME");
        }
        if self.offers.utf8 && self.needs_utf8() {
            line.push_str(" SMTPUTF8");
        }
        if self.offers.dsn {
            write_wishes(&mut line, &self.mail.wishes);
        }
        line.push_str("\r\n");
        line
    }

    /// An address or a header beyond ASCII (RFC 6531 §3.2).
    fn needs_utf8(&self) -> bool {
        let content = &self.mail.content;
        let blank = content.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap_or(content.len());
        let header = content.get(..blank).unwrap_or_default();
        !header.is_ascii()
            || self.mail.sender.iter().any(|sender| !sender.is_ascii())
            || self.mail.recipients.iter().any(|recipient| !recipient.address.is_ascii())
    }

    /// Writes RCPT for the next recipients: as many as may go at once.
    fn write_recipients(&mut self, lines: &mut String) {
        let at_once = if self.offers.pipelining { PIPELINE_LIMIT } else { 1 };
        let mut written = 0;
        while written < at_once {
            let Some(recipient) = self.mail.recipients.get(self.sent) else { break };
            if self.is_open(self.sent) {
                let _ = write!(lines, "RCPT TO:<{}>", recipient.address);
                if self.offers.dsn {
                    write_notices(lines, recipient, self.offers.utf8);
                }
                lines.push_str("\r\n");
                written += 1;
            }
            self.sent += 1;
        }
    }

    fn is_open(&self, at: usize) -> bool {
        self.outcomes.get(at).is_some_and(Option::is_none)
    }

    /// Awaits the answers due; then sends further recipients; then the content, if anybody takes it.
    fn next_recipients(&mut self) -> Step {
        while self.answered < self.sent && !self.is_open(self.answered) {
            self.answered += 1;
        }
        self.state = State::Recipients;
        if self.answered < self.sent {
            return Step::AwaitReply;
        }
        let mut lines = String::new();
        self.write_recipients(&mut lines);
        if !lines.is_empty() {
            return self.send(State::Recipients, lines);
        }
        if self.outcomes.iter().all(Option::is_some) {
            return self.quit();
        }
        self.send(State::Data, "DATA\r\n".to_owned())
    }

    fn recipient_answered(&mut self, reply: Reply) -> Step {
        while self.answered < self.sent && !self.is_open(self.answered) {
            self.answered += 1;
        }
        if !reply.is_positive() {
            // Too many recipients: the others get it with the next mail (RFC 5321 §4.5.3.1.10).
            let outcome = if reply.code == 552 {
                Outcome::Temporary(Cause::Reply(reply))
            } else {
                Outcome::refused(reply)
            };
            if let Some(place) = self.outcomes.get_mut(self.answered) {
                *place = Some(outcome);
            }
        }
        self.answered += 1;
        self.next_recipients()
    }

    fn data_answered(&mut self, reply: Reply) -> Step {
        if reply.class() != Class::Intermediate {
            return self.give_up(&Outcome::refused(reply));
        }
        let mut content = stuff(&self.mail.content);
        content.extend_from_slice(b".\r\n");
        self.state = State::Content;
        Step::Send(content)
    }

    /// Decides for all that are undecided, and takes leave.
    fn give_up(&mut self, outcome: &Outcome) -> Step {
        self.decide_all(outcome);
        self.quit()
    }

    fn decide_all(&mut self, outcome: &Outcome) {
        for place in &mut self.outcomes {
            place.get_or_insert_with(|| outcome.clone());
        }
    }

    fn quit(&mut self) -> Step {
        self.send(State::Quit, "QUIT\r\n".to_owned())
    }

    fn lost(&mut self, cause: Cause) -> Step {
        self.decide_all(&Outcome::Temporary(cause));
        self.done()
    }

    fn done(&mut self) -> Step {
        self.state = State::Done;
        Step::Done(self.outcomes())
    }

    fn outcomes(&self) -> Outcomes {
        let lost = || Outcome::Temporary(Cause::Obstacle(Obstacle::Lost));
        let pairs = self.mail.recipients.iter().zip(&self.outcomes);
        let recipients = pairs
            .map(|(recipient, result)| RecipientOutcome {
                recipient: recipient.address.clone(),
                result: result.clone().unwrap_or_else(lost),
            })
            .collect();
        let reporting = if self.offers.dsn { Reporting::Theirs } else { Reporting::Ours };
        Outcomes { recipients, reporting }
    }

    fn send(&mut self, state: State, lines: String) -> Step {
        self.state = state;
        Step::Send(lines.into_bytes())
    }
}

/// What MAIL says of reports (RFC 3461 §4.3, §4.4).
fn write_wishes(line: &mut String, wishes: &ReportWishes) {
    match wishes.returned {
        Some(Returned::Full) => line.push_str(" RET=FULL"),
        Some(Returned::Headers) => line.push_str(" RET=HDRS"),
        None => {}
    }
    if let Some(id) = &wishes.envelope_id {
        let _ = write!(line, " ENVID={}", xtext::encode(id.as_str()));
    }
}

/// What RCPT says of reports (RFC 3461 §4.1, §4.2).
fn write_notices(line: &mut String, recipient: &Recipient, utf8: bool) {
    if recipient.notify != domain::Notify::USUAL {
        let _ = write!(line, " NOTIFY={}", recipient.notify);
    }
    let original = recipient.original.as_ref().map(domain::OriginalRecipient::as_str);
    if let Some(original) = original.filter(|original| utf8 || original.is_ascii()) {
        let _ = write!(line, " ORCPT={}", xtext::encode(original));
    }
}

/// The size to announce: with CRLF line ends, without stuffing (RFC 1870 §5).
fn announced_length(content: &[u8]) -> u64 {
    let before = std::iter::once(&0).chain(content);
    let bare = content.iter().zip(before).filter(|(at, before)| **at == b'\n' && **before != b'\r');
    u64::try_from(content.len() + bare.count()).unwrap_or(u64::MAX)
}

/// What is sent may be a password: it does not print.
impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Send(bytes) => write!(f, "Send({} bytes)", bytes.len()),
            Self::AwaitReply => f.write_str("AwaitReply"),
            Self::StartTls => f.write_str("StartTls"),
            Self::Done(outcomes) => f.debug_tuple("Done").field(outcomes).finish(),
        }
    }
}
