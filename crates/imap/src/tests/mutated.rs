//! What arrives, damaged at random places: no parser panics, none reads in pieces otherwise than at once, and none keeps
//! more than its limit. `cargo xtask fuzz` damages with ever new seeds.

use bytes::Bytes;
use wire::imap::{Commands, Encoding, Limits, MailboxName, MessageUrl, SequenceSet, Step};
use wire::smtp::{Command as SmtpCommand, DataReceiver, ReplyReader};

use super::draw::{Draw, for_each_seed, seeds};
use crate::commands::fetch;

/// How many damages of each kind a seed makes.
const DAMAGES: usize = 400;
/// The largest message that the reader takes here, in bytes.
const LIMIT: u64 = 2_000;

const COMMANDS: &[&str] = &[
    "a1 LOGIN {5+}\r\nwrong {3+}\r\nfoo\r\n",
    "a2 AUTHENTICATE PLAIN AGEAYg==\r\n",
    "a3 SELECT \"Other Users/a/INBOX\" (QRESYNC (1 2 3:4 (1 1)) CONDSTORE)\r\n",
    "a4 LIST (SUBSCRIBED RECURSIVEMATCH) \"\" (\"%\" \"INBOX*\") RETURN (CHILDREN STATUS (MESSAGES UNSEEN))\r\n",
    "a5 UID FETCH 1:*,5 (FLAGS BODY.PEEK[1.2.HEADER.FIELDS (Subject \"To\")]<0.10> BINARY[1] ENVELOPE) (CHANGEDSINCE 5 VANISHED)\r\n",
    "a6 STORE 1,3:5 (UNCHANGEDSINCE 12) +FLAGS.SILENT (\\Seen $Work)\r\n",
    "a7 APPEND INBOX (\\Flagged) \"24-Nov-2026 10:00:00 +0100\" {7+}\r\nfirst\r\n {3+}\r\nabc\r\n",
    "a8 UID SEARCH RETURN (MIN ALL COUNT SAVE) CHARSET UTF-8 OR (FROM \"a\" NOT SINCE 1-Jan-2026) HEADER X {3+}\r\nabc\r\n",
    "a9 SORT (REVERSE DATE SUBJECT) UTF-8 UNSEEN LARGER 100\r\n",
    "b1 THREAD REFERENCES UTF-8 ALL\r\n",
    "b2 SETMETADATA INBOX (/private/comment {3+}\r\nabc /shared/x NIL)\r\n",
    "b3 NOTIFY SET STATUS (selected (MessageNew (UID FLAGS) MessageExpunge)) (subtree (A B) (FlagChange))\r\n",
    "b4 APPEND Drafts CATENATE (URL \"/INBOX;UIDVALIDITY=1/;UID=2/;SECTION=TEXT\" TEXT {4+}\r\nmore)\r\n",
    "b5 REPLACE 4 Drafts (\\Draft) ~{5+}\r\nbytes\r\n",
    "b6 MOVE $ &Jjo-\r\nb7 IDLE\r\nDONE\r\n",
    "b8 RENAME \"a\\\\b\" \"c\\\"d\"\r\nb9 UID EXPUNGE 4294967295:1\r\n",
];

const MESSAGES: &[&str] = &[
    "From: A <a@b.test>\r\nTo: =?utf-8?q?Z=C3=BCrich?= <z@b.test>, g: c@d.test;\r\nSubject: one\r\n two\r\n\r\nwords\r\n",
    "Content-Type: multipart/mixed; boundary=\"o\"\r\nMIME-Version: 1.0\r\n\r\n--o\r\nContent-Type: text/html; charset=utf-8\r\n\
     Content-Transfer-Encoding: quoted-printable\r\n\r\n<p>a=C3=A9=\r\n</p>\r\n--o\r\nContent-Type: message/rfc822\r\n\r\n\
     Subject: inner\r\nContent-Type: multipart/alternative; boundary=i\r\n\r\n--i\r\n\r\ntext\r\n--i--\r\n--o\r\n\
     Content-Disposition: attachment; filename*0*=utf-8\'\'%C3; filename*1*=%A9.txt\r\nContent-Transfer-Encoding: base64\r\n\r\n\
     aGVsbG8=\r\n--o--\r\n",
    "Subject: no end\r\nContent-Type: multipart/digest; boundary=x\r\n\r\n--x\r\n\r\nSubject: a\r\n\r\nb\r\n--x",
    "Date: Mon, 24 Nov 2026 10:00:00 +0100 (CET)\r\nMessage-ID: <a@b>\r\nReferences: <c@d> <e@f>\r\nIn-Reply-To: <e@f>\r\n\r\n",
];

const SMTP: &[&str] = &[
    "EHLO far.example",
    "MAIL FROM:<\"a b\"@far.example> SIZE=100 BODY=8BITMIME RET=HDRS ENVID=a+20b SMTPUTF8",
    "RCPT TO:<@one,@two:c@[IPv6:::1]> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;a+40b",
    "BDAT 100 LAST",
    "AUTH PLAIN AGEAYg==",
];

const REPLIES: &[&str] =
    &["250-mx.example\r\n250-SIZE 100\r\n250 PIPELINING\r\n354 Go on\r\n", "550 5.1.1 No such user\r\n"];

/// What stands for something in one of these languages.
const SPECIAL: &[u8] = b"\r\n\0(){}\"\\*%[]<>:;,=+-~ 019.@/&$\x80\xff";

fn damaged(draw: &mut Draw, seeds: &[&str]) -> Vec<u8> {
    let mut bytes = draw.one(seeds).as_bytes().to_vec();
    for _ in 0..=draw.below(4) {
        let at = draw.below(bytes.len() + 1);
        let end = (at + draw.below(12)).min(bytes.len());
        match draw.below(6) {
            0 => bytes.insert(at, draw.one(SPECIAL)),
            1 => drop(bytes.drain(at..end)),
            2 => {
                let again = bytes[at..end].to_vec();
                bytes.splice(at..at, again);
            }
            3 => bytes.truncate(at),
            4 => {
                let other = draw.one(seeds).as_bytes();
                let from = draw.below(other.len());
                bytes.splice(at..at, other[from..].iter().copied().take(40));
            }
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = draw.one(SPECIAL);
                }
            }
        }
    }
    bytes
}

/// Everything that is read, in pieces of that size.
fn steps(bytes: &[u8], piece: usize) -> Vec<String> {
    let mut commands = Commands::new(Limits::user(LIMIT));
    let mut found = Vec::new();
    for piece in bytes.chunks(piece) {
        commands.push(piece);
        loop {
            let step = commands.step();
            if step == Step::NeedMore {
                break;
            }
            let is_over = matches!(&step, Step::Bad { fault, .. } if fault.is_fatal());
            found.push(format!("{step:?}"));
            assert!(found.len() <= bytes.len() + 2, "the reader does not get on");
            if is_over {
                return found;
            }
        }
    }
    found
}

#[test]
fn commands_are_read_alike_in_pieces_and_at_once() {
    for_each_seed(seeds(1, 10), |mut draw| {
        for _ in 0..DAMAGES {
            let bytes = damaged(&mut draw, COMMANDS);
            let whole = steps(&bytes, bytes.len().max(1));
            let piece = 1 + draw.below(7);
            assert_eq!(steps(&bytes, piece), whole, "{}", String::from_utf8_lossy(&bytes));
        }
    });
}

#[test]
fn names_sets_and_urls_are_read_or_refused() {
    for_each_seed(seeds(1, 10), |mut draw| {
        for _ in 0..DAMAGES {
            let bytes = damaged(
                &mut draw,
                &[
                    "INBOX/&AOkA6g-/x",
                    "1:*,5,7:9,$",
                    "/INBOX;UIDVALIDITY=1/;UID=2/;SECTION=1.MIME/;PARTIAL=0.5",
                ],
            );
            for encoding in [Encoding::ModifiedUtf7, Encoding::Utf8] {
                if let Ok(name) = MailboxName::decode(&bytes, encoding) {
                    let again = MailboxName::decode(name.encode(encoding).as_bytes(), encoding);
                    assert_eq!(again.unwrap(), name, "{}", String::from_utf8_lossy(&bytes));
                }
            }
            if let Ok(set) = SequenceSet::parse(&bytes) {
                assert!(
                    set.resolve(100).iter().all(|range| *range.start() >= 1 && range.start() <= range.end())
                );
            }
            let _ = MessageUrl::parse(&String::from_utf8_lossy(&bytes));
            let _ = crate::sign_in::plain(&String::from_utf8_lossy(&bytes));
        }
    });
}

#[test]
fn messages_are_described_whatever_they_are() {
    for_each_seed(seeds(1, 10), |mut draw| {
        for _ in 0..DAMAGES {
            let bytes = damaged(&mut draw, MESSAGES);
            let summary = message::summarize(&bytes);
            assert!(summary.preview.len() <= 4_000 && summary.subject.len() <= 100_000);
            assert!(message::header::end(&bytes) <= bytes.len());
            let _ = message::view(&bytes);
            fetch::described(Bytes::from(bytes));
        }
    });
}

#[test]
fn smtp_is_read_alike_in_pieces_and_at_once() {
    for_each_seed(seeds(1, 10), |mut draw| {
        for _ in 0..DAMAGES {
            let _ = SmtpCommand::parse(&damaged(&mut draw, SMTP));
            let bytes =
                damaged(&mut draw, &["line\r\n..dots\r\n.\r\nQUIT\r\n", "a\n.\nb\r\n.\r\r\n", "\r\n.\r\n"]);
            let piece = 1 + draw.below(5);
            assert_eq!(received(&bytes, piece), received(&bytes, bytes.len().max(1)), "{bytes:?}");
            let bytes = damaged(&mut draw, REPLIES);
            assert_eq!(replies(&bytes, piece), replies(&bytes, bytes.len().max(1)), "{bytes:?}");
        }
    });
}

/// What a receiver of data takes, and how it ends.
fn received(bytes: &[u8], piece: usize) -> (usize, Option<String>) {
    let mut receiver = DataReceiver::new(1_000);
    let mut taken = 0;
    for piece in bytes.chunks(piece) {
        let progress = receiver.receive(piece);
        taken += progress.consumed;
        if progress.done {
            return (taken, Some(format!("{:?}", receiver.finish())));
        }
    }
    (taken, None)
}

fn replies(bytes: &[u8], piece: usize) -> Vec<String> {
    let (mut reader, mut found) = (ReplyReader::default(), Vec::new());
    for piece in bytes.chunks(piece) {
        reader.push(piece);
        loop {
            match reader.next_reply() {
                Ok(Some(reply)) => found.push(format!("{reply:?}")),
                Ok(None) => break,
                Err(fault) => {
                    found.push(format!("{fault:?}"));
                    return found;
                }
            }
        }
    }
    found
}
