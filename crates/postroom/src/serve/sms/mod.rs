//! SMS that the server writes: jobs of `identity`, put into words and given to the gateway.
//!
//! **Invariant:** a job is there until the gateway took its SMS or it is given up; no log holds what was sent, or to
//! whom. A server that ends between the gateway's answer and the end of the job sends that SMS again.

mod gateway;

use std::time::Duration;

use domain::duration::{hours, minutes};
use domain::{JobId, Language};
use identity::texts::{SMS_JOB, Sms, SmsTemplate};
use net::dns::Resolver;
use net::{Shutdown, timer};
use store::jobs::{self, Job};
use store::{StoreError, Tx};
use ui::Locale;

use crate::config::SmsGateway;
use crate::office::Office;
use gateway::SendFault;

/// How long that may take before somebody else does it.
const LEASE_FOR: Duration = minutes(10);
/// The longest wait without a look: a notice of another node may get lost.
const LOOK_AFTER: Duration = minutes(1);
/// How often one is tried. With the waits between, the last attempt is a day after the first.
const ATTEMPTS: u32 = 8;
/// The longest wait between two attempts.
const LONGEST_WAIT: Duration = hours(8);
/// How many characters a text may have: three parts of an SMS.
const CHARACTERS: usize = 400;

/// Sends the server's SMS.
pub(super) struct SmsSender {
    office: Office,
    gateway: SmsGateway,
    resolver: Resolver,
}

impl SmsSender {
    /// A sender by that gateway.
    pub(super) fn new(office: Office, gateway: SmsGateway, resolver: Resolver) -> Self {
        Self { office, gateway, resolver }
    }

    /// Sends what is to be sent until the shutdown.
    pub(super) async fn run(self, shutdown: Shutdown) {
        let due = self.office.bus.due(SMS_JOB);
        loop {
            let pause = self.send_due(&shutdown).await.unwrap_or_else(|error| {
                tracing::error!(%error, "the SMS to be sent could not be read");
                LOOK_AFTER
            });
            tokio::select! {
                () = shutdown.begun() => return,
                () = due.wait() => {}
                () = timer::sleep(pause) => {}
            }
        }
    }

    /// Sends what is due; says how long nothing else will be.
    async fn send_due(&self, shutdown: &Shutdown) -> Result<Duration, StoreError> {
        // One at a time: a shutdown or a fault strands none that was not begun.
        let lease = |tx: &mut Tx<'_>| jobs::lease(tx, &[SMS_JOB], 1, LEASE_FOR);
        if let Some(job) = self.office.store.write(lease).await?.into_iter().next() {
            let outcome = self.send(&job).await;
            self.settle(&job, outcome).await?;
            return Ok(if shutdown.is_begun() { LOOK_AFTER } else { Duration::ZERO });
        }
        let next = self.office.store.read(|tx: &mut Tx<'_>| jobs::next_due(tx, &[SMS_JOB])).await?;
        let now = self.office.ambient.clock.now();
        Ok(next.map_or(LOOK_AFTER, |next| next.since(now)).min(LOOK_AFTER))
    }

    async fn send(&self, job: &Job) -> Result<(), SendFault> {
        let sms: Sms = serde_json::from_str(&job.payload)
            .map_err(|_| SendFault::ForGood("the job is no SMS".to_owned()))?;
        gateway::send(&self.gateway, &self.resolver, &sms.to, &words(&sms)).await
    }

    async fn settle(&self, job: &Job, outcome: Result<(), SendFault>) -> Result<(), StoreError> {
        let id: JobId = job.id;
        match outcome {
            Ok(()) => {}
            Err(SendFault::ForNow(why)) if job.attempts < ATTEMPTS => {
                let at = self.office.ambient.clock.now().plus(wait_after(job.attempts));
                tracing::warn!(job = %id, %why, "an SMS could not be sent; trying again");
                return self.office.store.write(move |tx| jobs::retry(tx, id, at, &why)).await;
            }
            Err(fault) => tracing::error!(job = %id, %fault, "an SMS is given up"),
        }
        self.office.store.write(move |tx| jobs::finish(tx, id)).await
    }
}

/// Five minutes, then three times as long each time.
fn wait_after(attempts: u32) -> Duration {
    minutes(5).saturating_mul(3u32.saturating_pow(attempts.saturating_sub(1))).min(LONGEST_WAIT)
}

/// What an SMS says.
fn words(sms: &Sms) -> String {
    let locale = Locale::of(sms.language.parse().unwrap_or(Language::En));
    let value = |name: &str| sms.values.get(name).map_or("", String::as_str);
    match sms.template {
        SmsTemplate::Invitation => {
            let link = value("link");
            let without =
                locale.t_with("organizations-sms-invitation", [("organization", ""), ("link", link)]);
            // The link is what counts: a long name gives way.
            let room = CHARACTERS.saturating_sub(without.chars().count());
            let organization: String = value("organization").chars().take(room).collect();
            locale.t_with(
                "organizations-sms-invitation",
                [("organization", organization.as_str()), ("link", link)],
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;
    use crate::config::{BodyType, Method, Reach, Transport};
    use domain::Secret;

    fn gateway(port: u16, reach: Reach) -> SmsGateway {
        SmsGateway {
            transport: Transport::Clear,
            host: "127.0.0.1".to_owned(),
            port,
            target: "/send".to_owned(),
            method: Method::Post,
            headers: vec![("X-Key".to_owned(), Secret::new("hunter2".to_owned()))],
            body: Secret::new("{\"to\":\"{to}\",\"text\":\"{text}\"}".to_owned()),
            body_type: BodyType::Json,
            reach,
        }
    }

    /// A gateway that answers one request with that line; what it was asked.
    async fn answering(listener: TcpListener, line: &'static str) -> String {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut asked = Vec::new();
        while !asked.ends_with(b"}") {
            assert_ne!(stream.read_buf(&mut asked).await.unwrap(), 0);
        }
        stream.write_all(format!("{line}\r\nContent-Length: 0\r\n\r\n").as_bytes()).await.unwrap();
        String::from_utf8(asked).unwrap()
    }

    fn sms() -> Sms {
        let link = "https://mail.example.test/invite/abc".to_owned();
        let values = [("organization".to_owned(), "Acme \"<b>\"".to_owned()), ("link".to_owned(), link)];
        Sms {
            template: SmsTemplate::Invitation,
            language: "fr".to_owned(),
            to: "+41446681800".to_owned(),
            values: BTreeMap::from(values),
        }
    }

    /// One SMS, sent to a gateway that answers with that line; what it was asked, and the jobs that are left.
    async fn sent(line: &'static str, reach: Reach) -> (Option<String>, Vec<Job>) {
        let folder = tempfile::tempdir().unwrap();
        let (office, _held) = Office::in_folder(folder.path()).await;
        let payload = serde_json::to_string(&sms()).unwrap();
        let add = move |tx: &mut Tx<'_>| jobs::enqueue(tx, SMS_JOB, "1", &payload, tx.now()).map(drop);
        office.store.write(add).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let resolver = Resolver::new(None).unwrap();
        let sender = SmsSender::new(office.clone(), gateway(port, reach), resolver);
        let asked = tokio::spawn(answering(listener, line));
        let (_trigger, shutdown) = Shutdown::new();
        sender.send_due(&shutdown).await.unwrap();
        let asked = if reach == Reach::Private { Some(asked.await.unwrap()) } else { None };
        let left = office.store.read(|tx: &mut Tx<'_>| jobs::list(tx, Some(SMS_JOB), 10)).await.unwrap();
        office.store.close().await;
        (asked, left)
    }

    #[tokio::test]
    async fn the_gateway_receives_number_and_text_and_the_job_ends() {
        let (asked, left) = sent("HTTP/1.1 202 Accepted", Reach::Private).await;
        let asked = asked.unwrap();
        assert!(
            asked.starts_with("POST /send HTTP/1.1\r\n") && asked.contains("X-Key: hunter2\r\n"),
            "{asked}"
        );
        let body: serde_json::Value = serde_json::from_str(asked.split_once("\r\n\r\n").unwrap().1).unwrap();
        assert_eq!(body["to"], "+41446681800");
        let text = body["text"].as_str().unwrap();
        assert!(text.contains("Acme \"<b>\"") && text.contains("/invite/abc"), "{text}");
        assert!(left.is_empty(), "{left:?}");
    }

    #[tokio::test]
    async fn what_the_gateway_cannot_do_now_is_tried_again() {
        let (_, left) = sent("HTTP/1.1 503 Busy", Reach::Private).await;
        assert_eq!(left.len(), 1, "{left:?}");
        assert!(left[0].last_error.as_deref().unwrap().contains("503"));
        assert!(left[0].due_at > left[0].created_at);
    }

    #[tokio::test]
    async fn what_the_gateway_refuses_is_given_up() {
        assert!(sent("HTTP/1.1 400 No", Reach::Private).await.1.is_empty());
    }

    #[tokio::test]
    async fn no_private_network_is_reached_unless_it_is_allowed() {
        let (_, left) = sent("HTTP/1.1 200 OK", Reach::Public).await;
        assert!(left[0].last_error.as_deref().unwrap().contains("no public network"), "{left:?}");
    }

    #[test]
    fn attempts_end_within_two_days() {
        let waits: Duration = (1..ATTEMPTS).map(wait_after).sum();
        assert!(waits > hours(20) && waits < hours(48), "{waits:?}");
    }

    #[test]
    fn a_long_name_leaves_the_link_whole() {
        let mut sms = sms();
        sms.values.insert("organization".to_owned(), "x".repeat(1000));
        let text = words(&sms);
        assert!(text.chars().count() <= CHARACTERS && text.contains("/invite/abc"), "{text}");
    }
}
