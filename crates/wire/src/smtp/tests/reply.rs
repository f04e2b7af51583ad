use proptest::prelude::*;

use crate::smtp::{Class, Enhanced, Reply, ReplyFault, ReplyReader};

fn written(reply: &Reply) -> String {
    let mut output = Vec::new();
    reply.write(&mut output);
    String::from_utf8(output).unwrap()
}

#[test]
fn replies_are_written_line_by_line() {
    assert_eq!(
        written(&Reply::new(550, "5.1.1", "no such\nmailbox")),
        "550-5.1.1 no such\r\n550 5.1.1 mailbox\r\n"
    );
    assert_eq!(written(&Reply::new(354, "", "go on")), "354 go on\r\n");
    let offers = vec!["mail.test".to_owned(), "PIPELINING".to_owned()];
    assert_eq!(written(&Reply::with_lines(250, "", offers)), "250-mail.test\r\n250 PIPELINING\r\n");
}

#[test]
fn nothing_in_a_text_ends_the_reply() {
    let reply = Reply { code: 250, enhanced: None, lines: vec!["a\r\n250 b\0".to_owned()] };
    assert_eq!(written(&reply), "250 a  250 b \r\n");
    assert!(written(&Reply::new(250, "2.0.0", &"é".repeat(600))).len() <= 512);
}

#[test]
fn replies_are_read_however_they_arrive() {
    let bytes = b"250-2.1.0 one\r\n250 2.1.0 two\r\n354\r\n421 bye\n";
    let mut reader = ReplyReader::default();
    let mut replies = Vec::new();
    for byte in bytes {
        reader.push(&[*byte]);
        replies.extend(reader.next_reply().unwrap());
    }
    assert!(reader.is_empty());
    let lines = vec!["one".to_owned(), "two".to_owned()];
    assert_eq!(replies[0], Reply { code: 250, enhanced: Some(Enhanced(2, 1, 0)), lines });
    assert_eq!(replies[1], Reply::new(354, "", ""));
    assert_eq!(replies[2], Reply::new(421, "", "bye"));
    assert_eq!(replies.len(), 3);
    let classes: Vec<Class> = replies.iter().map(Reply::class).collect();
    assert_eq!(classes, [Class::Completed, Class::Intermediate, Class::Transient]);
}

#[test]
fn an_enhanced_code_of_another_class_is_text() {
    let reply = Reply::parse(b"550 4.1.1 odd\r\n").unwrap();
    assert_eq!((reply.enhanced, reply.lines), (None, vec!["4.1.1 odd".to_owned()]));
}

#[test]
fn what_is_no_reply_is_refused() {
    for bytes in [
        &b"25\r\n"[..],
        b"hello\r\n",
        b"250x\r\n",
        b"150 no\r\n",
        b"999 no\r\n",
        b"250-a\r\n251 b\r\n",
        b"250-a\r\n",
        b"250 a\r\n250 b\r\n",
        b"2\xff0 a\r\n",
    ] {
        assert_eq!(Reply::parse(bytes), Err(ReplyFault::Malformed), "{bytes:?}");
    }
    assert_eq!(Reply::parse(&b"2".repeat(5000)), Err(ReplyFault::LineTooLong));
    assert_eq!(Reply::parse(&b"250-x\r\n".repeat(200)), Err(ReplyFault::TooManyLines));
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
        let _ = Reply::parse(&bytes);
    }

    #[test]
    fn nothing_like_a_reply_panics(text in "[245][0-9]{0,3}[- ]?[245]?[.é0-9]{0,6}[ a]{0,3}\r?\n") {
        let _ = Reply::parse(text.as_bytes());
    }

    #[test]
    fn what_is_written_is_read_back(code in 200_u16..600, lines in proptest::collection::vec("[a-z é]{0,40}", 1..5)) {
        let reply = Reply { code, enhanced: None, lines };
        prop_assert_eq!(Reply::parse(written(&reply).as_bytes()), Ok(reply));
    }
}
