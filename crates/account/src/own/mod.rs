//! The page of one's own account: who one is, the language, the second factor, and where one is signed in.

mod activity;
mod addresses;
mod app;
mod data;
mod devices;
mod others;
mod page;
mod passkeys;
mod password;
mod phones;
mod picture;
mod profile;
mod recovery_codes;
mod second_factor;

use axum::response::{IntoResponse, Redirect, Response};
use domain::{KnownBrowserId, SessionId};
use ui::{Html, Place, Width};
use web::{Asks, Fault, Id, Pages, Posted, SignedIn, Who};

use crate::form::NoticePage;

pub(crate) use addresses::PATH as ADDRESSES;
pub(crate) use app::AppOffer;
pub(crate) use others::ContinueAs;
pub(crate) use passkeys::{fault as passkey_fault, json as passkey_question};
pub(crate) use recovery_codes::RecoveryCodes;
#[cfg(test)]
pub(crate) use {
    activity::ActivityPage,
    addresses::AddressesPage,
    data::DeletePage,
    devices::DevicesPage,
    others::OthersPage,
    page::AccountPage,
    passkeys::{AddPasskeyPage, PasskeysPage},
    password::PasswordPage,
    phones::{PhonesPage, Typed as TypedPhone},
    picture::PicturePage,
    profile::ProfilePage,
    second_factor::SecondFactorPage,
};

/// The routes.
pub(crate) fn pages() -> Pages {
    let who = Who::SignedIn;
    Pages::new()
        .get(PATH, who, account)
        .post("/account/language", who, Asks::Nothing, language)
        .get(profile::PATH, who, profile::page)
        .post(profile::PATH, who, Asks::Nothing, profile::change)
        .get(password::PATH, who, password::page)
        .post(password::PATH, who, Asks::Proof, password::change)
        .get(activity::PATH, who, activity::page)
        .post("/account/export", who, Asks::Proof, data::export)
        .get(data::DELETE, who, data::page)
        .post(data::DELETE, who, Asks::Proof, data::delete)
        .get(data::GONE, Who::Anybody, data::gone)
        .post("/account/browsers/{browser}/forget", who, Asks::Nothing, forget_browser)
        .post("/account/sessions/end-others", who, Asks::Nothing, end_others)
        .post("/account/sessions/{session}/end", who, Asks::Nothing, end)
        .look_with_proof(second_factor::PATH, who, second_factor::page)
        .post(second_factor::PATH, who, Asks::Proof, second_factor::set)
        .post("/account/second-factor/remove", who, Asks::Proof, second_factor::remove)
        .post("/account/confirm", who, Asks::Proof, confirm)
        .post("/account/confirm/question", who, Asks::Nothing, confirm_question)
        .post("/account/notice", who, Asks::Nothing, put_notice_away)
        .and(address_pages())
        .and(profile_pages())
        .and(device_pages())
        .and(passkey_pages())
        .and(other_accounts())
}

fn address_pages() -> Pages {
    let who = Who::SignedIn;
    Pages::new()
        .get(addresses::PATH, who, addresses::page)
        .post("/account/addresses/add", who, Asks::Proof, addresses::add)
        .post("/account/addresses/confirm", who, Asks::Proof, addresses::confirm)
        .post("/account/addresses/primary", who, Asks::Proof, addresses::make_primary)
        .post("/account/addresses/remove", who, Asks::Proof, addresses::remove)
        .post("/account/recovery/add", who, Asks::Proof, addresses::add_recovery)
        .post("/account/recovery/confirm", who, Asks::Proof, addresses::confirm_recovery)
        .post("/account/recovery/remove", who, Asks::Proof, addresses::remove_recovery)
}

fn profile_pages() -> Pages {
    let who = Who::SignedIn;
    Pages::new()
        .get(phones::PATH, who, phones::page)
        .post("/account/phones/add", who, Asks::Nothing, phones::add)
        .post("/account/phones/change", who, Asks::Nothing, phones::change)
        .post("/account/phones/primary", who, Asks::Nothing, phones::make_primary)
        .post("/account/phones/remove", who, Asks::Nothing, phones::remove)
        .get(picture::PATH, who, picture::page)
        .post_files(picture::PATH, who, picture::FORM_BYTES, picture::set)
        .post("/account/picture/remove", who, Asks::Nothing, picture::remove)
        .get("/picture/{picture}", who, picture::bytes)
}

fn device_pages() -> Pages {
    let who = Who::SignedIn;
    Pages::new()
        .get(devices::PATH, who, devices::page)
        .post(devices::PATH, who, Asks::Proof, devices::add)
        .post("/account/devices/{device}/revoke", who, Asks::Nothing, devices::revoke)
}

fn passkey_pages() -> Pages {
    let who = Who::SignedIn;
    Pages::new()
        .get("/account/factor-needed", who, factor_needed)
        .get(passkeys::PATH, who, passkeys::page)
        .look_with_proof(passkeys::ADD, who, passkeys::add_page)
        .post(passkeys::ADD, who, Asks::Proof, passkeys::add)
        .post(passkeys::QUESTION, who, Asks::Proof, passkeys::question)
        .post("/account/passkeys/{passkey}/rename", who, Asks::Nothing, passkeys::rename)
        .post("/account/passkeys/{passkey}/remove", who, Asks::Proof, passkeys::remove)
}

/// Whoever holds the cookie of an account switches to it, signed in to another one or not.
fn other_accounts() -> Pages {
    Pages::new()
        .get(others::PATH, Who::SignedIn, others::page)
        .post("/account/switch", Who::Anybody, Asks::Nothing, others::switch)
        .post("/account/others/forget", Who::Anybody, Asks::Nothing, others::forget)
}

/// Where the page is.
const PATH: &str = "/account";

async fn account(signed_in: SignedIn) -> Result<Response, Fault> {
    let identity = signed_in.web().identity();
    let sessions = identity.sessions(&signed_in.actor).await?;
    let second_factor = identity.second_factor_state(&signed_in.actor).await?;
    let remembered = identity.remembered_browsers(&signed_in.actor).await?;
    let passkeys = identity.passkeys(&signed_in.actor).await?.len();
    Ok(page::shown(&signed_in, &sessions, &remembered, second_factor, passkeys))
}

async fn language(posted: Posted) -> Result<Response, Fault> {
    let signed_in = posted.signed_in()?;
    // Only a page that is not ours names a language that there is none of.
    let language = posted.text(page::LANGUAGE).parse().map_err(|_| Fault::NotFound)?;
    signed_in.web().identity().set_language(&signed_in.actor, language).await?;
    Ok(back())
}

async fn end(id: Id, posted: Posted) -> Result<Response, Fault> {
    let signed_in = posted.signed_in()?;
    let session: SessionId = id.of("session")?;
    // Of somebody else's session, as of one that is not there, nothing happens and nothing is said.
    signed_in.web().identity().end_session(&signed_in.actor, session).await?;
    Ok(back())
}

async fn forget_browser(id: Id, posted: Posted) -> Result<Response, Fault> {
    let signed_in = posted.signed_in()?;
    let browser: KnownBrowserId = id.of("browser")?;
    signed_in.web().identity().forget_browser(&signed_in.actor, browser).await?;
    Ok(back())
}

async fn end_others(posted: Posted) -> Result<Response, Fault> {
    let signed_in = posted.signed_in()?;
    signed_in.web().identity().end_other_sessions(&signed_in.actor).await?;
    Ok(back())
}

/// The answer to the question for the password: the page that asked for it.
async fn confirm(posted: Posted) -> Result<Response, Fault> {
    posted.proof().await?;
    Ok(Redirect::to(posted.next("next", PATH)).into_response())
}

/// What the browser is asked so that a passkey proves who is there, as JSON.
async fn confirm_question(posted: Posted) -> Result<Response, Fault> {
    let (signed_in, visitor) = (posted.signed_in()?, &posted.visitor);
    let identity = visitor.web().identity();
    let asked = identity.ask_for_proof(&signed_in.actor, visitor.asked_by(), visitor.origin()).await;
    Ok(passkeys::json(asked.map_err(passkeys::fault)?))
}

/// Says to whoever has no second factor that an organization of theirs asks for one.
async fn factor_needed(signed_in: SignedIn) -> Response {
    let (l, visitor) = (signed_in.l(), &signed_in.visitor);
    if !signed_in.actor.owes_second_factor() {
        let next = visitor.next();
        return Redirect::to(if next.is_empty() { PATH } else { &next }).into_response();
    }
    let title = l.t("account-second-factor-title");
    let links = vec![
        (passkeys::PATH.to_owned(), l.t("passkeys-manage")),
        (web::with_next(second_factor::PATH, &visitor.next()), l.t("account-second-factor-add")),
        (PATH.to_owned(), l.t("place-account")),
    ];
    let page = NoticePage { title: title.clone(), paragraphs: vec![l.t("passkeys-asks-you")], links };
    in_card(&signed_in, &title, page.html())
}

async fn put_notice_away(posted: Posted) -> Result<Response, Fault> {
    let signed_in = posted.signed_in()?;
    signed_in.web().identity().put_notice_away(&signed_in.actor).await?;
    Ok(back())
}

fn back() -> Response {
    Redirect::to(PATH).into_response()
}

/// A form of one's own account, in a card.
fn in_card(signed_in: &SignedIn, title: &str, body: Html) -> Response {
    let card = Html::of(&Card { body });
    signed_in.visitor.page(Place::Account, Width::Column, title, card)
}

#[derive(askama::Template)]
#[template(source = "<div class=\"card\">{{ body }}</div>", ext = "html")]
struct Card {
    body: Html,
}
