use proptest::prelude::*;

use super::*;
use crate::html::reread::faults;

/// What a message shows, and the names of what is attached.
fn shown(mail: &[u8]) -> (String, Vec<String>) {
    let view = view(mail);
    (view.text, view.attachments.into_iter().map(|attachment| attachment.name).collect())
}

/// A multipart of parts that are each a header and a body.
fn multipart(kind: &str, parts: &[&str]) -> String {
    let boundary = format!("b-{kind}");
    let parts: String = parts.iter().map(|part| format!("--{boundary}\r\n{part}\r\n")).collect();
    format!("Content-Type: multipart/{kind}; boundary=\"{boundary}\"\r\n\r\n{parts}--{boundary}--\r\n")
}

const TEXT: &str = "Content-Type: text/plain\r\n\r\nText";
const HTML: &str = "Content-Type: text/html\r\n\r\n<p>Page <img src=\"cid:a@x\" alt=Pic></p>";
const NO_HTML: &str = "Content-Type: text/html\r\n\r\n<html><title>x</title></html>";
const PICTURE: &str = "Content-Type: image/gif; name=a.gif\r\nContent-ID: <a@x>\r\nContent-Transfer-Encoding: base64\r\n\
    Content-Disposition: inline\r\n\r\nR0lGODlh";
const FILE: &str = "Content-Type: application/pdf; name=a.pdf\r\nContent-Disposition: attachment\r\n\r\nabc";
const CALENDAR: &str = "Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR";

#[test]
fn the_header_is_told() {
    let view = view(
        b"From: =?utf-8?Q?Z=C3=BCrich?= <z@far.example>, b@far.example\r\nTo: Group: c@x.test, d@x.test;\r\n\
          Reply-To: e@x.test\r\nCc: f@x.test\r\nCc: g@x.test\r\nSubject: One\r\n two\r\nMessage-ID: <1@far.example>\r\n\
          References: <0@far.example>\r\nDate: Mon, 21 Sep 2026 16:13:20 +0200\r\n\r\nHello\r\n",
    );
    assert_eq!((view.from[0].name.as_str(), view.from[1].address.as_str()), ("Zürich", "b@far.example"));
    assert_eq!((view.to.len(), view.cc.len(), view.reply_to.len()), (2, 2, 1));
    assert_eq!((view.subject.as_str(), view.header_id.as_deref()), ("One two", Some("1@far.example")));
    assert_eq!(view.references, ["0@far.example"]);
    assert_eq!(view.sent_at, Some(Timestamp::from_secs(1_790_000_000)));
    assert!(view.body.as_str().ends_with("\nHello\n</pre>"), "{}", view.body.as_str());
}

#[test]
fn the_best_form_is_shown() {
    let related = multipart("related", &[HTML, PICTURE]);
    for (mail, text, body, attached) in [
        (multipart("alternative", &[TEXT, HTML]), "Text", "<p>Page Pic</p>", &[][..]),
        (multipart("alternative", &[HTML, TEXT]), "Text", "<p>Page Pic</p>", &[]),
        (multipart("alternative", &[TEXT, NO_HTML]), "Text", "Text</pre>", &[]),
        (multipart("alternative", &[HTML]), "Page Pic", "<p>Page Pic</p>", &[]),
        (multipart("alternative", &[TEXT, HTML, CALENDAR]), "Text", "<p>Page Pic</p>", &["attachment.ics"]),
        (
            multipart("alternative", &[TEXT, &related]),
            "Text",
            "data:image/gif;base64,R0lGODlh\" alt=\"Pic\"></p>",
            &[],
        ),
        (
            multipart("mixed", &[&multipart("alternative", &[TEXT, &related]), FILE]),
            "Text",
            "alt=\"Pic\"></p>",
            &["a.pdf"],
        ),
        (
            multipart("alternative", &[TEXT, &multipart("mixed", &[HTML, FILE])]),
            "Text",
            "<p>Page Pic</p>",
            &["a.pdf"],
        ),
        (
            multipart("alternative", &[TEXT, &multipart("related", &[NO_HTML, PICTURE])]),
            "Text",
            "Text</pre>",
            &["a.gif"],
        ),
        (multipart("mixed", &[TEXT, HTML, TEXT]), "Text\n\nPage Pic\n\nText", "Text</pre>", &[]),
        (multipart("mixed", &[FILE, PICTURE]), "", "", &["a.pdf", "a.gif"]),
        (
            multipart("mixed", &["Content-Type: text/plain; name=a.txt\r\n\r\nNamed", TEXT]),
            "Text",
            "Text</pre>",
            &["a.txt"],
        ),
        (HTML.to_owned(), "Page Pic", "<p>Page Pic</p>", &[]),
    ] {
        let view = view(mail.as_bytes());
        assert_eq!(view.text, text, "{mail}");
        assert!(view.body.as_str().ends_with(body), "{mail} became {}", view.body.as_str());
        assert_eq!(view.attachments.iter().map(|a| a.name.as_str()).collect::<Vec<_>>(), attached, "{mail}");
    }
}

#[test]
fn several_parts_are_shown_one_after_another() {
    let body = view(multipart("mixed", &[TEXT, HTML]).as_bytes()).body;
    assert!(body.as_str().ends_with("\nText</pre><hr><p>Page Pic</p>"), "{}", body.as_str());
}

#[test]
fn blocked_pictures_are_told() {
    assert!(view(b"Content-Type: text/html\r\n\r\n<img src=http://x.test/a>").has_blocked_images);
    assert!(!view(HTML.as_bytes()).has_blocked_images);
}

#[test]
fn parts_come_byte_for_byte() {
    let mail = multipart(
        "mixed",
        &[
            TEXT,
            "Content-Type: text/csv; charset=iso-8859-1; name=a.csv\r\nContent-Disposition: attachment\r\n\r\na;\u{e4}\r\n\r\n",
            "Content-Type: bad\r\nContent-Disposition: attachment; filename=\"../a\u{202E}b\"\r\nContent-Transfer-Encoding: \
             quoted-printable\r\n\r\n=00=FF=\r\n=0D",
            "Content-Type: message/rfc822\r\n\r\nSubject: In/side\r\n\r\nNested\r\n",
            "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nU3ViamVjdDogQgoKTmVzdGVk",
            "Content-Disposition: attachment;\r\n filename*0*=utf-8''r%C3;\r\n filename*1*=%A9.txt\r\n\r\n",
        ],
    );
    let found: Vec<Part> = view(mail.as_bytes())
        .attachments
        .into_iter()
        .map(|attachment| {
            let found = part(mail.as_bytes(), attachment.part).unwrap();
            assert_eq!((&found.name, &found.media_type), (&attachment.name, &attachment.media_type));
            assert_eq!(u64::try_from(found.content.len()).unwrap(), attachment.size);
            found
        })
        .collect();
    let found: Vec<(&str, &str, &[u8])> = found
        .iter()
        .map(|part| (part.name.as_str(), part.media_type.as_str(), part.content.as_slice()))
        .collect();
    assert_eq!(
        found,
        [
            ("a.csv", "text/csv", "a;\u{e4}\r\n\r\n".as_bytes()),
            ("_ab", "application/octet-stream", b"\0\xFF\r"),
            ("In_side.eml", "message/rfc822", b"Subject: In/side\r\n\r\nNested\r\n"),
            ("B.eml", "message/rfc822", b"Subject: B\n\nNested"),
            ("ré.txt", "text/plain", b""),
        ]
    );
    assert_eq!(part(mail.as_bytes(), 0), None, "a multipart is no file");
    assert_eq!(part(mail.as_bytes(), 99), None);
}

#[test]
fn broken_messages_show_what_there_is() {
    for (mail, text, attached) in [
        (&b""[..], "", &[][..]),
        (b"\r\n\r\n", "", &[]),
        (b"Subject: a", "", &[]),
        (b"Subject: a\r\n\r\ncaf\xE9", "café", &[]),
        (b"Content-Type: text/plain; charset=iso-8859-1\r\n\r\ncaf\xE9", "café", &[]),
        (b"Content-Type: text/html; charset=x-unknown\r\n\r\n<p>caf\xE9", "café", &[]),
        (b"Content-Type: text/plain; charset=gb2312\r\nContent-Transfer-Encoding: base64\r\n\r\nxOO6ww==", "你好", &[]),
        (b"Content-Type: text\r\n\r\nHello", "Hello", &[]),
        (b"Content-Type: multipart/mixed\r\n\r\nHello", "Hello", &[]),
        (b"Content-Type: multipart/mixed; boundary=a\r\n\r\nHello", "Hello", &[]),
        (b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n\r\nHello", "Hello", &[]),
        (b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nContent-Type: text/html\r\n\r\n<p>Hello", "Hello", &[]),
        (
            b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nContent-Type: a/b; name=c\r\n\
              Content-Transfer-Encoding: base64\r\n\r\naGVsbG8",
            "",
            &["c"],
        ),
        (b"Content-Transfer-Encoding: base64\r\n\r\naGVs bG8*", "hello", &[]),
        (b"\x00\x00", "", &[]),
        (b"Nothing but words.\r\nOn two lines.\r\n", "Nothing but words.\nOn two lines.", &[]),
    ] {
        let (found, names) = shown(mail);
        let mail = String::from_utf8_lossy(mail);
        assert_eq!((found.trim_end(), names), (text, attached.iter().map(|name| (*name).to_owned()).collect()), "{mail}");
    }
}

#[test]
fn a_message_that_trips_the_parser_is_shown_as_text() {
    let view = unparsed(b"Subject: =?utf-8?Q?=C3=A4?=\r\n\r\n<b>a\0</b>\r\n");
    assert_eq!(view.subject, "ä");
    assert!(view.body.as_str().contains("&lt;b&gt;a"), "{}", view.body.as_str());
}

#[test]
fn what_is_too_long_is_cut() {
    let text = view(format!("Subject: a\r\n\r\n{}", "ä\r\n".repeat(300_000)).as_bytes());
    assert!(text.is_cut && text.text.len() <= TEXT_BYTES);
    let html = view(format!("Content-Type: text/html\r\n\r\n{}", "<b>word</b> ".repeat(200_000)).as_bytes());
    assert!(html.is_cut && html.body.as_str().starts_with("<pre"));
    assert!(html.body.as_str().len() < 2 * TEXT_BYTES);
    assert!(!view(TEXT.as_bytes()).is_cut);
}

/// Each would take hours, or all of the stack, if it were not for a limit.
#[test]
fn hostile_messages_are_read_in_a_bounded_time() {
    let nested = |count: usize| {
        (0..count)
            .map(|at| format!("Content-Type: multipart/mixed; boundary=b{at}\r\n\r\n--b{at}\r\n"))
            .collect::<String>()
    };
    let seeking = "Content-Type: multipart/mixed; boundary=zz\r\n\r\nx\r\n--a\r\n".repeat(20_000);
    for mail in [
        nested(20_000),
        "Content-Type: message/rfc822\r\n\r\n".repeat(50_000),
        "Content-Type: multipart/digest; boundary=a\r\n\r\n--a\r\n\r\n".repeat(20_000),
        format!("Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n{seeking}"),
        format!("Content-Type: multipart/mixed; boundary=a\r\n\r\n{}", "--a\r\n\r\nx\r\n".repeat(100_000)),
        format!("Content-Disposition: attachment; {}\r\n\r\n", "filename*0*=x;".repeat(50_000)),
        format!("Subject: {}\r\n\r\n", "=?utf-8?q?a".repeat(50_000)),
        format!("To: {}\r\n\r\n", "\"a\" <a@b>, ".repeat(50_000)),
    ] {
        view(mail.as_bytes());
        part(mail.as_bytes(), 1);
    }
}

proptest! {
    #[test]
    fn any_bytes_are_viewed(bytes in proptest::collection::vec(any::<u8>(), 0..300), number in 0_u32..5) {
        view(&bytes);
        part(&bytes, number);
    }

    #[test]
    fn any_soup_is_viewed_safely(soup in soup(), number in 0_u32..6) {
        let view = view(soup.as_bytes());
        prop_assert_eq!(faults(view.body.as_str()), Vec::<String>::new());
        for attachment in view.attachments {
            prop_assert!(part(soup.as_bytes(), attachment.part).is_some());
        }
        part(soup.as_bytes(), number);
    }
}

/// Pieces of messages in any order.
fn soup() -> impl Strategy<Value = String> {
    let piece = proptest::sample::select(
        &[
            "Content-Type: multipart/mixed; boundary=a\r\n\r\n",
            "Content-Type: multipart/alternative; boundary=b\r\n\r\n",
            "Content-Type: multipart/related; boundary=c\n\n",
            "Content-Type: multipart/digest; boundary=a\r\n\r\n",
            "Content-Type: message/rfc822\r\n",
            "Content-Type: text/html\r\n",
            "Content-Type: text/plain; charset=utf-16\r\n",
            "Content-Type: ",
            "Content-ID: <a>\r\n",
            "Content-Transfer-Encoding: base64\r\n",
            "Content-Transfer-Encoding: quoted-printable\r\n",
            "Content-Disposition: attachment; filename*0*=",
            "Subject: ",
            "From: a <b@c>\r\n",
            "--a\r\n",
            "--a--\r\n",
            "--b\r\n",
            "--b--\r\n",
            "--c\n",
            "--c--",
            "\r\n",
            "\n",
            "\r\n\r\n",
            "R0lGODlh",
            "<img src=cid:a>",
            "<p onclick=a>",
            "<script>",
            "http://x.test/\"",
            "utf-8''%C3",
            "=C3",
            "=",
            "\"",
            ";",
            "é",
            "(",
            " ",
            "=?utf-8?b?",
            "?=",
        ][..],
    );
    proptest::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}
