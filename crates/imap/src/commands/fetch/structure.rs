//! `ENVELOPE`, `BODY` and `BODYSTRUCTURE` of a message (RFC 9051 §7.5.2).

use wire::imap::{Basics, Body, Disposition, Envelope, Leaf, Multipart};

use super::address::addresses;
use super::tree::{Inner, Part};
use super::value::{Valued, field, list, word};

/// What holds where a part does not say how it is encoded (RFC 2045 §6.1).
const PLAIN_ENCODING: &str = "7BIT";

/// The envelope of a message, by its header.
pub(super) fn envelope(header: &[u8]) -> Envelope {
    let people = |name| field(header, name).map(|text| addresses(&text)).unwrap_or_default();
    Envelope {
        date: field(header, "Date"),
        subject: field(header, "Subject"),
        from: people("From"),
        sender: people("Sender"),
        reply_to: people("Reply-To"),
        to: people("To"),
        cc: people("Cc"),
        bcc: people("Bcc"),
        in_reply_to: field(header, "In-Reply-To"),
        message_id: field(header, "Message-ID"),
    }
}

/// The structure of a part.
pub(super) fn body(bytes: &[u8], part: &Part) -> Body {
    let header = bytes.get(part.header.clone()).unwrap_or_default();
    let basics = Basics {
        parameters: part.parameters.clone(),
        disposition: field(header, "Content-Disposition").and_then(|text| disposition(&text)),
        languages: field(header, "Content-Language").map(|text| list(&text)).unwrap_or_default(),
        location: field(header, "Content-Location"),
    };
    let message = match &part.inner {
        Inner::Parts(parts) => {
            let parts = parts.iter().map(|inner| body(bytes, inner)).collect();
            return Body::Multipart(Multipart { parts, subtype: part.subtype.clone(), basics });
        }
        Inner::Message(message) => {
            let header = bytes.get(message.header.clone()).unwrap_or_default();
            Some(Box::new((envelope(header), body(bytes, message))))
        }
        Inner::Nothing => None,
    };
    let content = bytes.get(part.body.clone()).unwrap_or_default();
    let has_lines = message.is_some() || part.kind == "text";
    let encoding = field(header, "Content-Transfer-Encoding").and_then(|text| word(&text));
    Body::Leaf(Leaf {
        kind: part.kind.clone(),
        subtype: part.subtype.clone(),
        basics,
        id: field(header, "Content-ID"),
        description: field(header, "Content-Description"),
        encoding: encoding.unwrap_or_else(|| PLAIN_ENCODING.to_owned()),
        size: content.len() as u64,
        lines: if has_lines { lines(content) } else { 0 },
        md5: field(header, "Content-MD5"),
        message,
    })
}

fn disposition(text: &str) -> Option<Disposition> {
    let Valued { value, parameters } = Valued::parse(text);
    (!value.is_empty()).then_some(Disposition { kind: value, parameters })
}

/// How many line ends there are.
fn lines(content: &[u8]) -> u64 {
    content.iter().filter(|byte| **byte == b'\n').count() as u64
}

#[cfg(test)]
mod tests {
    use wire::imap::Writer;

    use super::*;
    use crate::commands::fetch::tree;

    fn written(message: &str) -> (String, String, String) {
        let bytes = message.replace('\n', "\r\n").into_bytes();
        let part = tree::read(&bytes);
        let body = body(&bytes, &part);
        let mut out = Writer::new();
        let mut line = |fill: &dyn Fn(&mut wire::imap::Line<'_>)| {
            out.line(|line| fill(line));
            String::from_utf8(out.take().concat()).unwrap().trim_start_matches("* ").trim_end().to_owned()
        };
        let envelope = envelope(&bytes[part.header.clone()]);
        (
            line(&|line| envelope.write(line)),
            line(&|line| body.write_body(line)),
            line(&|line| body.write_structure(line)),
        )
    }

    #[test]
    fn an_envelope_is_told_as_it_stands() {
        let (envelope, ..) = written(
            "Date: Mon, 23 Nov 2026 10:00:00 +0000\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?= \"x\"\nFrom: Stranger <s@far.example>\n\
             To: a@x, b@y\nMessage-ID: <1@far.example>\nIn-Reply-To:\n\nbody",
        );
        assert_eq!(
            envelope,
            "(\"Mon, 23 Nov 2026 10:00:00 +0000\" \"=?utf-8?Q?Gr=C3=BC=C3=9Fe?= \\\"x\\\"\" \
             ((\"Stranger\" NIL \"s\" \"far.example\")) ((\"Stranger\" NIL \"s\" \"far.example\")) \
             ((\"Stranger\" NIL \"s\" \"far.example\")) ((NIL NIL \"a\" \"x\")(NIL NIL \"b\" \"y\")) NIL NIL \"\" \
             \"<1@far.example>\")"
        );
    }

    #[test]
    fn a_text_is_told_with_its_size_and_lines() {
        let (_, body, structure) = written("\nHello,\nthere.\n");
        assert_eq!(body, "(\"TEXT\" \"PLAIN\" (\"CHARSET\" \"us-ascii\") NIL NIL \"7BIT\" 16 2)");
        assert_eq!(
            structure,
            "(\"TEXT\" \"PLAIN\" (\"CHARSET\" \"us-ascii\") NIL NIL \"7BIT\" 16 2 NIL NIL NIL NIL)"
        );
    }

    #[test]
    fn an_attachment_is_told_with_its_name() {
        let (_, _, structure) = written(
            "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Language: de, en\n\nHi\n--b\n\
             Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64 (yes)\n\
             Content-Disposition: attachment; filename=\"a b.pdf\"\nContent-ID: <1>\n\nAAAA\n--b--\n",
        );
        assert_eq!(
            structure,
            "((\"TEXT\" \"PLAIN\" (\"CHARSET\" \"us-ascii\") NIL NIL \"7BIT\" 2 0 NIL NIL (\"de\" \"en\") NIL)\
             (\"APPLICATION\" \"PDF\" (\"NAME\" \"a.pdf\") \"<1>\" NIL \"BASE64\" 4 NIL \
             (\"attachment\" (\"FILENAME\" \"a b.pdf\")) NIL NIL) \"MIXED\" (\"BOUNDARY\" \"b\") NIL NIL NIL)"
        );
    }

    #[test]
    fn a_message_in_a_message_is_told_with_its_envelope() {
        let (_, body, _) = written("Content-Type: message/rfc822\n\nSubject: inner\n\none\ntwo\n");
        assert_eq!(
            body,
            "(\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 28 \
             (NIL \"inner\" NIL NIL NIL NIL NIL NIL NIL NIL) \
             (\"TEXT\" \"PLAIN\" (\"CHARSET\" \"us-ascii\") NIL NIL \"7BIT\" 10 2) 4)"
        );
    }
}
