//! Whether a server may send for a domain (RFC 7208).
//!
//! **Invariant:** a record that sends us from name to name ends: [`TERMS`], [`VOIDS`] and [`NAMES`] bound what it may
//! ask (RFC 7208 §4.6.4), and the time for the whole mail bounds the rest.

mod macros;
mod record;

use std::net::IpAddr;

use crate::dns::{Boxed, DnsFault, Family, Questions};
use crate::verdicts::SpfResult;

use macros::{Pattern, Values};
use record::{Mechanism, Prefixes, Record};

/// How many terms may ask the DNS.
const TERMS: u32 = 10;
/// How many answers may be empty.
const VOIDS: u32 = 2;
/// How many exchangers of one domain, and names of one address, are looked at.
const NAMES: usize = 10;

/// Who sends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sender<'a> {
    /// From where.
    pub(crate) ip: IpAddr,
    /// The part of the reverse-path before the `@`.
    pub(crate) local: &'a str,
    /// The domain that is asked about.
    pub(crate) domain: &'a str,
    /// What the server calls itself.
    pub(crate) helo: &'a str,
}

/// Checks a sender.
pub(crate) async fn check(sender: Sender<'_>, questions: &Questions<'_>) -> SpfResult {
    let mut check = Check { sender, questions, terms: 0, voids: 0, names: None };
    match check.host(sender.domain).await {
        Ok(result) => result,
        Err(Stop::Temporary) => SpfResult::TempError,
        Err(Stop::Permanent) => SpfResult::PermError,
    }
}

/// Why a check ends before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    Temporary,
    Permanent,
}

/// A check under way.
struct Check<'a, 'q> {
    sender: Sender<'a>,
    questions: &'a Questions<'q>,
    terms: u32,
    voids: u32,
    /// The proven names of the address, once they were asked for.
    names: Option<Vec<String>>,
}

impl Check<'_, '_> {
    /// `check_host()` of RFC 7208 §4.
    fn host<'b>(&'b mut self, domain: &'b str) -> Boxed<'b, Result<SpfResult, Stop>> {
        Box::pin(async move {
            if !is_domain(domain) {
                return Ok(SpfResult::None);
            }
            let texts = match self.questions.txt(domain).await {
                Ok(texts) => texts,
                Err(DnsFault::NoSuchName) => return Ok(SpfResult::None),
                Err(DnsFault::Temporary) => return Err(Stop::Temporary),
            };
            let mut meant = texts.iter().filter(|text| Record::is_meant(text));
            let Some(text) = meant.next() else { return Ok(SpfResult::None) };
            if meant.next().is_some() {
                return Err(Stop::Permanent);
            }
            let record = Record::read(text).ok_or(Stop::Permanent)?;
            self.evaluate(&record, domain).await
        })
    }

    async fn evaluate(&mut self, record: &Record, domain: &str) -> Result<SpfResult, Stop> {
        for directive in &record.directives {
            if self.matches(&directive.mechanism, domain).await? {
                return Ok(directive.says);
            }
        }
        let Some(redirect) = &record.redirect else { return Ok(SpfResult::Neutral) };
        self.count_term()?;
        let target = self.fill(redirect, domain).await;
        match self.host(&target).await? {
            SpfResult::None => Err(Stop::Permanent),
            result @ (SpfResult::Neutral
            | SpfResult::Pass
            | SpfResult::Fail
            | SpfResult::SoftFail
            | SpfResult::TempError
            | SpfResult::PermError) => Ok(result),
        }
    }

    /// Whether a mechanism is about the sender (RFC 7208 §5).
    async fn matches(&mut self, mechanism: &Mechanism, domain: &str) -> Result<bool, Stop> {
        match mechanism {
            Mechanism::All => Ok(true),
            Mechanism::Ip(ip, prefixes) => Ok(prefixes.same(self.sender.ip, *ip)),
            Mechanism::Include(name) => self.included(name, domain).await,
            Mechanism::A(name, prefixes) => {
                let target = self.target(name.as_ref(), domain).await?;
                let found = self.addresses(&target, Family::of(self.sender.ip)).await?;
                self.count_void(found.is_empty())?;
                Ok(self.is_one_of(&found, *prefixes))
            }
            Mechanism::Mx(name, prefixes) => self.exchanged(name.as_ref(), *prefixes, domain).await,
            Mechanism::Ptr(name) => {
                let target = self.target(name.as_ref(), domain).await?;
                Ok(self.proven_names().await?.iter().any(|name| is_within(name, &target)))
            }
            Mechanism::Exists(name) => {
                let target = self.target(Some(name), domain).await?;
                // Always an A record, however the sender came.
                let found = self.addresses(&target, Family::V4).await?;
                self.count_void(found.is_empty())?;
                Ok(!found.is_empty())
            }
        }
    }

    /// An included record counts only where it passes (RFC 7208 §5.2).
    async fn included(&mut self, name: &Pattern, domain: &str) -> Result<bool, Stop> {
        let target = self.target(Some(name), domain).await?;
        match self.host(&target).await? {
            SpfResult::Pass => Ok(true),
            SpfResult::Fail | SpfResult::SoftFail | SpfResult::Neutral => Ok(false),
            SpfResult::TempError => Err(Stop::Temporary),
            SpfResult::PermError | SpfResult::None => Err(Stop::Permanent),
        }
    }

    async fn exchanged(
        &mut self,
        name: Option<&Pattern>,
        prefixes: Prefixes,
        domain: &str,
    ) -> Result<bool, Stop> {
        let target = self.target(name, domain).await?;
        let exchangers = if labels_are_possible(&target) {
            none_if_missing(self.questions.exchangers(&target).await)?
        } else {
            Vec::new()
        };
        self.count_void(exchangers.is_empty())?;
        if exchangers.len() > NAMES {
            return Err(Stop::Permanent);
        }
        for exchanger in exchangers {
            let found = self.addresses(&exchanger, Family::of(self.sender.ip)).await?;
            if self.is_one_of(&found, prefixes) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The name that a term asks about, which is counted.
    async fn target(&mut self, name: Option<&Pattern>, domain: &str) -> Result<String, Stop> {
        self.count_term()?;
        match name {
            Some(name) => Ok(self.fill(name, domain).await),
            None => Ok(domain.to_owned()),
        }
    }

    async fn fill(&mut self, pattern: &Pattern, domain: &str) -> String {
        let validated = if pattern.needs_validated() { self.validated(domain).await } else { String::new() };
        let Sender { ip, local, domain: sender_domain, helo } = self.sender;
        pattern.fill(&Values { local, sender_domain, domain, ip, helo, validated: &validated })
    }

    /// The proven name that says most: the domain's own, one below it, or any (RFC 7208 §7.3).
    async fn validated(&mut self, domain: &str) -> String {
        let names = self.proven_names().await.unwrap_or_default();
        let own = names.iter().find(|name| name.eq_ignore_ascii_case(domain));
        let below = || names.iter().find(|name| is_within(name, domain));
        own.or_else(below).or(names.first()).cloned().unwrap_or_else(|| "unknown".to_owned())
    }

    /// The names of the address that have it among their own addresses (RFC 7208 §5.5). A question that is not answered
    /// proves nothing.
    async fn proven_names(&mut self) -> Result<Vec<String>, Stop> {
        if let Some(known) = &self.names {
            return Ok(known.clone());
        }
        let mut proven = Vec::new();
        let names = match self.questions.names(self.sender.ip).await {
            Ok(names) => names,
            Err(DnsFault::NoSuchName) => Vec::new(),
            Err(DnsFault::Temporary) => return Ok(Vec::new()),
        };
        self.count_void(names.is_empty())?;
        for name in names.into_iter().take(NAMES) {
            let found = self.addresses(&name, Family::of(self.sender.ip)).await.unwrap_or_default();
            if found.contains(&self.sender.ip) {
                proven.push(name.trim_end_matches('.').to_ascii_lowercase());
            }
        }
        self.names = Some(proven.clone());
        Ok(proven)
    }

    async fn addresses(&self, name: &str, family: Family) -> Result<Vec<IpAddr>, Stop> {
        if !labels_are_possible(name) {
            return Ok(Vec::new());
        }
        none_if_missing(self.questions.addresses(name, family).await)
    }

    fn is_one_of(&self, found: &[IpAddr], prefixes: Prefixes) -> bool {
        found.iter().any(|ip| prefixes.same(self.sender.ip, *ip))
    }

    fn count_term(&mut self) -> Result<(), Stop> {
        self.terms += 1;
        if self.terms > TERMS { Err(Stop::Permanent) } else { Ok(()) }
    }

    fn count_void(&mut self, is_void: bool) -> Result<(), Stop> {
        self.voids += u32::from(is_void);
        if self.voids > VOIDS { Err(Stop::Permanent) } else { Ok(()) }
    }
}

fn none_if_missing<T>(answer: Result<Vec<T>, DnsFault>) -> Result<Vec<T>, Stop> {
    match answer {
        Ok(found) => Ok(found),
        Err(DnsFault::NoSuchName) => Ok(Vec::new()),
        Err(DnsFault::Temporary) => Err(Stop::Temporary),
    }
}

/// Whether a name is that domain or one below it.
fn is_within(name: &str, domain: &str) -> bool {
    let (name, domain) = (name.to_ascii_lowercase(), domain.to_ascii_lowercase());
    name.strip_suffix(&domain).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

/// Whether a domain is whole: two labels or more, and no address (RFC 7208 §4.3).
fn is_domain(text: &str) -> bool {
    labels_are_possible(text) && text.trim_end_matches('.').contains('.') && text.parse::<IpAddr>().is_err()
}

/// Whether there can be an answer: a name that the DNS cannot have has none.
fn labels_are_possible(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    name.len() <= 253 && name.split('.').all(|label| !label.is_empty() && label.len() <= 63)
}
