//! Whether SPF or DKIM speak for the domain in From (RFC 7489).
//!
//! **Invariant:** a mail passes only if each domain in its From does; of several, the worst is told.

use domain::DomainName;

use crate::dns::{DnsFault, Questions};
use crate::tags::{Tags, is_space};
use crate::verdicts::{
    DkimResult, DkimVerdict, DmarcPolicy, DmarcResult, DmarcVerdict, SpfResult, SpfVerdict, Word,
};

/// How many domains From may name: more than one is rare, and each is asked about.
const DOMAINS: usize = 4;

/// How near a domain must be to that in From (RFC 7489 §3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Alignment {
    /// The same organization's.
    Relaxed,
    /// The same.
    Strict,
}

/// What the owner of a domain wants.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Record {
    policy: DmarcPolicy,
    policy_below: DmarcPolicy,
    dkim: Alignment,
    spf: Alignment,
}

/// What is known of each domain in From before the other checks are done.
#[derive(Debug)]
pub(crate) struct Policies(Vec<(DomainName, Result<Option<Published>, DnsFault>)>);

/// A record, and the policy in it that is for the domain that was asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Published {
    record: Record,
    policy: DmarcPolicy,
}

/// Asks for the policies of the domains in From.
pub(crate) async fn policies(from: &[DomainName], questions: &Questions<'_>) -> Policies {
    let mut distinct: Vec<DomainName> = from.to_vec();
    distinct.sort();
    distinct.dedup();
    if distinct.len() > DOMAINS {
        return Policies(Vec::new());
    }
    let mut all = Vec::with_capacity(distinct.len());
    for domain in distinct {
        let found = published(&domain, questions).await;
        all.push((domain, found));
    }
    Policies(all)
}

/// The record of a domain, or of its organization (RFC 7489 §6.6.3).
async fn published(domain: &DomainName, questions: &Questions<'_>) -> Result<Option<Published>, DnsFault> {
    if let Some(record) = record_at(domain.as_str(), questions).await? {
        let policy = record.policy;
        return Ok(Some(Published { record, policy }));
    }
    let organization = organization(domain.as_str());
    if organization == domain.as_str() {
        return Ok(None);
    }
    let found = record_at(organization, questions).await?;
    Ok(found.map(|record| Published { policy: record.policy_below, record }))
}

async fn record_at(domain: &str, questions: &Questions<'_>) -> Result<Option<Record>, DnsFault> {
    let texts = match questions.txt(&format!("_dmarc.{domain}")).await {
        Ok(texts) => texts,
        Err(DnsFault::NoSuchName) => return Ok(None),
        Err(DnsFault::Temporary) => return Err(DnsFault::Temporary),
    };
    let mut records = texts.iter().filter(|text| is_meant(text));
    // Two records are none.
    match (records.next(), records.next()) {
        (Some(one), None) => Ok(Record::read(one)),
        (Some(_), Some(_)) | (None, _) => Ok(None),
    }
}

/// The version comes first, as it is written (RFC 7489 §6.3).
fn is_meant(text: &str) -> bool {
    Tags::lenient(text.split_inclusive(';').next().unwrap_or_default()).first() == Some(("v", "DMARC1"))
}

impl Record {
    /// Reads what can be read; none when it has no policy.
    fn read(text: &str) -> Option<Self> {
        let tags = Tags::lenient(text);
        let reports = || tags.get("rua").is_some_and(|rua| rua.trim_matches(is_space).starts_with("mailto:"));
        let policy = match tags.get("p").and_then(DmarcPolicy::named) {
            Some(policy) => policy,
            // Whoever wants reports is meant to have a policy (RFC 7489 §6.6.3).
            None if reports() => DmarcPolicy::None,
            None => return None,
        };
        let policy_below = tags.get("sp").and_then(DmarcPolicy::named).unwrap_or(policy);
        // What is to be done with a part of the mail only, or only tried, is done with none of it.
        let is_whole = tags.get("pct").and_then(|pct| pct.parse::<u8>().ok()).is_none_or(|pct| pct >= 100);
        let is_trial = !is_whole || tags.get("t").is_some_and(|t| t.eq_ignore_ascii_case("y"));
        let applied = |policy| if is_trial { weaker(policy) } else { policy };
        let alignment = |tag| match tags.get(tag) {
            Some("s" | "S") => Alignment::Strict,
            Some(_) | None => Alignment::Relaxed,
        };
        Some(Self {
            policy: applied(policy),
            policy_below: applied(policy_below),
            dkim: alignment("adkim"),
            spf: alignment("aspf"),
        })
    }
}

/// What is asked of mail that the stated policy does not reach (RFC 7489 §6.6.4).
const fn weaker(policy: DmarcPolicy) -> DmarcPolicy {
    match policy {
        DmarcPolicy::Reject => DmarcPolicy::Quarantine,
        DmarcPolicy::Quarantine | DmarcPolicy::None => DmarcPolicy::None,
    }
}

/// Judges, now that the other checks are done.
pub(crate) fn judge(policies: Policies, spf: &SpfVerdict, dkim: &[DkimVerdict]) -> DmarcVerdict {
    let each = policies.0.into_iter().map(|(domain, found)| {
        let domain = domain.as_str().to_owned();
        match found {
            Err(_) => DmarcVerdict { result: DmarcResult::TempError, domain, policy: DmarcPolicy::None },
            Ok(None) => DmarcVerdict { result: DmarcResult::None, domain, policy: DmarcPolicy::None },
            Ok(Some(Published { record, policy })) => {
                let result = aligned(&domain, &record, spf, dkim);
                DmarcVerdict { result, domain, policy }
            }
        }
    });
    let nobody =
        DmarcVerdict { result: DmarcResult::PermError, domain: String::new(), policy: DmarcPolicy::None };
    each.max_by_key(severity).unwrap_or(nobody)
}

fn severity(verdict: &DmarcVerdict) -> u8 {
    match (verdict.result, verdict.policy) {
        (DmarcResult::Pass, _) => 0,
        (DmarcResult::None, _) => 1,
        (DmarcResult::PermError, _) => 2,
        (DmarcResult::TempError, _) => 3,
        (DmarcResult::Fail, DmarcPolicy::None) => 4,
        (DmarcResult::Fail, DmarcPolicy::Quarantine) => 5,
        (DmarcResult::Fail, DmarcPolicy::Reject) => 6,
    }
}

/// One check that passes for a domain near enough is enough; one that could not be done leaves it open.
fn aligned(from: &str, record: &Record, spf: &SpfVerdict, dkim: &[DkimVerdict]) -> DmarcResult {
    let by_spf = is_aligned(record.spf, from, &spf.domain).then_some(spf.result);
    let by_dkim =
        || dkim.iter().filter(|one| is_aligned(record.dkim, from, &one.domain)).map(|one| one.result);
    if by_spf == Some(SpfResult::Pass) || by_dkim().any(|result| result == DkimResult::Pass) {
        DmarcResult::Pass
    } else if by_spf == Some(SpfResult::TempError) || by_dkim().any(|result| result == DkimResult::TempError)
    {
        DmarcResult::TempError
    } else {
        DmarcResult::Fail
    }
}

/// Whether somebody proved to send for the domain `sender`, or to be of the same organization.
pub(crate) fn speak_for(sender: &DomainName, spf: &SpfVerdict, dkim: &[DkimVerdict]) -> bool {
    let is_near = |domain: &str| is_aligned(Alignment::Relaxed, sender.as_str(), domain);
    (spf.result == SpfResult::Pass && is_near(&spf.domain))
        || dkim.iter().any(|one| one.result == DkimResult::Pass && is_near(&one.domain))
}

fn is_aligned(alignment: Alignment, from: &str, checked: &str) -> bool {
    let Ok(checked) = checked.parse::<DomainName>() else { return false };
    match alignment {
        Alignment::Strict => checked.as_str() == from,
        Alignment::Relaxed => organization(checked.as_str()) == organization(from),
    }
}

/// The organization's domain: one label below a public suffix (RFC 7489 §3.2).
fn organization(domain: &str) -> &str {
    psl::domain_str(domain).unwrap_or(domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read_as_far_as_it_can_be() {
        let record =
            Record::read("v=DMARC1; p=reject; sp=quarantine; adkim=s; aspf=x; rua=mailto:a@b.test; ??")
                .unwrap();
        let wanted = Record {
            policy: DmarcPolicy::Reject,
            policy_below: DmarcPolicy::Quarantine,
            dkim: Alignment::Strict,
            spf: Alignment::Relaxed,
        };
        assert_eq!(record, wanted);
        assert_eq!(Record::read("v=DMARC1; rua=mailto:a@b.test").unwrap().policy, DmarcPolicy::None);
        assert_eq!(Record::read("v=DMARC1; p=whatever"), None);
        assert_eq!(Record::read("v=DMARC1"), None);
    }

    #[test]
    fn what_is_tried_out_is_not_yet_asked_for() {
        for (text, policy) in [
            ("v=DMARC1; p=reject; pct=99", DmarcPolicy::Quarantine),
            ("v=DMARC1; p=reject; pct=100", DmarcPolicy::Reject),
            ("v=DMARC1; p=quarantine; t=y", DmarcPolicy::None),
        ] {
            assert_eq!(Record::read(text).unwrap().policy, policy, "{text}");
        }
    }

    #[test]
    fn only_a_text_that_begins_with_the_version_is_meant() {
        assert!(is_meant("v=DMARC1; p=none") && is_meant("v = DMARC1 ;p=none") && is_meant("v=DMARC1"));
        for other in ["v=DMARC10; p=none", "v=dmarc1; p=none", "p=none; v=DMARC1", "v=spf1 -all", ""] {
            assert!(!is_meant(other), "{other:?}");
        }
    }

    #[test]
    fn an_organization_is_one_label_below_a_public_suffix() {
        for (domain, organization) in [
            ("a.b.example.com", "example.com"),
            ("news.example.co.uk", "example.co.uk"),
            ("co.uk", "co.uk"),
            ("someone.github.io", "someone.github.io"),
            ("far.example", "far.example"),
        ] {
            assert_eq!(super::organization(domain), organization);
        }
    }
}
