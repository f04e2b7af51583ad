//! The report that mail of strangers has arrived in a mailbox here.

use domain::{DomainName, EmailAddress, Id, MessageId, Notify, Recipient, ReportWishes};
use mailauth::Signer;
use store::{BlobRef, StoreError, Tx};

use crate::record::send_report;
use crate::reply::Reply;
use crate::report::{Action, Report, Told};
use crate::words::ReportWords;

/// Mail that has arrived, without the queue.
#[derive(Debug, Clone, Copy)]
pub struct Arrival<'a> {
    /// The name of this server.
    pub host_name: &'a DomainName,
    /// Who sent it.
    pub sender: &'a EmailAddress,
    /// What the sender wants of reports.
    pub wishes: &'a ReportWishes,
    /// Who has it now.
    pub recipients: &'a [Recipient],
    /// The mail.
    pub content: &'a [u8],
}

/// Tells the sender that mail has arrived, as far as that was asked for (RFC 3461 §5.2.1): in English, for nobody knows
/// the language of a stranger.
pub fn report_arrival(tx: &mut Tx<'_>, arrival: &Arrival<'_>) -> Result<(), StoreError> {
    let asked = arrival.recipients.iter().filter(|recipient| recipient.notify.wants_success());
    let reply = Reply::new("2.0.0", "delivered here");
    let told: Vec<Told<'_>> = asked
        .map(|Recipient { address, original, notify: Notify { .. } }| Told {
            recipient: address,
            original: original.as_ref(),
            reply: &reply,
        })
        .collect();
    if told.is_empty() {
        return Ok(());
    }
    let (now, words) = (tx.now(), ReportWords::default());
    let report = Report {
        words: &words,
        host: arrival.host_name.as_str(),
        sender: arrival.sender,
        wishes: arrival.wishes,
        accepted_at: now,
        tried_until: now,
        action: Action::Delivered,
        told,
        content: arrival.content,
    };
    let unique = tx.id::<MessageId>();
    let report = report.write(&format!("{:032x}", u128::from_be_bytes(*unique.bytes())), now);
    let report = Signer::sign_as_host(tx, arrival.host_name, report)?;
    send_report(tx, arrival.sender, &BlobRef::Inline(report)).map(drop)
}
