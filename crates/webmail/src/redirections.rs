//! Where else the mail of an address goes, for those who may set it (S10, P4).

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{EmailAddress, Permission, RedirectionId, Right};
use mailbox::{Agreed, KeptCopy, MailError, RedirectionError};
use ui::{EmptyState, FieldFault, Html, Locale};
use web::{
    Asks, CODE, COPY, Fault, Pages, Posted, RedirectionsPart, TARGET, Visitor, Who, redirection_fault,
};

use crate::here::Here;

/// These pages.
pub(crate) fn pages() -> Pages {
    let (path, who) = ("/mail/{mailbox}/redirections", Who::AccessHolder);
    Pages::new()
        .get(path, who, page)
        .post(path, who, Asks::Proof, add)
        .post("/mail/{mailbox}/redirections/copy", who, Asks::Nothing, copy)
        .post("/mail/{mailbox}/redirections/{redirection}/ask", who, Asks::Nothing, ask)
        .post("/mail/{mailbox}/redirections/{redirection}/code", who, Asks::Nothing, code)
        .post("/mail/{mailbox}/redirections/{redirection}/end", who, Asks::Nothing, end)
}

/// Whether whoever asks may set where mail goes.
pub(crate) async fn may(here: &Here) -> Result<bool, Fault> {
    Ok(here.mailbox.rights().await?.allow(Right::Permission(Permission::Redirections)))
}

async fn page(here: Here) -> Result<Response, Fault> {
    html(&here, "", Vec::new()).await
}

async fn add(here: Here, posted: Posted) -> Result<Response, Fault> {
    let typed = posted.text(TARGET);
    let Ok(target) = typed.parse::<EmailAddress>() else {
        return refused(&here, typed, here.l().t("more-redirect-no-target")).await;
    };
    let proof = posted.proof().await?;
    answered(&here, typed, here.mailbox.redirect(&proof.confirmed, &target).await).await
}

async fn copy(here: Here, posted: Posted) -> Result<Response, Fault> {
    let copy = if posted.is_on(COPY) { KeptCopy::Kept } else { KeptCopy::Passed };
    answered(&here, "", here.mailbox.keep_copy(copy).await).await
}

async fn ask(here: Here, _posted: Posted) -> Result<Response, Fault> {
    answered(&here, "", here.mailbox.ask_again(redirection(&here)?).await).await
}

async fn code(here: Here, posted: Posted) -> Result<Response, Fault> {
    match here.mailbox.agree_by_code(redirection(&here)?, posted.text(CODE)).await {
        Ok(Agreed::WrongCode) => refused(&here, "", here.l().t("more-redirect-code-wrong")).await,
        outcome => answered(&here, "", outcome).await,
    }
}

async fn end(here: Here, _posted: Posted) -> Result<Response, Fault> {
    answered(&here, "", here.mailbox.end_redirection(redirection(&here)?).await).await
}

fn redirection(here: &Here) -> Result<RedirectionId, Fault> {
    here.id("redirection")
}

async fn answered<T>(
    here: &Here,
    typed: &str,
    outcome: Result<T, RedirectionError>,
) -> Result<Response, Fault> {
    match outcome {
        Ok(_) => Ok(Redirect::to(&path(here)).into_response()),
        // The page says what is missing.
        Err(RedirectionError::Mail(MailError::MayNot(_))) => {
            Ok(Visitor::refused(html(here, typed, Vec::new()).await?))
        }
        Err(error) => refused(here, typed, redirection_fault(here.l(), error)?).await,
    }
}

async fn refused(here: &Here, typed: &str, words: String) -> Result<Response, Fault> {
    let faults = vec![FieldFault { field: TARGET, words }];
    Ok(Visitor::refused(html(here, typed, faults).await?))
}

fn path(here: &Here) -> String {
    format!("{}/redirections", here.path())
}

async fn html(here: &Here, typed: &str, faults: Vec<FieldFault>) -> Result<Response, Fault> {
    let (l, address) = (here.l(), here.mailbox.address().to_string());
    let (summary, part) = if may(here).await? {
        let part = RedirectionsPart {
            l,
            zone: here.signed_in.visitor.zone(),
            csrf: here.csrf(),
            path: path(here),
            all: here.mailbox.redirections().await?,
            typed: typed.to_owned(),
            faults,
            disabled: None,
        };
        (part.summary(), part.html())
    } else {
        (Html::empty(), may_not(l, &address))
    };
    let title = l.t("more-redirections");
    let settings = format!("{}/settings", here.path());
    let view = View { l, summary, settings, address: address.clone(), part };
    Ok(here.whole(&format!("{title} · {address}"), Html::of(&view)).into_response())
}

fn may_not(l: Locale, address: &str) -> Html {
    let hint = l.t_with("more-redirect-may-not", [("address", address)]);
    EmptyState { title: l.t("more-redirect-may-not-title"), hint, action: None }.html()
}

#[derive(Template)]
#[template(path = "redirections.html")]
struct View {
    l: Locale,
    summary: Html,
    settings: String,
    address: String,
    part: Html,
}

impl View {
    fn back(&self) -> String {
        self.l.t_with("mail-settings-of", [("address", self.address.as_str())])
    }
}
