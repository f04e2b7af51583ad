//! The header field that tells what was found (RFC 8601).
//!
//! **Invariant:** what [`field`] writes, [`read_results`] reads again, and the field is well formed whatever strangers call
//! themselves. After [`without_results`] nothing in a message speaks in our name.

mod lexer;

use std::borrow::Cow;

use crate::fields::{Field, fields};
use crate::verdicts::{
    DkimResult, DkimVerdict, DmarcPolicy, DmarcResult, DmarcVerdict, SpfIdentity, SpfResult, SpfVerdict,
    Verdicts, Word,
};

use lexer::{Clause, clauses, is_token};

/// The name of the field.
const NAME: &str = "Authentication-Results";
/// How much is told of a name that a stranger gave.
const VALUE_BYTES: usize = 255;
/// How many signatures are read back: we write fewer.
const SIGNATURES: usize = 32;

/// The header field that tells the verdicts in the name of `host`, with its line end: to be put before the message.
pub fn field(verdicts: &Verdicts, host: &str) -> String {
    let mut lines = vec![format!("{NAME}: {}", value(host)), spf_line(&verdicts.spf)];
    if verdicts.dkim.is_empty() {
        lines.push("dkim=none".to_owned());
    }
    lines.extend(verdicts.dkim.iter().map(dkim_line));
    lines.push(dmarc_line(&verdicts.dmarc));
    lines.join(";\r\n\t") + "\r\n"
}

fn spf_line(spf: &SpfVerdict) -> String {
    let property = match spf.identity {
        SpfIdentity::MailFrom => "smtp.mailfrom",
        SpfIdentity::Helo => "smtp.helo",
    };
    format!("spf={}", spf.result) + &said(property, &spf.domain)
}

fn dkim_line(dkim: &DkimVerdict) -> String {
    let reason = said("reason", dkim.reason.as_deref().unwrap_or_default());
    let line = format!("dkim={}", dkim.result) + &reason + &said("header.d", &dkim.domain);
    line + &said("header.s", &dkim.selector)
        + &said("header.a", &dkim.algorithm)
        + &said("header.b", &dkim.begins)
}

fn dmarc_line(dmarc: &DmarcVerdict) -> String {
    let policy = match dmarc.result {
        DmarcResult::Pass | DmarcResult::Fail => said("policy.dmarc", dmarc.policy.word()),
        DmarcResult::None | DmarcResult::TempError | DmarcResult::PermError => String::new(),
    };
    format!("dmarc={}", dmarc.result) + &said("header.from", &dmarc.domain) + &policy
}

/// A property, if there is anything to say.
fn said(property: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(" {property}={}", value(text)) }
}

/// A value, in quotes where it must be; of what a stranger gave, the printable beginning.
fn value(text: &str) -> String {
    let text: String = text.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').take(VALUE_BYTES).collect();
    if is_token(&text) {
        return text;
    }
    let escaped: String =
        text.chars().flat_map(|c| matches!(c, '"' | '\\').then_some('\\').into_iter().chain([c])).collect();
    format!("\"{escaped}\"")
}

/// A message without the fields that claim to be `host`'s, or that nobody can read (RFC 8601 §5).
pub fn without_results<'a>(message: &'a [u8], host: &str) -> Cow<'a, [u8]> {
    let is_forged = |field: &Field<'_>| {
        field.is(NAME) && author(&field.text()).is_none_or(|author| is_host(&author, host))
    };
    if !fields(message).any(|field| is_forged(&field)) {
        return Cow::Borrowed(message);
    }
    let header: usize = fields(message).map(|field| field.whole().len()).sum();
    let mut kept = Vec::with_capacity(message.len());
    for field in fields(message).filter(|field| !is_forged(field)) {
        kept.extend_from_slice(field.whole());
    }
    kept.extend_from_slice(message.get(header..).unwrap_or_default());
    Cow::Owned(kept)
}

/// What `host` found about a message, as the first field of its own tells; none if it has told nothing.
pub fn results_in(message: &[u8], host: &str) -> Option<Verdicts> {
    fields(message).filter(|field| field.is(NAME)).find_map(|field| read_results(&field.text(), host))
}

/// Reads the value of a field that `host` wrote; none if it is another's.
pub fn read_results(value: &str, host: &str) -> Option<Verdicts> {
    let mut clauses = clauses(value)?.into_iter();
    if !is_host(&clauses.next()?.first, host) {
        return None;
    }
    let (mut spf, mut dkim, mut dmarc) = (None, Vec::new(), None);
    for clause in clauses {
        let Some(result) = clause.value(&clause.first) else { continue };
        // A method may have a version (RFC 8601 §2.2).
        match clause.first.split('/').next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "spf" if spf.is_none() => spf = read_spf(&clause, result),
            "dkim" if dkim.len() < SIGNATURES => dkim.extend(read_dkim(&clause, result)),
            "dmarc" if dmarc.is_none() => dmarc = read_dmarc(&clause, result),
            _ => {}
        }
    }
    let (spf, dmarc) = (spf.unwrap_or_else(no_spf), dmarc.unwrap_or_else(no_dmarc));
    Some(Verdicts { spf, dkim, dmarc })
}

fn author(value: &str) -> Option<String> {
    Some(clauses(value)?.into_iter().next()?.first)
}

fn is_host(author: &str, host: &str) -> bool {
    author.trim_end_matches('.').eq_ignore_ascii_case(host.trim_end_matches('.'))
}

fn read_spf(clause: &Clause, result: &str) -> Option<SpfVerdict> {
    let result = SpfResult::named(result)?;
    let (identity, domain) = match (clause.value("smtp.mailfrom"), clause.value("smtp.helo")) {
        (Some(domain), _) => (SpfIdentity::MailFrom, domain),
        (None, Some(helo)) => (SpfIdentity::Helo, helo),
        (None, None) => (SpfIdentity::Helo, ""),
    };
    Some(SpfVerdict { result, identity, domain: domain.to_owned() })
}

fn read_dkim(clause: &Clause, result: &str) -> Option<DkimVerdict> {
    let text = |property: &str| clause.value(property).unwrap_or_default().to_owned();
    Some(DkimVerdict {
        // A mail without signatures has no verdict about one.
        result: DkimResult::named(result)?,
        domain: text("header.d"),
        selector: text("header.s"),
        algorithm: text("header.a"),
        begins: text("header.b"),
        reason: clause.value("reason").map(str::to_owned),
    })
}

fn read_dmarc(clause: &Clause, result: &str) -> Option<DmarcVerdict> {
    let domain = clause.value("header.from").unwrap_or_default().to_owned();
    let policy = clause.value("policy.dmarc").and_then(DmarcPolicy::named).unwrap_or(DmarcPolicy::None);
    Some(DmarcVerdict { result: DmarcResult::named(result)?, domain, policy })
}

const fn no_spf() -> SpfVerdict {
    SpfVerdict { result: SpfResult::None, identity: SpfIdentity::Helo, domain: String::new() }
}

const fn no_dmarc() -> DmarcVerdict {
    DmarcVerdict { result: DmarcResult::None, domain: String::new(), policy: DmarcPolicy::None }
}

#[cfg(test)]
mod tests;
