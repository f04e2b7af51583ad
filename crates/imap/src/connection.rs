//! A client's connection: what has arrived and is not yet understood, and what is said and not yet sent.
//!
//! **Invariant:** what is cut off within an answer is never followed by another one: a client that reads the rest of a
//! literal must not find a farewell in it.

use std::time::Duration;

use bytes::Bytes;
use net::stream::{Connection as Stream, ReadError};
use net::timer::within;
use net::tls::ServerTls;
use wire::imap::{Commands, Limits, Writer};
use wire::sasl::Binding;

use crate::answer::Refusal;
use crate::deflate::{Deflater, Inflater, Unreadable};

/// How long a stranger may be silent: a program signs in as soon as it is connected.
const STRANGER_PATIENCE: Duration = Duration::from_secs(60);
/// How long a user may be silent (RFC 9051 §5.4: at least 30 minutes), and a little more for those who count exactly.
const USER_PATIENCE: Duration = Duration::from_secs(31 * 60);
/// How long anybody may be silent within a command: they have begun to say something.
const MIDWAY_PATIENCE: Duration = Duration::from_secs(5 * 60);
/// How long a farewell may take: a client that does not read it is not waited for.
const FAREWELL_LIMIT: Duration = Duration::from_secs(5);
/// How much is read at once while nothing large is under way, in bytes: most commands are shorter, and most connections
/// wait.
const SMALL_READ: usize = 2 * 1024;
/// How much is read at once within a command, in bytes: one TLS record.
const LARGE_READ: usize = 16 * 1024;
/// From how much on an answer is sent before it is complete, in bytes: enough that sending is not what takes time.
const PASSED_ON_FROM: usize = 64 * 1024;

/// Why nothing more comes from a client, or reaches it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quiet {
    /// It is gone, or does not read.
    Gone,
    /// It said nothing for too long.
    TooLong,
}

impl From<Unreadable> for Quiet {
    fn from(Unreadable: Unreadable) -> Self {
        Self::Gone
    }
}

impl From<Quiet> for Refusal {
    fn from(quiet: Quiet) -> Self {
        match quiet {
            Quiet::Gone | Quiet::TooLong => Self::Gone,
        }
    }
}

/// A client's connection.
pub(crate) struct Connection {
    /// None once an encryption has failed: there is nothing left to talk over.
    stream: Option<Stream>,
    /// What has arrived.
    pub(crate) commands: Commands,
    /// What is to be said.
    pub(crate) writer: Writer,
    patience: Duration,
    /// Reads what arrives, where the connection is compressed; then so is what is said.
    inflater: Option<Box<Inflater>>,
    /// Whether a part of an answer may have been sent without the rest.
    torn: bool,
}

impl Connection {
    /// The connection of a stranger.
    pub(crate) fn new(stream: Stream) -> Self {
        Self {
            stream: Some(stream),
            commands: Commands::new(Limits::STRANGER),
            writer: Writer::new(),
            patience: STRANGER_PATIENCE,
            inflater: None,
            torn: false,
        }
    }

    /// From now on it is a user's, who may wait for news.
    pub(crate) const fn signed_in(&mut self) {
        self.patience = USER_PATIENCE;
    }

    /// What signing in can be bound by.
    pub(crate) fn binding(&self) -> Binding {
        let value = self.stream.as_ref().and_then(Stream::channel_binding);
        value.map_or(Binding::None, Binding::Exporter)
    }

    /// Whether it is compressed.
    pub(crate) const fn is_compressed(&self) -> bool {
        self.inflater.is_some()
    }

    /// From now on it is compressed, both ways.
    pub(crate) fn compress(&mut self) {
        self.inflater = Some(Box::new(Inflater::new()));
    }

    /// Waits for more from the client. May be dropped at any moment.
    pub(crate) async fn read(&mut self) -> Result<(), Quiet> {
        // What is compressed may be there, and be nothing yet.
        while !self.inflate()? {
            self.receive().await?;
            if self.inflater.is_none() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Reads on in what has arrived compressed, a little at a time; whether there was anything.
    fn inflate(&mut self) -> Result<bool, Quiet> {
        let Some(inflater) = &mut self.inflater else { return Ok(false) };
        let mut out = vec![0; LARGE_READ];
        let count = inflater.read(&mut out)?;
        self.commands.push(out.get(..count).unwrap_or_default());
        Ok(count > 0)
    }

    async fn receive(&mut self) -> Result<(), Quiet> {
        let stream = self.stream.as_mut().ok_or(Quiet::Gone)?;
        let (patience, size) = if self.commands.has_pending() {
            (self.patience.min(MIDWAY_PATIENCE), LARGE_READ)
        } else {
            (self.patience, SMALL_READ)
        };
        stream.set_read_size(size);
        match stream.fill(patience).await {
            Ok(0) | Err(ReadError::Closed | ReadError::TooLong | ReadError::Io(_)) => Err(Quiet::Gone),
            Err(ReadError::TimedOut) => Err(Quiet::TooLong),
            Ok(_) => {
                let arrived = stream.buffered();
                match &mut self.inflater {
                    Some(inflater) => inflater.push(arrived),
                    None => self.commands.push(arrived),
                }
                let count = arrived.len();
                stream.consume(count);
                Ok(())
            }
        }
    }

    /// Sends what is said. When it is dropped before it is done, nothing more can be said.
    pub(crate) async fn flush(&mut self) -> Result<(), Quiet> {
        if self.torn {
            return Err(Quiet::Gone);
        }
        if self.writer.is_empty() {
            return Ok(());
        }
        let stream = self.stream.as_mut().ok_or(Quiet::Gone)?;
        self.torn = true;
        let said = self.writer.take();
        if self.inflater.is_some() {
            Box::pin(send_compressed(stream, &said)).await?;
        } else {
            for bytes in said {
                stream.write_all(&bytes).await.map_err(|_| Quiet::Gone)?;
            }
        }
        stream.flush().await.map_err(|_| Quiet::Gone)?;
        self.torn = false;
        Ok(())
    }

    /// Sends what is said so far, if it is much.
    pub(crate) async fn pass_on(&mut self) -> Result<(), Quiet> {
        if self.writer.len() < PASSED_ON_FROM { Ok(()) } else { self.flush().await }
    }

    /// Begins encryption. What was said before it counts no more.
    pub(crate) async fn encrypt(&mut self, tls: &ServerTls) -> Result<(), Quiet> {
        let stream = self.stream.take().ok_or(Quiet::Gone)?;
        match Box::pin(stream.start_tls_server(tls)).await {
            Ok(stream) => {
                self.stream = Some(stream);
                Ok(())
            }
            Err(error) => {
                tracing::debug!(%error, "no encryption came about");
                Err(Quiet::Gone)
            }
        }
    }

    /// Says what is left to say, and ends the connection.
    pub(crate) async fn close(mut self) {
        // Nothing is lost with a farewell that is not heard.
        let _ = within(FAREWELL_LIMIT, self.flush()).await;
        if let Some(stream) = self.stream {
            stream.close().await;
        }
    }
}

/// Sends an answer compressed.
async fn send_compressed(stream: &mut Stream, said: &[Bytes]) -> Result<(), Quiet> {
    let mut deflater = Deflater::new();
    for bytes in said {
        let mut rest = bytes.as_ref();
        while !rest.is_empty() {
            rest = deflater.push(rest)?;
            stream.write_all(&deflater.take()).await.map_err(|_| Quiet::Gone)?;
        }
    }
    while deflater.finish()? {
        stream.write_all(&deflater.take()).await.map_err(|_| Quiet::Gone)?;
    }
    stream.write_all(&deflater.take()).await.map_err(|_| Quiet::Gone)
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::{TcpListener, TcpStream};
    use wire::imap::{Command, Status, Step};

    use super::*;

    async fn pair() -> (Connection, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, peer) = listener.accept().await.unwrap();
        (Connection::new(Stream::new(stream, peer)), client)
    }

    async fn rest(mut client: TcpStream) -> String {
        let mut text = String::new();
        client.read_to_string(&mut text).await.unwrap();
        text
    }

    #[tokio::test]
    async fn what_arrives_becomes_commands_and_what_is_said_arrives() {
        let (mut connection, mut client) = pair().await;
        client.write_all(b"a NOOP\r\n").await.unwrap();
        connection.read().await.unwrap();
        let Step::Command(tagged) = connection.commands.step() else { panic!("no command") };
        assert_eq!(tagged.command, Command::Noop);
        connection.writer.tagged(&tagged.tag, Status::Ok, None, "Here.");
        connection.close().await;
        assert_eq!(rest(client).await, "a OK Here.\r\n");
    }

    #[tokio::test]
    async fn a_client_that_leaves_is_gone() {
        let (mut connection, client) = pair().await;
        drop(client);
        assert_eq!(connection.read().await, Err(Quiet::Gone));
    }

    #[tokio::test]
    async fn an_answer_that_was_cut_off_is_not_followed_by_a_farewell() {
        let (mut connection, client) = pair().await;
        let huge = vec![b'x'; 64 * 1024 * 1024];
        connection.writer.line(|line| line.literal(huge.into()));
        // The client does not read, so the answer cannot be sent whole.
        assert!(within(Duration::from_millis(1), connection.flush()).await.is_err());
        connection.writer.untagged(Status::Bye, None, "Farewell.");
        connection.close().await;
        let text = rest(client).await;
        assert!(text.starts_with("* {67108864}\r\nx") && !text.contains("Farewell"));
    }
}
