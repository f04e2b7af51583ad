//! Signatures: what holds, and what does not.

use super::world::{Keys, MESSAGE, TestDns, verdicts};
use crate::{DkimResult, DkimVerdict};

fn one(dns: &TestDns, message: &[u8]) -> DkimVerdict {
    let mut found = verdicts(dns, message).dkim;
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

fn is(dns: &TestDns, message: &[u8], result: DkimResult, reason: &str) {
    let verdict = one(dns, message);
    let text = String::from_utf8_lossy(message);
    assert_eq!((verdict.result, verdict.reason.as_deref().unwrap_or_default()), (result, reason), "{text}");
}

/// The message with one piece of text changed.
fn changed(message: &[u8], from: &str, to: &str) -> Vec<u8> {
    let text = String::from_utf8(message.to_vec()).unwrap();
    assert!(text.contains(from), "{text} lacks {from:?}");
    text.replacen(from, to, 1).into_bytes()
}

#[test]
fn what_a_domain_signed_passes_with_either_key() {
    let keys = Keys::of("far.example");
    let dns = keys.publish(TestDns::default());
    for (number, algorithm) in [(0, "rsa-sha256"), (1, "ed25519-sha256")] {
        let verdict = one(&dns, &keys.sign(number, MESSAGE));
        assert_eq!(verdict.result, DkimResult::Pass, "{verdict:?}");
        assert_eq!((verdict.domain.as_str(), verdict.algorithm.as_str()), ("far.example", algorithm));
        assert_eq!((verdict.selector, verdict.begins.len()), (format!("s{}", number + 1), 8));
    }
    let both = keys.sign(1, &keys.sign(0, MESSAGE));
    let results: Vec<_> = verdicts(&dns, &both).dkim.into_iter().map(|verdict| verdict.result).collect();
    assert_eq!(results, [DkimResult::Pass, DkimResult::Pass]);
    assert!(verdicts(&dns, MESSAGE).dkim.is_empty(), "a mail without signatures has no verdict about one");
}

#[test]
fn a_body_may_end_in_lines_of_white_space() {
    let keys = Keys::of("far.example");
    let dns = keys.publish(TestDns::default());
    let head = "From: bob@far.example\r\nSubject: ends\r\n\r\n";
    for body in
        ["", "\r\n\r\n", " \t\r\n", "x\r\n \r\n\t\r\n\r\n", "x  y\r\n ", "\r\n\r\nx", " x\r\n\r\n  \r\ny\r\n"]
    {
        let message = format!("{head}{body}");
        is(&dns, &keys.sign(0, message.as_bytes()), DkimResult::Pass, "");
    }
}

#[test]
fn what_was_altered_fails() {
    let keys = Keys::of("far.example");
    let dns = keys.publish(TestDns::default());
    let signed = keys.sign(0, MESSAGE);
    is(&dns, &changed(&signed, "this is Bob", "this is Eve"), DkimResult::Fail, "the body was altered");
    is(
        &dns,
        &changed(&signed, "Subject: Hello", "Subject: Urgent"),
        DkimResult::Fail,
        "the header was altered",
    );
    is(&dns, &changed(&signed, "bob@far", "eve@far"), DkimResult::Fail, "the header was altered");
    // White space changes on the way, and so does the trace.
    let travelled = changed(&signed, "Subject: Hello", "subject:  Hello \t");
    let travelled =
        [b"Received: by x.example; now\r\n", &changed(&travelled, "is Bob.", "is \t Bob. ")[..]].concat();
    is(&dns, &travelled, DkimResult::Pass, "");
}

#[test]
fn nobody_adds_a_field_to_those_that_people_see() {
    let keys = Keys::of("far.example");
    let dns = keys.publish(TestDns::default());
    let forged = [b"From: Chief <chief@bank.example>\r\n", &keys.sign(0, MESSAGE)[..]].concat();
    is(&dns, &forged, DkimResult::Fail, "the header was altered");
    let more = [b"Subject: Another\r\n", &keys.sign(0, MESSAGE)[..]].concat();
    is(&dns, &more, DkimResult::Fail, "the header was altered");
}

#[test]
fn a_key_that_is_not_there_signs_nothing() {
    let keys = Keys::of("far.example");
    let signed = keys.sign(0, MESSAGE);
    let name = "s1._domainkey.far.example";
    let with = |record: &str| TestDns::default().txt(name, record);
    is(&TestDns::default(), &signed, DkimResult::PermError, "there is no such key");
    is(
        &TestDns::default().with(name, "A", "192.0.2.9"),
        &signed,
        DkimResult::PermError,
        "there is no such key",
    );
    is(&TestDns::default().failing(name), &signed, DkimResult::TempError, "the key could not be asked for");
    is(&with("v=DKIM1; p="), &signed, DkimResult::PermError, "the key was revoked");
    is(&with("v=spf1 -all"), &signed, DkimResult::PermError, "the record of the key is unusable");
    is(&with("v=DKIM1; p=AAAA"), &signed, DkimResult::Fail, "the header was altered");
    is(&with(Keys::of("far.example").record(0)), &signed, DkimResult::Fail, "the header was altered");
    is(&with(keys.record(1)), &signed, DkimResult::PermError, "the key is of another kind");
    let two = with("v=spf1 -all").txt(name, keys.record(0));
    is(&two, &signed, DkimResult::Pass, "");
}

#[test]
fn a_signature_of_another_domain_is_of_that_domain() {
    let keys = Keys::of("list.example");
    let dns = keys.publish(TestDns::default());
    let verdict = one(&dns, &keys.sign(0, MESSAGE));
    assert_eq!((verdict.result, verdict.domain.as_str()), (DkimResult::Pass, "list.example"));
    // Its key does not sign for others.
    let renamed = changed(&keys.sign(0, MESSAGE), "d=list.example", "d=far.example");
    is(&dns, &renamed, DkimResult::PermError, "there is no such key");
}

/// A field that names these tags, and signs nothing.
fn with_field(tags: &str) -> Vec<u8> {
    [format!("DKIM-Signature: {tags}\r\n").as_bytes(), MESSAGE].concat()
}

/// Tags of a signature whose body hash is right, with something changed.
fn tags(from: &str, to: &str) -> Vec<u8> {
    let hash = "bh=qol2xq3q+1fKxFXfRToBCzF1FE5BYzzW/bHLAPxPe0c=";
    let b = "A".repeat(344);
    let all = format!("v=1; a=rsa-sha256; c=relaxed/relaxed; d=far.example; s=s1; h=From:To; {hash}; b={b}");
    with_field(&all.replacen(from, to, 1))
}

#[test]
fn a_signature_that_is_not_believed_is_not_asked_about() {
    let dns = TestDns::default();
    for (from, to, result, reason) in [
        ("a=rsa-sha256", "a=rsa-sha1", DkimResult::Policy, "the algorithm is not believed"),
        ("a=rsa-sha256", "a=dsa", DkimResult::Policy, "the algorithm is not believed"),
        ("AAAAAAAAA", "AAAA; z=", DkimResult::Policy, "the key is too short"),
        ("h=From:To", "h=To", DkimResult::PermError, "From is not signed"),
        ("s=s1", "s=s1; i=bob@bank.example", DkimResult::PermError, "the identity is of another domain"),
        ("s=s1", "s=s1; i=bob@notfar.example", DkimResult::PermError, "the identity is of another domain"),
        ("s=s1", "s=s1; q=http", DkimResult::PermError, "the key cannot be asked for"),
        ("s=s1", "s=s1; l=5", DkimResult::Policy, "only the beginning of the body is signed"),
        ("s=s1", "s=s1; l=5000", DkimResult::Fail, "the body is shorter than what was signed"),
        ("bh=q", "bh=A", DkimResult::Fail, "the body was altered"),
    ] {
        is(&dns, &tags(from, to), result, reason);
    }
    assert_eq!(dns.asked(), 10 * 2, "for each mail, SPF and DMARC asked once");
}

#[test]
fn a_signature_that_cannot_be_read_is_neutral() {
    let dns = TestDns::default();
    for (from, to) in [
        ("v=1; ", ""),
        ("v=1", "v=2"),
        ("a=rsa-sha256; ", ""),
        ("d=far.example", "d="),
        ("d=far.example", "d=far..example"),
        ("s=s1", "s=s 1"),
        ("h=From:To", "h="),
        ("h=From:To", "h=From::To"),
        ("bh=qol2", "bh=?"),
        ("; b=", "; b=*"),
        ("c=relaxed/relaxed", "c=nofws"),
        ("s=s1", "s=s1; s=s2"),
        ("s=s1", "s=s1; t=10; x=9"),
        ("s=s1", "s=s1; x=-1"),
        ("s=s1", "s=s1; i=bob"),
        ("s=s1", "s=s1; l=x"),
        ("v=1", "v=1 v=1 ="),
    ] {
        is(&dns, &tags(from, to), DkimResult::Neutral, "the signature cannot be read");
    }
    is(&dns, &with_field(""), DkimResult::Neutral, "the signature cannot be read");
}

#[test]
fn a_signature_expires() {
    let dns = TestDns::default();
    // 1,790,000,000 is now; what has not expired is asked about.
    is(&dns, &tags("s=s1", "s=s1; t=1; x=1789999999"), DkimResult::Fail, "the signature has expired");
    is(&dns, &tags("s=s1", "s=s1; x=1790000000"), DkimResult::PermError, "there is no such key");
    is(&dns, &tags("s=s1", "s=s1; x=99999999999999999999999"), DkimResult::PermError, "there is no such key");
}
