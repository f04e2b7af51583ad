//! One client, from greeting to farewell.
//!
//! **Invariant:** whatever the client is doing, the end of its access is seen at once: every wait here is also a wait
//! for the end of the lease.

mod authenticate;

use std::net::IpAddr;
use std::pin::Pin;
use std::time::Duration;

use bus::EndReason;
use net::timer::sleep;
use wire::imap::{Code, Command, Fault, Limits, LineStep, Status, Step, Synchronizing, Tag, Tagged};

use crate::answer::{Done, Refusal, farewell, wrong_credentials};
use crate::capability::{self, Compression, Privacy};
use crate::connection::{Connection, Quiet};
use crate::notify;
use crate::scope::{self, Scope};
use crate::selected::Telling;
use crate::session::{Leases, Session};
use crate::sign_in::{self, Credentials};
use crate::{Imap, Shutdown, commands};

/// How long a stranger has to sign in: a program does so at once, and whoever only holds a place gives it back.
const SIGN_IN_LIMIT: Duration = Duration::from_secs(5 * 60);
/// How often one connection may fail to sign in: a person corrects a typing mistake, a program has no use for more.
const FAILURES_LIMIT: u32 = 5;
/// How often one connection may say what is not understood, in a row, before it is taken for something else.
const MISUNDERSTANDINGS_LIMIT: u32 = 20;

/// Why a conversation ends.
pub(crate) enum Ending {
    /// With these words, which are still to be said.
    Bye(Option<Code>, &'static str),
    /// Everything is said.
    Said,
    /// The client is gone, or cannot be told: what it reads is cut off within an answer.
    Gone,
}

impl From<Quiet> for Ending {
    fn from(quiet: Quiet) -> Self {
        match quiet {
            Quiet::Gone => Self::Gone,
            Quiet::TooLong => Self::Bye(None, "Nothing was said for too long."),
        }
    }
}

/// A client's connection and what it has open.
pub(crate) struct Conversation {
    imap: Imap,
    connection: Connection,
    from: IpAddr,
    privacy: Privacy,
    shutdown: Shutdown,
    session: Option<Session>,
    /// Is done when a stranger has been one for too long.
    too_long: Pin<Box<dyn Future<Output = ()> + Send>>,
    failures: u32,
    misunderstandings: u32,
}

impl Conversation {
    pub(crate) fn new(
        imap: Imap,
        connection: Connection,
        from: IpAddr,
        privacy: Privacy,
        shutdown: Shutdown,
    ) -> Self {
        Self {
            imap,
            connection,
            from,
            privacy,
            shutdown,
            session: None,
            too_long: Box::pin(sleep(SIGN_IN_LIMIT)),
            failures: 0,
            misunderstandings: 0,
        }
    }

    /// Talks until one side ends it.
    pub(crate) async fn hold(mut self) {
        let code = Code::Capability(self.capability());
        self.connection.writer.untagged(Status::Ok, Some(&code), "Postroom is here.");
        let ending = match self.flush().await {
            Ok(()) => self.talk().await,
            Err(ending) => ending,
        };
        if let Ending::Bye(code, text) = ending {
            self.connection.writer.untagged(Status::Bye, code.as_ref(), text);
        }
        self.connection.close().await;
    }

    async fn talk(&mut self) -> Ending {
        loop {
            let went_on = match self.connection.commands.step() {
                Step::NeedMore => self.wait().await,
                Step::NeedLiteral { synchronizing: Synchronizing::No, .. } => Ok(()),
                Step::NeedLiteral { synchronizing: Synchronizing::Yes, .. } => {
                    self.connection.writer.continuation("Go on.");
                    self.flush().await
                }
                Step::Bad { tag, fault } => self.complain(tag.as_ref(), fault).await,
                Step::Command(tagged) => {
                    self.misunderstandings = 0;
                    Box::pin(self.answer(tagged)).await
                }
            };
            if let Err(ending) = went_on {
                return ending;
            }
        }
    }

    /// Waits for more from the client, and tells meanwhile what it wants to be told of (RFC 5465 §4).
    async fn wait(&mut self) -> Result<(), Ending> {
        let is_midway = self.connection.commands.has_pending();
        let Some(session) = self.session.as_mut().filter(|session| session.notify.is_some() && !is_midway)
        else {
            return self.read().await;
        };
        let leases = session.leases();
        tokio::select! {
            biased;
            reason = leases.ended() => return Err(access_ended(reason)),
            () = self.shutdown.begun() => return Err(shutting_down()),
            () = session.changed() => {}
            read = self.connection.read() => return Ok(read?),
        }
        let telling = self.unasked().unwrap_or(Telling::Nothing);
        self.tell(telling).await?;
        self.flush().await
    }

    /// What may be told while the client does nothing, if it said what it wants.
    fn unasked(&self) -> Option<Telling> {
        let notify = self.session.as_ref()?.notify.as_ref()?;
        Some(notify.unasked().unwrap_or(Telling::Nothing))
    }

    /// Waits for more from the client.
    async fn read(&mut self) -> Result<(), Ending> {
        let leases = self.leases();
        tokio::select! {
            biased;
            reason = ended(leases) => Err(access_ended(reason)),
            () = self.shutdown.begun() => Err(shutting_down()),
            () = &mut self.too_long, if self.session.is_none() => Err(Quiet::TooLong.into()),
            read = self.connection.read() => Ok(read?),
        }
    }

    /// Sends what is said. What does not go out at once ends with the access.
    async fn flush(&mut self) -> Result<(), Ending> {
        let leases = self.leases();
        tokio::select! {
            biased;
            sent = self.connection.flush() => Ok(sent?),
            reason = ended(leases) => Err(access_ended(reason)),
        }
    }

    fn leases(&self) -> Option<Leases> {
        self.session.as_ref().map(Session::leases)
    }

    async fn complain(&mut self, tag: Option<&Tag>, fault: Fault) -> Result<(), Ending> {
        if fault.is_fatal() {
            return Err(Ending::Bye(None, "This is too long to be read."));
        }
        self.misunderstandings += 1;
        if self.misunderstandings > MISUNDERSTANDINGS_LIMIT {
            return Err(Ending::Bye(None, "This does not look like IMAP."));
        }
        let (status, code) = match fault {
            Fault::LiteralTooLarge { .. } => (Status::No, Some(Code::TOO_BIG)),
            Fault::Charset => (Status::No, Some(Code::BAD_CHARSET)),
            Fault::Syntax(_) | Fault::LineTooLong | Fault::Unswallowable => (Status::Bad, None),
        };
        let text = format!("Not understood: {fault}.");
        match tag {
            Some(tag) => self.connection.writer.tagged(tag, status, code.as_ref(), &text),
            None => self.connection.writer.untagged(Status::Bad, code.as_ref(), &text),
        }
        self.flush().await
    }

    /// Does a command and says how it ended.
    async fn answer(&mut self, Tagged { tag, command }: Tagged) -> Result<(), Ending> {
        let telling = self.telling(&command);
        let is_start = matches!(command, Command::StartTls);
        let is_compress = matches!(command, Command::Compress(_));
        let result = self.act(&tag, command).await?;
        let result = weighed(self.session.as_ref(), result).await;
        let encrypts = is_start && result.is_ok();
        let compresses = is_compress && result.is_ok();
        if !matches!(result, Err(Refusal::Ended(_))) {
            self.tell(telling).await?;
        }
        let highest = self.session.as_ref().and_then(Session::highest);
        let writer = &mut self.connection.writer;
        match result {
            Ok(done) if done.expunged && highest.is_some() => {
                writer.tagged(&tag, Status::Ok, highest.as_ref(), done.text);
            }
            Ok(done) => writer.tagged(&tag, Status::Ok, done.code.as_ref(), done.text),
            Err(Refusal::No(code, text)) => writer.tagged(&tag, Status::No, code.as_ref(), &text),
            Err(Refusal::Bad(text)) => writer.tagged(&tag, Status::Bad, None, text),
            Err(Refusal::Ended(reason)) => {
                writer.tagged(&tag, Status::No, Some(&Code::UNAVAILABLE), farewell(reason));
                return Err(access_ended(reason));
            }
            Err(Refusal::Gone) => return Err(Ending::Gone),
        }
        self.flush().await?;
        if encrypts {
            self.encrypt().await?;
        }
        if compresses {
            self.connection.compress();
        }
        if self.failures >= FAILURES_LIMIT {
            return Err(Ending::Bye(None, "Too many failed attempts."));
        }
        Ok(())
    }

    /// What may be told after a command: who does not want to be told of the selected folder is told when they ask, or
    /// change something (RFC 5465 §3.1).
    fn telling(&self, command: &Command) -> Telling {
        let is_unwanted = self.unasked() == Some(Telling::Nothing);
        if is_unwanted && !commands::asks_for_news(command) {
            Telling::Nothing
        } else {
            commands::telling(command)
        }
    }

    /// Tells what has changed meanwhile.
    async fn tell(&mut self, telling: Telling) -> Result<(), Ending> {
        let Some(session) = &mut self.session else { return Ok(()) };
        match notify::tell(session, &mut self.connection, telling).await {
            Ok(()) => Ok(()),
            Err(refusal) => match refusal {
                Refusal::Ended(reason) => Err(access_ended(reason)),
                // What could not be read now is read after the next command.
                Refusal::No(..) | Refusal::Bad(_) | Refusal::Gone => {
                    session.touch();
                    Ok(())
                }
            },
        }
    }

    async fn act(&mut self, tag: &Tag, command: Command) -> Result<Result<Done, Refusal>, Ending> {
        Ok(match command {
            Command::Capability => {
                let words = self.capability();
                self.connection.writer.line(|line| line.word(&format!("CAPABILITY {words}")));
                Ok(Done::new("Told."))
            }
            Command::Id(_) => {
                capability::write_id(&mut self.connection.writer);
                Ok(Done::new("Told."))
            }
            Command::Logout => {
                self.connection.writer.untagged(Status::Bye, None, "Until next time.");
                self.connection.writer.tagged(tag, Status::Ok, None, "Logged out.");
                return Err(Ending::Said);
            }
            Command::StartTls => self.check_start_tls(),
            Command::Compress(mechanism) if self.session.is_some() => self.check_compress(&mechanism),
            Command::Login { user, password } if self.session.is_none() => {
                let opened = self.open(&Credentials { user, secret: password }).await;
                self.signed_in(opened)
            }
            Command::Authenticate { mechanism, initial } if self.session.is_none() => {
                let opened = self.authenticate(&mechanism, initial).await?;
                self.signed_in(opened)
            }
            Command::Noop if self.session.is_none() => Ok(Done::new("Here.")),
            Command::Idle if self.session.is_some() => self.idle().await?,
            other @ (Command::Noop
            | Command::Authenticate { .. }
            | Command::Login { .. }
            | Command::Enable(_)
            | Command::Select { .. }
            | Command::Create { .. }
            | Command::Delete(_)
            | Command::Rename { .. }
            | Command::Subscribe(_)
            | Command::Unsubscribe(_)
            | Command::List(_)
            | Command::Lsub { .. }
            | Command::Namespace
            | Command::Status { .. }
            | Command::Append { .. }
            | Command::Replace { .. }
            | Command::Sort { .. }
            | Command::Thread { .. }
            | Command::Quota(_)
            | Command::Acl(_)
            | Command::Metadata(_)
            | Command::Notify(_)
            | Command::Compress(_)
            | Command::Idle
            | Command::Check
            | Command::Close
            | Command::Unselect
            | Command::Expunge(_)
            | Command::Search { .. }
            | Command::Fetch { .. }
            | Command::Store { .. }
            | Command::Copy { .. }
            | Command::Move { .. }) => self.run(tag, other).await?,
        })
    }

    /// Does a command of a signed-in client, unless its access ends first.
    async fn run(&mut self, tag: &Tag, command: Command) -> Result<Result<Done, Refusal>, Ending> {
        let Some(session) = &mut self.session else {
            return Ok(Err(Refusal::Bad("Sign in first.")));
        };
        let leases = session.leases();
        let connection = &mut self.connection;
        let ended = tokio::select! {
            biased;
            result = Box::pin(commands::run(session, connection, tag, command)) => return Ok(result),
            reason = leases.ended() => reason,
        };
        Ok(Err(Refusal::Ended(ended)))
    }

    fn capability(&self) -> String {
        let compression =
            if self.connection.is_compressed() { Compression::Active } else { Compression::Possible };
        match &self.session {
            Some(session) => {
                let limit = self.imap.access().message_limit_bytes();
                capability::of_user(limit, compression, session.notifies())
            }
            None => capability::of_stranger(self.privacy, self.connection.binding()),
        }
    }

    fn check_start_tls(&self) -> Result<Done, Refusal> {
        if self.privacy == Privacy::Tls {
            return Err(Refusal::Bad("The connection is encrypted already."));
        }
        if self.session.is_some() {
            return Err(Refusal::Bad("You have signed in already."));
        }
        // RFC 9051 §11.3: what was said before the encryption must not count as said within it.
        if self.connection.commands.has_pending() {
            return Err(Refusal::Bad("Nothing may follow before the encryption begins."));
        }
        Ok(Done::new("Begin."))
    }

    /// `COMPRESS` (RFC 4978 §3): compression begins behind the answer.
    fn check_compress(&self, mechanism: &str) -> Result<Done, Refusal> {
        if mechanism != "DEFLATE" {
            return Err(Refusal::no(Code::CANNOT, "Only DEFLATE is known."));
        }
        if self.connection.is_compressed() {
            return Err(Refusal::no(Code::COMPRESSION_ACTIVE, "The connection is compressed already."));
        }
        if self.connection.commands.has_pending() {
            return Err(Refusal::Bad("Nothing may follow before the compression begins."));
        }
        Ok(Done::new("Compressed from here."))
    }

    async fn encrypt(&mut self) -> Result<(), Ending> {
        self.connection.encrypt(self.imap.tls()).await?;
        self.privacy = Privacy::Tls;
        Ok(())
    }

    /// Waits for a line that is no command.
    async fn line(&mut self) -> Result<String, Ending> {
        loop {
            match self.connection.commands.line() {
                LineStep::Line(line) => return Ok(String::from_utf8_lossy(&line).into_owned()),
                LineStep::NeedMore => self.read().await?,
                LineStep::TooLong => return Err(Ending::Bye(None, "This is too long to be read.")),
            }
        }
    }

    /// Opens what somebody may open who says who they are.
    async fn open(&mut self, credentials: &Credentials) -> Result<Scope, Refusal> {
        sign_in::check_privacy(self.privacy)?;
        sign_in::sign_in(&self.imap, self.from, credentials).await
    }

    fn signed_in(&mut self, opened: Result<Scope, Refusal>) -> Result<Done, Refusal> {
        match opened {
            Ok(scope) => {
                let limit = self.imap.access().message_limit_bytes();
                self.connection.commands.set_limits(Limits::user(limit));
                self.connection.signed_in();
                self.session = Some(Session::new(scope));
                Ok(Done::with(Code::Capability(self.capability()), "Signed in."))
            }
            // An access that ended this moment is one that is not there.
            Err(Refusal::Ended(_)) => Err(wrong_credentials()),
            Err(refusal) => {
                self.failures += 1;
                Err(refusal)
            }
        }
    }

    /// `IDLE` (RFC 9051 §6.3.13): tells what changes until the client says `DONE`.
    async fn idle(&mut self) -> Result<Result<Done, Refusal>, Ending> {
        self.connection.writer.continuation("Waiting.");
        loop {
            // RFC 5465 §4: who said what it wants to be told of is told that, and no more.
            let telling = self.unasked().unwrap_or(Telling::Everything);
            self.tell(telling).await?;
            self.flush().await?;
            match self.connection.commands.line() {
                LineStep::Line(line) if line.eq_ignore_ascii_case(b"DONE") => {
                    return Ok(Ok(Done::new("Waited.")));
                }
                LineStep::Line(_) => return Ok(Err(Refusal::Bad("DONE was expected."))),
                LineStep::TooLong => return Err(Ending::Bye(None, "This is too long to be read.")),
                LineStep::NeedMore => {}
            }
            let Some(session) = &mut self.session else { return Err(Ending::Gone) };
            let leases = session.leases();
            tokio::select! {
                biased;
                reason = leases.ended() => return Err(access_ended(reason)),
                () = self.shutdown.begun() => return Err(shutting_down()),
                () = session.changed() => {}
                read = self.connection.read() => read?,
            }
        }
    }
}

/// What ended somewhere else than where the client is, is not there for it any more; that is all.
async fn weighed(session: Option<&Session>, result: Result<Done, Refusal>) -> Result<Done, Refusal> {
    match (result, session) {
        (Err(Refusal::Ended(_)), Some(session)) if !session.is_over().await => Err(scope::absent()),
        (other, _) => other,
    }
}

/// Waits for the end of what a session depends on; for ever where there is none.
async fn ended(leases: Option<Leases>) -> EndReason {
    match leases {
        Some(leases) => leases.ended().await,
        None => std::future::pending().await,
    }
}

fn access_ended(reason: EndReason) -> Ending {
    Ending::Bye(Some(Code::UNAVAILABLE), farewell(reason))
}

fn shutting_down() -> Ending {
    Ending::Bye(Some(Code::UNAVAILABLE), "The server is shutting down.")
}
