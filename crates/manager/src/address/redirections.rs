//! The redirections of an address (S10).

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{EmailAddress, RedirectionId};
use mailbox::desk::AddressDesk;
use mailbox::{Agreed, KeptCopy, RedirectionError};
use ui::{FieldFault, Html};
use web::{
    Asks, CODE, COPY, Fault, Id, Pages, Posted, RedirectionsPart, SignedIn, TARGET, Visitor, Who,
    redirection_fault,
};

use super::Shown;
use crate::words::email_fault;

const PATH: &str = "/manager/addresses/{mailbox}/redirections";

/// These pages.
pub(super) fn pages() -> Pages {
    let who = Who::MailManager;
    Pages::new()
        .get(PATH, Who::ServiceViewer, list)
        .post(PATH, who, Asks::Proof, add)
        .post("/manager/addresses/{mailbox}/redirections/copy", who, Asks::Nothing, copy)
        .post("/manager/addresses/{mailbox}/redirections/{redirection}/ask", who, Asks::Nothing, ask)
        .post("/manager/addresses/{mailbox}/redirections/{redirection}/code", who, Asks::Nothing, code)
        .post("/manager/addresses/{mailbox}/redirections/{redirection}/end", who, Asks::Nothing, end)
}

/// Lists them.
async fn list(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    let desk = super::viewed(&signed_in, &id).await?;
    page(&signed_in, &desk, "", Vec::new()).await
}

/// Adds one.
async fn add(id: Id, posted: Posted) -> Result<Response, Fault> {
    let (signed_in, typed) = (posted.signed_in()?, posted.text(TARGET));
    let desk = super::desk(&signed_in, &id).await?;
    let target: EmailAddress = match typed.parse() {
        Ok(target) => target,
        Err(fault) => return refused(&signed_in, &desk, typed, email_fault(signed_in.l(), fault)).await,
    };
    let proof = posted.proof().await?;
    answered(&signed_in, &desk, typed, desk.redirect(&proof.confirmed, &target).await).await
}

/// Keeps a copy, or not.
async fn copy(id: Id, posted: Posted) -> Result<Response, Fault> {
    let signed_in = posted.signed_in()?;
    let desk = super::desk(&signed_in, &id).await?;
    let copy = if posted.is_on(COPY) { KeptCopy::Kept } else { KeptCopy::Passed };
    answered(&signed_in, &desk, "", desk.keep_copy(copy).await).await
}

/// Asks a target again.
async fn ask(id: Id, posted: Posted) -> Result<Response, Fault> {
    let signed_in = posted.signed_in()?;
    let desk = super::desk(&signed_in, &id).await?;
    answered(&signed_in, &desk, "", desk.ask_again(redirection(&id)?).await).await
}

/// Agrees in the name of a target that has told its code.
async fn code(id: Id, posted: Posted) -> Result<Response, Fault> {
    let signed_in = posted.signed_in()?;
    let desk = super::desk(&signed_in, &id).await?;
    match desk.agree_by_code(redirection(&id)?, posted.text(CODE)).await {
        Ok(Agreed::WrongCode) => {
            let words = signed_in.l().t("more-redirect-code-wrong");
            refused(&signed_in, &desk, "", words).await
        }
        outcome => answered(&signed_in, &desk, "", outcome).await,
    }
}

/// Ends one.
async fn end(id: Id, posted: Posted) -> Result<Response, Fault> {
    let signed_in = posted.signed_in()?;
    let desk = super::desk(&signed_in, &id).await?;
    answered(&signed_in, &desk, "", desk.end_redirection(redirection(&id)?).await).await
}

fn redirection(id: &Id) -> Result<RedirectionId, Fault> {
    id.of("redirection")
}

async fn answered<T>(
    signed_in: &SignedIn,
    desk: &AddressDesk,
    typed: &str,
    outcome: Result<T, RedirectionError>,
) -> Result<Response, Fault> {
    match outcome {
        Ok(_) => Ok(Redirect::to(&path(desk)).into_response()),
        Err(error) => refused(signed_in, desk, typed, redirection_fault(signed_in.l(), error)?).await,
    }
}

async fn refused(
    signed_in: &SignedIn,
    desk: &AddressDesk,
    typed: &str,
    words: String,
) -> Result<Response, Fault> {
    let faults = vec![FieldFault { field: TARGET, words }];
    Ok(Visitor::refused(page(signed_in, desk, typed, faults).await?))
}

fn path(desk: &AddressDesk) -> String {
    format!("{}/redirections", super::path(desk.mailbox()))
}

async fn page(
    signed_in: &SignedIn,
    desk: &AddressDesk,
    typed: &str,
    faults: Vec<FieldFault>,
) -> Result<Response, Fault> {
    let part = RedirectionsPart {
        l: signed_in.l(),
        zone: signed_in.visitor.zone(),
        csrf: signed_in.visitor.csrf(),
        path: path(desk),
        all: desk.redirections().await?,
        typed: typed.to_owned(),
        faults,
        disabled: None,
    };
    let head = super::head(signed_in, desk, Shown::Redirections).await?;
    let view = View { summary: part.summary(), head, part: part.html() };
    super::framed(signed_in, desk, &part.l.t("more-redirections"), Html::of(&view)).await
}

#[derive(Template)]
#[template(source = "{{ summary }}{{ head }}{{ part }}", ext = "html")]
struct View {
    summary: Html,
    head: Html,
    part: Html,
}
