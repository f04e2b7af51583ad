//! A connection, in the clear or encrypted, read by the line or by the byte.
//!
//! **Invariant:** a future of this module that reads may be dropped at any moment without losing a byte; every
//! wait has a time limit; and what arrived before encryption began is never read after it.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Buf, BufMut, BytesMut};
use rustls_pki_types::ServerName;
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::{TlsAcceptor, TlsConnector, TlsStream};

use crate::timer::{TooLate, within};
use crate::tls::{ClientTls, ServerTls};

/// How long [`Connection::read_line`] waits unless told otherwise (RFC 5321 §4.5.3.2.7).
const PATIENCE: Duration = Duration::from_secs(5 * 60);
/// How long one write may take, for a peer that does not read (RFC 5321 §4.5.3.2 asks for 2 to 10 minutes).
const WRITE_LIMIT: Duration = Duration::from_secs(5 * 60);
/// How long both sides may take to agree on encryption: a few round trips, on the worst line.
const HANDSHAKE_LIMIT: Duration = Duration::from_secs(30);
/// How long to wait for the last bytes to leave: nobody needs them any more.
const CLOSE_LIMIT: Duration = Duration::from_secs(5);
/// How much is asked for with one read unless told otherwise: one TLS record.
const READ_SIZE: usize = 16 * 1024;
/// How much [`Connection::fill`] lets pile up for a reader that does not consume it.
const MOST_BUFFERED: usize = 1024 * 1024;

/// The label of the binding (RFC 9266 §2).
const EXPORTER_LABEL: &[u8] = b"EXPORTER-Channel-Binding";

/// Why nothing more was read.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The peer closed the connection, or it broke.
    #[error("the connection was closed")]
    Closed,
    /// The peer sent nothing, or not enough, for too long.
    #[error("the peer was silent for too long")]
    TimedOut,
    /// The line was longer than its limit; it has been skipped. Or too much was left unconsumed.
    #[error("the line is too long")]
    TooLong,
    /// The connection failed.
    #[error("the connection failed: {0}")]
    Io(io::Error),
}

/// Why something was not written. The connection is of no more use.
#[derive(Debug, Error)]
pub enum WriteError {
    /// The peer closed the connection, or it broke.
    #[error("the connection was closed")]
    Closed,
    /// The peer did not read for too long.
    #[error("the peer did not read for too long")]
    TimedOut,
    /// The connection failed.
    #[error("the connection failed: {0}")]
    Io(io::Error),
}

/// Why encryption did not begin. The connection is closed by then.
#[derive(Debug, Error)]
pub enum HandshakeError {
    /// The peer sent something in the clear after asking for encryption, which somebody on the way may have
    /// put there (CVE-2011-0411).
    #[error("there was plain text before the encryption")]
    PlaintextBuffered,
    /// The connection is already encrypted.
    #[error("the connection is already encrypted")]
    AlreadyEncrypted,
    /// The name of the server cannot be in any certificate.
    #[error("not a name for a server")]
    BadName,
    /// The peer took too long.
    #[error("the handshake took too long")]
    TimedOut,
    /// The two sides did not agree, or the certificate was not believed, or the connection failed.
    #[error("the handshake failed: {0}")]
    Failed(io::Error),
}

/// How a line ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// With carriage return and line feed, as it should.
    CrLf,
    /// With a line feed only. SMTP must refuse it, or somebody smuggles mail (RFC 5321 §2.3.8).
    BareLf,
}

/// A line as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its bytes without the ending; a carriage return elsewhere is still in it.
    pub bytes: Vec<u8>,
    /// What its ending was.
    pub ending: Ending,
}

/// A TCP connection, in the clear or encrypted, with what was received and not yet used.
pub struct Connection {
    transport: Transport,
    peer: SocketAddr,
    input: BytesMut,
    /// How much of `input` is known to hold no line feed.
    scanned: usize,
    /// Whether the line at hand has been found too long, and its rest is being skipped.
    skipping: bool,
    habits: Habits,
}

/// How a connection reads, before and after encryption begins.
#[derive(Debug, Clone, Copy)]
struct Habits {
    patience: Duration,
    read_size: usize,
}

impl Connection {
    /// A connection that was just accepted or opened, in the clear.
    #[must_use]
    pub fn new(stream: TcpStream, peer: SocketAddr) -> Self {
        Self::over(Transport::Plain(without_delay(stream)), peer)
    }

    /// Begins encryption on a connection that was just accepted, before anything else (implicit TLS, RFC 8314).
    ///
    /// # Errors
    /// [`HandshakeError`].
    pub async fn accept_tls(
        stream: TcpStream,
        peer: SocketAddr,
        tls: &ServerTls,
    ) -> Result<Self, HandshakeError> {
        Self::new(stream, peer).start_tls_server(tls).await
    }

    fn over(transport: Transport, peer: SocketAddr) -> Self {
        // An IPv4 peer of an IPv6 socket is an IPv4 peer.
        let peer = SocketAddr::new(peer.ip().to_canonical(), peer.port());
        Self {
            transport,
            peer,
            input: BytesMut::new(),
            scanned: 0,
            skipping: false,
            habits: Habits { patience: PATIENCE, read_size: READ_SIZE },
        }
    }

    /// Who is at the other end.
    #[must_use]
    pub const fn peer(&self) -> SocketAddr {
        self.peer
    }

    /// Whether nobody on the way can read along.
    #[must_use]
    pub const fn is_encrypted(&self) -> bool {
        match self.transport {
            Transport::Tls(_) => true,
            Transport::Plain(_) => false,
        }
    }

    /// What both ends of an encrypted connection derive from it, and nobody between them can (`tls-exporter`, RFC 9266).
    /// None in the clear, and before TLS 1.3, where it is not always one connection's alone.
    #[must_use]
    pub fn channel_binding(&self) -> Option<[u8; 32]> {
        let Transport::Tls(stream) = &self.transport else { return None };
        if stream.get_ref().1.protocol_version() != Some(rustls::ProtocolVersion::TLSv1_3) {
            return None;
        }
        let (value, label, context) = ([0; 32], EXPORTER_LABEL, Some(&[][..]));
        let derived = match &**stream {
            TlsStream::Server(stream) => stream.get_ref().1.export_keying_material(value, label, context),
            TlsStream::Client(stream) => stream.get_ref().1.export_keying_material(value, label, context),
        };
        derived.ok()
    }

    /// Sets how long [`read_line`](Self::read_line) waits for a whole line: 5 minutes until told otherwise.
    pub const fn set_patience(&mut self, patience: Duration) {
        self.habits.patience = patience;
    }

    /// Sets for how many bytes each read makes room: 16 KiB until told otherwise. A connection that mostly waits
    /// occupies less with fewer.
    pub const fn set_read_size(&mut self, bytes: usize) {
        self.habits.read_size = bytes;
    }
}

/// Reading.
impl Connection {
    /// Reads one line of at most `limit` bytes, its ending included. A line begun stays buffered when the future
    /// is dropped, or when it times out.
    ///
    /// # Errors
    /// [`ReadError`]; after [`ReadError::TooLong`] the next call reads the next line.
    pub async fn read_line(&mut self, limit: usize) -> Result<Line, ReadError> {
        within(self.habits.patience, self.next_line(limit)).await?
    }

    async fn next_line(&mut self, limit: usize) -> Result<Line, ReadError> {
        loop {
            if let Some(result) = self.take_line(limit) {
                return result;
            }
            if self.receive().await? == 0 {
                return Err(ReadError::Closed);
            }
        }
    }

    /// The line at hand, when it has arrived whole.
    fn take_line(&mut self, limit: usize) -> Option<Result<Line, ReadError>> {
        let unseen = self.input.get(self.scanned..).unwrap_or_default();
        if let Some(offset) = unseen.iter().position(|byte| *byte == b'\n') {
            let taken = self.input.split_to(self.scanned + offset + 1);
            self.scanned = 0;
            if std::mem::take(&mut self.skipping) || taken.len() > limit {
                return Some(Err(ReadError::TooLong));
            }
            return Some(Ok(without_ending(&taken)));
        }
        self.scanned = self.input.len();
        if self.skipping || self.scanned >= limit {
            self.skipping = true;
            self.input.clear();
            self.scanned = 0;
        }
        None
    }

    /// Reads more bytes into the buffer and says how many; none means that the peer has closed.
    ///
    /// # Errors
    /// [`ReadError`]; [`ReadError::TooLong`] when a mebibyte was left unconsumed.
    pub async fn fill(&mut self, limit: Duration) -> Result<usize, ReadError> {
        if self.input.len() >= MOST_BUFFERED {
            return Err(ReadError::TooLong);
        }
        match within(limit, self.receive()).await? {
            Err(ReadError::Closed) => Ok(0),
            Err(error @ (ReadError::TimedOut | ReadError::TooLong | ReadError::Io(_))) => Err(error),
            Ok(count) => Ok(count),
        }
    }

    async fn receive(&mut self) -> Result<usize, ReadError> {
        let most = self.habits.read_size;
        self.input.reserve(most);
        // The limit: there may be more room than was reserved. A peer that breaks off without saying so (TLS
        // close_notify) is taken as closed: the protocols here say themselves where a message ends.
        self.transport
            .read_buf(&mut (&mut self.input).limit(most))
            .await
            .map_err(|error| if is_closed(&error) { ReadError::Closed } else { ReadError::Io(error) })
    }

    /// What has been received and not yet used.
    #[must_use]
    pub fn buffered(&self) -> &[u8] {
        &self.input
    }

    /// Drops the first `count` bytes of what is buffered, or all when there are fewer.
    pub fn consume(&mut self, count: usize) {
        let count = count.min(self.input.len());
        self.input.advance(count);
        self.scanned = self.scanned.saturating_sub(count);
    }
}

/// Writing.
impl Connection {
    /// Writes `bytes`. They may stay here until [`flush`](Self::flush). When the future is dropped, nobody knows
    /// how many were written.
    ///
    /// # Errors
    /// [`WriteError`], after 5 minutes at the latest.
    pub async fn write_all(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        within(WRITE_LIMIT, self.transport.write_all(bytes)).await?.map_err(write_error)
    }

    /// Makes sure that what was written is on its way.
    ///
    /// # Errors
    /// [`WriteError`], after 5 minutes at the latest.
    pub async fn flush(&mut self) -> Result<(), WriteError> {
        within(WRITE_LIMIT, self.transport.flush()).await?.map_err(write_error)
    }

    /// Ends the connection and says so: with TLS close_notify when it is encrypted. Whether the peer hears it is
    /// of no interest any more.
    pub async fn close(mut self) {
        if let Ok(Err(error)) = within(CLOSE_LIMIT, self.transport.shutdown()).await {
            tracing::trace!(%error, "a connection was not closed properly");
        }
    }
}

/// Beginning encryption.
impl Connection {
    /// Begins encryption as the server (STARTTLS, RFC 3207).
    ///
    /// # Errors
    /// [`HandshakeError`].
    pub async fn start_tls_server(self, tls: &ServerTls) -> Result<Self, HandshakeError> {
        let (stream, peer, habits) = self.into_plain()?;
        let handshake = Box::pin(TlsAcceptor::from(tls.config.clone()).accept(stream));
        let stream = within(HANDSHAKE_LIMIT, handshake).await?.map_err(HandshakeError::Failed)?;
        Ok(Self::encrypted(TlsStream::Server(stream), peer, habits))
    }

    /// Begins encryption as the client, with the server called `name` (a host or an address).
    ///
    /// # Errors
    /// [`HandshakeError`].
    pub async fn start_tls_client(self, tls: &ClientTls, name: &str) -> Result<Self, HandshakeError> {
        let server = ServerName::try_from(name.to_owned()).map_err(|_bad| HandshakeError::BadName)?;
        let (stream, peer, habits) = self.into_plain()?;
        let handshake = Box::pin(TlsConnector::from(tls.config.clone()).connect(server, stream));
        let stream = within(HANDSHAKE_LIMIT, handshake).await?.map_err(HandshakeError::Failed)?;
        Ok(Self::encrypted(TlsStream::Client(stream), peer, habits))
    }

    fn into_plain(self) -> Result<(TcpStream, SocketAddr, Habits), HandshakeError> {
        if !self.input.is_empty() || self.skipping {
            return Err(HandshakeError::PlaintextBuffered);
        }
        match self.transport {
            Transport::Plain(stream) => Ok((stream, self.peer, self.habits)),
            Transport::Tls(_) => Err(HandshakeError::AlreadyEncrypted),
        }
    }

    fn encrypted(stream: TlsStream<TcpStream>, peer: SocketAddr, habits: Habits) -> Self {
        Self { habits, ..Self::over(Transport::Tls(Box::new(stream)), peer) }
    }
}

impl From<TooLate> for ReadError {
    fn from(TooLate: TooLate) -> Self {
        Self::TimedOut
    }
}

impl From<TooLate> for WriteError {
    fn from(TooLate: TooLate) -> Self {
        Self::TimedOut
    }
}

impl From<TooLate> for HandshakeError {
    fn from(TooLate: TooLate) -> Self {
        Self::TimedOut
    }
}

/// What carries the bytes.
enum Transport {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl AsyncRead for Transport {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(cx, buf),
            Self::Tls(stream) => Pin::new(stream).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Transport {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(cx, buf),
            Self::Tls(stream) => Pin::new(stream).poll_write(cx, buf),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Self::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}

/// Replies are short and waited for, so they must not wait for one another (Nagle's algorithm).
fn without_delay(stream: TcpStream) -> TcpStream {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::trace!(%error, "a connection keeps delaying its packets");
    }
    stream
}

fn without_ending(line: &[u8]) -> Line {
    let bare = line.strip_suffix(b"\n").unwrap_or(line);
    match bare.strip_suffix(b"\r") {
        Some(bytes) => Line { bytes: bytes.to_vec(), ending: Ending::CrLf },
        None => Line { bytes: bare.to_vec(), ending: Ending::BareLf },
    }
}

/// Whether an error only says that the peer has gone.
fn is_closed(error: &io::Error) -> bool {
    [
        io::ErrorKind::UnexpectedEof,
        io::ErrorKind::ConnectionReset,
        io::ErrorKind::ConnectionAborted,
        io::ErrorKind::BrokenPipe,
    ]
    .contains(&error.kind())
}

fn write_error(error: io::Error) -> WriteError {
    if is_closed(&error) { WriteError::Closed } else { WriteError::Io(error) }
}

#[cfg(test)]
mod tests;
