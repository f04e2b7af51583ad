//! An SMTP client that says what the test says.

use std::net::SocketAddr;

use base64::Engine;

use crate::Lines;

/// A plain SMTP connection.
pub struct SmtpClient {
    lines: Lines,
}

impl SmtpClient {
    /// Connects, reads the greeting and says EHLO.
    pub fn connect(to: SocketAddr) -> Self {
        let mut client = Self { lines: Lines::connect(to) };
        client.expect(220);
        client.say("EHLO client.far.example", 250);
        client
    }

    /// Connects and reads the greeting only.
    pub fn connect_quietly(to: SocketAddr) -> Self {
        let mut client = Self { lines: Lines::connect(to) };
        client.expect(220);
        client
    }

    /// Sends a command and gives the whole reply, which must have that code.
    pub fn say(&mut self, command: &str, code: u16) -> String {
        self.lines.send_line(command);
        let (got, text) = self.reply().unwrap_or_else(|| panic!("closed after {command:?}"));
        assert_eq!(got, code, "{command:?} was answered {text:?}");
        text
    }

    /// The next reply, which must have that code.
    pub fn expect(&mut self, code: u16) -> String {
        let (got, text) = self.reply().expect("a reply comes");
        assert_eq!(got, code, "{text:?}");
        text
    }

    /// The next reply, or nothing when the connection is closed.
    pub fn reply(&mut self) -> Option<(u16, String)> {
        let mut text = String::new();
        loop {
            let line = self.lines.line()?;
            text.push_str(&line);
            text.push('\n');
            if line.as_bytes().get(3) != Some(&b'-') {
                return Some((line.get(..3)?.parse().ok()?, text));
            }
        }
    }

    /// Signs in with AUTH PLAIN.
    pub fn sign_in(&mut self, address: &str, secret: &str, code: u16) -> String {
        let response = base64::engine::general_purpose::STANDARD.encode(format!("\0{address}\0{secret}"));
        self.say(&format!("AUTH PLAIN {response}"), code)
    }

    /// Hands over one message and gives the final reply.
    pub fn deliver(&mut self, from: &str, to: &[&str], message: &[u8]) -> (u16, String) {
        self.say(&format!("MAIL FROM:<{from}>"), 250);
        for recipient in to {
            self.say(&format!("RCPT TO:<{recipient}>"), 250);
        }
        self.data(message)
    }

    /// Sends DATA with the message, its dots stuffed, and gives the reply.
    pub fn data(&mut self, message: &[u8]) -> (u16, String) {
        self.say("DATA", 354);
        let mut stuffed = Vec::with_capacity(message.len() + 16);
        for line in message.split_inclusive(|byte| *byte == b'\n') {
            if line.starts_with(b".") {
                stuffed.push(b'.');
            }
            stuffed.extend_from_slice(line);
        }
        stuffed.extend_from_slice(b".\r\n");
        self.lines.send(stuffed);
        self.reply().expect("DATA is answered")
    }

    /// The connection underneath.
    pub fn lines(&mut self) -> &mut Lines {
        &mut self.lines
    }
}
