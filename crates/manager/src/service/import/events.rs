//! The stream that tells the page of a file how far it is. What it shows is asked for by the page, which is where the
//! right is looked at.

use std::convert::Infallible;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use bus::{Lease, OrganizationEvents};
use domain::ImportId;
use futures_util::stream::{self, Stream};
use mailbox::desk::{ImportState, ServiceDesk};
use web::{Fault, Id, SignedIn};

/// How often a line is sent when nothing happens, so that nothing between browser and server thinks it is dead.
const KEPT_ALIVE_EVERY: Duration = Duration::from_secs(30);

/// Streams `changed` until the file is done, the session ends, or the right to look at it.
pub(super) async fn stream(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    let desk = crate::service::viewed(&signed_in, &id).await?;
    let import: ImportId = id.of("import")?;
    let lease = signed_in.actor.lease().cloned().ok_or(Fault::NotFound)?;
    let events = signed_in.web().bus().watch_organization(desk.organization());
    // Looked at after the watch began: a change between the two is not missed.
    desk.import(import).await?;
    let watch = Watch { desk, import, lease, events, is_over: false };
    let alive = KeepAlive::new().interval(KEPT_ALIVE_EVERY);
    Ok(Sse::new(told(watch)).keep_alive(alive).into_response())
}

struct Watch {
    desk: ServiceDesk,
    import: ImportId,
    lease: Lease,
    events: OrganizationEvents,
    is_over: bool,
}

/// One `changed` at once and for each piece. The last one shows the end.
fn told(watch: Watch) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold((watch, true), |(mut watch, is_first)| async move {
        if watch.is_over {
            return None;
        }
        if !is_first {
            watch.is_over = !watch.next().await;
        }
        // Browsers dispatch no event that has no data.
        Some((Ok(Event::default().event("changed").data("import")), (watch, false)))
    })
}

impl Watch {
    /// Waits for a piece; whether there will be another.
    async fn next(&mut self) -> bool {
        tokio::select! {
            _ = self.lease.ended() => false,
            () = self.events.next() => match self.desk.import(self.import).await {
                Ok(view) => matches!(view.state, ImportState::Checked | ImportState::Running),
                Err(_) => false,
            },
        }
    }
}
