//! What a page that is open waits for: changes of its mailbox and of its user's accesses, and its end.
//!
//! **Invariant:** however much happens, a page is told at most once per [`REST`], and its end at once.

use std::pin::Pin;
use std::time::Duration;

use bus::{Changes, EndReason, Holder, Lease, UserEvents};
use domain::MailboxId;
use futures_util::stream::{SelectAll, Stream, StreamExt, unfold};
use futures_util::{FutureExt, future};
use net::timer;
use web::{SignedIn, Web};

use crate::around::Around;
use crate::here::Here;

/// How long a page is left alone after it was told something: what comes in between is told together.
const REST: Duration = Duration::from_millis(300);
/// How many other mailboxes are watched for what is unread in them: more than anybody looks at.
const ELSEWHERE: usize = 100;

/// Something to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum News {
    /// Nothing.
    Nothing,
    /// The mailbox changed.
    Mail,
    /// Another mailbox of the user did.
    Elsewhere,
    /// What the user may open, or do there.
    Access,
    /// Both the mailbox and what the user may do.
    All,
    /// The access or the session is no more.
    Ended(EndReason),
}

type Stirring = Pin<Box<dyn Stream<Item = News> + Send>>;

/// Everything that a page waits for.
pub(crate) struct Live {
    lease: Lease,
    stirrings: SelectAll<Stirring>,
    waiting: Vec<News>,
    has_told: bool,
}

impl Live {
    /// For a page of a mailbox.
    pub(crate) fn of_mailbox(here: &Here) -> Self {
        let mut live = Self::new(here.web(), here.mailbox.lease().clone(), here.signed_in.actor.user());
        live.stirrings.push(changes(here.mailbox.changes(), News::Mail));
        live
    }

    /// Watches the other mailboxes of the user as well.
    pub(crate) fn watch_others(&mut self, here: &Here, around: &Around) {
        let others = around.addresses.iter().filter(|view| view.mailbox != here.mailbox.id());
        for view in others.take(ELSEWHERE) {
            // Watching ends with the access: nothing of a mailbox stirs a page whose user lost it.
            let lease = self.lease_on(here.web(), view.mailbox);
            let changes = changes(here.web().bus().watch_mailbox(view.mailbox), News::Elsewhere);
            self.stirrings.push(Box::pin(changes.take_until(async move { lease.ended().await })));
        }
    }

    /// For a page without a mailbox.
    pub(crate) fn of_user(signed_in: &SignedIn) -> Option<Self> {
        let lease = signed_in.actor.lease()?.clone();
        Some(Self::new(signed_in.web(), lease, signed_in.actor.user()))
    }

    fn lease_on(&self, web: &Web, mailbox: MailboxId) -> Lease {
        web.bus().lease(Holder { mailbox: Some(mailbox), ..self.lease.holder().clone() })
    }

    fn new(web: &Web, lease: Lease, user: domain::UserId) -> Self {
        let mut stirrings = SelectAll::new();
        stirrings.push(accesses(web.bus().watch_user(user)));
        Self { lease, stirrings, waiting: Vec::new(), has_told: false }
    }

    /// The next thing to tell; waits for one.
    pub(crate) async fn next(&mut self) -> News {
        let lease = self.lease.clone();
        let ended = std::pin::pin!(lease.ended());
        let news = std::pin::pin!(self.stir());
        // The end comes first, whatever else there is.
        match future::select(ended, news).await {
            future::Either::Left((reason, _)) => News::Ended(reason),
            future::Either::Right((news, _)) => news,
        }
    }

    async fn stir(&mut self) -> News {
        if let Some(news) = self.waiting.pop() {
            return news;
        }
        if self.has_told {
            timer::sleep(REST).await;
        }
        let Some(news) = self.stirrings.next().await else { return future::pending().await };
        self.has_told = true;
        let mut all = vec![news];
        while let Some(Some(more)) = self.stirrings.next().now_or_never() {
            if !all.contains(&more) {
                all.push(more);
            }
        }
        self.waiting = all;
        self.waiting.pop().unwrap_or(News::Nothing)
    }
}

fn changes(changes: Changes, news: News) -> Stirring {
    Box::pin(unfold(changes, move |mut changes| async move {
        changes.next().await;
        Some((news, changes))
    }))
}

fn accesses(events: UserEvents) -> Stirring {
    Box::pin(unfold(events, |mut events| async move {
        events.next().await;
        Some((News::Access, events))
    }))
}
