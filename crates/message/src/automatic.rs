//! What a mail says about being answered by a machine (RFC 3834 §2, RFC 5230 §4.6).
//!
//! **Invariant:** whoever wrote by machine, to a list, or in the name of one, is not answered by another machine.

use domain::EmailAddress;
use mail_parser::HeaderName;

use crate::header;
use crate::parse::{one_line, parse};

/// How many addresses are looked at to find one's own: who writes to more writes to a list.
const ADDRESSED: usize = 200;
/// How much of a subject goes back, in characters.
const SUBJECT_CHARACTERS: usize = 400;
/// How many references go back: the last ones, which are the nearest.
const REFERENCES: usize = 20;

/// Why a machine does not answer a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Silence {
    /// It has no sender: it is a report itself (RFC 3834 §2).
    NoSender,
    /// Its sender is a machine by name: `mailer-daemon`, `no-reply`, `owner-…`.
    SenderIsMachine,
    /// It says that no person wrote it (RFC 3834 §5), or that it wants no such answer.
    Automatic,
    /// It came through a list (RFC 5230 §4.6).
    List,
    /// It went to many.
    Bulk,
}

/// What the header of a mail tells whoever would answer it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answerable {
    /// Why not to answer; none when nothing stands against it.
    pub silence: Option<Silence>,
    /// Whom it names as its recipients: To, Cc and their Resent fields.
    pub named: Vec<EmailAddress>,
    /// Its id, without brackets.
    pub header_id: Option<String>,
    /// The ids of the mails before it, the nearest last.
    pub references: Vec<String>,
    /// Its subject.
    pub subject: String,
}

/// Looks at a mail whose reverse-path is `sender`.
pub fn answerable(sender: Option<&EmailAddress>, content: &[u8]) -> Answerable {
    let head = content.get(..header::end(content)).unwrap_or(content);
    let silence = match sender {
        None => Some(Silence::NoSender),
        Some(sender) if is_machine(sender) => Some(Silence::SenderIsMachine),
        Some(_) => silence_of(head),
    };
    let ids = |name| header::raw_all(head, name).iter().flat_map(|value| ids_in(value)).collect::<Vec<_>>();
    let mut references = ids("References");
    references.drain(..references.len().saturating_sub(REFERENCES));
    Answerable {
        silence,
        named: named(head),
        header_id: ids("Message-ID").into_iter().next(),
        references,
        subject: one_line(
            header::all(head, "Subject").first().map_or("", String::as_str),
            SUBJECT_CHARACTERS,
        ),
    }
}

/// The subject of an answer by machine (RFC 3834 §3.1.5), with the mark once.
pub fn automatic_subject(subject: &str) -> String {
    let subject = one_line(subject, SUBJECT_CHARACTERS);
    let marked = subject.get(..AUTOMATIC.len()).is_some_and(|start| start.eq_ignore_ascii_case(AUTOMATIC));
    if marked { subject } else { format!("{AUTOMATIC} {subject}").trim_end().to_owned() }
}

const AUTOMATIC: &str = "Auto:";

/// Local parts of machines, as a whole (RFC 3834 §2 and RFC 5230 §4.6 name the first of them).
const MACHINES: [&str; 12] = [
    "mailer-daemon",
    "listserv",
    "majordomo",
    "noreply",
    "no-reply",
    "no_reply",
    "no.reply",
    "donotreply",
    "do-not-reply",
    "do_not_reply",
    "bounce",
    "bounces",
];
/// How local parts of machines begin.
const BEGINNINGS: [&str; 6] = ["owner-", "noreply-", "no-reply-", "bounce-", "bounces-", "srs0="];
/// How local parts of machines end.
const ENDS: [&str; 6] = ["-request", "-owner", "-noreply", "-no-reply", "-bounce", "-bounces"];

fn is_machine(sender: &EmailAddress) -> bool {
    let key = sender.local_key();
    // What follows a plus says who was written to, in the manner of lists: `bounces+anna=example.org`.
    let name = key.split('+').next().unwrap_or_default();
    MACHINES.contains(&name)
        || BEGINNINGS.iter().any(|start| name.starts_with(start))
        || ENDS.iter().any(|end| name.ends_with(end))
}

/// The fields of lists (RFC 2369, RFC 2919).
const LIST_FIELDS: [&str; 7] =
    ["List-Id", "List-Help", "List-Unsubscribe", "List-Subscribe", "List-Post", "List-Owner", "List-Archive"];

fn silence_of(head: &[u8]) -> Option<Silence> {
    let first_word = |name: &str| {
        let values = header::raw_all(head, name).into_iter();
        values.map(|value| {
            let end = value.find([';', ' ', '\t', '(', ',']).unwrap_or(value.len());
            value.get(..end).unwrap_or_default().to_ascii_lowercase()
        })
    };
    if first_word("Auto-Submitted").any(|value| value != "no")
        || first_word("X-Auto-Response-Suppress").any(|value| value != "none")
        || first_word("Content-Type").any(|value| value == "multipart/report")
    {
        return Some(Silence::Automatic);
    }
    if LIST_FIELDS.iter().any(|name| !header::raw_all(head, name).is_empty()) {
        return Some(Silence::List);
    }
    let is_bulk = |value: String| matches!(value.as_str(), "bulk" | "list" | "junk");
    first_word("Precedence").any(is_bulk).then_some(Silence::Bulk)
}

fn named(head: &[u8]) -> Vec<EmailAddress> {
    let Some(message) = parse(head) else { return Vec::new() };
    let fields = [HeaderName::To, HeaderName::Cc, HeaderName::ResentTo, HeaderName::ResentCc];
    let values = fields.into_iter().flat_map(|field| message.header_values(field));
    let parties = values.filter_map(|value| value.as_address());
    let addresses = parties.flat_map(|parties| parties.iter().filter_map(|party| party.address()));
    addresses.take(ADDRESSED).filter_map(|address| address.parse().ok()).collect()
}

/// The ids in the value of a field, without their brackets.
fn ids_in(value: &str) -> Vec<String> {
    let pieces = value.split('<').skip(1).filter_map(|piece| piece.split_once('>'));
    pieces.map(|(id, _)| id.trim().to_owned()).filter(|id| !id.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn silence(sender: &str, fields: &str) -> Option<Silence> {
        let content = format!("From: a@far.test\r\nTo: info@acme.test\r\n{fields}\r\nHello\r\n");
        answerable(Some(&sender.parse().unwrap()), content.as_bytes()).silence
    }

    #[test]
    fn a_person_is_answered_and_a_machine_is_not() {
        for (sender, fields, expected) in [
            ("bob@far.test", "", None),
            ("bob@far.test", "Auto-Submitted: no\r\n", None),
            ("bob@far.test", "auto-submitted: No (really)\r\n", None),
            ("bob@far.test", "Precedence: first-class\r\n", None),
            ("bob@far.test", "X-Auto-Response-Suppress: None\r\n", None),
            ("bouncer@far.test", "", None),
            ("MAILER-DAEMON@far.test", "", Some(Silence::SenderIsMachine)),
            ("no-reply@far.test", "", Some(Silence::SenderIsMachine)),
            ("NoReply+x@far.test", "", Some(Silence::SenderIsMachine)),
            ("owner-club@far.test", "", Some(Silence::SenderIsMachine)),
            ("club-request@far.test", "", Some(Silence::SenderIsMachine)),
            ("bounces+anna=acme.test@far.test", "", Some(Silence::SenderIsMachine)),
            ("bob@far.test", "Auto-Submitted: auto-replied\r\n", Some(Silence::Automatic)),
            ("bob@far.test", "Auto-Submitted: auto-generated; x=y\r\n", Some(Silence::Automatic)),
            ("bob@far.test", "X-Auto-Response-Suppress: OOF, AutoReply\r\n", Some(Silence::Automatic)),
            ("bob@far.test", "Content-Type: multipart/report; boundary=x\r\n", Some(Silence::Automatic)),
            ("bob@far.test", "List-Id: <club.far.test>\r\n", Some(Silence::List)),
            ("bob@far.test", "list-unsubscribe: <mailto:x@far.test>\r\n", Some(Silence::List)),
            ("bob@far.test", "Precedence: Bulk\r\n", Some(Silence::Bulk)),
            ("bob@far.test", "Precedence: list\r\n", Some(Silence::Bulk)),
            ("bob@far.test", "Precedence: junk\r\n", Some(Silence::Bulk)),
        ] {
            assert_eq!(silence(sender, fields), expected, "{sender} {fields:?}");
        }
    }

    #[test]
    fn a_mail_without_a_sender_is_a_report() {
        assert_eq!(answerable(None, b"To: info@acme.test\r\n\r\n").silence, Some(Silence::NoSender));
    }

    #[test]
    fn whoever_is_named_and_what_came_before_is_read() {
        let mail = b"To: Info <info@acme.test>, x@y.test\r\nCc: c@acme.test\r\nBcc: b@acme.test\r\n\
            Resent-To: r@acme.test\r\nMessage-ID: <3@far.test>\r\nReferences: <1@far.test>\r\n <2@far.test>\r\n\
            Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\n\r\nTo: body@acme.test\r\n";
        let found = answerable(Some(&"bob@far.test".parse().unwrap()), mail);
        let named: Vec<_> = found.named.iter().map(ToString::to_string).collect();
        assert_eq!(named, ["info@acme.test", "x@y.test", "c@acme.test", "r@acme.test"]);
        assert_eq!(found.header_id.as_deref(), Some("3@far.test"));
        assert_eq!(found.references, ["1@far.test", "2@far.test"]);
        assert_eq!(found.subject, "Grüße");
    }

    #[test]
    fn the_mark_of_a_subject_comes_once() {
        assert_eq!(automatic_subject("Hello"), "Auto: Hello");
        assert_eq!(automatic_subject("AUTO: Hello"), "AUTO: Hello");
        assert_eq!(automatic_subject(""), "Auto:");
        assert_eq!(automatic_subject("a\r\nBcc: x"), "Auto: a Bcc: x");
    }

    proptest! {
        #[test]
        fn whatever_the_bytes_are_they_can_be_looked_at(content in proptest::collection::vec(any::<u8>(), 0..600)) {
            let found = answerable(Some(&"bob@far.test".parse().unwrap()), &content);
            prop_assert!(found.named.len() <= ADDRESSED && found.references.len() <= REFERENCES);
        }
    }
}
