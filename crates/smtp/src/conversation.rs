//! One client, from greeting to farewell.
//!
//! **Invariant:** whatever the client is doing, the end of its access is seen at once: every wait for it is also a wait
//! for the end of the lease.

use std::net::SocketAddr;
use std::time::Duration;

use bus::{EndReason, Lease};
use identity::Actor;
use mailbox::RECIPIENTS;
use net::Shutdown;
use net::stream::{Connection, Ending as LineEnding, ReadError};
use wire::smtp::{AUTH_LINE_LIMIT, Command, Fault, Reply};

use crate::envelope::Envelope;
use crate::rates::Deed;
use crate::sign_in::needs_sign_in;
use crate::{Service, Smtp, replies};

/// How long a client may be silent (RFC 5321 §4.5.3.2.7).
pub(crate) const PATIENCE: Duration = Duration::from_secs(5 * 60);
/// How many mistakes a connection may make: a person's client makes few, a guessing program many.
const MISTAKES: u32 = 20;
/// How many mails a connection may bring: then it makes room for others.
const MAILS: u32 = 1_000;
/// How long somebody who may not wait for the greeting is given to show it: servers wait, programs that pour out mail
/// often do not (RFC 5321 §4.3.1).
const GREETED_AFTER: Duration = Duration::from_millis(200);

/// Why a conversation ends.
#[derive(Debug)]
pub(crate) enum Ending {
    /// With these words, which are still to be said.
    Said(Reply),
    /// The client is gone.
    Gone,
}

/// A client's connection, and how far it is.
pub(crate) struct Conversation {
    pub(crate) smtp: Smtp,
    pub(crate) service: Service,
    pub(crate) connection: Option<Connection>,
    peer: SocketAddr,
    shutdown: Shutdown,
    pub(crate) greeting: Option<String>,
    pub(crate) is_extended: bool,
    pub(crate) actor: Option<Actor>,
    pub(crate) envelope: Option<Envelope>,
    pub(crate) mistakes: u32,
    pub(crate) mails: u32,
    out: Vec<u8>,
}

impl Conversation {
    pub(crate) fn new(smtp: Smtp, connection: Connection, service: Service, shutdown: Shutdown) -> Self {
        Self {
            smtp,
            service,
            peer: connection.peer(),
            connection: Some(connection),
            shutdown,
            greeting: None,
            is_extended: false,
            actor: None,
            envelope: None,
            mistakes: 0,
            mails: 0,
            out: Vec::new(),
        }
    }

    /// Talks until one side ends it.
    pub(crate) async fn hold(mut self) {
        let ending = match self.welcome().await {
            Ok(()) => self.talk_in_time().await,
            Err(ending) => ending,
        };
        if let Ending::Said(reply) = ending {
            self.say(&reply);
            // Nothing is lost with a farewell that is not heard.
            let _ = self.flush().await;
        }
        // What it held is free when the client sees the end.
        self.envelope = None;
        if let Some(connection) = self.connection {
            connection.close().await;
        }
    }

    /// Greets those who wait for it.
    async fn welcome(&mut self) -> Result<(), Ending> {
        self.count(Deed::Connection).map_err(Ending::Said)?;
        if self.service == Service::Reception && !self.peer.ip().is_loopback() {
            let connection = self.connection.as_mut().ok_or(Ending::Gone)?;
            match connection.fill(GREETED_AFTER).await {
                Ok(0) | Err(ReadError::Closed | ReadError::Io(_)) => return Err(Ending::Gone),
                Err(ReadError::TimedOut) => {}
                Ok(_) | Err(ReadError::TooLong) => return Err(too_early("Wait for the greeting.")),
            }
        }
        let greeting = format!("220 {} ESMTP Postroom\r\n", self.smtp.host_name());
        self.say_raw(greeting.as_bytes()).await
    }

    /// Counts what strangers do; the reply says that it was too much.
    pub(crate) fn count(&self, deed: Deed) -> Result<(), Reply> {
        match self.service {
            Service::Reception => {
                self.smtp.parts.rates.count(deed, self.peer.ip(), self.smtp.parts.clock.now())
            }
            // People's devices are counted by who they are.
            Service::Submission | Service::Submissions => Ok(()),
        }
    }

    /// A device has a limited time to sign in.
    async fn talk_in_time(&mut self) -> Ending {
        if self.service != Service::Reception {
            let limit = self.smtp.parts.sign_in_within;
            let signed_in = Box::pin(self.talk_while(|open| open.actor.is_none()));
            match net::timer::within(limit, signed_in).await {
                Ok(Ok(())) => {}
                Ok(Err(ending)) => return ending,
                Err(_) => return Ending::Said(Reply::new(421, "4.4.2", "Nobody signed in for too long.")),
            }
        }
        self.talk_while(|_| true).await.err().unwrap_or(Ending::Gone)
    }

    async fn talk_while(&mut self, is_so: fn(&Self) -> bool) -> Result<(), Ending> {
        while is_so(self) {
            Box::pin(self.turn()).await?;
            if self.mistakes >= MISTAKES {
                return Err(Ending::Said(Reply::new(421, "4.7.0", "Too many mistakes.")));
            }
            if self.mails >= MAILS {
                let enough = Reply::new(421, "4.7.0", "Enough for one connection: come again.");
                return Err(Ending::Said(enough));
            }
        }
        Ok(())
    }

    /// Reads a command and answers it.
    async fn turn(&mut self) -> Result<(), Ending> {
        let command = match self.line().await? {
            Some(line) => Command::parse(&line),
            None => Err(Fault::LineTooLong),
        };
        self.count(Deed::Command).map_err(Ending::Said)?;
        let reply = match command {
            Ok(Command::Quit) => return Err(Ending::Said(Reply::new(221, "2.0.0", "Until next time."))),
            Ok(Command::StartTls) => return self.start_tls().await,
            Ok(command) => self.answer(command).await?,
            Err(fault) => {
                self.mistakes += 1;
                fault.reply()
            }
        };
        // A temporary refusal is no mistake of the client's.
        if (500..600).contains(&reply.code) && !matches!(reply.code, 535 | 552 | 554) {
            self.mistakes += 1;
        }
        match reply.code {
            421 => Err(Ending::Said(reply)),
            _ => {
                self.say(&reply);
                Ok(())
            }
        }
    }

    async fn answer(&mut self, command: Command) -> Result<Reply, Ending> {
        if self.service != Service::Reception && self.actor.is_none() && needs_sign_in(&command) {
            return Ok(Reply::new(530, "5.7.0", "Sign in first."));
        }
        Ok(match command {
            Command::Ehlo(name) => self.greet(name, true)?,
            Command::Helo(name) => self.greet(name, false)?,
            Command::Mail(mail) => self.mail(mail).await,
            Command::Rcpt(rcpt) => self.rcpt(rcpt).await,
            Command::Data => self.data().await?,
            Command::Bdat(chunk) => self.bdat(chunk).await?,
            Command::Rset => {
                self.envelope = None;
                Reply::new(250, "2.0.0", "Forgotten.")
            }
            Command::Noop => Reply::new(250, "2.0.0", "Here."),
            Command::Vrfy => Reply::new(252, "2.1.5", "Send some mail and see."),
            Command::Help => Reply::new(214, "2.0.0", "RFC 5321 says it all."),
            Command::Auth { mechanism, initial } => self.auth(mechanism, initial).await?,
            // Both were answered before.
            Command::Quit | Command::StartTls => Reply::new(503, "5.5.1", "Not now."),
        })
    }

    /// `EHLO` and `HELO` begin anew (RFC 5321 §4.1.4).
    fn greet(&mut self, name: String, extended: bool) -> Result<Reply, Ending> {
        let is_waiting = self.connection.as_ref().is_some_and(|connection| connection.buffered().is_empty());
        if self.service == Service::Reception && !is_waiting {
            // PIPELINING is offered with the answer, and may not be used before (RFC 2920 §3.1).
            return Err(too_early("Wait for the answer."));
        }
        self.envelope = None;
        self.greeting = Some(name);
        self.is_extended = extended;
        if !extended {
            return Ok(Reply::with_lines(250, "", vec![self.smtp.host_name().to_owned()]));
        }
        let limit = self.smtp.parts.access.message_limit_bytes();
        let mut lines = vec![
            self.smtp.host_name().to_owned(),
            "PIPELINING".to_owned(),
            format!("SIZE {limit}"),
            "8BITMIME".to_owned(),
            "SMTPUTF8".to_owned(),
            "ENHANCEDSTATUSCODES".to_owned(),
            "CHUNKING".to_owned(),
            "DSN".to_owned(),
            // RFC 9422 §4.
            format!("LIMITS RCPTMAX={RECIPIENTS} MAILMAX={MAILS}"),
        ];
        if !self.is_encrypted() {
            lines.push("STARTTLS".to_owned());
        }
        if self.service != Service::Reception && self.may_say_secrets() {
            lines.push(format!("AUTH {}", self.mechanisms()));
        }
        Ok(Reply::with_lines(250, "", lines))
    }

    /// `STARTTLS`: everything said before is forgotten (RFC 3207 §4.2).
    async fn start_tls(&mut self) -> Result<(), Ending> {
        if self.is_encrypted() {
            self.say(&replies::out_of_order("The connection is encrypted already."));
            return Ok(());
        }
        self.say(&Reply::new(220, "2.0.0", "Begin."));
        self.flush().await?;
        let connection = self.connection.take().ok_or(Ending::Gone)?;
        match connection.start_tls_server(&self.smtp.parts.tls).await {
            Ok(connection) => self.connection = Some(connection),
            Err(error) => {
                tracing::debug!(peer = %self.peer, %error, "no encryption came about");
                return Err(Ending::Gone);
            }
        }
        (self.greeting, self.envelope, self.actor) = (None, None, None);
        Ok(())
    }

    /// Reads a line; none for one that is too long, or ends as no line of SMTP does.
    pub(crate) async fn line(&mut self) -> Result<Option<Vec<u8>>, Ending> {
        let is_there =
            self.connection.as_ref().is_some_and(|connection| connection.buffered().contains(&b'\n'));
        if !is_there {
            self.flush().await?;
        }
        let (lease, shutdown) = (self.lease(), self.shutdown.clone());
        let connection = self.connection.as_mut().ok_or(Ending::Gone)?;
        let line = tokio::select! {
            biased;
            reason = ended(lease) => return Err(Ending::Said(replies::farewell(reason))),
            () = shutdown.begun() => return Err(shutting_down()),
            line = connection.read_line(AUTH_LINE_LIMIT) => line,
        };
        match line {
            Ok(line) => match line.ending {
                LineEnding::CrLf => Ok(Some(line.bytes)),
                LineEnding::BareLf => Ok(None),
            },
            Err(ReadError::TooLong) => Ok(None),
            Err(ReadError::TimedOut) => Err(too_slow()),
            Err(ReadError::Closed | ReadError::Io(_)) => Err(Ending::Gone),
        }
    }

    /// Waits for more content.
    pub(crate) async fn fill(&mut self) -> Result<(), Ending> {
        let lease = self.lease();
        let connection = self.connection.as_mut().ok_or(Ending::Gone)?;
        let filled = tokio::select! {
            biased;
            reason = ended(lease) => return Err(Ending::Said(replies::farewell(reason))),
            filled = connection.fill(PATIENCE) => filled,
        };
        match filled {
            Ok(0) | Err(ReadError::Closed | ReadError::Io(_) | ReadError::TooLong) => Err(Ending::Gone),
            Ok(_) => Ok(()),
            Err(ReadError::TimedOut) => Err(too_slow()),
        }
    }

    /// Says something, together with what else is said before the next wait.
    pub(crate) fn say(&mut self, reply: &Reply) {
        reply.write(&mut self.out);
    }

    /// Says something at once.
    pub(crate) async fn say_raw(&mut self, bytes: &[u8]) -> Result<(), Ending> {
        self.out.extend_from_slice(bytes);
        self.flush().await
    }

    pub(crate) async fn flush(&mut self) -> Result<(), Ending> {
        if self.out.is_empty() {
            return Ok(());
        }
        let out = std::mem::take(&mut self.out);
        let lease = self.lease();
        let connection = self.connection.as_mut().ok_or(Ending::Gone)?;
        let written = async {
            connection.write_all(&out).await.map_err(|_| Ending::Gone)?;
            connection.flush().await.map_err(|_| Ending::Gone)
        };
        // What can be said at once is, a farewell too; who does not listen is not waited for after the lease.
        tokio::select! {
            biased;
            written = written => written,
            _ = ended(lease) => Err(Ending::Gone),
        }
    }

    fn lease(&self) -> Option<Lease> {
        self.actor.as_ref().and_then(|actor| actor.lease().cloned())
    }

    pub(crate) fn is_encrypted(&self) -> bool {
        self.connection.as_ref().is_some_and(Connection::is_encrypted)
    }

    /// Whether a password may be said: nobody can overhear it.
    pub(crate) fn may_say_secrets(&self) -> bool {
        self.is_encrypted() || self.peer.ip().to_canonical().is_loopback()
    }

    pub(crate) const fn peer(&self) -> SocketAddr {
        self.peer
    }
}

/// Waits for the end of a lease; for ever where there is none.
async fn ended(lease: Option<Lease>) -> EndReason {
    match lease {
        Some(lease) => lease.ended().await,
        None => std::future::pending().await,
    }
}

fn too_early(text: &str) -> Ending {
    Ending::Said(Reply::new(554, "5.5.0", text))
}

fn too_slow() -> Ending {
    Ending::Said(Reply::new(421, "4.4.2", "Nothing was said for too long."))
}

fn shutting_down() -> Ending {
    Ending::Said(Reply::new(421, "4.3.2", "The server is shutting down."))
}
