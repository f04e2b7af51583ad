//! Whether anything speaks for the domain in From.

use super::world::{Keys, TestDns, verdicts};
use crate::{DmarcPolicy, DmarcResult, DmarcVerdict};

fn mail(from: &str) -> Vec<u8> {
    format!("From: {from}\r\nTo: info@example.test\r\nSubject: Hello\r\n\r\nHello.\r\n").into_bytes()
}

fn found(dns: &TestDns, message: &[u8]) -> DmarcVerdict {
    verdicts(dns, message).dmarc
}

/// A DNS in which the envelope's `far.example` passes SPF, and `domain` has this policy.
fn policy(domain: &str, record: &str) -> TestDns {
    TestDns::default()
        .txt("far.example", "v=spf1 ip4:192.0.2.1 -all")
        .txt(&format!("_dmarc.{domain}"), record)
}

#[test]
fn a_domain_that_sends_its_own_mail_passes() {
    let dns = policy("far.example", "v=DMARC1; p=reject");
    let verdict = found(&dns, &mail("bob@far.example"));
    let wanted = DmarcVerdict {
        result: DmarcResult::Pass,
        domain: "far.example".to_owned(),
        policy: DmarcPolicy::Reject,
    };
    assert_eq!(verdict, wanted);
    assert_eq!(found(&dns, &mail("Bob <bob@FAR.example>")), wanted);
}

#[test]
fn mail_in_anothers_name_fails_as_its_owner_asks() {
    for (record, asked) in [
        ("v=DMARC1; p=none", DmarcPolicy::None),
        ("v=DMARC1; p=quarantine", DmarcPolicy::Quarantine),
        ("v=DMARC1; p=reject", DmarcPolicy::Reject),
    ] {
        let all = verdicts(&policy("bank.example", record), &mail("chief@bank.example"));
        assert_eq!((all.dmarc.result, all.dmarc.policy), (DmarcResult::Fail, asked));
        assert_eq!(all.asks_to_refuse(), asked == DmarcPolicy::Reject);
    }
}

#[test]
fn a_domain_without_a_policy_has_no_verdict() {
    let dns = TestDns::default();
    assert_eq!(found(&dns, &mail("bob@far.example")).result, DmarcResult::None);
    for record in ["v=DMARC1", "v=DMARC1; p=maybe", "p=reject", "v=spf1 -all"] {
        assert_eq!(found(&policy("far.example", record), &mail("bob@far.example")).result, DmarcResult::None);
    }
    let two = policy("far.example", "v=DMARC1; p=reject").txt("_dmarc.far.example", "v=DMARC1; p=none");
    assert_eq!(found(&two, &mail("bob@far.example")).result, DmarcResult::None, "two records are none");
    let failing = TestDns::default().failing("_dmarc.far.example");
    assert_eq!(found(&failing, &mail("bob@far.example")).result, DmarcResult::TempError);
}

#[test]
fn a_signature_speaks_for_its_organization_unless_the_owner_is_strict() {
    let keys = Keys::of("mail.bank.co.uk");
    for (record, from, result) in [
        ("v=DMARC1; p=reject", "a@bank.co.uk", DmarcResult::Pass),
        ("v=DMARC1; p=reject", "a@news.bank.co.uk", DmarcResult::Pass),
        ("v=DMARC1; p=reject; adkim=s", "a@bank.co.uk", DmarcResult::Fail),
        ("v=DMARC1; p=reject; adkim=s", "a@mail.bank.co.uk", DmarcResult::Pass),
        ("v=DMARC1; p=reject; aspf=s", "a@bank.co.uk", DmarcResult::Pass),
    ] {
        let dns = keys.publish(policy("bank.co.uk", record));
        assert_eq!(found(&dns, &keys.sign(1, &mail(from))).result, result, "{record} {from}");
    }
    // Neighbours under one public suffix are strangers.
    let dns = keys.publish(policy("thief.co.uk", "v=DMARC1; p=reject"));
    assert_eq!(found(&dns, &keys.sign(1, &mail("a@thief.co.uk"))).result, DmarcResult::Fail);
}

#[test]
fn the_envelope_speaks_for_its_organization_unless_the_owner_is_strict() {
    for (record, from, result) in [
        ("v=DMARC1; p=reject", "a@far.example", DmarcResult::Pass),
        ("v=DMARC1; p=reject", "a@news.far.example", DmarcResult::Pass),
        ("v=DMARC1; p=reject; aspf=s", "a@news.far.example", DmarcResult::Fail),
        ("v=DMARC1; p=reject; aspf=s", "a@far.example", DmarcResult::Pass),
    ] {
        assert_eq!(found(&policy("far.example", record), &mail(from)).result, result, "{record} {from}");
    }
}

#[test]
fn the_organization_speaks_for_what_is_below_it() {
    let dns = || policy("bank.example", "v=DMARC1; p=reject; sp=quarantine");
    let verdict = found(&dns(), &mail("a@deep.down.bank.example"));
    assert_eq!((verdict.result, verdict.policy), (DmarcResult::Fail, DmarcPolicy::Quarantine));
    assert_eq!(verdict.domain, "deep.down.bank.example");
    let own = dns().txt("_dmarc.deep.down.bank.example", "v=DMARC1; p=none");
    assert_eq!(found(&own, &mail("a@deep.down.bank.example")).policy, DmarcPolicy::None);
}

#[test]
fn what_could_not_be_asked_leaves_it_open() {
    let keys = Keys::of("bank.example");
    let dns = policy("bank.example", "v=DMARC1; p=reject").failing("s1._domainkey.bank.example");
    assert_eq!(found(&dns, &keys.sign(0, &mail("a@bank.example"))).result, DmarcResult::TempError);
    // That of a stranger does not.
    let keys = Keys::of("list.example");
    let dns = policy("bank.example", "v=DMARC1; p=reject").failing("s1._domainkey.list.example");
    assert_eq!(found(&dns, &keys.sign(0, &mail("a@bank.example"))).result, DmarcResult::Fail);
}

#[test]
fn of_several_senders_the_worst_is_told() {
    let dns =
        policy("bank.example", "v=DMARC1; p=quarantine").txt("_dmarc.far.example", "v=DMARC1; p=reject");
    for from in [
        "bob@far.example, chief@bank.example",
        "bob@far.example\r\nFrom: chief@bank.example",
        "chief@bank.example\r\nfrom : bob@far.example",
        "Both: bob@far.example, chief@bank.example;",
    ] {
        let verdict = found(&dns, &mail(from));
        assert_eq!((verdict.result, verdict.domain.as_str()), (DmarcResult::Fail, "bank.example"), "{from}");
    }
    let twice = found(&dns, &mail("bob@far.example, ben@far.example"));
    assert_eq!(twice.result, DmarcResult::Pass);
}

#[test]
fn a_mail_from_nobody_has_no_verdict_to_trust() {
    let dns = policy("far.example", "v=DMARC1; p=reject");
    let five: Vec<String> = (0..5).map(|number| format!("a@d{number}.example")).collect();
    for from in ["", "nobody", "bob@[192.0.2.1]", "bob@far.example, nobody", &five.join(", ")] {
        let verdict = found(&dns, &mail(from));
        assert_eq!((verdict.result, verdict.domain.as_str()), (DmarcResult::PermError, ""), "{from:?}");
    }
    assert_eq!(found(&dns, b"Subject: no From\r\n\r\n").result, DmarcResult::PermError);
}
