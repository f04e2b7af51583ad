//! Who may send for a domain: each section of RFC 7208 that a record can lead to.

use super::world::{TestDns, arrival, run};
use crate::{Evidence, SpfIdentity, SpfResult, verify};

fn from(dns: &TestDns, sender: &str, ip: &str) -> SpfResult {
    run(verify(Evidence::of(b""), &arrival(sender, ip), dns)).spf.result
}

/// What a record of `far.example` says about 192.0.2.1.
fn says(dns: TestDns, record: &str) -> SpfResult {
    from(&dns.txt("far.example", record), "bob@far.example", "192.0.2.1")
}

fn empty() -> TestDns {
    TestDns::default()
}

#[test]
fn a_record_says_each_of_the_results() {
    for (record, result) in [
        ("v=spf1 ip4:192.0.2.1 -all", SpfResult::Pass),
        ("v=spf1 ip4:192.0.2.0/24 -all", SpfResult::Pass),
        ("v=spf1 ip4:192.0.3.0/24 -all", SpfResult::Fail),
        ("v=spf1 ~all", SpfResult::SoftFail),
        ("v=spf1 ?all", SpfResult::Neutral),
        ("v=spf1", SpfResult::Neutral),
        ("v=spf1 ip4:192.0.2.1/33 -all", SpfResult::PermError),
        ("v=spf1 -all frobnicate", SpfResult::PermError),
        ("some other text", SpfResult::None),
    ] {
        assert_eq!(says(empty(), record), result, "{record}");
    }
}

#[test]
fn a_domain_without_a_record_says_nothing() {
    assert_eq!(from(&empty(), "bob@far.example", "192.0.2.1"), SpfResult::None);
    assert_eq!(
        from(&empty().with("far.example", "A", "192.0.2.1"), "bob@far.example", "192.0.2.1"),
        SpfResult::None
    );
    assert_eq!(from(&empty().failing("far.example"), "bob@far.example", "192.0.2.1"), SpfResult::TempError);
    let two = empty().txt("far.example", "v=spf1 +all");
    assert_eq!(says(two, "v=spf1 -all"), SpfResult::PermError, "two records are a mistake");
}

#[test]
fn mail_without_a_return_path_is_checked_by_the_name_of_its_server() {
    let dns = empty().txt("mx.far.example", "v=spf1 ip4:192.0.2.1 -all");
    let verdict = run(verify(Evidence::of(b""), &arrival("", "192.0.2.1"), &dns)).spf;
    assert_eq!((verdict.result, verdict.identity), (SpfResult::Pass, SpfIdentity::Helo));
    assert_eq!(verdict.domain, "mx.far.example");
    for greeting in ["[192.0.2.1]", "localhost", "", "192.0.2.1", "..", &"x".repeat(300)] {
        let arrival = crate::Arrival { greeting: greeting.to_owned(), ..arrival("", "192.0.2.1") };
        assert_eq!(
            run(verify(Evidence::of(b""), &arrival, &empty())).spf.result,
            SpfResult::None,
            "{greeting:?}"
        );
    }
}

#[test]
fn hosts_and_exchangers_are_looked_up() {
    let dns = || {
        empty()
            .with("far.example", "A", "192.0.2.1")
            .with("far.example", "MX", "mx2.far.example")
            .with("mx2.far.example", "A", "192.0.2.129")
            .with("other.example", "A", "198.51.100.1")
    };
    for (record, result) in [
        ("v=spf1 a -all", SpfResult::Pass),
        ("v=spf1 a:other.example -all", SpfResult::Fail),
        ("v=spf1 a:other.example/0 -all", SpfResult::Pass),
        ("v=spf1 mx -all", SpfResult::Fail),
        ("v=spf1 mx/24 -all", SpfResult::Pass),
        ("v=spf1 mx:nowhere.example -all", SpfResult::Fail),
        ("v=spf1 exists:%{ir}.list.example -all", SpfResult::Fail),
        ("v=spf1 exists:%{d} -all", SpfResult::Pass),
    ] {
        assert_eq!(says(dns(), record), result, "{record}");
    }
    assert_eq!(says(dns().failing("slow.example"), "v=spf1 a:slow.example +all"), SpfResult::TempError);
    let listed = dns().with("1.2.0.192.list.example", "A", "127.0.0.2");
    assert_eq!(says(listed, "v=spf1 exists:%{ir}.list.example -all"), SpfResult::Pass);
}

#[test]
fn an_ipv6_sender_is_found_and_an_ipv4_sender_at_an_ipv6_socket_too() {
    let dns = empty()
        .with("far.example", "AAAA", "2001:db8::1")
        .txt("far.example", "v=spf1 a ip6:2001:db8:1::/48 ip4:192.0.2.7 -all");
    for (ip, result) in [
        ("2001:db8::1", SpfResult::Pass),
        ("2001:db8:1:2::3", SpfResult::Pass),
        ("2001:db8:2::3", SpfResult::Fail),
        ("::ffff:192.0.2.7", SpfResult::Pass),
        ("::ffff:192.0.2.8", SpfResult::Fail),
    ] {
        assert_eq!(from(&dns, "bob@far.example", ip), result, "{ip}");
    }
}

#[test]
fn a_name_of_the_address_counts_only_if_it_leads_back() {
    let dns = || {
        empty()
            .with("192.0.2.1", "PTR", "mail.far.example")
            .with("192.0.2.1", "PTR", "liar.bank.example")
            .with("mail.far.example", "A", "192.0.2.1")
            .with("liar.bank.example", "A", "198.51.100.1")
    };
    for (record, result) in [
        ("v=spf1 ptr -all", SpfResult::Pass),
        ("v=spf1 ptr:bank.example -all", SpfResult::Fail),
        ("v=spf1 ptr:ar.example -all", SpfResult::Fail),
        ("v=spf1 exists:%{p} -all", SpfResult::Pass),
    ] {
        assert_eq!(says(dns(), record), result, "{record}");
    }
    assert_eq!(says(empty().failing("192.0.2.1"), "v=spf1 ptr -all"), SpfResult::Fail);
}

#[test]
fn an_included_record_counts_where_it_passes() {
    let dns = || {
        empty()
            .txt("good.example", "v=spf1 ip4:192.0.2.1 -all")
            .txt("bad.example", "v=spf1 -all")
            .txt("wrong.example", "v=spf1 nonsense")
            .txt("names.example", "v=spf1 exists:%{d}.%{o}.check.example -all")
            .with("names.example.far.example.check.example", "A", "127.0.0.2")
    };
    for (record, result) in [
        ("v=spf1 include:good.example -all", SpfResult::Pass),
        ("v=spf1 ?include:good.example -all", SpfResult::Neutral),
        ("v=spf1 include:bad.example ~all", SpfResult::SoftFail),
        ("v=spf1 include:wrong.example +all", SpfResult::PermError),
        ("v=spf1 include:nowhere.example +all", SpfResult::PermError),
        ("v=spf1 include:names.example -all", SpfResult::Pass),
        ("v=spf1 redirect=good.example", SpfResult::Pass),
        ("v=spf1 redirect=bad.example", SpfResult::Fail),
        ("v=spf1 redirect=nowhere.example", SpfResult::PermError),
        ("v=spf1 ?all redirect=bad.example", SpfResult::Neutral),
    ] {
        assert_eq!(says(dns(), record), result, "{record}");
    }
    assert_eq!(says(dns().failing("slow.example"), "v=spf1 include:slow.example +all"), SpfResult::TempError);
}

#[test]
fn a_record_may_ask_ten_times_and_no_more() {
    let with_terms = |count: usize| {
        let terms: Vec<String> = (0..count).map(|_| "a:other.example".to_owned()).collect();
        says(empty().with("other.example", "A", "198.51.100.1"), &format!("v=spf1 {} +all", terms.join(" ")))
    };
    assert_eq!((with_terms(10), with_terms(11)), (SpfResult::Pass, SpfResult::PermError));
}

#[test]
fn two_answers_may_be_empty_and_no_more() {
    let with_voids = |count: usize| {
        let terms: Vec<String> = (0..count).map(|number| format!("a:n{number}.example")).collect();
        says(empty(), &format!("v=spf1 {} +all", terms.join(" ")))
    };
    assert_eq!((with_voids(2), with_voids(3)), (SpfResult::Pass, SpfResult::PermError));
}

#[test]
fn ten_exchangers_are_looked_at_and_no_more() {
    let with_exchangers = |count: usize| {
        let dns = (0..count).fold(empty(), |dns, number| {
            let host = format!("mx{number}.far.example");
            dns.with("far.example", "MX", &host).with(&host, "A", "198.51.100.1")
        });
        says(dns, "v=spf1 mx +all")
    };
    assert_eq!((with_exchangers(10), with_exchangers(11)), (SpfResult::Pass, SpfResult::PermError));
}

#[test]
fn records_that_include_each_other_end() {
    let dns = empty().txt("a.example", "v=spf1 include:far.example -all");
    assert_eq!(says(dns, "v=spf1 include:a.example -all"), SpfResult::PermError);
    assert_eq!(says(empty(), "v=spf1 redirect=far.example"), SpfResult::PermError);
}
