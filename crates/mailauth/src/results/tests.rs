//! What is written is read again, and nobody else speaks in our name.

use proptest::prelude::*;

use super::*;

const HOST: &str = "mx.example.test";

fn verdicts() -> Verdicts {
    Verdicts {
        spf: SpfVerdict {
            result: SpfResult::Pass,
            identity: SpfIdentity::MailFrom,
            domain: "far.example".to_owned(),
        },
        dkim: vec![
            DkimVerdict {
                result: DkimResult::Pass,
                domain: "far.example".to_owned(),
                selector: "s1".to_owned(),
                algorithm: "rsa-sha256".to_owned(),
                begins: "Ab/+12=x".to_owned(),
                reason: None,
            },
            DkimVerdict {
                result: DkimResult::Fail,
                domain: "list.example".to_owned(),
                selector: "2026".to_owned(),
                algorithm: "ed25519-sha256".to_owned(),
                begins: "Zz".to_owned(),
                reason: Some("the body was altered".to_owned()),
            },
        ],
        dmarc: DmarcVerdict {
            result: DmarcResult::Pass,
            domain: "far.example".to_owned(),
            policy: DmarcPolicy::Reject,
        },
    }
}

#[test]
fn verdicts_are_told_in_a_field() {
    assert_eq!(
        field(&verdicts(), HOST),
        "Authentication-Results: mx.example.test;\r\n\
         \tspf=pass smtp.mailfrom=far.example;\r\n\
         \tdkim=pass header.d=far.example header.s=s1 header.a=rsa-sha256 header.b=\"Ab/+12=x\";\r\n\
         \tdkim=fail reason=\"the body was altered\" header.d=list.example header.s=2026 header.a=ed25519-sha256 \
         header.b=Zz;\r\n\
         \tdmarc=pass header.from=far.example policy.dmarc=reject\r\n"
    );
}

#[test]
fn a_mail_without_anything_has_a_field_too() {
    let nothing = Verdicts { spf: no_spf(), dkim: Vec::new(), dmarc: no_dmarc() };
    let told = field(&nothing, HOST);
    assert_eq!(
        told,
        "Authentication-Results: mx.example.test;\r\n\tspf=none;\r\n\tdkim=none;\r\n\tdmarc=none\r\n"
    );
    assert_eq!(results_in(told.as_bytes(), HOST), Some(nothing));
}

#[test]
fn fields_of_other_programs_are_read() {
    let text = " (a (nested \\) comment)) \"MX.Example.Test\" 1; (x)spf = PASS (because) smtp.mailfrom = bob@far.example;\r\n\
                \tdkim/1=pass header.d=far.example; iprev=pass policy.iprev=192.0.2.1;dmarc=fail (p=reject);";
    let found = read_results(text, HOST).unwrap();
    assert_eq!((found.spf.result, found.spf.domain.as_str()), (SpfResult::Pass, "bob@far.example"));
    assert_eq!((found.dkim.len(), found.dkim[0].result), (1, DkimResult::Pass));
    assert_eq!(found.dmarc.result, DmarcResult::Fail);
    assert_eq!(read_results(text, "other.test"), None);
    for broken in ["", ";", "mx.example.test; spf=\"x", "mx.example.test (", "x; mx.example.test; spf=pass"] {
        assert_eq!(read_results(broken, HOST), None, "{broken:?}");
    }
    assert_eq!(read_results("mx.example.test; none", HOST).unwrap().spf.result, SpfResult::None);
}

#[test]
fn a_comment_says_nothing() {
    let found =
        read_results("mx.example.test; (spf=pass) dkim=fail (; dkim=pass header.d=bank.example)", HOST)
            .unwrap();
    assert_eq!(
        (found.spf.result, found.dkim.len(), found.dkim[0].result),
        (SpfResult::None, 1, DkimResult::Fail)
    );
}

#[test]
fn nobody_else_speaks_in_our_name() {
    let forged = b"Authentication-Results: mx.example.test; dkim=pass\r\n\
        Subject: Hello\r\n\
        authentication-results : (c)\r\n\t\"mX.example.TEST\";\r\n spf=pass\r\n\
        Authentication-Results: mx.example.test. ; x=y\r\n\
        Authentication-Results: (unfinished mx.example.test; spf=pass\r\n\
        Authentication-Results: other.test; spf=pass\r\n\
        X-Authentication-Results: mx.example.test; spf=pass\r\n\
        \r\n\
        Authentication-Results: mx.example.test; in the body\r\n";
    let left = without_results(forged, HOST);
    assert_eq!(
        String::from_utf8_lossy(&left),
        "Subject: Hello\r\n\
         Authentication-Results: other.test; spf=pass\r\n\
         X-Authentication-Results: mx.example.test; spf=pass\r\n\
         \r\n\
         Authentication-Results: mx.example.test; in the body\r\n"
    );
    assert_eq!(results_in(&left, HOST), None);
    let honest = b"Subject: Hello\r\n\r\nBody";
    assert!(matches!(without_results(honest, HOST), Cow::Borrowed(bytes) if bytes == honest));
}

#[test]
fn what_a_stranger_calls_itself_stays_a_value() {
    let mut verdicts = verdicts();
    verdicts.spf.identity = SpfIdentity::Helo;
    verdicts.spf.domain = "x\"; dmarc=pass\r\nSubject: forged\\".to_owned();
    let told = field(&verdicts, HOST);
    assert!(told.contains("smtp.helo=\"x\\\"; dmarc=passSubject: forged\\\\\";\r\n"), "{told}");
    assert_eq!(told.lines().count(), 5);
    assert_eq!(results_in(told.as_bytes(), HOST).unwrap().dmarc, verdicts.dmarc);
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        spf in prop::sample::select(SpfResult::ALL),
        helo in "[ -~]{1,80}",
        dkim in prop::collection::vec((prop::sample::select(DkimResult::ALL), "[ -~]{0,30}", "[ -~]{1,30}"), 0..4),
        dmarc in prop::sample::select(DmarcResult::ALL),
    ) {
        let written = Verdicts {
            spf: SpfVerdict { result: spf, identity: SpfIdentity::Helo, domain: helo },
            dkim: dkim.into_iter().map(|(result, domain, reason)| DkimVerdict {
                result,
                domain,
                selector: String::new(),
                algorithm: String::new(),
                begins: String::new(),
                reason: Some(reason),
            }).collect(),
            dmarc: DmarcVerdict { result: dmarc, domain: "a.example".to_owned(), policy: DmarcPolicy::None },
        };
        let told = field(&written, HOST);
        prop_assert!(told.is_ascii() && told.ends_with("\r\n"));
        prop_assert_eq!(results_in(told.as_bytes(), HOST), Some(written));
    }
}
