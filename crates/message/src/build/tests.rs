use proptest::prelude::*;

use super::*;
use crate::view::{part, view};

const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);
const SEED: [u8; 16] = [0xA5; 16];

fn party(name: &str, address: &str) -> Party {
    Party { name: name.to_owned(), address: address.to_owned() }
}

fn draft() -> Draft {
    Draft {
        from: party("Anna", "anna@example.test"),
        to: vec![party("Jörg \"J\" Müller", "jorg@example.test"), party("", "b@example.test")],
        cc: vec![party("Last, First", "c@example.test")],
        bcc: vec![party("", "d@example.test")],
        subject: "Grüße aus Zürich, und noch viel mehr: 你好 你好 你好 你好 你好".to_owned(),
        text: "Hello.\nFrom here: ä = 1 \n\n.\n".to_owned(),
        rich: None,
        reply_to: Vec::new(),
        in_reply_to: Some("1@far.example".to_owned()),
        references: vec!["0@far.example".to_owned(), "<1@far.example>".to_owned()],
        attachments: Vec::new(),
    }
}

fn built(draft: &Draft) -> String {
    String::from_utf8(build(draft, NOW, "2@mx.test", SEED)).unwrap()
}

#[test]
fn a_message_is_written_line_by_line() {
    let mut draft = draft();
    draft.attachments.push(NewAttachment {
        name: "Übersicht über alles, was in diesem Jahr noch zu tun ist.pdf".to_owned(),
        media_type: "application/pdf".to_owned(),
        content: vec![0xFF; 60],
    });
    insta::assert_snapshot!(built(&draft).replace("\r\n", "\n"));
}

#[test]
fn what_is_built_reads_as_it_was_written() {
    let mut draft = draft();
    let content: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    for name in ["a.bin", "Résumé \"x\".pdf", &"ä".repeat(140)] {
        let media_type = "application/pdf".to_owned();
        draft.attachments.push(NewAttachment { name: name.to_owned(), media_type, content: content.clone() });
    }
    let bytes = build(&draft, NOW, "2@mx.test", SEED);
    let view = view(&bytes);
    assert_eq!(view.subject, draft.subject);
    assert_eq!(
        (&view.from[0], &view.to, &view.cc, &view.bcc),
        (&draft.from, &draft.to, &draft.cc, &draft.bcc)
    );
    assert_eq!(view.header_id.as_deref(), Some("2@mx.test"));
    assert_eq!(view.in_reply_to.as_deref(), Some("1@far.example"));
    assert_eq!(view.references, ["0@far.example", "1@far.example"]);
    assert_eq!(view.sent_at, Some(NOW));
    assert_eq!(view.text, draft.text);
    let names: Vec<&str> = view.attachments.iter().map(|attachment| attachment.name.as_str()).collect();
    assert_eq!(names, ["a.bin", "Résumé _x_.pdf", "ä".repeat(140).as_str()]);
    for attachment in &view.attachments {
        assert_eq!(attachment.size, 100_000);
        assert!(part(&bytes, attachment.part).unwrap().content == content);
    }
}

#[test]
fn no_field_adds_another() {
    let evil = "a\r\nBcc: evil@x.test\r\n\r\n<b>\0\u{85}\u{2028}x";
    let draft = Draft {
        from: party(evil, "anna@example.test"),
        to: vec![
            party(evil, "b@example.test"),
            party("c", "c@example.test\r\nBcc: evil@x.test"),
            party("d", evil),
        ],
        cc: vec![party("\\\"\r\nX: y", "e@example.test")],
        bcc: Vec::new(),
        subject: evil.to_owned(),
        text: "a\r\n.\r\nb".to_owned(),
        rich: None,
        reply_to: vec![party(evil, "r@example.test")],
        in_reply_to: Some(evil.to_owned()),
        references: vec!["a b".to_owned(), "a>\r\nBcc: <x".to_owned(), String::new()],
        attachments: vec![NewAttachment {
            name: format!("{evil}\".txt"),
            media_type: "text/plain\r\nBcc: evil@x.test".to_owned(),
            content: b"x".to_vec(),
        }],
    };
    let bytes = build(&draft, NOW, "1@mx.test>\r\nBcc: evil@x.test", SEED);
    assert_eq!(
        field_names(&bytes),
        ["Date", "From", "Reply-To", "To", "Cc", "Subject", "MIME-Version", "Content-Type"]
    );
    let view = view(&bytes);
    assert_eq!((view.to.len(), view.cc[0].name.as_str()), (1, "\\\" X: y"));
    assert_eq!(view.attachments[0].media_type, "application/octet-stream");
}

/// The names of the fields of a header.
fn field_names(bytes: &[u8]) -> Vec<String> {
    let header = std::str::from_utf8(&bytes[..crate::header::end(bytes)]).unwrap();
    let lines = header.lines().filter(|line| !line.starts_with([' ', '\t']) && !line.is_empty());
    lines.map(|line| line.split(':').next().unwrap().to_owned()).collect()
}

#[test]
fn text_that_is_safe_stands_as_it_is() {
    let plain =
        |text: &str| built(&Draft { text: text.to_owned(), ..draft() }).contains("Encoding: 7bit\r\n");
    assert!(plain("Hello.\n\n> One\n") && plain(""));
    assert!(
        !plain("ä") && !plain("From me\n") && !plain("a \n") && !plain(&"a".repeat(80)) && !plain("--=_a5")
    );
}

#[test]
fn a_message_is_attached_as_it_is() {
    let nested = b"Subject: n\r\nContent-Type: multipart/mixed; boundary=\"=_x\"\r\n\r\n--=_x\r\n\r\n\xC3\xA4\r\n--=_x--\r\n";
    let attach = |content: &[u8]| NewAttachment {
        name: "n.eml".to_owned(),
        media_type: "message/rfc822".to_owned(),
        content: content.to_vec(),
    };
    let too_long = [b"Subject: n\r\n\r\n".to_vec(), vec![b'a'; 2_000]].concat();
    let own_boundary = format!("Subject: n\r\n\r\n--{}--\r\n", boundary(SEED));
    let attachments =
        vec![attach(nested), attach(&too_long), attach(b"Subject: n\n\nx"), attach(own_boundary.as_bytes())];
    let bytes = build(&Draft { attachments, ..draft() }, NOW, "2@mx.test", SEED);
    let attachments = view(&bytes).attachments;
    let types: Vec<&str> = attachments.iter().map(|attachment| attachment.media_type.as_str()).collect();
    assert_eq!(types, ["message/rfc822", OCTETS, OCTETS, OCTETS]);
    assert_eq!(part(&bytes, attachments[0].part).unwrap().content, nested);
    assert_eq!(part(&bytes, attachments[1].part).unwrap().content, too_long);
    assert_eq!(part(&bytes, attachments[3].part).unwrap().content, own_boundary.as_bytes());
}

proptest! {
    #[test]
    fn any_draft_becomes_one_message(
        name in any::<String>(), subject in "(\\PC|[ \r\n=?_]){0,120}", text in "(\\PC|[ \r\n.=-]){0,300}",
        file in any::<String>(), content in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        let media_type = "application/pdf".to_owned();
        let attachments = vec![NewAttachment { name: file.clone(), media_type, content: content.clone() }];
        let draft = Draft { from: party(&name, "a@x.test"), subject, text, attachments, ..Draft::default() };
        let bytes = build(&draft, NOW, "2@mx.test", SEED);
        prop_assert_eq!(field_names(&bytes), ["Date", "From", "Subject", "Message-ID", "MIME-Version", "Content-Type"]);
        let message = String::from_utf8(bytes.clone()).unwrap();
        prop_assert!(message.is_ascii());
        prop_assert!(message.split("\r\n").all(|line| line.len() <= 998 && !line.contains(['\r', '\n'])));
        let view = view(&bytes);
        prop_assert_eq!(view.subject, one_line(&draft.subject, SUBJECT_CHARACTERS));
        prop_assert_eq!(view.attachments.len(), 1);
        prop_assert_eq!(&view.attachments[0].name, &file_name(Some(&file), "application/pdf"));
        prop_assert_eq!(part(&bytes, view.attachments[0].part).unwrap().content, content);
    }
}
