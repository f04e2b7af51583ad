use proptest::prelude::*;

use crate::smtp::{DataFault, DataReceiver, stuff};

/// What is received in chunks of `size` bytes, and how many bytes were taken.
fn receive(input: &[u8], size: usize, limit: usize) -> (usize, Result<Vec<u8>, DataFault>) {
    let mut receiver = DataReceiver::new(limit);
    let mut consumed = 0;
    for chunk in input.chunks(size) {
        let progress = receiver.receive(chunk);
        consumed += progress.consumed;
        if progress.done {
            break;
        }
        assert_eq!(progress.consumed, chunk.len());
    }
    (consumed, receiver.finish())
}

/// What servers have taken for the end of a line, before and behind the dot.
const LINE_ENDS: [&[u8]; 12] = [
    b"",
    b"\r",
    b"\n",
    b"\r\n",
    b"\n\r",
    b"\r\r\n",
    b"\r\n\0",
    b"\0\r\n",
    b"\r\0\n",
    b"\n\n",
    b" \r\n",
    b"\xc2\x85",
];

/// Everything that a server has ever taken for the end of a mail, and much that none has; all but the one that it is.
fn smuggling() -> impl Iterator<Item = Vec<u8>> {
    let pairs = LINE_ENDS.into_iter().flat_map(|before| LINE_ENDS.map(|behind| (before, behind)));
    pairs
        .filter(|(before, behind)| !(before.ends_with(b"\r\n") && behind.starts_with(b"\r\n")))
        .map(|(before, behind)| [before, b".", behind].concat())
}

/// Whether each CR has its LF and each LF its CR.
fn is_whole(content: &[u8]) -> bool {
    let text = String::from_utf8_lossy(content).replace("\r\n", "");
    !text.contains(['\r', '\n'])
}

#[test]
fn content_ends_only_at_its_end() {
    for trick in smuggling() {
        let mut input = b"one".to_vec();
        input.extend_from_slice(&trick);
        input.extend_from_slice(b"MAIL FROM:<evil@example.test>\r\n");
        let is_whole = is_whole(&input);
        let attack = input.len();
        input.extend_from_slice(b"two\r\n.\r\nQUIT\r\n");
        for size in [1, 2, 3, input.len()] {
            let (consumed, result) = receive(&input, size, 1000);
            assert_eq!(consumed, attack + b"two\r\n.\r\n".len(), "{trick:?}");
            match result {
                // One mail, with all of it.
                Ok(content) => assert!(is_whole && content.ends_with(b"two\r\n"), "{trick:?}"),
                Err(fault) => {
                    let bare = matches!(fault, DataFault::BareLineFeed | DataFault::BareCarriageReturn);
                    assert!(bare && !is_whole, "{trick:?}: {fault}");
                    assert_eq!(fault.reply().code, 554);
                }
            }
        }
    }
}

/// The other direction: whatever a message holds, no server sees another end in what we send.
#[test]
fn what_is_sent_has_one_end_for_every_server() {
    for trick in smuggling().chain([b"\r\n.\r\n".to_vec()]) {
        let content = [b"one", &trick[..], b"MAIL FROM:<evil@example.test>\r\n"].concat();
        let sent = [stuff(&content).as_slice(), b".\r\n"].concat();
        let lines: Vec<&[u8]> = sent.split_inclusive(|byte| *byte == b'\n').collect();
        for (at, line) in lines.iter().enumerate() {
            let text = line.strip_suffix(b"\r\n").unwrap_or_else(|| panic!("{trick:?}: a bare line feed"));
            assert!(!text.contains(&b'\r'), "{trick:?}: a bare carriage return");
            let is_last = at + 1 == lines.len();
            assert_eq!(text.trim_ascii() == b".", is_last, "{trick:?}: an end in line {at}");
        }
    }
}

#[test]
fn dots_are_unstuffed_at_line_starts_only() {
    let (consumed, result) = receive(b"..a\r\nb.c\r\n...\r\n.x\r\n\r\n.\r\nQUIT\r\n", 100, 100);
    assert_eq!(result, Ok(b".a\r\nb.c\r\n..\r\nx\r\n\r\n".to_vec()));
    assert_eq!(consumed, 24);
}

#[test]
fn an_empty_content_ends_at_once() {
    assert_eq!(receive(b".\r\nQUIT\r\n", 100, 100), (3, Ok(Vec::new())));
}

#[test]
fn content_beyond_the_limit_is_read_to_its_end_and_refused() {
    let (consumed, result) = receive(b"12345\r\n67890\r\n.\r\nQUIT\r\n", 4, 13);
    assert_eq!((consumed, &result), (17, &Err(DataFault::TooLarge { limit: 13 })));
    assert_eq!(result.unwrap_err().reply().code, 552);
    assert!(receive(b"12345\r\n67890\r\n.\r\n", 4, 14).1.is_ok());
}

#[test]
fn content_without_an_end_is_unfinished() {
    for input in [&b""[..], b"a\r\n", b"a\r\n.", b"a\r\n.\r", b"a\n"] {
        assert_eq!(receive(input, 1, 100).1, Err(DataFault::Unfinished));
    }
}

#[test]
fn what_is_sent_has_stuffed_dots_and_whole_line_ends() {
    for (content, sent) in [
        (&b""[..], &b""[..]),
        (b"a", b"a\r\n"),
        (b".", b"..\r\n"),
        (b".a\n.b\r\n\n.", b"..a\r\n..b\r\n\r\n..\r\n"),
        (b"a\r.\rb", b"a\r\n..\r\nb\r\n"),
        (b"a\r\r\nb", b"a\r\n\r\nb\r\n"),
    ] {
        assert_eq!(stuff(content), sent);
    }
}

#[test]
fn ten_megabytes_pass_in_network_sized_chunks() {
    let line = b"This line is as long as the lines of attachments are, seventy-six octets....\r\n";
    let content = line.repeat(10 * 1024 * 1024 / line.len());
    let mut sent = stuff(&content);
    sent.extend_from_slice(b".\r\n");
    let (consumed, result) = receive(&sent, 16 * 1024, content.len());
    assert_eq!(consumed, sent.len());
    assert!(result.unwrap() == content);
}

fn hostile() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(proptest::sample::select(&b"\r\n.\r\n.ab\0"[..]), 0..60)
}

proptest! {
    #[test]
    fn a_split_at_any_byte_changes_nothing(input in hostile(), limit in 0_usize..40) {
        let whole = receive(&input, input.len().max(1), limit);
        for at in 0..=input.len() {
            let mut receiver = DataReceiver::new(limit);
            let first = receiver.receive(&input[..at]);
            let second = receiver.receive(&input[first.consumed..]);
            prop_assert_eq!((first.consumed + second.consumed, receiver.finish()), whole.clone());
        }
        prop_assert_eq!(receive(&input, 1, limit), whole);
    }

    #[test]
    fn what_is_taken_has_no_line_end_but_crlf(input in hostile()) {
        if let (_, Ok(content)) = receive(&input, 7, 100) {
            let text = String::from_utf8(content).unwrap().replace("\r\n", "");
            prop_assert!(!text.contains(['\r', '\n']));
        }
    }

    #[test]
    fn whatever_is_sent_arrives_whole(content in hostile()) {
        let mut sent = stuff(&content);
        let length = sent.len();
        sent.extend_from_slice(b".\r\nQUIT\r\n");
        let (consumed, result) = receive(&sent, 5, 1000);
        prop_assert_eq!(consumed, length + 3);
        prop_assert_eq!(stuff(&result.unwrap()), stuff(&content));
    }
}
