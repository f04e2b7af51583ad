//! A forgotten password (A6): asking for a link, and choosing a new password with it.

mod ask;
mod choose;

use axum::response::Response;
use web::{Asks, Pages, Visitor, Who};

use crate::form::NoticePage;

#[cfg(test)]
pub(crate) use ask::AskForm;
#[cfg(test)]
pub(crate) use choose::ChooseForm;
pub(crate) use choose::{PASSWORD, new_password};

/// Where a link is asked for.
pub(crate) const PATH: &str = "/forgot";
const SENT: &str = "/forgot/sent";
const DONE: &str = "/forgot/done";

/// The routes.
pub(crate) fn pages() -> Pages {
    Pages::new()
        .get(PATH, Who::Anybody, ask::page)
        .post(PATH, Who::Anybody, Asks::Nothing, ask::ask)
        .get(SENT, Who::Anybody, sent)
        .get(DONE, Who::Anybody, done)
        .get("/forgot/{token}", Who::LinkHolder, choose::page)
        .post("/forgot/{token}", Who::LinkHolder, Asks::Nothing, choose::choose)
}

async fn sent(visitor: Visitor) -> Response {
    notice(
        &visitor,
        "forgot-sent",
        &["forgot-sent-look", "forgot-sent-none"],
        "/sign-in",
        "forgot-to-sign-in",
    )
}

async fn done(visitor: Visitor) -> Response {
    notice(&visitor, "forgot-done", &["forgot-done-next"], "/sign-in", "forgot-to-sign-in")
}

/// The page of a link that does not count.
fn dead(visitor: &Visitor) -> Response {
    notice(visitor, "forgot-dead", &["forgot-dead-do"], PATH, "forgot-again")
}

fn notice(visitor: &Visitor, key: &str, more: &[&str], to: &str, words: &str) -> Response {
    let l = visitor.l();
    let title = l.t(&format!("{key}-title"));
    let paragraphs = [key].iter().chain(more).map(|key| l.t(key)).collect();
    let links = vec![(to.to_owned(), l.t(words))];
    visitor.outside(&title, NoticePage { title: title.clone(), paragraphs, links }.html())
}
