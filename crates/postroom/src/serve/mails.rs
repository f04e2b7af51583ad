//! Mails that the server itself writes: jobs of `identity`, put into words and into the queue.
//!
//! **Invariant:** a mail enters the queue in the transaction that ends its job, so it is sent once.

use std::time::Duration;

use bytes::Bytes;
use domain::duration::minutes;
use domain::{DomainName, EmailAddress, JobId, Language, ReportWishes, Timestamp};
use identity::mails::{MAIL_JOB, Mail, MailTemplate};
use mailauth::Signer;
use message::{Draft, Party};
use net::{Shutdown, timer};
use queue::NewSubmission;
use store::jobs::{self, Job};
use store::{BlobFault, StoreError, Tx};
use ui::Locale;

use crate::office::Office;

/// How many mails are written at a time.
const AT_ONCE: usize = 20;
/// How long writing them may take before somebody else does it.
const LEASE_FOR: Duration = minutes(5);
/// When a mail that could not be written is tried again.
const AGAIN_AFTER: Duration = minutes(1);
/// The longest wait without a look: a notice of another node may get lost.
const LOOK_AFTER: Duration = minutes(1);

/// Writes the server's own mails.
pub(super) struct MailWriter {
    office: Office,
    host_name: DomainName,
}

/// Why a mail could not be written.
#[derive(Debug, thiserror::Error)]
enum MailFault {
    /// What the job says makes no sense: it never will be a mail.
    #[error("the job is not a mail: {0}")]
    NoMail(String),
    /// It may work later.
    #[error(transparent)]
    Blob(#[from] BlobFault),
    /// It may work later.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl MailWriter {
    /// A writer in the name of the server `host_name`.
    pub(super) fn new(office: Office, host_name: DomainName) -> Self {
        Self { office, host_name }
    }

    /// Writes what is to be written until the shutdown.
    pub(super) async fn run(self, shutdown: Shutdown) {
        let due = self.office.bus.due(MAIL_JOB);
        loop {
            let pause = self.write_due().await.unwrap_or_else(|error| {
                tracing::error!(%error, "the server's own mails could not be read");
                LOOK_AFTER
            });
            tokio::select! {
                () = shutdown.begun() => return,
                () = due.wait() => {}
                () = timer::sleep(pause) => {}
            }
        }
    }

    /// Writes what is due; says how long nothing else will be.
    async fn write_due(&self) -> Result<Duration, StoreError> {
        let lease = |tx: &mut Tx<'_>| jobs::lease(tx, &[MAIL_JOB], AT_ONCE, LEASE_FOR);
        let leased = self.office.store.write(lease).await?;
        let is_full = leased.len() == AT_ONCE;
        for job in leased {
            let id = job.id;
            match self.write(job).await {
                Ok(()) => {}
                Err(fault @ MailFault::NoMail(_)) => {
                    tracing::error!(%fault, "a mail of the server is given up");
                    self.office.store.write(move |tx| jobs::finish(tx, id)).await?;
                }
                Err(fault) => self.put_off(id, &fault).await?,
            }
        }
        if is_full {
            return Ok(Duration::ZERO);
        }
        let next = self.office.store.read(|tx: &mut Tx<'_>| jobs::next_due(tx, &[MAIL_JOB])).await?;
        let now = self.office.ambient.clock.now();
        Ok(next.map_or(LOOK_AFTER, |next| next.since(now)).min(LOOK_AFTER))
    }

    async fn write(&self, job: Job) -> Result<(), MailFault> {
        let no_mail = |why: &dyn std::fmt::Display| MailFault::NoMail(why.to_string());
        let mail: Mail = serde_json::from_str(&job.payload).map_err(|why| no_mail(&why))?;
        let to: EmailAddress = mail.to.parse().map_err(|why| no_mail(&why))?;
        let letter = Letter { mail: &mail, host: &self.host_name, now: self.office.ambient.clock.now() };
        // The job's id names the mail: written twice, it is the same one.
        let content = letter.compose(job.id);
        let host = self.host_name.clone();
        let sign = move |tx: &mut Tx<'_>| Signer::sign_as_host(tx, &host, content.clone());
        let signed = self.office.store.read(sign).await.map_err(|why: StoreError| why)?;
        let content = self.office.store.blobs().put(signed).await?;
        let send = move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let (recipients, wishes) = (vec![to.clone().into()], ReportWishes::default());
            // The null reverse-path: nobody waits for a bounce of it (RFC 5321 §4.5.5).
            let content = &content;
            let new = NewSubmission { mailbox: None, user: None, sender: None, recipients, wishes, content };
            queue::accept(tx, &new)?;
            jobs::finish(tx, job.id)
        };
        Ok(self.office.store.write(send).await?)
    }

    async fn put_off(&self, job: JobId, fault: &MailFault) -> Result<(), StoreError> {
        let (at, why) = (self.office.ambient.clock.now().plus(AGAIN_AFTER), fault.to_string());
        tracing::warn!(%fault, "a mail of the server could not be written; trying again");
        self.office.store.write(move |tx| jobs::retry(tx, job, at, &why)).await
    }
}

/// A mail on its way into words.
struct Letter<'a> {
    mail: &'a Mail,
    host: &'a DomainName,
    now: Timestamp,
}

impl Letter<'_> {
    /// The whole message.
    fn compose(&self, id: JobId) -> Bytes {
        let locale = Locale::of(self.mail.language.parse().unwrap_or(Language::En));
        let from = Party { name: locale.t("notice-sender"), address: format!("postmaster@{}", self.host) };
        let draft = Draft {
            from,
            to: vec![Party { name: String::new(), address: self.mail.to.clone() }],
            subject: self.words(locale, "subject"),
            text: self.words(locale, "body"),
            ..Draft::default()
        };
        // RFC 3834 §5: nobody's vacation notice answers this.
        let mut content = b"Auto-Submitted: auto-generated\r\n".to_vec();
        // Nothing is attached, so there is no boundary that could be guessed.
        content.extend(message::build(&draft, self.now, &format!("{id}@{}", self.host), [0; 16]));
        content.into()
    }

    /// The words of a part, with the values that this kind of mail has.
    fn words(&self, locale: Locale, part: &str) -> String {
        let key = format!("notice-{}-{part}", self.mail.template.name());
        match self.mail.template {
            MailTemplate::AddressShared => self.filled(locale, &key, []),
            MailTemplate::AddressCode | MailTemplate::SignUpCode => self.filled(locale, &key, ["code"]),
            MailTemplate::AccountExists
            | MailTemplate::PasswordReset
            | MailTemplate::PasswordChanged
            | MailTemplate::SecondFactorSet
            | MailTemplate::SecondFactorRemoved
            | MailTemplate::SecondFactorReset => self.filled(locale, &key, ["link"]),
            MailTemplate::AccountDeviceAdded
            | MailTemplate::PasskeyAdded
            | MailTemplate::PasskeyRemoved
            | MailTemplate::PasskeyRefused => self.filled(locale, &key, ["name", "link"]),
            MailTemplate::CodesRefused => self.filled(locale, &key, ["browser", "ip", "link"]),
            MailTemplate::IdentifierAdded | MailTemplate::IdentifierReleased => {
                self.filled(locale, &key, ["address", "link"])
            }
            MailTemplate::NewBrowser => self.filled(locale, &key, ["browser", "ip", "at", "link"]),
            MailTemplate::AccessEnding | MailTemplate::AccessEndingOf => {
                self.filled(locale, &key, ["name", "organization", "address", "at"])
            }
            MailTemplate::Membership => {
                self.filled(locale, &key, ["inviter", "organization", "link", "expires"])
            }
            MailTemplate::RedirectionAsked => {
                let names = ["inviter", "organization", "address", "link", "code", "expires"];
                self.filled(locale, &key, names)
            }
            MailTemplate::RoleChanged => {
                let role = locale.t(&format!("users-role-{}", self.value("what")));
                self.changed(locale, &key, &role)
            }
            MailTemplate::Removed
            | MailTemplate::RightsChanged
            | MailTemplate::ServiceMoved
            | MailTemplate::AccessGiven
            | MailTemplate::AccessTaken
            | MailTemplate::TeamJoined
            | MailTemplate::TeamLeft => self.changed(locale, &key, self.value("what")),
            MailTemplate::Invitation => {
                self.filled(locale, &key, ["inviter", "organization", "address", "link", "expires"])
            }
        }
    }

    /// A text of the catalogue with these values of the mail, as people read them.
    fn filled<const N: usize>(&self, locale: Locale, key: &str, names: [&'static str; N]) -> String {
        let shown = names.map(|name| match name {
            "browser" => ui::browser_name(locale, self.value(name)),
            "expires" => self.expires(locale),
            "at" if self.mail.values.contains_key("zone") => self.moment_of_reader(locale),
            "at" => self.moment(locale),
            plain => self.value(plain).to_owned(),
        });
        locale.t_with::<N>(key, std::array::from_fn(|place| (names[place], shown[place].as_str())))
    }

    /// What was changed about somebody in an organization.
    fn changed(&self, locale: Locale, key: &str, what: &str) -> String {
        let values =
            [("actor", self.value("actor")), ("organization", self.value("organization")), ("what", what)];
        locale.t_with(key, values)
    }

    fn value(&self, name: &str) -> &str {
        self.mail.values.get(name).map_or("", String::as_str)
    }

    /// When it happened, to the minute.
    fn moment(&self, locale: Locale) -> String {
        let millis = self.value("at").parse().unwrap_or_default();
        format!("{} UTC", locale.moment(Timestamp::from_millis(millis), "UTC"))
    }

    /// The same, where the reader is.
    fn moment_of_reader(&self, locale: Locale) -> String {
        let millis = self.value("at").parse().unwrap_or_default();
        locale.moment(Timestamp::from_millis(millis), self.value("zone"))
    }

    fn expires(&self, locale: Locale) -> String {
        let millis = self.value("expires").parse().unwrap_or_default();
        locale.day(Timestamp::from_millis(millis), "UTC")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use domain::Id;

    use super::*;

    fn written(template: MailTemplate, language: &str, values: &[(&str, &str)]) -> String {
        let values: BTreeMap<String, String> =
            values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let mail = Mail { template, language: language.to_owned(), to: "ben@far.example".to_owned(), values };
        let host = "mx.example.test".parse().unwrap();
        let letter = Letter { mail: &mail, host: &host, now: Timestamp::from_secs(1_790_000_000) };
        String::from_utf8(letter.compose(JobId::from_bytes([1; 16])).to_vec()).unwrap()
    }

    #[test]
    fn a_code_is_mailed_in_the_language_of_its_reader() {
        let english = written(MailTemplate::SignUpCode, "en", &[("code", "012345")]);
        assert!(english.contains("To: ben@far.example\r\n"), "{english}");
        assert!(english.contains("<postmaster@mx.example.test>\r\n"), "{english}");
        assert!(english.contains("@mx.example.test>\r\n"), "{english}");
        assert!(english.contains("Auto-Submitted: auto-generated\r\n"), "{english}");
        assert!(english.contains("Date: Mon, 21 Sep 2026 14:13:20 +0000\r\n"), "{english}");
        assert!(english.contains("012345"), "{english}");
        let french = written(MailTemplate::SignUpCode, "fr", &[("code", "012345")]);
        assert!(french.contains("012345") && french != english, "{french}");
    }

    #[test]
    fn what_concerns_the_safety_of_an_account_is_said_in_both_languages() {
        let values =
            [("actor", "Olga"), ("organization", "Acme"), ("what", "info@acme.example"), ("ip", "192.0.2.1")];
        for template in [MailTemplate::CodesRefused, MailTemplate::SecondFactorSet, MailTemplate::AccessTaken]
        {
            let [english, french] = ["en", "fr"].map(|language| written(template, language, &values));
            assert!(english != french && !english.contains("notice-"), "{english}");
        }
        let taken = written(MailTemplate::AccessTaken, "en", &values);
        assert!(taken.contains("Olga") && taken.contains("info@acme.example"), "{taken}");
    }

    #[test]
    fn a_value_cannot_add_a_header() {
        let values = [("inviter", "Eve\r\nBcc: all@far.example"), ("expires", "1790000000000")];
        let mail = written(MailTemplate::Invitation, "en", &values);
        let (header, _) = mail.split_once("\r\n\r\n").unwrap();
        assert!(!header.contains("\r\nBcc:"), "{mail}");
        assert!(mail.contains("21 September 2026"), "{mail}");
    }

    /// A job of that payload, written by a writer once; what is in the queue then, and how many jobs are left.
    async fn after(payload: &'static str) -> (Vec<queue::desk::QueuedMail>, usize) {
        let folder = tempfile::tempdir().unwrap();
        let (office, _held) = Office::in_folder(folder.path()).await;
        let add = move |tx: &mut Tx<'_>| jobs::enqueue(tx, MAIL_JOB, "1", payload, tx.now());
        office.store.write(add).await.unwrap();
        let writer = MailWriter::new(office.clone(), "mx.example.test".parse().unwrap());
        writer.write_due().await.unwrap();
        let look = |tx: &mut Tx<'_>| -> Result<_, StoreError> {
            Ok((queue::desk::list(tx, 10)?, jobs::list(tx, Some(MAIL_JOB), 10)?.len()))
        };
        let found = office.store.read(look).await.unwrap();
        office.store.close().await;
        found
    }

    #[tokio::test]
    async fn a_job_becomes_a_mail_of_the_queue() {
        let payload = r#"{"template": "sign_up_code", "language": "fr", "to": "ben@far.example", "values": {"code": "1"}}"#;
        let (queued, left) = after(payload).await;
        assert_eq!(left, 0);
        let [mail] = queued.as_slice() else { panic!("{queued:?}") };
        assert_eq!(mail.recipients[0].address.to_string(), "ben@far.example");
        assert_eq!(mail.sender, None);
    }

    #[tokio::test]
    async fn what_can_never_be_a_mail_is_given_up() {
        for payload in
            ["nonsense", r#"{"template": "sign_up_code", "language": "en", "to": "nobody", "values": {}}"#]
        {
            assert_eq!(after(payload).await, (Vec::new(), 0), "{payload}");
        }
    }
}
