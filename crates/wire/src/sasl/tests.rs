//! The example of RFC 7677, and what is refused.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

use super::*;

const NONCE: &str = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";

fn opening() -> Opening {
    let salt = STANDARD.decode("W22ZaJ0SNY7soEsUEjb6gQ==").unwrap();
    Opening { salt, iterations: 4096, nonce: NONCE.to_owned() }
}

fn begin(mechanism: Mechanism, binding: &Binding, first: &str) -> Result<ScramServer, ScramFault> {
    ScramServer::begin(mechanism, binding, first.as_bytes(), &opening()).map(|(server, _)| server)
}

fn plain(first: &str) -> Result<ScramServer, ScramFault> {
    begin(Mechanism::Plain, &Binding::None, first)
}

/// RFC 7677 §3.
#[test]
fn the_published_exchange_is_read() {
    let first = b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
    let (server, answer) = ScramServer::begin(Mechanism::Plain, &Binding::None, first, &opening()).unwrap();
    assert_eq!(server.user(), "user");
    assert_eq!(
        answer,
        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
    );
    let last = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,\
                p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
    let claim = server.finish(last.as_bytes()).unwrap();
    let message = "n=user,r=rOprNGfwEbeRWgbNEkqO,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,\
                   s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,\
                   c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    assert_eq!(String::from_utf8(claim.message).unwrap(), message);
    assert_eq!(STANDARD.encode(claim.proof), "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
}

#[test]
fn names_may_hold_commas_and_equals_signs() {
    let user = |written: &str| plain(&format!("n,,n={written},r=abc")).map(|server| server.user().to_owned());
    assert_eq!(user("a=2Cb=3Dc@x.test"), Ok("a,b=c@x.test".to_owned()));
    for wrong in ["", "a=b", "a=2", "a=2c", "a=", "a\0b"] {
        assert_eq!(user(wrong), Err(ScramFault::Malformed), "{wrong:?}");
    }
}

#[test]
fn nobody_acts_for_somebody_else() {
    assert!(plain("n,a=info@x.test,n=info@x.test,r=abc").is_ok());
    assert_eq!(plain("n,a=other@x.test,n=info@x.test,r=abc").unwrap_err(), ScramFault::OnBehalf);
    assert_eq!(plain("n,info@x.test,n=info@x.test,r=abc").unwrap_err(), ScramFault::Malformed);
}

#[test]
fn a_channel_that_can_be_bound_is_bound_as_the_mechanism_says() {
    let exporter = Binding::Exporter([7; 32]);
    let rest = "n=user,r=abc";
    for (mechanism, binding, flag, expected) in [
        (Mechanism::Plain, Binding::None, "n", Ok(())),
        (Mechanism::Plain, Binding::None, "y", Ok(())),
        (Mechanism::Plain, exporter, "n", Ok(())),
        // The client was told that it cannot be bound, which this server did not say.
        (Mechanism::Plain, exporter, "y", Err(ScramFault::Binding)),
        (Mechanism::Plain, exporter, "p=tls-exporter", Err(ScramFault::Binding)),
        (Mechanism::Plus, exporter, "p=tls-exporter", Ok(())),
        (Mechanism::Plus, exporter, "p=tls-unique", Err(ScramFault::Binding)),
        (Mechanism::Plus, exporter, "n", Err(ScramFault::Binding)),
        (Mechanism::Plus, exporter, "y", Err(ScramFault::Binding)),
        (Mechanism::Plus, Binding::None, "p=tls-exporter", Err(ScramFault::Binding)),
        (Mechanism::Plain, Binding::None, "z", Err(ScramFault::Malformed)),
    ] {
        let begun = begin(mechanism, &binding, &format!("{flag},,{rest}")).map(drop);
        assert_eq!(begun, expected, "{mechanism:?} {binding:?} {flag}");
    }
}

#[test]
fn the_last_message_tells_the_same_channel_and_nonce() {
    let exporter = Binding::Exporter([7; 32]);
    let bound = |value: [u8; 32]| STANDARD.encode([&b"p=tls-exporter,,"[..], &value].concat());
    let proof = STANDARD.encode([1; 32]);
    let finish = |last: String| {
        let server = begin(Mechanism::Plus, &exporter, "p=tls-exporter,,n=user,r=abc").unwrap();
        server.finish(last.as_bytes()).map(drop)
    };
    assert_eq!(finish(format!("c={},r=abc{NONCE},p={proof}", bound([7; 32]))), Ok(()));
    assert_eq!(finish(format!("c={},r=abc{NONCE},x=skip,p={proof}", bound([7; 32]))), Ok(()));
    assert_eq!(
        finish(format!("c={},r=abc{NONCE},p={proof}", bound([8; 32]))),
        Err(ScramFault::Binding),
        "another connection"
    );
    for wrong in [
        format!("c={},r=abc,p={proof}", bound([7; 32])),
        format!("c={},r=abc{NONCE}", bound([7; 32])),
        format!("c={},r=abc{NONCE},p=AAAA", bound([7; 32])),
        format!("c={},r=abc{NONCE},m=x,p={proof}", bound([7; 32])),
        format!("r=abc{NONCE},c={},p={proof}", bound([7; 32])),
        String::new(),
    ] {
        assert_eq!(finish(wrong.clone()), Err(ScramFault::Malformed), "{wrong}");
    }
}

#[test]
fn what_is_too_long_or_asks_for_more_is_refused() {
    for wrong in [
        String::new(),
        "n,,".to_owned(),
        "n,,n=user".to_owned(),
        "n,,m=ext,n=user,r=abc".to_owned(),
        "n,,n=user,r=".to_owned(),
        "n,,n=user,r=a b".to_owned(),
        format!("n,,n=user,r={}", "a".repeat(600)),
        format!("n,,n={},r=abc", "a".repeat(5000)),
    ] {
        assert_eq!(plain(&wrong).unwrap_err(), ScramFault::Malformed, "{wrong}");
    }
}

proptest! {
    #[test]
    fn no_message_panics(first in ".{0,60}", last in ".{0,60}", bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
        let _ = ScramServer::begin(Mechanism::Plain, &Binding::None, &bytes, &opening());
        if let Ok(server) = plain(&format!("n,,{first}")) {
            let _ = server.finish(last.as_bytes());
        }
    }
}
