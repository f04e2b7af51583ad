//! The bounce: what a sender gets back for recipients that are given up (RFC 3464, in the form of RFC 6522).

use bytes::Bytes;
use domain::{Ambient, DomainName, EmailAddress};
use message::header::date;

use crate::reply::Reply;
use crate::submission::Submission;

/// How much of the header of the mail goes back, in bytes.
const HEADER_LIMIT: usize = 64 * 1024;

/// The words of a bounce, from the catalogues of those who read it.
#[derive(Debug, Clone)]
pub struct BounceWords {
    /// Who writes.
    pub sender: String,
    /// The subject.
    pub subject: String,
    /// What stands above the list of recipients.
    pub opening: String,
    /// What is said of a recipient that an operator gave up.
    pub given_up: String,
}

impl Default for BounceWords {
    fn default() -> Self {
        Self {
            sender: "Mail delivery".to_owned(),
            subject: "Your mail could not be delivered".to_owned(),
            opening: "Your mail did not reach these recipients:".to_owned(),
            given_up: "the mail was taken out of the queue".to_owned(),
        }
    }
}

/// Writes the bounce for `failed` recipients of a submission.
pub(crate) fn build(
    words: &BounceWords,
    host: &DomainName,
    ambient: &Ambient,
    sender: &EmailAddress,
    submission: &Submission,
    content: &[u8],
    failed: &[(&EmailAddress, &Reply)],
) -> Bytes {
    let mut random = [0; 16];
    ambient.random.fill(&mut random);
    let unique = u128::from_be_bytes(random);
    let boundary = format!("=_{unique:032x}");
    let now = date(ambient.clock.now());
    let mut text = String::new();
    let mut line = |parts: &[&str]| {
        parts.iter().for_each(|part| text.push_str(part));
        text.push_str("\r\n");
    };
    line(&["From: ", &encoded(&words.sender), " <postmaster@", host.as_str(), ">"]);
    line(&["To: <", &sender.to_string(), ">"]);
    line(&["Subject: ", &encoded(&words.subject)]);
    line(&["Date: ", &now]);
    line(&["Message-ID: <", &format!("{unique:032x}"), "@", host.as_str(), ">"]);
    // RFC 3834 §5: nobody's vacation notice answers this.
    line(&["Auto-Submitted: auto-replied"]);
    line(&["MIME-Version: 1.0"]);
    line(&["Content-Type: multipart/report; report-type=delivery-status; boundary=\"", &boundary, "\""]);
    line(&["\r\n--", &boundary]);
    line(&["Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"]);
    line(&[&words.opening, "\r\n"]);
    for (recipient, reply) in failed {
        line(&["  ", &recipient.to_string()]);
        let peer = reply.peer.as_deref().map(|peer| format!(" ({peer})")).unwrap_or_default();
        line(&["    ", &reply.text, &peer, "\r\n"]);
    }
    line(&["--", &boundary]);
    line(&["Content-Type: message/delivery-status\r\n"]);
    line(&["Reporting-MTA: dns; ", host.as_str()]);
    line(&["Arrival-Date: ", &date(submission.accepted_at)]);
    for (recipient, reply) in failed {
        line(&["\r\nFinal-Recipient: rfc822; ", &recipient.to_string()]);
        line(&["Action: failed"]);
        line(&["Status: ", &reply.status]);
        if let Some(peer) = &reply.peer {
            line(&["Remote-MTA: dns; ", peer]);
            line(&["Diagnostic-Code: smtp; ", &reply.text]);
        }
        line(&["Last-Attempt-Date: ", &now]);
    }
    line(&["\r\n--", &boundary]);
    line(&["Content-Type: text/rfc822-headers\r\nContent-Transfer-Encoding: 8bit\r\n"]);
    let mut bytes = text.into_bytes();
    bytes.extend_from_slice(header(content));
    bytes.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    bytes.into()
}

/// The header of a mail, without the empty line: the content of what could not be delivered stays where it is.
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

/// A text of a header: as it is, or as encoded words (RFC 2047).
fn encoded(text: &str) -> String {
    use base64::Engine;
    use base64::prelude::BASE64_STANDARD;
    if text.is_ascii() {
        return text.to_owned();
    }
    // 39 bytes become an encoded word of 75 characters at most (RFC 2047 §2).
    let mut words = vec![String::new()];
    for character in text.chars() {
        let full = words.last().is_none_or(|word| word.len() + character.len_utf8() > 39);
        if full {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push(character);
        }
    }
    let words: Vec<String> =
        words.iter().map(|word| format!("=?utf-8?B?{}?=", BASE64_STANDARD.encode(word))).collect();
    words.join("\r\n ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_beyond_ascii_are_encoded_in_pieces() {
        assert_eq!(encoded("Hello"), "Hello");
        assert_eq!(encoded("Réponse"), "=?utf-8?B?UsOpcG9uc2U=?=");
        assert!(encoded(&"é".repeat(60)).split("\r\n ").all(|word| word.len() <= 75));
    }

    #[test]
    fn a_long_header_is_cut_at_the_end_of_a_line() {
        let long = format!("{}\r\n\r\nbody", "X: abc\r\n".repeat(20_000).trim_end());
        assert!(header(long.as_bytes()).len() <= HEADER_LIMIT);
        assert!(header(long.as_bytes()).ends_with(b"\r\n"));
        assert_eq!(header(b"A: b\r\n\r\nbody"), b"A: b\r\n");
    }
}
