//! Delivery reports: what a sender gets back (RFC 3464 and RFC 6533, in the form of RFC 6522).
//!
//! **Invariant:** nothing that a sender or a peer said can end a field or a part: names and replies are printable by
//! their types, and the boundary is drawn by chance.

use std::fmt::Write as _;

use bytes::Bytes;
use domain::{EmailAddress, OriginalRecipient, ReportWishes, Returned, Timestamp};
use message::header::{all, date};

use crate::reply::Reply;
use crate::words::{ReportWords, Saying, encoded};

/// How much of the header of the mail goes back, in bytes.
const HEADER_LIMIT: usize = 64 * 1024;
/// How much of a mail goes back whole, in bytes; of a larger one the header does. Whoever sent it has it.
const FULL_LIMIT: usize = 10 * 1024 * 1024;

/// What a report tells (RFC 3464 §2.3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    /// It will not arrive.
    Failed,
    /// It has not arrived yet.
    Delayed,
    /// It is in a mailbox here.
    Delivered,
    /// A server has it that will not report.
    Relayed,
}

impl Action {
    /// Every action.
    pub(crate) const ALL: [Self; 4] = [Self::Failed, Self::Delayed, Self::Delivered, Self::Relayed];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Delayed => "delayed",
            Self::Delivered => "delivered",
            Self::Relayed => "relayed",
        }
    }
}

/// What is told of one recipient.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Told<'a> {
    pub(crate) recipient: &'a EmailAddress,
    pub(crate) original: Option<&'a OriginalRecipient>,
    pub(crate) reply: &'a Reply,
}

/// A report on some recipients of one mail.
#[derive(Debug)]
pub(crate) struct Report<'a> {
    pub(crate) words: &'a ReportWords,
    /// Our name.
    pub(crate) host: &'a str,
    /// To whom it goes.
    pub(crate) sender: &'a EmailAddress,
    pub(crate) wishes: &'a ReportWishes,
    pub(crate) accepted_at: Timestamp,
    /// Until when a delayed mail is tried.
    pub(crate) tried_until: Timestamp,
    pub(crate) action: Action,
    pub(crate) told: Vec<Told<'a>>,
    /// The mail.
    pub(crate) content: &'a [u8],
}

impl Report<'_> {
    /// Writes it. `unique` is drawn by chance: it is the name of the report, and what its parts are divided by.
    pub(crate) fn write(&self, unique: &str, at: Timestamp) -> Bytes {
        let now = date(at);
        let mut text = Text::default();
        self.header(&mut text, unique, &now);
        self.for_people(&mut text, unique);
        self.for_programs(&mut text, unique, &now);
        let (kind, returned) = self.returned();
        text.line(&["\r\n--=_", unique]);
        text.line(&["Content-Type: ", kind, "\r\nContent-Transfer-Encoding: 8bit\r\n"]);
        let mut bytes = text.0.into_bytes();
        bytes.extend_from_slice(returned);
        bytes.extend_from_slice(format!("\r\n--=_{unique}--\r\n").as_bytes());
        bytes.into()
    }

    fn saying(&self) -> &Saying {
        match self.action {
            Action::Failed => &self.words.failed,
            Action::Delayed => &self.words.delayed,
            Action::Delivered => &self.words.delivered,
            Action::Relayed => &self.words.relayed,
        }
    }

    fn header(&self, text: &mut Text, unique: &str, now: &str) {
        let host = self.host;
        text.line(&["From: ", &encoded(&self.words.sender), " <postmaster@", host, ">"]);
        text.line(&["To: <", &self.sender.to_string(), ">"]);
        text.line(&["Subject: ", &encoded(&self.saying().subject)]);
        text.line(&["Date: ", now]);
        text.line(&["Message-ID: <", unique, "@", host, ">"]);
        if let Some(id) = all(self.content, "Message-ID").first().map(|id| id.trim()).filter(|id| is_id(id)) {
            text.line(&["In-Reply-To: ", id, "\r\nReferences: ", id]);
        }
        // RFC 3834 §5: nobody's vacation notice answers this.
        text.line(&["Auto-Submitted: auto-replied"]);
        text.line(&["MIME-Version: 1.0"]);
        text.line(&[
            "Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=\"=_",
            unique,
            "\"",
        ]);
    }

    fn for_people(&self, text: &mut Text, unique: &str) {
        text.line(&["\r\n--=_", unique]);
        text.line(&["Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"]);
        text.line(&[&self.saying().opening, "\r\n"]);
        for told in &self.told {
            text.line(&["  ", &told.recipient.to_string()]);
            match self.action {
                Action::Failed | Action::Delayed => {
                    let peer =
                        told.reply.peer.as_deref().map(|peer| format!(" ({peer})")).unwrap_or_default();
                    text.line(&["    ", &told.reply.text, &peer, "\r\n"]);
                }
                Action::Delivered | Action::Relayed => {}
            }
        }
    }

    fn for_programs(&self, text: &mut Text, unique: &str, now: &str) {
        text.line(&["\r\n--=_", unique]);
        text.line(&["Content-Type: ", self.status_type(), "\r\nContent-Transfer-Encoding: 8bit\r\n"]);
        if let Some(id) = &self.wishes.envelope_id {
            text.line(&["Original-Envelope-Id: ", id.as_str()]);
        }
        text.line(&["Reporting-MTA: dns; ", self.host]);
        text.line(&["Arrival-Date: ", &date(self.accepted_at)]);
        for told in &self.told {
            text.line(&[]);
            if let Some((kind, address)) =
                told.original.and_then(|original| original.as_str().split_once(';'))
            {
                text.line(&["Original-Recipient: ", kind, "; ", address]);
            }
            let kind = if told.recipient.is_ascii() { "rfc822" } else { "utf-8" };
            text.line(&["Final-Recipient: ", kind, "; ", &told.recipient.to_string()]);
            text.line(&["Action: ", self.action.as_str()]);
            text.line(&["Status: ", &self.status(told.reply)]);
            if let Some(peer) = &told.reply.peer {
                text.line(&["Remote-MTA: dns; ", peer]);
                text.line(&["Diagnostic-Code: smtp; ", &told.reply.text]);
            }
            text.line(&["Last-Attempt-Date: ", now]);
            if self.action == Action::Delayed {
                text.line(&["Will-Retry-Until: ", &date(self.tried_until)]);
            }
        }
    }

    /// The status is of the class of the action, whatever a peer said last: mail that was put off for too long has
    /// failed (RFC 3464 §2.3.4).
    fn status(&self, reply: &Reply) -> String {
        let class = match self.action {
            Action::Failed => '5',
            Action::Delayed => '4',
            Action::Delivered | Action::Relayed => '2',
        };
        match reply.status.split_once('.') {
            Some((_, rest)) => format!("{class}.{rest}"),
            None => format!("{class}.0.0"),
        }
    }

    /// RFC 6533 §4 has a type of its own for addresses beyond ASCII.
    fn status_type(&self) -> &'static str {
        let original = |told: &Told<'_>| told.original.is_none_or(|original| original.as_str().is_ascii());
        match self.told.iter().all(|told| told.recipient.is_ascii() && original(told)) {
            true => "message/delivery-status",
            false => "message/global-delivery-status",
        }
    }

    /// What goes back of the mail: all of it only with a failure, and only when that was asked for (RFC 3461 §4.3).
    fn returned(&self) -> (&'static str, &[u8]) {
        let whole = self.wishes.returned == Some(Returned::Full)
            && self.action == Action::Failed
            && self.content.len() <= FULL_LIMIT;
        if whole { ("message/rfc822", self.content) } else { ("text/rfc822-headers", header(self.content)) }
    }
}

/// The text of a report.
#[derive(Default)]
struct Text(String);

impl Text {
    fn line(&mut self, parts: &[&str]) {
        parts.iter().for_each(|part| self.0.push_str(part));
        // Writing to a string cannot fail.
        let _ = self.0.write_str("\r\n");
    }
}

/// Whether a text can be written as the id of a message.
fn is_id(text: &str) -> bool {
    text.len() <= 900
        && text.starts_with('<')
        && text.ends_with('>')
        && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The header of a mail, without the empty line.
fn header(content: &[u8]) -> &[u8] {
    let end = content.windows(4).position(|four| four == b"\r\n\r\n").map_or(content.len(), |at| at + 2);
    let cut = content.get(..end.min(HEADER_LIMIT)).unwrap_or(content);
    match cut.len() == end {
        true => cut,
        // A line that was cut in the middle does not go back.
        false => {
            let whole = cut.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
            cut.get(..whole).unwrap_or_default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_header_is_cut_at_the_end_of_a_line() {
        let long = format!("{}\r\n\r\nbody", "X: abc\r\n".repeat(20_000).trim_end());
        assert!(header(long.as_bytes()).len() <= HEADER_LIMIT);
        assert!(header(long.as_bytes()).ends_with(b"\r\n"));
        assert_eq!(header(b"A: b\r\n\r\nbody"), b"A: b\r\n");
    }

    #[test]
    fn only_an_id_is_answered() {
        assert!(is_id("<a@b.example>"));
        assert!(!is_id("<a@b.example> <c@d.example>") && !is_id("a") && !is_id("<a\r\nBcc: x>"));
    }
}
