//! The worker: leases what is due, attempts it, writes down what came of it.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bus::Bus;
use bytes::Bytes;
use domain::duration::minutes;
use domain::{Ambient, DomainName, Language};
use mailauth::Signer;
use net::dns::Resolver;
use store::{Store, StoreError, Tx};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::local::{LocalDelivery, LocalFault};
use crate::outward::{Certain, Mail, Outward};
use crate::plan::{self, ATTEMPT_FOR, Batch, Due};
use crate::record::{self, Judged, Verdict};
use crate::reply::{Outcome, Reply};
use crate::report::{Action, Report, Told};
use crate::schedule;
use crate::smtp::{Route, Smtp};
use crate::submission::{self, RecipientState, Submission};
use crate::words::ReportWords;

/// The longest the worker sleeps without looking at the queue: a notice of another node may get lost.
const LOOK_AFTER: Duration = minutes(1);
/// How long a batch waits that could not even be attempted.
const PUT_OFF_FOR: Duration = minutes(5);
/// How long to wait before a result that could not be written is written again: it must not be lost, or the mail would
/// be sent twice.
const WRITE_AGAIN_AFTER: Duration = Duration::from_secs(1);
/// How long conversations may go on when the server stops.
const FINISH_WITHIN: Duration = Duration::from_secs(10);

/// Carries accepted mail to where it belongs.
pub struct Worker {
    bus: Bus,
    shared: Arc<Shared>,
}

/// What the attempts share.
struct Shared {
    store: Store,
    ambient: Ambient,
    local: Arc<dyn LocalDelivery>,
    outward: Arc<dyn Outward>,
    host_name: DomainName,
    words: WordsIn,
    attempt_for: Duration,
    under_way: Mutex<HashMap<String, usize>>,
}

/// What reports say, in a language.
pub type WordsIn = fn(Language) -> ReportWords;

/// What a worker works with.
pub struct Tools {
    /// Where the queue is.
    pub store: Store,
    /// Where notices come from.
    pub bus: Bus,
    /// Time and chance.
    pub ambient: Ambient,
    /// Who knows the servers of a domain.
    pub resolver: Resolver,
    /// The mailboxes here.
    pub local: Arc<dyn LocalDelivery>,
}

impl Worker {
    /// A worker of the server `host_name`, which hands mail for others over by `route`.
    pub fn new(tools: Tools, host_name: DomainName, route: Route, words: WordsIn) -> Self {
        let outward = Smtp::new(tools.resolver, host_name.clone(), route, tools.ambient.clone());
        Self::with(tools.store, tools.bus, tools.ambient, tools.local, Arc::new(outward), host_name, words)
    }

    pub(crate) fn with(
        store: Store,
        bus: Bus,
        ambient: Ambient,
        local: Arc<dyn LocalDelivery>,
        outward: Arc<dyn Outward>,
        host_name: DomainName,
        words: WordsIn,
    ) -> Self {
        let (attempt_for, under_way) = (ATTEMPT_FOR, Mutex::default());
        let shared = Shared { store, ambient, local, outward, host_name, words, attempt_for, under_way };
        Self { bus, shared: Arc::new(shared) }
    }

    /// The same with less patience.
    #[cfg(test)]
    pub(crate) fn give_up_after(&mut self, attempt_for: Duration) {
        if let Some(shared) = Arc::get_mut(&mut self.shared) {
            shared.attempt_for = attempt_for;
        }
    }

    /// Works until `shutdown`; conversations under way then have ten seconds to end.
    pub async fn run(&self, shutdown: impl Future<Output = ()>) {
        let due = self.bus.due(bus::QUEUE);
        let mut attempts = JoinSet::new();
        tokio::pin!(shutdown);
        if let Err(error) = self.shared.store.write(plan::forget_leases).await {
            tracing::error!(%error, "the queue could not be read");
        }
        loop {
            let pause = match self.start_due(&mut attempts).await {
                Ok(pause) => pause,
                Err(error) => {
                    tracing::error!(%error, "the queue could not be read");
                    LOOK_AFTER
                }
            };
            tokio::select! {
                () = &mut shutdown => break,
                () = due.wait() => {}
                () = net::timer::sleep(pause) => {}
                Some(_) = attempts.join_next() => {}
            }
        }
        let finished = async { while attempts.join_next().await.is_some() {} };
        if net::timer::within(FINISH_WITHIN, finished).await.is_err() {
            tracing::warn!("conversations were cut short");
        }
    }

    /// Attempts what is due now, and what becomes due by that, and returns when nothing is left to do at this time.
    #[cfg(test)]
    pub(crate) async fn run_due(&self) {
        let mut attempts = JoinSet::new();
        loop {
            self.start_due(&mut attempts).await.unwrap();
            if attempts.join_next().await.is_none() {
                return;
            }
        }
    }

    /// Starts what is due and there is room for; says how long nothing new will be due.
    async fn start_due(&self, attempts: &mut JoinSet<()>) -> Result<Duration, StoreError> {
        let under_way = self.shared.under_way.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let batches = self.shared.store.write(move |tx| plan::lease(tx, &under_way)).await?;
        for batch in batches {
            let place = Place::take(&self.shared, &batch.destination);
            let shared = Arc::clone(&self.shared);
            attempts.spawn(async move {
                shared.attempt(batch).await;
                drop(place);
            });
        }
        let next = self.shared.store.read(plan::next_due).await?;
        let now = self.shared.ambient.clock.now();
        // What is due and was not started waits for room, and so for the end of an attempt.
        let pause = next.map(|next| next.since(now)).filter(|pause| !pause.is_zero());
        Ok(pause.unwrap_or(LOOK_AFTER).min(LOOK_AFTER))
    }
}

/// Counts a conversation with a destination as long as it lasts.
struct Place {
    shared: Arc<Shared>,
    destination: String,
}

impl Place {
    fn take(shared: &Arc<Shared>, destination: &str) -> Self {
        let mut under_way = shared.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        *under_way.entry(destination.to_owned()).or_default() += 1;
        Self { shared: Arc::clone(shared), destination: destination.to_owned() }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut under_way = self.shared.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = under_way.get_mut(&self.destination) {
            *count -= 1;
            if *count == 0 {
                under_way.remove(&self.destination);
            }
        }
    }
}

impl Shared {
    async fn attempt(&self, batch: Batch) {
        let id = batch.submission;
        let submission = match self.store.read(move |tx| submission::load(tx, id)).await {
            Ok(submission) => submission,
            Err(error) => return self.put_off(batch, &error.to_string()).await,
        };
        let content = match self.store.blobs().read(&submission.content).await {
            Ok(content) => content,
            Err(error) => return self.put_off(batch, &error.to_string()).await,
        };
        let (cancelled, waiting): (Vec<Due>, Vec<Due>) =
            batch.recipients.into_iter().partition(|due| due.state == RecipientState::Cancelled);
        if !cancelled.is_empty() {
            let given_up = Outcome::refused("5.0.0", &(self.words)(submission.language).given_up);
            let count = cancelled.len();
            self.settle(&submission, &content, &cancelled, given_up.for_all(count)).await;
        }
        let Some(destination) = waiting.first().map(|due| due.address.domain().clone()) else { return };
        match self.local.is_local(&destination).await {
            Ok(true) => self.deliver_here(&submission, &content, &waiting).await,
            Ok(false) => self.deliver_outside(&submission, destination, &content, &waiting).await,
            Err(fault) => {
                let outcome = local_outcome(Err(fault)).for_all(waiting.len());
                self.settle(&submission, &content, &waiting, outcome).await;
            }
        }
    }

    /// Delivers to mailboxes here, writing each result before the next is begun.
    async fn deliver_here(&self, submission: &Submission, content: &Bytes, recipients: &[Due]) {
        for recipient in recipients {
            let delivered =
                self.local.deliver(&recipient.address, submission.sender.as_ref(), content.clone()).await;
            let outcome = vec![local_outcome(delivered)];
            self.settle(submission, content, std::slice::from_ref(recipient), outcome).await;
        }
    }

    async fn deliver_outside(
        &self,
        submission: &Submission,
        destination: DomainName,
        content: &Bytes,
        recipients: &[Due],
    ) {
        let mail = Mail {
            sender: submission.sender.clone(),
            destination,
            recipients: recipients.iter().map(Due::recipient).collect(),
            wishes: submission.wishes.clone(),
            content: content.clone(),
        };
        let (teller, mut told) = mpsc::unbounded_channel();
        let attempt = self.outward.deliver(&mail, Certain::to(teller));
        let mut attempt = std::pin::pin!(net::timer::within(self.attempt_for, attempt));
        let mut open: Vec<Option<Due>> = recipients.iter().cloned().map(Some).collect();
        let ended = loop {
            tokio::select! {
                biased;
                Some(decided) = told.recv() => self.settle_some(submission, content, &mut open, decided).await,
                ended = &mut attempt => break ended,
            }
        };
        let outcomes = match ended {
            Ok(outcomes) => outcomes,
            Err(_) => Outcome::deferred("4.4.7", "the conversation took too long").for_all(recipients.len()),
        };
        // What was told just before the end is certain all the same.
        while let Ok(decided) = told.try_recv() {
            self.settle_some(submission, content, &mut open, decided).await;
        }
        let rest = outcomes.into_iter().enumerate().collect();
        self.settle_some(submission, content, &mut open, rest).await;
    }

    /// Settles those of the recipients that are `open` and have an outcome.
    async fn settle_some(
        &self,
        submission: &Submission,
        content: &Bytes,
        open: &mut [Option<Due>],
        decided: Vec<(usize, Outcome)>,
    ) {
        let take = |(at, outcome): (usize, Outcome)| Some((open.get_mut(at)?.take()?, outcome));
        let (recipients, outcomes): (Vec<Due>, Vec<Outcome>) = decided.into_iter().filter_map(take).unzip();
        if !recipients.is_empty() {
            self.settle(submission, content, &recipients, outcomes).await;
        }
    }

    /// Writes down what came of an attempt, and with it the reports on it.
    async fn settle(
        &self,
        submission: &Submission,
        content: &Bytes,
        recipients: &[Due],
        outcomes: Vec<Outcome>,
    ) {
        let now = self.ambient.clock.now();
        let judged = record::judge(recipients, outcomes, submission.accepted_at, now);
        for one in &judged {
            tell(submission, one);
        }
        let mut reports = Vec::new();
        for bytes in self.reports(submission, content, &judged) {
            reports.push(self.put(self.sign(bytes).await).await);
        }
        let submission = submission.clone();
        self.persist(move |tx| record::write(tx, &submission, &judged, &reports)).await;
    }

    /// A report for each sort of news; none goes to the null reverse-path.
    fn reports(&self, submission: &Submission, content: &[u8], judged: &[Judged]) -> Vec<Bytes> {
        let Some(sender) = &submission.sender else { return Vec::new() };
        let words = (self.words)(submission.language);
        let mut reports = Vec::new();
        for action in Action::ALL {
            let news = judged.iter().filter(|one| one.told == Some(action));
            let told: Vec<Told<'_>> = news.map(Judged::news).collect();
            if told.is_empty() {
                continue;
            }
            let report = Report {
                words: &words,
                host: self.host_name.as_str(),
                sender,
                wishes: &submission.wishes,
                accepted_at: submission.accepted_at,
                tried_until: schedule::tried_until(submission.accepted_at),
                action,
                told,
                content,
            };
            reports.push(report.write(&self.unique(), self.ambient.clock.now()));
        }
        reports
    }

    /// The report, signed for this server where that can be done now: its sender waits for it.
    async fn sign(&self, report: Bytes) -> Bytes {
        let (host, content) = (self.host_name.clone(), report.clone());
        let signed = self.store.read(move |tx| Signer::sign_as_host(tx, &host, content.clone())).await;
        signed.unwrap_or_else(|error: StoreError| {
            tracing::warn!(%error, "a report goes unsigned");
            report
        })
    }

    fn unique(&self) -> String {
        let mut random = [0; 16];
        self.ambient.random.fill(&mut random);
        format!("{:032x}", u128::from_be_bytes(random))
    }

    /// Keeps the bytes of a report, however long that takes.
    async fn put(&self, content: Bytes) -> store::BlobRef {
        loop {
            match self.store.blobs().put(content.clone()).await {
                Ok(blob) => return blob,
                Err(error) => tracing::error!(%error, "a report could not be kept; trying again"),
            }
            net::timer::sleep(WRITE_AGAIN_AFTER).await;
        }
    }

    async fn put_off(&self, batch: Batch, reason: &str) {
        tracing::error!(submission = %batch.submission, reason, "mail could not be attempted");
        let at = self.ambient.clock.now().plus(PUT_OFF_FOR);
        self.persist(move |tx| record::put_off(tx, &batch, at)).await;
    }

    /// Writes, and goes on trying while the database is away: a result that got lost would be a mail sent twice.
    async fn persist(
        &self,
        work: impl FnMut(&mut Tx<'_>) -> Result<(), StoreError> + Clone + Send + 'static,
    ) {
        loop {
            match self.store.write(work.clone()).await {
                Ok(()) => return,
                Err(error) if error.is_temporary() => {
                    tracing::error!(%error, "a result could not be written; trying again");
                }
                Err(error) => return tracing::error!(%error, "a result could not be written"),
            }
            net::timer::sleep(WRITE_AGAIN_AFTER).await;
        }
    }
}

fn local_outcome(delivered: Result<(), LocalFault>) -> Outcome {
    match delivered {
        Ok(()) => Outcome::Delivered(Reply::new("2.0.0", "delivered here")),
        Err(LocalFault::Permanent(text)) => Outcome::refused("5.1.1", &text),
        Err(LocalFault::Temporary(text)) => Outcome::deferred("4.3.0", &text),
    }
}

fn tell(submission: &Submission, judged: &Judged) {
    let (id, to) = (submission.id, &judged.recipient.address);
    match &judged.verdict {
        Verdict::Delivered(reply) => tracing::info!(submission = %id, %to, %reply, "delivered"),
        Verdict::Relayed(reply) | Verdict::HandedOver(reply) => {
            tracing::info!(submission = %id, %to, %reply, "taken by the next server");
        }
        Verdict::Again { at, reply } => tracing::info!(submission = %id, %to, %reply, ?at, "deferred"),
        Verdict::Failed(reply) => tracing::info!(submission = %id, %to, %reply, "failed"),
    }
}
