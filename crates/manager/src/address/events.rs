//! The stream that tells the page of an address that something changed. What changed is asked for by the page, which is
//! where the right is looked at.

use std::convert::Infallible;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use bus::{Lease, OrganizationEvents};
use domain::MailboxId;
use futures_util::stream::{self, Stream};
use web::{Fault, Id, SignedIn};

/// How often a line is sent when nothing happens, so that nothing between browser and server thinks it is dead.
const KEPT_ALIVE_EVERY: Duration = Duration::from_secs(30);

/// Streams `changed` until the session ends, or the right to manage the address.
pub(super) async fn stream(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    let mailbox: MailboxId = id.of("mailbox")?;
    let desk = super::viewed(&signed_in, &id).await?;
    let lease = signed_in.actor.lease().cloned().ok_or(Fault::NotFound)?;
    let events = signed_in.web().bus().watch_organization(desk.organization());
    let watch = Watch { signed_in, mailbox, lease, events, is_over: false };
    let alive = KeepAlive::new().interval(KEPT_ALIVE_EVERY);
    Ok(Sse::new(told(watch)).keep_alive(alive).into_response())
}

struct Watch {
    signed_in: SignedIn,
    mailbox: MailboxId,
    lease: Lease,
    events: OrganizationEvents,
    is_over: bool,
}

/// One `changed` for each change. The last one, too, makes the page ask: it then learns that it may not any more.
fn told(watch: Watch) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold(watch, |mut watch| async move {
        if watch.is_over {
            return None;
        }
        watch.is_over = !watch.next().await;
        // Browsers dispatch no event that has no data.
        Some((Ok(Event::default().event("changed").data("accesses")), watch))
    })
}

impl Watch {
    /// Waits for a change; whether there will be another.
    async fn next(&mut self) -> bool {
        tokio::select! {
            _ = self.lease.ended() => false,
            () = self.events.next() => {
                let access = self.signed_in.web().access();
                access.address_desk(&self.signed_in.actor, self.mailbox).await.is_ok()
            }
        }
    }
}
