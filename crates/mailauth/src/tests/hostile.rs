//! Mail that wants to keep us busy, or to make us say something.

use super::world::{Keys, MESSAGE, TestDns, arrival, run, verdicts};
use crate::{DkimResult, DmarcResult, Evidence, SpfResult, verify};

#[test]
fn of_ten_thousand_signatures_eight_are_looked_at() {
    let keys = Keys::of("far.example");
    let signed = keys.sign(1, MESSAGE);
    let field = &signed[..signed.len() - MESSAGE.len()];
    let mut message = field.repeat(9);
    message.extend_from_slice(MESSAGE);
    let dns = keys.publish(TestDns::default());
    let dkim = verdicts(&dns, &message).dkim;
    assert_eq!(dkim.len(), 8);
    assert!(dkim.iter().all(|verdict| verdict.result == DkimResult::Pass), "{dkim:?}");

    let mut message = field.repeat(10_000);
    message.extend_from_slice(MESSAGE);
    let dns = keys.publish(TestDns::default());
    let dkim = verdicts(&dns, &message).dkim;
    assert_eq!((dkim.len(), dkim[0].result), (1, DkimResult::Policy));
    assert_eq!(dkim[0].reason.as_deref(), Some("the header is too large"));
    assert!(dns.asked() < 10, "{} questions", dns.asked());
}

#[test]
fn a_giant_header_is_not_hashed() {
    let keys = Keys::of("far.example");
    let dns = keys.publish(TestDns::default());
    let long_subject = format!("Subject: {}\r\n", "x".repeat(1_000_000));
    let many_fields = "X: y\r\n".repeat(2_000);
    for extra in [long_subject, many_fields] {
        let message = [extra.as_bytes(), &keys.sign(1, MESSAGE)[..]].concat();
        assert_eq!(verdicts(&dns, &message).dkim[0].result, DkimResult::Policy);
    }
}

#[test]
fn a_signature_that_names_a_thousand_fields_is_not_read() {
    let names = vec!["From"; 1_000].join(":");
    let field =
        format!("DKIM-Signature: v=1; a=rsa-sha256; d=far.example; s=s1; h={names}; bh=AAAA; b=AAAA\r\n");
    let message = [field.as_bytes(), MESSAGE].concat();
    assert_eq!(verdicts(&TestDns::default(), &message).dkim[0].result, DkimResult::Neutral);
}

#[test]
fn a_name_server_that_says_nothing_is_not_waited_for() {
    let keys = Keys::of("far.example");
    let dns = keys.publish(TestDns::default()).silent("far.example").silent("_dmarc.far.example");
    let found = verdicts(&dns, &keys.sign(0, MESSAGE));
    assert_eq!((found.spf.result, found.dmarc.result), (SpfResult::TempError, DmarcResult::TempError));
    assert_eq!(found.dkim[0].result, DkimResult::Pass, "what was answered in time counts");
    let dns = TestDns::default().silent("s1._domainkey.far.example");
    assert_eq!(verdicts(&dns, &keys.sign(0, MESSAGE)).dkim[0].result, DkimResult::TempError);
}

#[test]
fn a_record_that_fans_out_is_cut_off() {
    // Ten records, each of which includes all of them.
    let includes: String = (0..10).map(|number| format!(" include:n{number}.example")).collect();
    let record = format!("v=spf1{includes} -all");
    let dns = (0..10).fold(TestDns::default().txt("far.example", &record), |dns, number| {
        dns.txt(&format!("n{number}.example"), &record)
    });
    let found = run(verify(Evidence::of(b""), &arrival("bob@far.example", "192.0.2.1"), &dns));
    assert_eq!(found.spf.result, SpfResult::PermError);
    assert!(dns.asked() < 15, "{} questions", dns.asked());
}

#[test]
fn whatever_a_mail_is_it_has_verdicts() {
    let dns = TestDns::default();
    let long_from = format!("From: {}@x.example\r\n\r\n", "a,".repeat(20_000));
    let broken: [&[u8]; 8] = [
        b"",
        b"\r\n",
        b"\r\n\r\n",
        b":\r\n\r\n",
        b"From: \xff\xfe@\xff\r\n\r\n",
        b"DKIM-Signature:\r\n\r\n",
        b"DKIM-Signature: v=1; b=\r\n\tX\r\n; h",
        long_from.as_bytes(),
    ];
    for message in broken {
        let found = verdicts(&dns, message);
        assert_eq!(found.dmarc.result, DmarcResult::PermError);
        assert!(found.dkim.iter().all(|verdict| verdict.result == DkimResult::Neutral));
    }
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_a_panic(head in "[\\PC\r\n:;=]{0,200}", body in proptest::collection::vec(0_u8..=255, 0..100)) {
        let message = [b"DKIM-Signature: v=1; ", head.as_bytes(), b"\r\n\r\n", &body].concat();
        let dns = TestDns::default().txt("far.example", &format!("v=spf1 {head}"));
        verdicts(&dns, &message);
        let host = "mx.example.test";
        let field = format!("Authentication-Results: {head}\r\n\r\n");
        crate::results_in(field.as_bytes(), host);
        let left = crate::without_results(field.as_bytes(), host).into_owned();
        proptest::prop_assert!(crate::results_in(&left, host).is_none());
    }
}
