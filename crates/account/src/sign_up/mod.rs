//! Signing up (A1): one page that shows whichever step comes next, and an act for each step.

mod faults;
mod steps;
mod view;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::Secret;
use identity::{Landing, SignUpError, SignUpStep, SignUpView, Welcome};
use ui::FieldFault;
use web::{Asks, Fault, Id, Pages, Posted, Visitor, Who};

use crate::form::{NoticePage, Typed};
use crate::own::RecoveryCodes;
use crate::pass;
use faults::Refusal;

pub(crate) use faults::{
    address as address_fault, name as name_fault, password as password_fault, phone as phone_fault,
};
pub(crate) use view::SignUpPage;

/// The routes. The address of a step shows the step that comes next, whichever that is.
pub(crate) fn pages() -> Pages {
    let who = Who::LinkHolder;
    Pages::new()
        .get("/sign-up/{token}", who, page)
        .get("/sign-up/{token}/address", who, page)
        .get("/sign-up/{token}/code", who, page)
        .get("/sign-up/{token}/names", who, page)
        .get("/sign-up/{token}/phone", who, page)
        .get("/sign-up/{token}/second-factor", who, page)
        .post("/sign-up/{token}/address", who, Asks::Nothing, address)
        .post("/sign-up/{token}/code", who, Asks::Nothing, code)
        .post("/sign-up/{token}/names", who, Asks::Nothing, names)
        .post("/sign-up/{token}/phone", who, Asks::Nothing, phone)
        .post("/sign-up/{token}/second-factor", who, Asks::Nothing, second_factor)
}

async fn page(visitor: Visitor, id: Id) -> Result<Response, Fault> {
    let token = id.text("token");
    match visitor.web().identity().sign_up(token).await {
        Ok(view) => {
            let typed = Typed::default().with(view::ADDRESS, &view.address);
            Ok(shown(&visitor, token, &view, view.step, &typed, &[]))
        }
        Err(error) => other(&visitor, token, Refusal::of(visitor.l(), SignUpStep::Address, &error)),
    }
}

async fn address(id: Id, posted: Posted) -> Result<Response, Fault> {
    let (visitor, token) = (&posted.visitor, id.text("token"));
    let (typed, language) = (posted.text(view::ADDRESS), visitor.l().language());
    let given = visitor.web().identity().sign_up_address(token, typed, language, visitor.origin()).await;
    answer(&posted, token, SignUpStep::Address, given).await
}

async fn code(id: Id, posted: Posted) -> Result<Response, Fault> {
    let token = id.text("token");
    let given = posted.visitor.web().identity().sign_up_code(token, posted.text(view::CODE)).await;
    answer(&posted, token, SignUpStep::Code, given).await
}

async fn names(id: Id, posted: Posted) -> Result<Response, Fault> {
    let token = id.text("token");
    let (first, last) = (posted.text(view::FIRST_NAME), posted.text(view::LAST_NAME));
    let password = Secret::new(posted.text(view::PASSWORD).to_owned());
    let given = posted.visitor.web().identity().sign_up_names(token, first, last, &password).await;
    answer(&posted, token, SignUpStep::Names, given).await
}

async fn phone(id: Id, posted: Posted) -> Result<Response, Fault> {
    let token = id.text("token");
    let (phone, accepts) = (posted.text(view::PHONE), posted.is_on(view::TERMS));
    let given = posted.visitor.web().identity().sign_up_phone(token, phone, accepts).await;
    answer(&posted, token, SignUpStep::Phone, given).await
}

async fn second_factor(id: Id, posted: Posted) -> Result<Response, Fault> {
    let (visitor, token) = (&posted.visitor, id.text("token"));
    let (code, language) = (posted.text(view::CODE), visitor.l().language());
    match visitor.web().identity().complete_sign_up(token, code, language, visitor.origin()).await {
        Ok(welcome) => welcomed(visitor, &welcome).await,
        Err(error) => refuse(&posted, token, SignUpStep::SecondFactor, &error).await,
    }
}

/// Where somebody goes who has just got something.
pub(crate) fn path(landing: Landing) -> String {
    match landing {
        Landing::Manager(organization) => format!("/manager/{organization}"),
        Landing::Mailbox(mailbox) => format!("/mail/{mailbox}"),
        Landing::Mail => "/mail".to_owned(),
    }
}

/// The account is made: its recovery codes are shown, this once.
async fn welcomed(visitor: &Visitor, welcome: &Welcome) -> Result<Response, Fault> {
    let next = path(welcome.landing);
    let l = visitor.l();
    let codes = RecoveryCodes { l, codes: &welcome.recovery_codes, next: &next };
    let response = visitor.outside(&l.t("account-codes-title"), codes.html());
    pass::keep(visitor, &welcome.session, response).await
}

async fn answer(
    posted: &Posted,
    token: &str,
    step: SignUpStep,
    given: Result<(), SignUpError>,
) -> Result<Response, Fault> {
    match given {
        Ok(()) => Ok(Redirect::to(&view::path(token)).into_response()),
        Err(error) => refuse(posted, token, step, &error).await,
    }
}

/// The step again, with what was wrong.
async fn refuse(
    posted: &Posted,
    token: &str,
    step: SignUpStep,
    error: &SignUpError,
) -> Result<Response, Fault> {
    let visitor = &posted.visitor;
    let faults = match Refusal::of(visitor.l(), step, error) {
        Refusal::Faults(faults) => faults,
        refusal @ (Refusal::NextStep | Refusal::Unknown | Refusal::Unavailable) => {
            return other(visitor, token, refusal);
        }
    };
    match visitor.web().identity().sign_up(token).await {
        Ok(view) => {
            let typed = Typed::of(posted, &view::KEPT).with(view::ADDRESS, &view.address);
            Ok(Visitor::refused(shown(visitor, token, &view, step, &typed, &faults)))
        }
        Err(error) => other(visitor, token, Refusal::of(visitor.l(), step, &error)),
    }
}

/// Answers that are not the step itself.
fn other(visitor: &Visitor, token: &str, refusal: Refusal) -> Result<Response, Fault> {
    match refusal {
        Refusal::NextStep => Ok(Redirect::to(&view::path(token)).into_response()),
        Refusal::Unknown => Ok(unknown(visitor)),
        Refusal::Unavailable => Err(Fault::Unavailable),
        // Reading where a sign-up stands has no faults of fields.
        Refusal::Faults(_) => Err(Fault::Internal),
    }
}

fn unknown(visitor: &Visitor) -> Response {
    let l = visitor.l();
    let title = l.t("sign-up-unknown-title");
    let page = NoticePage {
        title: title.clone(),
        paragraphs: vec![l.t("sign-up-unknown"), l.t("sign-up-unknown-do")],
        links: vec![("/sign-in".to_owned(), l.t("sign-in-title"))],
    };
    (StatusCode::NOT_FOUND, visitor.outside(&title, page.html())).into_response()
}

fn shown(
    visitor: &Visitor,
    token: &str,
    view: &SignUpView,
    step: SignUpStep,
    typed: &Typed,
    faults: &[FieldFault],
) -> Response {
    let (l, csrf) = (visitor.l(), visitor.csrf());
    let page = SignUpPage { l, csrf: &csrf, token, view, step, typed, faults };
    visitor.outside(&l.t("sign-up-title"), page.html())
}
