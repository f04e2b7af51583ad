//! The event streams of the Mail app (W7): that something changed is told, and what it is now is fetched.
//!
//! **Invariant:** a stream ends as soon as the access or the session that it was opened with does, and tells it first
//! (I7); a browser that comes back afterwards is told so again, whether or not there ever was such a mailbox.

use std::convert::Infallible;
use std::time::Duration;

use askama::Template;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use bus::EndReason;
use futures_util::stream::{self, Stream, StreamExt};
use ui::{Html, Locale};
use web::{Fault, Id, SignedIn, Visitor};

use crate::around::Around;
use crate::asked::Asked;
use crate::here::Here;
use crate::live::{Live, News};

/// How often a silent stream shows that it is alive: proxies cut what is silent for a minute, or half of one.
const ALIVE: Duration = Duration::from_secs(25);
/// How soon a browser comes back when its connection broke.
const BACK: Duration = Duration::from_secs(1);
/// The id of every event: a browser that sends it back has been here before.
const BEEN_HERE: &str = "1";

/// `GET /mail/{mailbox}/events`: `mail` when the mailbox changed, `access` when what the user may do, `elsewhere` when
/// another of their mailboxes did, `ended` as the last.
pub(crate) async fn of_mailbox(visitor: Visitor, id: Id, headers: HeaderMap) -> Result<Response, Fault> {
    let has_been_here = headers.contains_key("last-event-id");
    let here = match Here::open(&visitor, id).await {
        Err(Fault::NotFound) if has_been_here => return Ok(last(&visitor, EndReason::AccessRemoved)),
        Err(Fault::SignedOut) if has_been_here => return Ok(last(&visitor, EndReason::SessionEnded)),
        opened => opened?,
    };
    // Watched first and compared afterwards: nothing falls between.
    let mut live = Live::of_mailbox(&here);
    let around = Around::load(&here).await?;
    live.watch_others(&here, &around);
    let first = if Asked::of(&visitor).text("since") == around.state() { News::Nothing } else { News::All };
    Ok(told(&visitor, live, first, here.mailbox.address().to_string()))
}

/// `GET /mail/events`: for whoever waits for a first address.
pub(crate) async fn of_user(signed_in: SignedIn) -> Result<Response, Fault> {
    let Some(live) = Live::of_user(&signed_in) else { return Err(Fault::SignedOut) };
    let addresses = signed_in.web().access().list(&signed_in.actor).await?;
    let first = if addresses.is_empty() { News::Nothing } else { News::Access };
    Ok(told(&signed_in.visitor, live, first, String::new()))
}

/// The stream of what `live` tells, beginning with `first`.
fn told(visitor: &Visitor, live: Live, first: News, address: String) -> Response {
    let l = visitor.l();
    let hello = Ok(Event::default().comment("hello").retry(BACK).id(BEEN_HERE));
    let start = stream::iter([hello].into_iter().chain(events(l, first, &address)));
    let news = stream::unfold(Some(live), |live| async move {
        let mut live = live?;
        let news = live.next().await;
        let is_last = matches!(news, News::Ended(_));
        Some((news, (!is_last).then_some(live)))
    });
    answer(start.chain(news.flat_map(move |news| stream::iter(events(l, news, &address)))))
}

/// A stream of nothing but its end, for a browser that was here when there was more.
fn last(visitor: &Visitor, reason: EndReason) -> Response {
    answer(stream::iter(events(visitor.l(), News::Ended(reason), "")))
}

fn answer(events: impl Stream<Item = Result<Event, Infallible>> + Send + 'static) -> Response {
    Sse::new(events).keep_alive(KeepAlive::new().interval(ALIVE)).into_response()
}

/// The events of some news.
fn events(l: Locale, news: News, address: &str) -> Vec<Result<Event, Infallible>> {
    let named = |name: &str| Ok(Event::default().id(BEEN_HERE).event(name).data(name));
    match news {
        News::Nothing => Vec::new(),
        News::Mail => vec![named("mail")],
        News::Elsewhere => vec![named("elsewhere")],
        News::Access => vec![named("access")],
        News::All => vec![named("mail"), named("access")],
        News::Ended(reason) => {
            let html = ended(l, reason, address);
            vec![Ok(Event::default().id(BEEN_HERE).event("ended").data(html.as_str()))]
        }
    }
}

/// What takes the place of the mail when it is nobody's to see any more.
fn ended(l: Locale, reason: EndReason, address: &str) -> Html {
    let is_signed_out = match reason {
        EndReason::SessionEnded => true,
        EndReason::AccessRemoved | EndReason::DeviceRevoked => false,
    };
    let removed = match address {
        "" => l.t("mail-access-removed-unnamed"),
        address => l.t_with("mail-access-removed", [("address", address)]),
    };
    Html::of(&Ended { l, is_signed_out, removed })
}

#[derive(Template)]
#[template(path = "ended.html")]
struct Ended {
    l: Locale,
    is_signed_out: bool,
    removed: String,
}

#[cfg(test)]
mod tests {
    use domain::Language;

    use super::*;

    #[test]
    fn an_end_says_what_happened_and_where_to_go() {
        let l = Locale::of(Language::Fr);
        let removed = ended(l, EndReason::AccessRemoved, "info@example.test");
        assert!(removed.as_str().contains("info@example.test"), "{removed}");
        assert!(removed.as_str().contains("href=\"/mail\"") && removed.as_str().contains("role=\"alert\""));
        let unknown = ended(l, EndReason::AccessRemoved, "");
        assert!(unknown.as_str().contains("cette adresse"), "{unknown}");
        let signed_out = ended(l, EndReason::SessionEnded, "info@example.test");
        assert!(signed_out.as_str().contains("href=\"/sign-in\""), "{signed_out}");
        assert_eq!(signed_out.as_str().matches("<h1").count(), 1, "{signed_out}");
    }

    #[test]
    fn news_become_events() {
        let l = Locale::default();
        assert_eq!(events(l, News::Nothing, "").len(), 0);
        assert_eq!(events(l, News::All, "").len(), 2);
        assert_eq!(events(l, News::Ended(EndReason::SessionEnded), "").len(), 1);
    }
}
