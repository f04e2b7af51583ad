//! Taking one's data along, and deleting one's account (A9).

use askama::Template;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect, Response};
use identity::{ExportError, LeaveError, Leaving};
use ui::{Banner, Button, ButtonLook, ErrorSummary, FieldFault, Html, Locale, Place, Tick, Tone, Width};
use web::{Fault, Posted, SignedIn, Visitor};

use crate::form::NoticePage;
use crate::pass;

/// Where the account is deleted.
pub(super) const DELETE: &str = "/account/delete";
/// Where one is told that it is gone.
pub(super) const GONE: &str = "/account/gone";
const SURE: &str = "sure";

/// Everything that the account holds, as a file.
pub(super) async fn export(posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let signed_in = &proof.signed_in;
    let json = match signed_in.web().identity().export_account(&signed_in.actor, &proof.confirmed).await {
        Ok(json) => json,
        Err(ExportError::Ended) => return Err(Fault::SignedOut),
        Err(ExportError::Unavailable) => return Err(Fault::Unavailable),
    };
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CONTENT_DISPOSITION, "attachment; filename=\"postroom-account.json\""),
    ];
    Ok((headers, json).into_response())
}

pub(super) async fn page(signed_in: SignedIn) -> Result<Response, Fault> {
    let held = signed_in.web().identity().leaving(&signed_in.actor).await?;
    Ok(shown(&signed_in, &held, &[]))
}

pub(super) async fn delete(posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let signed_in = &proof.signed_in;
    if !posted.is_on(SURE) {
        let held = signed_in.web().identity().leaving(&signed_in.actor).await?;
        let faults = [FieldFault { field: SURE, words: signed_in.l().t("account-delete-tick-missing") }];
        return Ok(Visitor::refused(shown(signed_in, &held, &faults)));
    }
    match signed_in.web().identity().delete_account(&signed_in.actor, &proof.confirmed).await {
        Ok(()) => Ok(pass::forget(&posted.visitor, GONE)),
        Err(LeaveError::NotYet(held)) => Ok(Visitor::refused(shown(signed_in, &held, &[]))),
        Err(LeaveError::Ended) => Err(Fault::SignedOut),
        Err(LeaveError::Unavailable) => Err(Fault::Unavailable),
    }
}

/// Says that the account is gone.
pub(super) async fn gone(visitor: Visitor) -> Response {
    if visitor.actor().is_some() {
        return Redirect::to(super::PATH).into_response();
    }
    let l = visitor.l();
    let title = l.t("account-deleted-title");
    let paragraphs = vec![l.t("account-deleted")];
    visitor.outside(&title, NoticePage { title: title.clone(), paragraphs, links: Vec::new() }.html())
}

fn shown(signed_in: &SignedIn, held: &Leaving, faults: &[FieldFault]) -> Response {
    let (l, visitor) = (signed_in.l(), &signed_in.visitor);
    let page = DeletePage { l, csrf: &visitor.csrf(), held, faults };
    visitor.page(Place::Account, Width::Column, &l.t("account-delete-title"), page.html())
}

/// The page.
#[derive(Template)]
#[template(path = "delete_account.html")]
pub(crate) struct DeletePage<'a> {
    pub(crate) l: Locale,
    pub(crate) csrf: &'a str,
    pub(crate) held: &'a Leaving,
    pub(crate) faults: &'a [FieldFault],
}

impl DeletePage<'_> {
    /// Rendered.
    pub(crate) fn html(&self) -> Html {
        Html::of(self)
    }

    fn errors(&self) -> Html {
        ErrorSummary { l: self.l, faults: self.faults }.html()
    }

    /// What must be handed over first.
    fn blocked(&self) -> Html {
        let l = self.l;
        let owner = |name: &String| l.t_with("account-delete-owner", [("name", name)]);
        let only = |address: &String| l.t_with("account-delete-only", [("address", address)]);
        let owned = self.held.only_owner_of.iter().map(owner);
        let lines = owned.chain(self.held.only_opener_of.iter().map(only)).collect();
        Banner { tone: Tone::Warn, words: l.t("account-delete-blocked"), lines }.html()
    }

    fn goes(&self, key: &str, count: usize) -> String {
        self.l.t_with(key, [("count", &count.to_string())])
    }

    fn sure(&self) -> Html {
        Tick {
            id: SURE,
            label: self.l.t("account-delete-tick"),
            fault: ErrorSummary::of_field(self.faults, SURE),
            ..Tick::default()
        }
        .html()
    }

    fn button(&self) -> Html {
        let label = self.l.t("account-delete-button");
        Button { label, look: ButtonLook::Danger, ..Button::default() }.html()
    }
}
