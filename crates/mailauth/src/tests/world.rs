//! A DNS that knows what the test tells it, and messages signed by the keys in it.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use domain::{DomainName, Timestamp};

use crate::{
    Arrival, Boxed, Dns, DnsFault, Evidence, Family, SigningKey, Verdicts, generate_keys, sign, verify,
};

/// When everything here arrives.
pub(super) const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);

/// What a name server does with the questions about a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// It says that it failed.
    Fails,
    /// It says nothing.
    IsSilent,
}

/// A DNS whose clock does not run: a pause passes at once, and whatever is not answered by then is late.
#[derive(Default)]
pub(super) struct TestDns {
    records: HashMap<(String, &'static str), Vec<String>>,
    manners: HashMap<String, Manner>,
    asked: AtomicUsize,
}

impl TestDns {
    /// Adds a record: `A`, `AAAA`, `MX`, `TXT`, or `PTR` under the address itself.
    pub(super) fn with(mut self, name: &str, kind: &'static str, data: &str) -> Self {
        self.records.entry((name.to_ascii_lowercase(), kind)).or_default().push(data.to_owned());
        self
    }

    pub(super) fn txt(self, name: &str, text: &str) -> Self {
        self.with(name, "TXT", text)
    }

    /// The name server of this name fails.
    pub(super) fn failing(mut self, name: &str) -> Self {
        self.manners.insert(name.to_ascii_lowercase(), Manner::Fails);
        self
    }

    /// The name server of this name never answers.
    pub(super) fn silent(mut self, name: &str) -> Self {
        self.manners.insert(name.to_ascii_lowercase(), Manner::IsSilent);
        self
    }

    /// How many questions were asked.
    pub(super) fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }

    fn answer(&self, name: &str, kind: &'static str) -> Boxed<'_, Result<Vec<String>, DnsFault>> {
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        self.asked.fetch_add(1, Ordering::Relaxed);
        match self.manners.get(&name) {
            Some(Manner::Fails) => return Box::pin(async { Err(DnsFault::Temporary) }),
            Some(Manner::IsSilent) => return Box::pin(std::future::pending()),
            None => {}
        }
        let exists = self.records.keys().any(|(known, _)| *known == name);
        let found = self.records.get(&(name, kind)).cloned();
        let answer = found.or_else(|| exists.then(Vec::new)).ok_or(DnsFault::NoSuchName);
        Box::pin(async move { answer })
    }
}

impl Dns for TestDns {
    fn txt<'a>(&'a self, name: &'a str) -> Boxed<'a, Result<Vec<String>, DnsFault>> {
        self.answer(name, "TXT")
    }

    fn addresses<'a>(&'a self, name: &'a str, family: Family) -> Boxed<'a, Result<Vec<IpAddr>, DnsFault>> {
        let kind = match family {
            Family::V4 => "A",
            Family::V6 => "AAAA",
        };
        let found = self.answer(name, kind);
        Box::pin(async move { Ok(found.await?.iter().map(|ip| ip.parse().unwrap()).collect()) })
    }

    fn exchangers<'a>(&'a self, domain: &'a str) -> Boxed<'a, Result<Vec<String>, DnsFault>> {
        self.answer(domain, "MX")
    }

    fn names(&self, ip: IpAddr) -> Boxed<'_, Result<Vec<String>, DnsFault>> {
        self.answer(&ip.to_string(), "PTR")
    }

    fn pause(&self, _: Duration) -> Boxed<'_, ()> {
        let any_silent = self.manners.values().any(|manner| *manner == Manner::IsSilent);
        if any_silent { Box::pin(late()) } else { Box::pin(std::future::pending()) }
    }
}

/// Passes once everything that can be answered is.
async fn late() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

/// Runs a test's question to its end.
pub(super) fn run<T>(question: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(question)
}

/// A mail from `sender`, brought by a server at `ip` that calls itself `mx.far.example`.
pub(super) fn arrival(sender: &str, ip: &str) -> Arrival {
    let sender = Some(sender).filter(|sender| !sender.is_empty()).map(|sender| sender.parse().unwrap());
    Arrival { ip: ip.parse().unwrap(), greeting: "mx.far.example".to_owned(), sender, at: NOW }
}

/// What is found about a message from `bob@far.example` that came from 192.0.2.1.
pub(super) fn verdicts(dns: &TestDns, message: &[u8]) -> Verdicts {
    run(verify(Evidence::of(message), &arrival("bob@far.example", "192.0.2.1"), dns))
}

/// The keys of a domain, and the records that publish them.
pub(super) struct Keys {
    domain: DomainName,
    keys: Vec<(SigningKey, String)>,
}

impl Keys {
    /// An RSA key under the selector `s1`, an Ed25519 key under `s2`.
    pub(super) fn of(domain: &str) -> Self {
        let make = |(number, key): (usize, crate::NewKey)| {
            let record = key.record().to_owned();
            (key.into_signing_key(&format!("s{}", number + 1)), record)
        };
        let keys = generate_keys().unwrap().into_iter().enumerate().map(make).collect();
        Self { domain: domain.parse().unwrap(), keys }
    }

    /// The DNS with their records.
    pub(super) fn publish(&self, dns: TestDns) -> TestDns {
        self.keys.iter().fold(dns, |dns, (key, record)| {
            dns.txt(&format!("{}._domainkey.{}", key.selector, self.domain), record)
        })
    }

    /// A line for each record: its name, and the text.
    pub(super) fn records(&self) -> String {
        let line = |(key, record): &(SigningKey, String)| {
            format!("{}._domainkey.{} {record}\n", key.selector, self.domain)
        };
        self.keys.iter().map(line).collect()
    }

    /// The secret part of one of them, as PKCS #8.
    pub(super) fn private(&self, number: usize) -> &[u8] {
        self.keys[number].0.private.reveal()
    }

    /// The record of one of them.
    pub(super) fn record(&self, number: usize) -> &str {
        &self.keys[number].1
    }

    /// The message under a signature of one key.
    pub(super) fn sign(&self, number: usize, message: &[u8]) -> Vec<u8> {
        [sign(message, &self.domain, &self.keys[number].0, NOW).unwrap(), message.to_vec()].concat()
    }
}

/// A plain message.
pub(super) const MESSAGE: &[u8] = b"From: Bob <bob@far.example>\r\nTo: info@example.test\r\nSubject: Hello\r\n\
    Date: Mon, 23 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@far.example>\r\n\r\nHello,\r\n\r\nthis is Bob.\r\n";
