//! What a list and a search need of a message: worked out once, when it arrives.

use domain::Timestamp;
use mail_parser::{Address, HeaderName, HeaderValue, Message};

use crate::body::{Layout, Tree};
use crate::parse::{one_line, parse};

/// How long a subject is kept, in characters.
pub(crate) const SUBJECT_CHARACTERS: usize = 1_000;
/// How long a name or an address is kept, in characters.
const PARTY_CHARACTERS: usize = 320;
/// How many recipients are kept.
pub(crate) const RECIPIENTS: usize = 500;
/// How many references are kept: the last ones, which are the nearest.
const REFERENCES: usize = 100;
/// How long the id of a message may be, in characters: longer ones are none.
const ID_CHARACTERS: usize = 900;
/// How long a preview is, in characters.
const PREVIEW_CHARACTERS: usize = 200;
/// How much text is searched, in bytes.
const SEARCH_BYTES: usize = 512 * 1024;

/// Somebody in a header.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Party {
    /// Their name, or empty.
    pub name: String,
    /// Their address, or empty.
    pub address: String,
}

/// Which field a recipient stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecipientKind {
    /// `To`
    To,
    /// `Cc`
    Cc,
}

/// Somebody whom a message is addressed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// Their name, or empty.
    pub name: String,
    /// Their address, or empty.
    pub address: String,
    /// In which field.
    pub kind: RecipientKind,
}

/// What a list and a search need of a message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// Its Message-ID without the brackets.
    pub header_id: Option<String>,
    /// The message that it answers.
    pub in_reply_to: Option<String>,
    /// The messages before it in the thread, the nearest last.
    pub references: Vec<String>,
    /// The subject in one line.
    pub subject: String,
    /// Who wrote it.
    pub from: Party,
    /// To whom.
    pub recipients: Vec<Recipient>,
    /// When, as it says.
    pub sent_at: Option<Timestamp>,
    /// The first words.
    pub preview: String,
    /// Whether there is something to download.
    pub has_attachment: bool,
    /// The words to find it by.
    pub search_text: String,
}

/// Reads what is needed of a message; of one that cannot be parsed, nothing.
pub fn summarize(bytes: &[u8]) -> Summary {
    let Some(message) = parse(bytes) else { return Summary::default() };
    let tree = Tree::of(&message);
    let layout = tree.layout();
    let (body, text) = texts(&tree, &layout);
    Summary {
        header_id: ids(message.header(HeaderName::MessageId)).into_iter().next(),
        in_reply_to: ids(message.header(HeaderName::InReplyTo)).into_iter().next(),
        references: references(&message),
        subject: one_line(message.subject().unwrap_or_default(), SUBJECT_CHARACTERS),
        from: parties(message.from()).into_iter().next().unwrap_or_default(),
        recipients: recipients(&message),
        sent_at: sent_at(&message),
        preview: one_line(&body, PREVIEW_CHARACTERS),
        has_attachment: layout.attached.iter().any(|part| tree.is_for_download(*part)),
        search_text: text,
    }
}

/// When a message was sent, as it says.
pub(crate) fn sent_at(message: &Message<'_>) -> Option<Timestamp> {
    message.date().filter(|date| date.is_valid()).map(|date| Timestamp::from_secs(date.to_timestamp()))
}

/// The ids of a field, without brackets.
pub(crate) fn ids(value: Option<&HeaderValue<'_>>) -> Vec<String> {
    let all = match value {
        Some(HeaderValue::Text(text)) => vec![text.as_ref()],
        Some(HeaderValue::TextList(texts)) => texts.iter().map(AsRef::as_ref).collect(),
        _ => Vec::new(),
    };
    all.into_iter()
        .map(|id| one_line(id, ID_CHARACTERS + 1))
        .filter(|id| !id.is_empty() && id.chars().count() <= ID_CHARACTERS)
        .collect()
}

/// The messages before it in the thread, the nearest last.
pub(crate) fn references(message: &Message<'_>) -> Vec<String> {
    let mut all = ids(message.header(HeaderName::References));
    let surplus = all.len().saturating_sub(REFERENCES);
    all.drain(..surplus);
    all
}

/// The people of a field.
pub(crate) fn parties(field: Option<&Address<'_>>) -> Vec<Party> {
    let Some(field) = field else { return Vec::new() };
    let party = |party: &mail_parser::Addr<'_>| Party {
        name: one_line(party.name().unwrap_or_default(), PARTY_CHARACTERS),
        address: one_line(party.address().unwrap_or_default(), PARTY_CHARACTERS),
    };
    field.iter().map(party).filter(|party| !party.name.is_empty() || !party.address.is_empty()).collect()
}

fn recipients(message: &Message<'_>) -> Vec<Recipient> {
    let of = |field: Option<&Address<'_>>, kind| {
        let recipient = move |party: Party| Recipient { name: party.name, address: party.address, kind };
        parties(field).into_iter().map(recipient)
    };
    let to = message.all_to().flat_map(|field| of(Some(field), RecipientKind::To));
    let cc = message.all_cc().flat_map(|field| of(Some(field), RecipientKind::Cc));
    to.chain(cc).take(RECIPIENTS).collect()
}

/// The text of the body, and the same with the names of what is attached and the words of what is text.
fn texts(tree: &Tree<'_>, layout: &Layout) -> (String, String) {
    let mut body = String::new();
    for part in &layout.plain {
        push(&mut body, &tree.words(*part));
    }
    let mut text = body.clone();
    for part in &layout.attached {
        push(&mut text, &tree.name(*part));
        if tree.media_type(*part).starts_with("text/") {
            push(&mut text, &tree.words(*part));
        }
    }
    (body, text)
}

/// Adds text, as far as there is room, without what no database takes.
fn push(text: &mut String, more: &str) {
    let room = SEARCH_BYTES.saturating_sub(text.len() + 1);
    let more = more.get(..more.floor_char_boundary(room)).unwrap_or_default();
    if !text.is_empty() {
        text.push('\n');
    }
    text.extend(more.chars().map(|character| if character == '\0' { ' ' } else { character }));
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIL: &[u8] = b"Message-ID: <2@far.example>\r\nIn-Reply-To: <1@far.example>\r\n\
        References: <0@far.example> <1@far.example>\r\nFrom: =?utf-8?Q?Z=C3=BCrich?= <z@far.example>\r\n\
        To: Info <info@example.test>, b@example.test\r\nCc: c@example.test\r\nSubject: One\r\n two\r\n\
        Date: Mon, 21 Sep 2026 16:13:20 +0200\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=x\r\n\r\n\
        --x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Hello <b>there</b></p>\r\n\
        --x\r\nContent-Type: application/pdf; name=report.pdf\r\nContent-Disposition: attachment\r\n\r\nabc\r\n--x--\r\n";

    #[test]
    fn a_message_is_summarized() {
        let summary = summarize(MAIL);
        assert_eq!(summary.header_id.as_deref(), Some("2@far.example"));
        assert_eq!(summary.in_reply_to.as_deref(), Some("1@far.example"));
        assert_eq!(summary.references, ["0@far.example", "1@far.example"]);
        assert_eq!(summary.subject, "One two");
        assert_eq!((summary.from.name.as_str(), summary.from.address.as_str()), ("Zürich", "z@far.example"));
        assert_eq!(summary.recipients.len(), 3);
        assert_eq!(summary.recipients[2].kind, RecipientKind::Cc);
        assert_eq!(summary.sent_at, Some(Timestamp::from_secs(1_790_000_000)));
        assert_eq!(summary.preview, "Hello there");
        assert!(summary.has_attachment);
        assert!(summary.search_text.contains("report.pdf"), "{}", summary.search_text);
    }

    #[test]
    fn a_file_with_an_id_is_an_attachment_all_the_same() {
        let mail = b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nText\r\n\
            --x\r\nContent-Type: text/csv; name=\"a.csv\"; charset=iso-8859-1\r\nContent-ID: <a>\r\n\r\nd\xFCnn\r\n--x--\r\n";
        let summary = summarize(mail);
        assert!(summary.has_attachment);
        assert_eq!(summary.search_text, "Text\na.csv\nd\u{fc}nn");
    }

    #[test]
    fn a_picture_within_the_text_is_no_attachment() {
        let mail = b"Content-Type: multipart/related; boundary=x\r\n\r\n\
            --x\r\nContent-Type: text/html\r\n\r\n<img src=\"cid:a\">\r\n\
            --x\r\nContent-Type: image/png\r\nContent-ID: <a>\r\nContent-Disposition: inline\r\n\r\nabc\r\n--x--\r\n";
        assert!(!summarize(mail).has_attachment);
    }

    #[test]
    fn what_is_no_message_is_summarized_too() {
        for bytes in [&b""[..], b"\0\0\0", b"\r\n\r\n", b"no header at all", b"Subject: \0a\r\n\r\n\0"] {
            let summary = summarize(bytes);
            assert!(!summary.subject.contains('\0') && !summary.search_text.contains('\0'), "{bytes:?}");
        }
    }
}
