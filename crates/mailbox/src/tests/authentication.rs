//! What is told about mail that strangers bring.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use super::on_both;
use super::world::{World, email, letter, mail};
use crate::{Boxed, BroughtBy, DmarcResult, Dns, DnsFault, Family, IncomingMail, SpfResult};

/// A DNS in which 192.0.2.1 sends for `far.test`, whose owner wants nothing else to be taken.
struct FarDns;

impl Dns for FarDns {
    fn txt<'a>(&'a self, name: &'a str) -> Boxed<'a, Result<Vec<String>, DnsFault>> {
        let text = match name {
            "far.test" => Ok(vec!["v=spf1 ip4:192.0.2.1 -all".to_owned()]),
            "_dmarc.far.test" => Ok(vec!["v=DMARC1; p=reject".to_owned()]),
            _ => Err(DnsFault::NoSuchName),
        };
        Box::pin(async { text })
    }

    fn addresses<'a>(&'a self, _: &'a str, _: Family) -> Boxed<'a, Result<Vec<IpAddr>, DnsFault>> {
        Box::pin(async { Err(DnsFault::NoSuchName) })
    }

    fn exchangers<'a>(&'a self, _: &'a str) -> Boxed<'a, Result<Vec<String>, DnsFault>> {
        Box::pin(async { Err(DnsFault::NoSuchName) })
    }

    fn names(&self, _: IpAddr) -> Boxed<'_, Result<Vec<String>, DnsFault>> {
        Box::pin(async { Err(DnsFault::NoSuchName) })
    }

    fn pause(&self, _: Duration) -> Boxed<'_, ()> {
        Box::pin(std::future::pending())
    }
}

fn from(ip: &str) -> BroughtBy {
    BroughtBy::Stranger {
        ip: ip.parse().unwrap(),
        greeting: "mx.far.test".to_owned(),
        at: testkit::clock::START,
    }
}

/// The content of a mail after it was kept.
async fn kept(world: &World, content: &[u8], brought_by: BroughtBy) -> Vec<u8> {
    let mut delivery = world.access.checking(Arc::new(FarDns)).delivery();
    delivery.add(&email("info@acme.test")).await.unwrap();
    delivery.complete(IncomingMail { brought_by, ..mail(content) }).await.unwrap();
    let mailbox = world.annas().await;
    let listed = mailbox.list(mailbox.inbox().await, None, 1).await.unwrap();
    mailbox.content_of(listed[0].message).await.unwrap().to_vec()
}

#[test]
fn what_was_found_about_a_strangers_mail_is_told() {
    on_both(|world| async move {
        let letter = letter("hello", "Hello");
        let content = kept(&world, &letter, from("192.0.2.1")).await;
        let told = "Return-Path: <bob@far.test>\r\nAuthentication-Results: mx.acme.test;\r\n\
                    \tspf=pass smtp.mailfrom=far.test;\r\n\tdkim=none;\r\n\
                    \tdmarc=pass header.from=far.test policy.dmarc=reject\r\n";
        assert_eq!(content, [told.as_bytes(), &letter].concat());

        let content = kept(&world, &letter, from("192.0.2.2")).await;
        let verdicts = world.access.verdicts(&content).unwrap();
        assert_eq!((verdicts.spf.result, verdicts.dmarc.result), (SpfResult::Fail, DmarcResult::Fail));
        assert!(verdicts.asks_to_refuse());
    });
}

#[test]
fn nobody_else_tells_it_in_our_name() {
    on_both(|world| async move {
        let forged = b"Authentication-Results: MX.acme.test;\r\n\tspf=pass smtp.mailfrom=bank.test; dkim=pass header.d=bank.test\r\n";
        let honest =
            [b"Authentication-Results: far.test; spf=none\r\n", &letter("hello", "Hello")[..]].concat();
        let content = kept(&world, &[&forged[..], &honest].concat(), from("192.0.2.1")).await;
        assert!(content.ends_with(&honest) && !String::from_utf8_lossy(&content).contains("bank.test"));
        assert_eq!(world.access.verdicts(&content).unwrap().dkim, []);

        // Mail of this server's own needs no proof, and may not invent one either.
        let content = kept(&world, &[&forged[..], &honest].concat(), BroughtBy::Us).await;
        assert_eq!(content, [&b"Return-Path: <bob@far.test>\r\n"[..], &honest].concat());
        assert_eq!(world.access.verdicts(&content), None);
    });
}

/// How many reports are on their way after a mail from there for which one was asked.
async fn reports(world: &World, brought_by: BroughtBy, checks: bool) -> u64 {
    let access = if checks { world.access.checking(Arc::new(FarDns)) } else { world.access.clone() };
    let mut delivery = access.delivery();
    delivery.add(&email("info@acme.test")).await.unwrap();
    let recipient = domain::Recipient { notify: domain::Notify::SUCCESS, ..email("info@acme.test").into() };
    delivery.report(domain::ReportWishes::default(), &[recipient]);
    delivery.complete(IncomingMail { brought_by, ..mail(&letter("hello", "Hello")) }).await.unwrap();
    let count = |tx: &mut store::Tx<'_>| -> Result<u64, store::StoreError> {
        tx.load("SELECT count(*) FROM outgoing_recipients WHERE recipient = 'bob@far.test'", &[], |row| {
            row.get(0)
        })
    };
    world.store.read(count).await.unwrap()
}

#[test]
fn an_arrival_is_reported_to_a_sender_who_is_known_and_to_nobody_else() {
    on_both(|world| async move {
        assert_eq!(reports(&world, from("192.0.2.2"), true).await, 0, "SPF fails");
        assert_eq!(reports(&world, from("192.0.2.1"), false).await, 0, "nobody looked");
        assert_eq!(reports(&world, from("192.0.2.1"), true).await, 1);
        assert_eq!(reports(&world, BroughtBy::Us, true).await, 2);
    });
}

#[test]
fn a_large_mail_is_checked_too() {
    on_both(|world| async move {
        let content = kept(&world, &letter("large", &"x\r\n".repeat(30_000)), from("192.0.2.1")).await;
        assert_eq!(world.access.verdicts(&content).unwrap().spf.result, SpfResult::Pass);
    });
}
