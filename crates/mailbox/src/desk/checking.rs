//! Asking the DNS of a domain what it says (S1).
//!
//! **Invariant:** a domain becomes verified here only by the answer of its own DNS to the question for its own proof.

use std::time::Duration;

use domain::{DomainId, Timestamp};
use mailauth::{Dns, DnsFault};
use store::{StoreError, Tx};

use super::DeskError;
use super::domains::{DomainView, ProofRecord, RecordPurpose, RecordState};
use super::service::ServiceDesk;

/// How long all questions of one check may take: somebody waits for the page.
const ANSWERED_WITHIN: Duration = Duration::from_secs(8);
/// How many values of a record are kept: a name may have hundreds, and the page shows a few.
const VALUES: usize = 8;
/// How many characters of a value are kept: a key of 4,096 bits fits.
const VALUE_CHARACTERS: usize = 800;

impl ServiceDesk {
    /// Asks the DNS of a domain for each record that it should have, and keeps what it said. The domain is verified
    /// from the moment that its proof was found; keys that wait sign from the moment that all of them were.
    pub async fn check_domain(&self, domain: DomainId) -> Result<(), DeskError> {
        let desk = self.clone();
        let view = self.read(move |tx| desk.domain(tx, domain)).await?;
        let records = match self.access.dns() {
            Some(dns) => ask(&**dns, view.records).await,
            None => return Err(DeskError::Unavailable),
        };
        let desk = self.clone();
        let keep = move |tx: &mut Tx<'_>| {
            desk.check_to_write(tx)?;
            let now = tx.now();
            tx.execute("DELETE FROM domain_checks WHERE domain_id = $1", &[&domain])?;
            for record in &records {
                keep(tx, domain, record, now)?;
            }
            let view = desk.domain(tx, domain)?;
            desk.settle(tx, &view, now)
        };
        self.access.store().write(keep).await
    }

    /// Does what the last check allows.
    fn settle(&self, tx: &mut Tx<'_>, view: &DomainView, now: Timestamp) -> Result<(), DeskError> {
        let all_right = |purpose: RecordPurpose| {
            let mut records = view.records.iter().filter(|record| record.purpose == purpose).peekable();
            records.peek().is_some() && records.all(|record| record.state == RecordState::Right)
        };
        if view.verified_at.is_none() && all_right(RecordPurpose::Proof) {
            let sql = "UPDATE domains SET verified_at = $2, verified_how = 'dns' WHERE domain_id = $1 \
                       AND verified_at IS NULL";
            tx.execute(sql, &[&view.id, &now])?;
            self.note(tx, "domain.verify", &view.name)?;
        }
        if all_right(RecordPurpose::NextDkim) {
            mailauth::switch(tx, view.id)?;
            self.note(tx, "domain.keys_switch", &view.name)?;
        }
        Ok(())
    }
}

/// Keeps what was found about a record.
fn keep(tx: &mut Tx<'_>, domain: DomainId, record: &ProofRecord, now: Timestamp) -> Result<(), StoreError> {
    let found = serde_json::json!(record.found).to_string();
    tx.execute(
        "INSERT INTO domain_checks (domain_id, kind, name, state, found, checked_at) \
         VALUES ($1, $2, $3, $4, $5, $6)",
        &[&domain, &record.kind, &record.name, &record.state.name(), &found, &now],
    )?;
    Ok(())
}

/// The records with what the DNS says about each; those that it did not say in time are unanswered.
async fn ask(dns: &dyn Dns, mut records: Vec<ProofRecord>) -> Vec<ProofRecord> {
    let mut out_of_time = dns.pause(ANSWERED_WITHIN);
    let mut is_over = false;
    for record in &mut records {
        let answer = async {
            match record.purpose {
                RecordPurpose::Exchanger => dns.exchangers(&record.name).await,
                RecordPurpose::Proof
                | RecordPurpose::Spf
                | RecordPurpose::Dmarc
                | RecordPurpose::Dkim
                | RecordPurpose::NextDkim => dns.txt(&record.name).await,
            }
        };
        let answer = if is_over {
            Err(DnsFault::Temporary)
        } else {
            tokio::select! {
                answer = answer => answer,
                () = &mut out_of_time => {
                    is_over = true;
                    Err(DnsFault::Temporary)
                }
            }
        };
        (record.state, record.found) = judged(record.purpose, &record.value, answer);
    }
    records
}

/// What an answer says about a record, and the values that are shown.
fn judged(
    purpose: RecordPurpose,
    expected: &str,
    answer: Result<Vec<String>, DnsFault>,
) -> (RecordState, Vec<String>) {
    let found = match answer {
        Ok(found) => found,
        Err(DnsFault::NoSuchName) => Vec::new(),
        Err(DnsFault::Temporary) => return (RecordState::Unanswered, Vec::new()),
    };
    // Other systems have their texts under the same name: of those only what was meant for this is looked at.
    let meant: Vec<&String> = found.iter().filter(|value| is_meant(purpose, value)).collect();
    let state = if is_right(purpose, expected, &meant) {
        RecordState::Right
    } else if meant.is_empty() {
        RecordState::Missing
    } else {
        RecordState::Wrong
    };
    let shown = meant.into_iter().take(VALUES).map(|value| value.chars().take(VALUE_CHARACTERS).collect());
    (state, shown.collect())
}

fn is_meant(purpose: RecordPurpose, value: &str) -> bool {
    match purpose {
        RecordPurpose::Spf => value == "v=spf1" || value.starts_with("v=spf1 "),
        RecordPurpose::Dmarc => value.starts_with("v=DMARC1"),
        RecordPurpose::Proof | RecordPurpose::Exchanger | RecordPurpose::Dkim | RecordPurpose::NextDkim => {
            true
        }
    }
}

fn is_right(purpose: RecordPurpose, expected: &str, found: &[&String]) -> bool {
    match purpose {
        RecordPurpose::Proof => found.iter().any(|value| value.trim() == expected),
        // Of the exchangers only the hosts are known; another one beside ours may be wanted.
        RecordPurpose::Exchanger => {
            let host = expected.rsplit(' ').next().unwrap_or(expected);
            found.iter().any(|value| host_key(value) == host_key(host))
        }
        // Two records are none (RFC 7208 §4.5). Others may be allowed to send as well.
        RecordPurpose::Spf => match found {
            [only] => only.split_ascii_whitespace().any(|term| matches!(term, "mx" | "+mx")),
            _ => false,
        },
        // Any policy is a choice of theirs (RFC 7489 §6.3).
        RecordPurpose::Dmarc => matches!(found, [only] if only.contains("p=")),
        RecordPurpose::Dkim | RecordPurpose::NextDkim => {
            found.iter().any(|value| key_of(value).is_some() && key_of(value) == key_of(expected))
        }
    }
}

fn host_key(host: &str) -> String {
    host.trim_end_matches('.').to_ascii_lowercase()
}

/// The public key in a record, without the spaces that zone files put into it (RFC 6376 §3.6.1).
fn key_of(record: &str) -> Option<String> {
    let value = record.split(';').find_map(|tag| tag.trim().strip_prefix("p="))?;
    Some(value.chars().filter(|letter| !letter.is_ascii_whitespace()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(purpose: RecordPurpose, expected: &str, found: &[&str]) -> RecordState {
        judged(purpose, expected, Ok(found.iter().map(|value| (*value).to_owned()).collect())).0
    }

    #[test]
    fn a_record_is_right_when_it_does_what_it_is_for() {
        use RecordPurpose::{Dkim, Dmarc, Exchanger, Proof, Spf};
        use RecordState::{Missing, Right, Wrong};
        for (purpose, expected, found, is) in [
            (Proof, "postroom-domain=a", &["postroom-domain=a"][..], Right),
            (Proof, "postroom-domain=a", &["postroom-domain=b"], Wrong),
            (Proof, "postroom-domain=a", &[], Missing),
            (Exchanger, "10 mx.here.test.", &["other.test", "MX.here.test."], Right),
            (Exchanger, "10 mx.here.test.", &["other.test"], Wrong),
            (Spf, "v=spf1 mx -all", &["google-site=1", "v=spf1 a mx ~all"], Right),
            (Spf, "v=spf1 mx -all", &["v=spf1 a -all"], Wrong),
            (Spf, "v=spf1 mx -all", &["v=spf1 mx -all", "v=spf1 mx ~all"], Wrong),
            (Spf, "v=spf1 mx -all", &["google-site=1"], Missing),
            (Dmarc, "v=DMARC1; p=quarantine", &["v=DMARC1; p=none"], Right),
            (Dkim, "v=DKIM1; k=rsa; p=AB CD", &["v=DKIM1;k=rsa;p=ABC D"], Right),
            (Dkim, "v=DKIM1; k=rsa; p=ABCD", &["v=DKIM1; k=rsa; p="], Wrong),
        ] {
            assert_eq!(state(purpose, expected, found), is, "{found:?} for {expected}");
        }
    }

    #[test]
    fn no_answer_is_not_a_fault_of_the_record() {
        let judged = judged(RecordPurpose::Proof, "x", Err(DnsFault::Temporary));
        assert_eq!(judged, (RecordState::Unanswered, Vec::new()));
    }
}
