//! Searching as IMAP does.

use std::time::Duration;

use bytes::Bytes;
use domain::{FolderId, Timestamp};

use super::on_both;
use super::world::World;
use crate::{Flags, Keywords, MailError, Mailbox, Missing, ModSeq, NewMessage, SearchKey, Span, Uid, UidSet};

fn text(make: fn(String) -> SearchKey, text: &str) -> SearchKey {
    make(text.to_owned())
}

fn or(one: SearchKey, other: SearchKey) -> SearchKey {
    SearchKey::Or(Box::new(one), Box::new(other))
}

fn not(key: SearchKey) -> SearchKey {
    SearchKey::Not(Box::new(key))
}

fn header(name: &str, text: &str) -> SearchKey {
    SearchKey::Header(name.to_owned(), text.to_owned())
}

fn span(from: Option<i64>, until: Option<i64>) -> Span {
    Span { from: from.map(Timestamp::from_secs), until: until.map(Timestamp::from_secs) }
}

/// An inbox with three messages: an invoice, an answer to it with a header of its own, and a newsletter.
async fn inbox(world: &World) -> (Mailbox, FolderId) {
    let mailbox = world.annas().await;
    let inbox = mailbox.inbox().await;
    let messages = [
        (
            "From: \"Bob Müller\" <bob@far.test>\r\nTo: Info <info@acme.test>\r\nCc: eve@far.test\r\n\
             Message-ID: <1@far.test>\r\nSubject: Invoice\r\nDate: Thu, 01 Jan 1970 00:16:40 +0000\r\n\r\n\
             The amount is overdue\r\n",
            Flags::SEEN,
            "work",
            100,
        ),
        (
            "From: eve@far.test\r\nTo: bob@far.test\r\nMessage-ID: <2@far.test>\r\nIn-Reply-To: <1@far.test>\r\n\
             Subject: Re: Invoice\r\nX-Mood: cheerful\r\nDate: Thu, 01 Jan 1970 00:33:20 +0000\r\n\r\nPaid\r\n",
            Flags::NONE,
            "",
            200,
        ),
        (
            "From: news@far.test\r\nTo: info@acme.test\r\nMessage-ID: <3@far.test>\r\nSubject: News\r\n\
             List-Id: all\r\n\r\nAn amount of news, and much more of it, so that this is the longest of the three: \
             nothing in it is of any interest to anybody, and nobody ever reads as far as this.\r\n",
            Flags::FLAGGED,
            "",
            300,
        ),
    ];
    for (content, flags, keyword, at) in messages {
        let new = NewMessage {
            content: Bytes::from(content),
            flags,
            keywords: Keywords::of([keyword]),
            received_at: Some(Timestamp::from_secs(at)),
        };
        mailbox.append(inbox, new).await.unwrap();
    }
    (mailbox, inbox)
}

async fn find(mailbox: &Mailbox, folder: FolderId, key: SearchKey) -> Vec<u32> {
    mailbox.search(folder, key).await.unwrap().into_iter().map(|uid| uid.0).collect()
}

async fn check(mailbox: &Mailbox, folder: FolderId, cases: Vec<(SearchKey, &[u32])>) {
    for (key, expected) in cases {
        assert_eq!(find(mailbox, folder, key.clone()).await, expected, "{key:?}");
        let others: Vec<u32> = (1..=3).filter(|uid| !expected.contains(uid)).collect();
        assert_eq!(find(mailbox, folder, not(key.clone())).await, others, "not {key:?}");
    }
}

#[test]
fn a_search_finds_by_marks_dates_and_sizes() {
    on_both(|world| async move {
        let (mailbox, inbox) = inbox(&world).await;
        let third = mailbox.entries(inbox, &UidSet::one(Uid(3))).await.unwrap()[0].modseq;
        let fetched = mailbox.fetch(inbox, &UidSet::all()).await.unwrap();
        let sizes: Vec<u64> = fetched.iter().map(|message| message.size).collect();
        assert!(sizes[1] < sizes[0] && sizes[0] < sizes[2], "{sizes:?}");
        let start = testkit::clock::START.secs();
        let now = u64::try_from(start).unwrap();
        let cases: Vec<(SearchKey, &[u32])> = vec![
            (SearchKey::All, &[1, 2, 3]),
            (SearchKey::Has(Flags::SEEN), &[1]),
            (SearchKey::Keyword("WORK".to_owned()), &[1]),
            (SearchKey::Uids(UidSet::of_ranges([2..=9])), &[2, 3]),
            (SearchKey::Uids(UidSet::default()), &[]),
            (SearchKey::Received(span(Some(200), None)), &[2, 3]),
            (SearchKey::Received(span(None, Some(200))), &[1]),
            (SearchKey::Sent(span(Some(1_000), Some(2_000))), &[1]),
            (SearchKey::Sent(span(None, Some(1_000))), &[3]),
            (SearchKey::Saved(span(Some(start), Some(start + 1))), &[1, 2, 3]),
            (SearchKey::Larger(sizes[0]), &[3]),
            (SearchKey::Larger(sizes[0] - 1), &[1, 3]),
            (SearchKey::Smaller(sizes[0]), &[2]),
            (SearchKey::Smaller(sizes[0] + 1), &[1, 2]),
            (SearchKey::Older(Duration::from_secs(now - 200)), &[1, 2]),
            (SearchKey::Younger(Duration::from_secs(now - 200)), &[2, 3]),
            (SearchKey::Message(fetched[2].message), &[3]),
            (SearchKey::Thread(fetched[0].message), &[1, 2]),
            (SearchKey::ModSeq(third), &[3]),
            (SearchKey::ModSeq(ModSeq(0)), &[1, 2, 3]),
        ];
        check(&mailbox, inbox, cases).await;
    });
}

#[test]
fn a_search_finds_by_people_subject_words_and_other_fields() {
    on_both(|world| async move {
        let (mailbox, inbox) = inbox(&world).await;
        let cases: Vec<(SearchKey, &[u32])> = vec![
            (text(SearchKey::Subject, "INVOICE"), &[1, 2]),
            (text(SearchKey::Subject, "voice"), &[1, 2]),
            (text(SearchKey::From, "müller"), &[1]),
            (text(SearchKey::From, "bob@far"), &[1]),
            (text(SearchKey::To, "info@acme.test"), &[1, 3]),
            (text(SearchKey::To, "eve"), &[]),
            (text(SearchKey::Cc, "eve"), &[1]),
            (text(SearchKey::Body, "amount"), &[1, 3]),
            (text(SearchKey::Body, "over"), &[1]),
            (text(SearchKey::Body, "invoice"), &[]),
            (text(SearchKey::Text, "invoice"), &[1, 2]),
            (text(SearchKey::Text, "amount is overdue"), &[1]),
            (header("X-Mood", "CHEER"), &[2]),
            (header("X-Mood", ""), &[2]),
            (header("Message-ID", "<3@far.test>"), &[3]),
            (header("In-Reply-To", "1@far"), &[2]),
            (header("Nowhere", ""), &[]),
        ];
        check(&mailbox, inbox, cases).await;
    });
}

#[test]
fn keys_are_put_together() {
    on_both(|world| async move {
        let (mailbox, inbox) = inbox(&world).await;
        let cases: Vec<(SearchKey, &[u32])> = vec![
            (SearchKey::And(vec![text(SearchKey::Body, "amount"), SearchKey::Has(Flags::FLAGGED)]), &[3]),
            (SearchKey::And(vec![]), &[1, 2, 3]),
            (or(SearchKey::Has(Flags::SEEN), header("X-Mood", "cheerful")), &[1, 2]),
            (or(header("X-Mood", "sad"), header("List-Id", "all")), &[3]),
            (SearchKey::And(vec![header("List-Id", ""), not(SearchKey::Has(Flags::SEEN))]), &[3]),
            (not(or(text(SearchKey::Body, "paid"), not(text(SearchKey::From, "bob")))), &[1]),
            (
                SearchKey::And(vec![SearchKey::Uids(UidSet::of_ranges([1..=2])), SearchKey::Larger(0)]),
                &[1, 2],
            ),
        ];
        check(&mailbox, inbox, cases).await;
    });
}

#[test]
fn a_search_meets_only_its_folder_and_what_is_there_now() {
    on_both(|world| async move {
        let (mailbox, inbox) = inbox(&world).await;
        let archive = mailbox.named("Archive").await.id;
        assert!(find(&mailbox, archive, text(SearchKey::Body, "amount")).await.is_empty());
        mailbox.move_to(inbox, &UidSet::one(Uid(1)), archive).await.unwrap();
        assert_eq!(find(&mailbox, archive, text(SearchKey::Body, "amount")).await, [1]);
        assert_eq!(find(&mailbox, inbox, text(SearchKey::Body, "amount")).await, [3]);
        mailbox.delete_folder(archive).await.unwrap();
        let gone = mailbox.search(archive, SearchKey::All).await;
        assert!(matches!(gone, Err(MailError::NotFound(Missing::Folder))));
    });
}
