//! What senders hear of their mail (RFC 3461, RFC 3464).

use bytes::Bytes;
use domain::duration::{days, hours, minutes};
use domain::{
    DomainId, EnvelopeId, MailServiceId, Notify, OrganizationId, OriginalRecipient, Recipient, ReportWishes,
    Returned,
};
use store::{StoreError, Tx};

use super::{Office, each_database, recipient};
use crate::reply::{Outcome, Reply};

const ANNA: &str = "anna@here.example";
const MAIL: &[u8] =
    b"From: anna@here.example\r\nSubject: Trip\r\nMessage-ID: <1@here.example>\r\n\r\nSecret words\r\n";

fn away() -> Outcome {
    Outcome::deferred("4.3.2", "421 4.3.2 come back later")
}

fn unknown() -> Outcome {
    Outcome::Refused(Reply::new("5.1.1", "550 5.1.1 nobody of that name").by("mx.far.example"))
}

fn relayed() -> Outcome {
    Outcome::Relayed(Reply::new("2.0.0", "250 2.0.0 taken").by("mx.far.example"))
}

fn wanting(address: &str, notify: Notify) -> Recipient {
    Recipient { notify, ..recipient(address) }
}

/// Sends, attempts, and gives the texts of the reports that came back.
async fn reports(office: &Office, recipients: Vec<Recipient>, wishes: ReportWishes) -> Vec<String> {
    let content = office.store.blobs().put(Bytes::from_static(MAIL)).await.unwrap();
    office.send_as_asked(Some(ANNA), recipients, wishes, content).await;
    office.worker.run_due().await;
    came_back(office)
}

fn came_back(office: &Office) -> Vec<String> {
    let back = office.arrived().into_iter().filter(|mail| mail.to == ANNA);
    back.map(|mail| {
        assert_eq!(mail.from, None, "a report has the null reverse-path");
        String::from_utf8(mail.content.to_vec()).unwrap()
    })
    .collect()
}

fn assert_has(report: &str, parts: &[&str]) {
    for part in parts {
        assert!(report.contains(part), "{part:?} is missing in {report}");
    }
}

/// Has the queue's server know a domain with its keys.
async fn keep_domain(office: &Office, name: &'static str, is_proved: bool) {
    let keys = mailauth::generate_keys().unwrap();
    let keep = move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
        let (organization, service, domain) =
            (tx.id::<OrganizationId>(), tx.id::<MailServiceId>(), tx.id::<DomainId>());
        let (now, proved) = (tx.now(), is_proved.then(|| tx.now()));
        let sql = "INSERT INTO organizations (organization_id, name, created_at) VALUES ($1, 'Here', $2)";
        tx.execute(sql, &[&organization, &now])?;
        let sql = "INSERT INTO mail_services (mail_service_id, organization_id, name, created_at) \
                   VALUES ($1, $2, 'Mail', $3)";
        tx.execute(sql, &[&service, &organization, &now])?;
        let sql = "INSERT INTO domains (domain_id, mail_service_id, name, proof, verified_at, created_at) \
                   VALUES ($1, $2, $3, 'proof', $4, $5)";
        tx.execute(sql, &[&domain, &service, &name, &proved, &now])?;
        mailauth::create(tx, domain, &keys)
    };
    office.store.write(keep).await.unwrap();
}

#[test]
fn a_report_is_signed_by_the_domain_of_the_server_that_was_proved() {
    each_database(|office| async move {
        keep_domain(&office, "mx.here.example", false).await;
        office.script("b@far.example", &[unknown(), unknown()]);
        let all = reports(&office, vec![recipient("b@far.example")], ReportWishes::default()).await;
        assert!(!all[0].contains("DKIM-Signature:"), "{}", all[0]);
        keep_domain(&office, "here.example", true).await;
        let all = reports(&office, vec![recipient("b@far.example")], ReportWishes::default()).await;
        assert_eq!(all[0].matches("; d=here.example;\r\n").count(), 2, "{}", all[0]);
    });
}

#[test]
fn a_bounce_says_what_the_sender_called_it() {
    each_database(|office| async move {
        office.script("b@far.example", &[unknown()]);
        let original = OriginalRecipient::new("rfc822;first@old.example");
        let to = Recipient { original, ..wanting("b@far.example", Notify::FAILURE) };
        let wishes = ReportWishes { envelope_id: EnvelopeId::new("QQ 31+4"), returned: Some(Returned::Full) };
        let all = reports(&office, vec![to], wishes).await;
        assert_eq!(all.len(), 1);
        assert_has(
            &all[0],
            &[
                "Subject: Your mail could not be delivered\r\n",
                "Auto-Submitted: auto-replied\r\n",
                "In-Reply-To: <1@here.example>\r\n",
                "Content-Type: multipart/report; report-type=delivery-status;\r\n",
                "Content-Type: message/delivery-status\r\n",
                "\r\n\r\nOriginal-Envelope-Id: QQ 31+4\r\nReporting-MTA: dns; mx.here.example\r\nArrival-Date: ",
                "\r\n\r\nOriginal-Recipient: rfc822; first@old.example\r\nFinal-Recipient: rfc822; b@far.example\r\n\
                 Action: failed\r\nStatus: 5.1.1\r\nRemote-MTA: dns; mx.far.example\r\n\
                 Diagnostic-Code: smtp; 550 5.1.1 nobody of that name\r\nLast-Attempt-Date: ",
                "Content-Type: message/rfc822\r\n",
                "Secret words",
            ],
        );
    });
}

#[test]
fn only_the_header_comes_back_unless_all_is_wanted() {
    each_database(|office| async move {
        for returned in [None, Some(Returned::Headers)] {
            office.script("b@far.example", &[unknown()]);
            let wishes = ReportWishes { envelope_id: None, returned };
            let all = reports(&office, vec![recipient("b@far.example")], wishes).await;
            assert_has(&all[0], &["Content-Type: text/rfc822-headers\r\n", "Subject: Trip\r\n"]);
            assert!(
                !all[0].contains("Secret words") && !all[0].contains("Original-Envelope-Id"),
                "{}",
                all[0]
            );
        }
    });
}

#[test]
fn who_wants_to_hear_nothing_hears_nothing() {
    each_database(|office| async move {
        let quiet = [Notify::NEVER, Notify::SUCCESS, Notify::DELAY];
        let recipients: Vec<Recipient> = quiet
            .into_iter()
            .enumerate()
            .map(|(at, notify)| wanting(&format!("r{at}@far.example"), notify))
            .collect();
        for at in 0..quiet.len() {
            office.script(&format!("r{at}@far.example"), &[unknown()]);
        }
        assert_eq!(reports(&office, recipients, ReportWishes::default()).await, Vec::<String>::new());
        assert_eq!(office.queued().await, []);
    });
}

#[test]
fn success_is_told_where_nobody_else_tells_it() {
    each_database(|office| async move {
        office.script("old@far.example", &[relayed()]);
        office.script("quiet@far.example", &[relayed()]);
        office.script("new@far.example", &[Outcome::HandedOver(Reply::new("2.0.0", "250 taken"))]);
        let recipients = vec![
            wanting("old@far.example", Notify::SUCCESS),
            wanting("new@far.example", Notify::SUCCESS),
            recipient("quiet@far.example"),
            wanting("boris@here.example", Notify::SUCCESS),
            recipient("carl@here.example"),
        ];
        let mut all = reports(&office, recipients, ReportWishes::default()).await;
        all.sort_by_key(|report| report.contains("Action: relayed"));
        assert_eq!(all.len(), 2);
        assert_has(
            &all[0],
            &["Final-Recipient: rfc822; boris@here.example\r\nAction: delivered\r\nStatus: 2.0.0\r\n"],
        );
        assert_has(
            &all[1],
            &["Final-Recipient: rfc822; old@far.example\r\nAction: relayed\r\nStatus: 2.0.0\r\n"],
        );
        assert!(!all.iter().any(|report| report.contains("new@") || report.contains("carl@")));
        assert!(!all.iter().any(|report| report.contains("quiet@")));
    });
}

#[test]
fn a_delay_is_told_once_after_four_hours_to_who_asked() {
    each_database(|office| async move {
        office.script("a@far.example", &vec![away(); 100]);
        office.script("b@far.example", &vec![away(); 100]);
        let recipients = vec![wanting("a@far.example", Notify::DELAY), recipient("b@far.example")];
        assert_eq!(reports(&office, recipients, ReportWishes::default()).await, Vec::<String>::new());
        let mut told = Vec::new();
        for minute in 1..=24 * 60 {
            office.clock.advance(minutes(1));
            office.worker.run_due().await;
            told.extend(came_back(&office).into_iter().map(|report| (minute, report)));
        }
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].0, 240);
        let parts = [
            "Subject: Your mail is delayed\r\n",
            "Action: delayed\r\nStatus: 4.3.2\r\n",
            "Will-Retry-Until: ",
        ];
        assert_has(&told[0].1, &parts);
        assert!(!told[0].1.contains("b@far.example"));
    });
}

#[test]
fn who_wants_no_failures_has_mail_given_up_in_silence() {
    each_database(|office| async move {
        office.script("a@far.example", &vec![away(); 100]);
        reports(&office, vec![wanting("a@far.example", Notify::NEVER)], ReportWishes::default()).await;
        office.clock.advance(days(5) + hours(1));
        office.worker.run_due().await;
        assert_eq!(came_back(&office), Vec::<String>::new());
        assert_eq!(office.queued().await, []);
    });
}

#[test]
fn what_is_wanted_is_told_to_the_next_server_and_survives_a_retry() {
    each_database(|office| async move {
        office.script("a@far.example", &[away()]);
        let original = OriginalRecipient::new("utf-8;zoë@old.example");
        let to = Recipient { original, ..wanting("a@far.example", Notify::SUCCESS) };
        let wishes = ReportWishes { envelope_id: EnvelopeId::new("id"), returned: Some(Returned::Headers) };
        reports(&office, vec![to.clone()], wishes.clone()).await;
        office.clock.advance(minutes(1));
        office.worker.run_due().await;
        let told = office.world.wishes.lock().unwrap().clone();
        assert_eq!(told, [(wishes.clone(), vec![to.clone()]), (wishes, vec![to])]);
    });
}

#[test]
fn addresses_beyond_ascii_are_reported_in_their_own_form() {
    each_database(|office| async move {
        office.script("zoë@far.example", &[unknown()]);
        let all = reports(&office, vec![recipient("zoë@far.example")], ReportWishes::default()).await;
        let parts = [
            "Content-Type: message/global-delivery-status\r\n",
            "Final-Recipient: utf-8; zoë@far.example\r\n",
        ];
        assert_has(&all[0], &parts);
    });
}

#[test]
fn the_status_of_a_failure_is_a_failures() {
    each_database(|office| async move {
        office.script("a@far.example", &vec![away(); 100]);
        reports(&office, vec![recipient("a@far.example")], ReportWishes::default()).await;
        office.clock.advance(days(5));
        office.worker.run_due().await;
        let all = came_back(&office);
        assert_has(&all[0], &["Action: failed\r\nStatus: 5.3.2\r\n", "come back later"]);
    });
}
