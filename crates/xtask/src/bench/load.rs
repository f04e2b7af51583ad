//! The load: SMTP sessions that send as fast as they are answered, and IMAP connections that wait.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};

use super::{machine, served};

/// An answer later than this ends the run.
const DEADLINE: Duration = Duration::from_secs(30);

/// A load on the reception.
#[derive(Clone, Copy)]
pub(crate) struct Load {
    pub(crate) to: SocketAddr,
    pub(crate) sessions: usize,
    pub(crate) messages: usize,
    pub(crate) size: usize,
    pub(crate) mailboxes: usize,
}

impl Load {
    /// Sends all messages; the answer is how long it took until the last was acknowledged.
    pub(crate) fn run(self) -> anyhow::Result<Duration> {
        let begun = machine::now();
        let sessions: Vec<_> =
            (0..self.sessions).map(|session| std::thread::spawn(move || self.session(session))).collect();
        for session in sessions {
            session.join().map_err(|_| anyhow::anyhow!("a session failed"))??;
        }
        Ok(begun.elapsed())
    }

    fn session(self, session: usize) -> anyhow::Result<()> {
        let mut connection = connect(self.to)?;
        expect(&mut connection, "220")?;
        say(&mut connection, "EHLO bench.example\r\n")?;
        expect(&mut connection, "250")?;
        for number in 0..self.messages / self.sessions {
            let mailbox = (session + number) % self.mailboxes;
            let recipient = if mailbox == 0 { served::ADDRESS.to_owned() } else { served::numbered(mailbox) };
            say(&mut connection, &format!("MAIL FROM:<a@far.example>\r\nRCPT TO:<{recipient}>\r\nDATA\r\n"))?;
            for code in ["250", "250", "354"] {
                expect(&mut connection, code)?;
            }
            say(&mut connection, &message(session, number, self.size))?;
            expect(&mut connection, "250")?;
        }
        say(&mut connection, "QUIT\r\n")
    }
}

/// An IMAP connection that has signed in, selected the inbox, and waits in IDLE.
pub(crate) fn idle(to: SocketAddr, address: &str, secret: &str) -> anyhow::Result<BufReader<TcpStream>> {
    let mut connection = connect(to)?;
    expect(&mut connection, "* OK")?;
    say(&mut connection, &format!("a LOGIN {address} \"{secret}\"\r\n"))?;
    until(&mut connection, "a OK")?;
    say(&mut connection, "b EXAMINE INBOX\r\n")?;
    until(&mut connection, "b OK")?;
    say(&mut connection, "c IDLE\r\n")?;
    until(&mut connection, "+")?;
    Ok(connection)
}

/// Reads until the server says BYE; the answer is how long after `begun` that was.
pub(crate) fn until_bye(mut connection: BufReader<TcpStream>, begun: Instant) -> anyhow::Result<Duration> {
    until(&mut connection, "* BYE")?;
    Ok(begun.elapsed())
}

fn message(session: usize, number: usize, size: usize) -> String {
    let mut message = format!(
        "From: Bench <a@far.example>\r\nTo: somebody\r\nSubject: bench {session} {number}\r\n\
         Message-ID: <{session}.{number}@bench.example>\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\n\r\n"
    );
    // Words that differ between messages, so that the search index has real work.
    let mut word: u32 = (session as u32) << 16 | number as u32;
    while message.len() < size {
        for _ in 0..8 {
            word = word.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            message.push_str(&format!("w{:x} ", word >> 20));
        }
        message.push_str("\r\n");
    }
    message.push_str(".\r\n");
    message
}

pub(super) fn connect(to: SocketAddr) -> anyhow::Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect_timeout(&to, DEADLINE)?;
    stream.set_read_timeout(Some(DEADLINE))?;
    stream.set_nodelay(true)?;
    Ok(BufReader::new(stream))
}

pub(super) fn say(connection: &mut BufReader<TcpStream>, text: &str) -> anyhow::Result<()> {
    connection.get_mut().write_all(text.as_bytes()).context("the server closed")
}

/// Reads one reply, of one line or several, that must begin with `code`.
pub(super) fn expect(connection: &mut BufReader<TcpStream>, code: &str) -> anyhow::Result<()> {
    loop {
        let line = line(connection)?;
        ensure!(line.starts_with(code), "expected {code}, got {line:?}");
        if line.as_bytes().get(3) != Some(&b'-') {
            return Ok(());
        }
    }
}

/// Reads lines until one begins with `start`.
fn until(connection: &mut BufReader<TcpStream>, start: &str) -> anyhow::Result<()> {
    while !line(connection)?.starts_with(start) {}
    Ok(())
}

pub(super) fn line(connection: &mut BufReader<TcpStream>) -> anyhow::Result<String> {
    let mut line = String::new();
    if connection.read_line(&mut line)? == 0 {
        bail!("the server closed");
    }
    Ok(line)
}
