//! A message built from what a person wrote.
//!
//! **Invariant:** no field can add another: what goes into the header has no control character, and what goes into the
//! body cannot end its part.

mod encode;
mod rich;

use domain::{EmailAddress, Timestamp};

use crate::header::date;
use crate::name::{file_name, media_type};
use crate::parse::one_line;
use crate::summary::Party;
use encode::{base64_lines, is_short_ascii, parameter, phrase, quoted_printable, words};

pub(crate) use rich::Shown;
pub use rich::{Picture, RichText};

/// How long a subject may be, in characters.
const SUBJECT_CHARACTERS: usize = 900;
/// How long a name may be, in characters.
const NAME_CHARACTERS: usize = 200;
/// How many people a field names.
const PEOPLE: usize = 500;
/// How many references are written: the last ones, which are the nearest.
const REFERENCES: usize = 100;
/// How long the id of a message may be, in bytes, to stand in one line (RFC 5322 §2.1.1).
const ID_BYTES: usize = 900;

/// A message as a person wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Draft {
    /// Who writes it.
    pub from: Party,
    /// To whom.
    pub to: Vec<Party>,
    /// Who gets a copy.
    pub cc: Vec<Party>,
    /// Who gets a copy that the others do not know of. It is written; [`crate::header::complete`] takes it out.
    pub bcc: Vec<Party>,
    /// The subject.
    pub subject: String,
    /// The body as plain text, with any line ends.
    pub text: String,
    /// The body as HTML as well; none for plain text alone.
    pub rich: Option<RichText>,
    /// Where answers go, if not to whoever writes it.
    pub reply_to: Vec<Party>,
    /// The message that it answers, with or without brackets.
    pub in_reply_to: Option<String>,
    /// The messages before it in the thread, the nearest last.
    pub references: Vec<String>,
    /// What is attached.
    pub attachments: Vec<NewAttachment>,
}

/// Something to attach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAttachment {
    /// Its file name.
    pub name: String,
    /// Its media type, `type/subtype`; what is none becomes `application/octet-stream`.
    pub media_type: String,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// Builds a complete message (RFC 5322) with CRLF at each line end. `message_id` is without brackets. The boundary between
/// the parts is made of `boundary_seed`, which is to be random, so that nobody who is quoted can know it.
///
/// Who has no valid address is left out, a From too. A subject has at most 900 characters, a name 200, a field 500 people.
/// How large text and attachments may be is for the caller to say.
pub fn build(draft: &Draft, now: Timestamp, message_id: &str, boundary_seed: [u8; 16]) -> Vec<u8> {
    let boundary = boundary(boundary_seed);
    let mut message = header(draft, now, message_id);
    if draft.attachments.is_empty() {
        rich::push_body(&mut message, draft, boundary_seed);
        return message.into_bytes();
    }
    message.push_str("Content-Type: multipart/mixed;\r\n boundary=\"");
    message.push_str(&boundary);
    message.push_str("\"\r\n\r\n--");
    message.push_str(&boundary);
    message.push_str("\r\n");
    rich::push_body(&mut message, draft, boundary_seed);
    let mut message = message.into_bytes();
    for attachment in &draft.attachments {
        message.extend_from_slice(format!("\r\n--{boundary}\r\n").as_bytes());
        push_attachment(&mut message, attachment, &boundary);
    }
    message.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    message
}

/// No line of base64 or quoted-printable has `=_` in it (RFC 2045 §6.7).
const BOUNDARY_START: &str = "=_";

fn boundary(seed: [u8; 16]) -> String {
    boundary_of("", seed)
}

/// The boundary of a sort of parts: `sort` is no hexadecimal digit, so that none begins like another.
fn boundary_of(sort: &str, seed: [u8; 16]) -> String {
    let digits: String = seed.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{BOUNDARY_START}{sort}{digits}")
}

fn header(draft: &Draft, now: Timestamp, message_id: &str) -> String {
    let mut header = format!("Date: {}\r\n", date(now));
    push_people(&mut header, "From", std::slice::from_ref(&draft.from));
    push_people(&mut header, "Reply-To", &draft.reply_to);
    push_people(&mut header, "To", &draft.to);
    push_people(&mut header, "Cc", &draft.cc);
    push_people(&mut header, "Bcc", &draft.bcc);
    header.push_str("Subject:");
    header.push_str(&words(&one_line(&draft.subject, SUBJECT_CHARACTERS)));
    header.push_str("\r\n");
    push_ids(&mut header, "Message-ID", &[message_id]);
    push_ids(&mut header, "In-Reply-To", &draft.in_reply_to.iter().map(String::as_str).collect::<Vec<_>>());
    push_ids(&mut header, "References", &draft.references.iter().map(String::as_str).collect::<Vec<_>>());
    header.push_str("MIME-Version: 1.0\r\n");
    header
}

/// A field of people (RFC 5322 §3.6.3), each on a line; no field without any.
fn push_people(header: &mut String, field: &str, people: &[Party]) {
    let person = |party: &Party| {
        let address: EmailAddress = party.address.parse().ok()?;
        let name = one_line(&party.name, NAME_CHARACTERS);
        Some(if name.is_empty() { address.to_string() } else { format!("{} <{address}>", phrase(&name)) })
    };
    let people: Vec<String> = people.iter().filter_map(person).take(PEOPLE).collect();
    if !people.is_empty() {
        header.push_str(&format!("{field}: {}\r\n", people.join(",\r\n ")));
    }
}

/// A field of ids (RFC 5322 §3.6.4), each on a line; no field without any.
fn push_ids(header: &mut String, field: &str, ids: &[&str]) {
    let ids: Vec<String> = ids.iter().filter_map(|id| id_in_brackets(id)).collect();
    let ids = ids.get(ids.len().saturating_sub(REFERENCES)..).unwrap_or_default();
    if !ids.is_empty() {
        header.push_str(&format!("{field}: {}\r\n", ids.join("\r\n ")));
    }
}

/// An id that is one, in brackets.
fn id_in_brackets(id: &str) -> Option<String> {
    let id = id.trim().trim_start_matches('<').trim_end_matches('>');
    let is_visible = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>');
    (!id.is_empty() && id.len() <= ID_BYTES && id.bytes().all(is_visible)).then(|| format!("<{id}>"))
}

/// The text as a part: as it stands if that is safe, else quoted-printable.
fn push_text(message: &mut String, text: &str) {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut text: String = text
        .chars()
        .filter(|character| !character.is_control() || matches!(character, '\n' | '\t'))
        .collect();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    message.push_str("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: ");
    if is_short_ascii(&text) && !text.contains(BOUNDARY_START) {
        message.push_str("7bit\r\n\r\n");
        message.push_str(&text.replace('\n', "\r\n"));
    } else {
        message.push_str("quoted-printable\r\n\r\n");
        message.push_str(&quoted_printable(&text));
    }
}

fn push_attachment(message: &mut Vec<u8>, attachment: &NewAttachment, boundary: &str) {
    let given = media_type(&attachment.media_type).filter(|given| !given.starts_with("multipart/"));
    let media_type = given.unwrap_or_else(|| OCTETS.to_owned());
    let name = file_name(Some(&attachment.name), &media_type);
    let disposition = format!("Content-Disposition: attachment{}\r\n", parameter("filename", &name));
    // A message may not be encoded (RFC 2046 §5.2.1); one that cannot stand as it is goes as a file.
    let as_it_is = media_type.starts_with("message/").then(|| verbatim(&attachment.content, boundary));
    match as_it_is {
        Some(Some((encoding, content))) => {
            let header = format!(
                "Content-Type: {media_type}\r\n{disposition}Content-Transfer-Encoding: {encoding}\r\n"
            );
            message.extend_from_slice(header.as_bytes());
            message.extend_from_slice(b"\r\n");
            message.extend_from_slice(content);
        }
        Some(None) => push_file(message, OCTETS, &disposition, &attachment.content),
        None => push_file(message, &media_type, &disposition, &attachment.content),
    }
}

/// The type of bytes of which nothing is known.
const OCTETS: &str = "application/octet-stream";
/// How long a line may be without its end, in bytes (RFC 5322 §2.1.1).
const LINE_BYTES: usize = 998;

fn push_file(message: &mut Vec<u8>, media_type: &str, disposition: &str, content: &[u8]) {
    let header =
        format!("Content-Type: {media_type}\r\n{disposition}Content-Transfer-Encoding: base64\r\n\r\n");
    message.extend_from_slice(header.as_bytes());
    message.extend_from_slice(base64_lines(content).as_bytes());
}

/// The encoding under which content can stand as it is; None if it cannot.
fn verbatim<'c>(content: &'c [u8], boundary: &str) -> Option<(&'static str, &'c [u8])> {
    let is_line = |line: &[u8]| {
        let text = line.strip_suffix(b"\r\n");
        // Only the last line may end without CRLF, and then with nothing.
        let text = text.or_else(|| (!line.ends_with(b"\n")).then_some(line));
        text.is_some_and(|text| text.len() <= LINE_BYTES && !text.contains(&b'\r') && !text.contains(&0))
    };
    let fits = content.split_inclusive(|byte| *byte == b'\n').all(is_line);
    let has_boundary = content.windows(boundary.len()).any(|window| window == boundary.as_bytes());
    let encoding = if content.is_ascii() { "7bit" } else { "8bit" };
    (fits && !has_boundary).then_some((encoding, content))
}

#[cfg(test)]
mod tests;
