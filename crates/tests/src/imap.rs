//! An IMAP client that says what the test says.

use std::net::SocketAddr;

use crate::Lines;

/// A plain IMAP connection.
pub struct ImapClient {
    lines: Lines,
    last_tag: u32,
}

/// The answer to a command: what came before its last line, and that line without its tag.
#[derive(Debug)]
pub struct Answer {
    /// Untagged lines; literals stand in them as they came.
    pub untagged: Vec<String>,
    /// `OK …`, `NO …` or `BAD …`.
    pub status: String,
}

impl Answer {
    /// The untagged lines that hold `needle`.
    pub fn having(&self, needle: &str) -> Vec<&str> {
        self.untagged.iter().map(String::as_str).filter(|line| line.contains(needle)).collect()
    }
}

impl ImapClient {
    /// Connects and reads the greeting.
    pub fn connect(to: SocketAddr) -> Self {
        let mut client = Self { lines: Lines::connect(to), last_tag: 0 };
        let greeting = client.lines.line().expect("a greeting comes");
        assert!(greeting.starts_with("* OK"), "{greeting}");
        client
    }

    /// Connects and signs in.
    pub fn sign_in(to: SocketAddr, address: &str, secret: &str) -> Self {
        let mut client = Self::connect(to);
        client.ok(&format!("LOGIN {address} \"{secret}\""));
        client
    }

    /// Sends a command and gives its answer, whatever it is.
    pub fn command(&mut self, command: &str) -> Answer {
        let tag = self.begin(command);
        self.finish(&tag)
    }

    /// Sends a command that must be answered OK.
    pub fn ok(&mut self, command: &str) -> Answer {
        let answer = self.command(command);
        assert!(answer.status.starts_with("OK"), "{command:?} was answered {answer:?}");
        answer
    }

    /// Sends a command without waiting, and gives its tag.
    pub fn begin(&mut self, command: &str) -> String {
        self.last_tag += 1;
        let tag = format!("a{}", self.last_tag);
        self.lines.send_line(&format!("{tag} {command}"));
        tag
    }

    /// Reads until the tagged line.
    pub fn finish(&mut self, tag: &str) -> Answer {
        let mut untagged = Vec::new();
        loop {
            let line = self
                .logical_line()
                .unwrap_or_else(|| panic!("closed before the answer to {tag}: {untagged:?}"));
            match line.strip_prefix(tag) {
                Some(status) => return Answer { untagged, status: status.trim_start().to_owned() },
                None => untagged.push(line),
            }
        }
    }

    /// Appends a message and gives the answer.
    pub fn append(&mut self, folder: &str, flags: &str, message: &[u8]) -> Answer {
        let tag = self.begin(&format!("APPEND {folder} ({flags}) {{{}+}}", message.len()));
        // The line's end was sent with the literal's announcement; the message and the command's end follow.
        self.lines.send(message);
        self.lines.send("\r\n");
        self.finish(&tag)
    }

    /// Begins IDLE and gives its tag; the server has answered `+`.
    pub fn idle(&mut self) -> String {
        let tag = self.begin("IDLE");
        let line = self.lines.line().expect("IDLE is answered");
        assert!(line.starts_with('+'), "{line}");
        tag
    }

    /// The next line with the literals that it announces, or nothing when the connection is closed.
    pub fn logical_line(&mut self) -> Option<String> {
        let mut whole = String::new();
        loop {
            let line = self.lines.line()?;
            whole.push_str(&line);
            let Some(count) = announced(&line) else { return Some(whole) };
            let literal = self.lines.bytes(count);
            whole.push_str("\r\n");
            whole.push_str(&String::from_utf8_lossy(&literal));
        }
    }

    /// Sends a FETCH of one item that is answered with one literal, and gives its bytes.
    pub fn literal(&mut self, command: &str) -> Vec<u8> {
        let tag = self.begin(command);
        let mut bytes = Vec::new();
        loop {
            let line = self.lines.line().unwrap_or_else(|| panic!("closed before the answer to {command:?}"));
            if let Some(status) = line.strip_prefix(&tag) {
                assert!(status.trim_start().starts_with("OK"), "{command:?} is answered {line:?}");
                return bytes;
            }
            if let Some(count) = announced(&line) {
                bytes = self.lines.bytes(count);
            }
        }
    }

    /// The connection underneath.
    pub fn lines(&mut self) -> &mut Lines {
        &mut self.lines
    }
}

/// The size of the literal that the line ends with, if it ends with one.
fn announced(line: &str) -> Option<usize> {
    line.strip_suffix('}')?.rsplit_once('{')?.1.parse().ok()
}
