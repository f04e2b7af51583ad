//! Adding a user (O4), step by step: part of the organization or external; the role with its switches and rights; what
//! they open at once; who they are and where the invitation goes.
//!
//! **Invariant:** nothing is kept between the steps but in the form itself, and nothing is made before the last one.

mod draft;
mod view;

use axum::response::{IntoResponse, Redirect, Response};
use domain::{EmailAddress, PhoneNumber, Role};
use identity::texts::SmsFault;
use mailbox::desk::{NewUser, OrganizationDesk, PlaceError, TextError};
use ui::{FieldFault, Locale};
use web::{Fault, Id, Posted, Proof, SignedIn, Visitor, confirm_page};

use crate::words;
use draft::{Draft, Step};

pub(crate) use view::{languages, phone_field};

/// Asks the first question.
pub(super) async fn ask(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    let desk = super::desk(&signed_in, &id).await?;
    // Whoever may not invite finds nothing, not even the question for their password.
    desk.service_names().await?;
    if signed_in.web().identity().confirmed(&signed_in.actor).await?.is_none() {
        return Ok(confirm_page(&signed_in, signed_in.visitor.path()));
    }
    let draft = Draft::new(signed_in.actor.language());
    view::page(&signed_in, &desk, Step::Kind, draft, Vec::new()).await
}

/// Takes the answers of a step: goes on or back, and after the last one makes the invitation.
pub(super) async fn step(id: Id, posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let desk = super::desk(&proof.signed_in, &id).await?;
    desk.service_names().await?;
    let (draft, step) = (Draft::of(&posted), Step::named(posted.text("step")));
    if posted.text("go") == "back" {
        let before = step.before(&draft);
        return view::page(&proof.signed_in, &desk, before, draft, Vec::new()).await;
    }
    if let Some(fault) = missing(proof.signed_in.l(), step, &draft) {
        return refused(&proof, &desk, step, draft, vec![fault]).await;
    }
    match step.after(&draft) {
        Some(next) => view::page(&proof.signed_in, &desk, next, draft, Vec::new()).await,
        None => invite(&proof, &desk, draft).await,
    }
}

/// What a step cannot go on without.
fn missing(l: Locale, step: Step, draft: &Draft) -> Option<FieldFault> {
    let fault = |field, key: &str| Some(FieldFault { field, words: l.t(key) });
    match step {
        Step::Kind if draft.kind.is_none() => fault("kind", "organizations-kind-missing"),
        Step::Rights if draft.role().is_none() => fault("role", "users-role-missing"),
        Step::Kind | Step::Rights | Step::Access | Step::Person => None,
    }
}

/// Makes the invitation, and sends it where addresses were given.
async fn invite(proof: &Proof, desk: &OrganizationDesk, draft: Draft) -> Result<Response, Fault> {
    let l = proof.signed_in.l();
    let (to, phone) =
        (optional(&draft.to, str::parse::<EmailAddress>), optional(&draft.phone, str::parse::<PhoneNumber>));
    let (Some(role), Ok(to), Ok(phone)) = (draft.role(), &to, &phone) else {
        for step in [Step::Kind, Step::Rights] {
            if let Some(fault) = missing(l, step, &draft) {
                return refused(proof, desk, step, draft, vec![fault]).await;
            }
        }
        let mut faults = Vec::new();
        if let Err(fault) = to {
            faults.push(FieldFault { field: "to", words: words::email_fault(l, fault) });
        }
        if phone.is_err() {
            faults.push(FieldFault { field: "phone", words: l.t("organizations-phone-bad") });
        }
        return refused(proof, desk, Step::Person, draft, faults).await;
    };
    let new = NewUser {
        terms: draft.terms(role),
        invitee: draft.invitee.clone(),
        accesses: draft.mailboxes.iter().map(|mailbox| (*mailbox, draft.permissions)).collect(),
        language: draft.language,
    };
    let invited = match desk.invite_into(&proof.confirmed, &new).await {
        Ok(invited) => invited,
        Err(error) => {
            let fault = said(l, error)?;
            let step =
                if fault.field == "role" && role != Role::External { Step::Rights } else { Step::Access };
            return refused(proof, desk, step, draft, vec![fault]).await;
        }
    };
    if let Some(to) = to {
        desk.send_place(&proof.confirmed, invited.id, to, draft.language).await?;
    }
    if let Some(phone) = phone {
        // It was made, and can be sent again from its page, which says what there is to say.
        match desk.text_place(&proof.confirmed, invited.id, phone, draft.language).await {
            Ok(()) | Err(TextError::Sms(SmsFault::NoGateway | SmsFault::TooMany)) => {}
            Err(TextError::Desk(error)) => return Err(error.into()),
        }
    }
    let path = format!("{}/invitations/{}", super::path(desk.id()), invited.id);
    Ok(Redirect::to(&path).into_response())
}

fn optional<T, E>(typed: &str, parse: impl FnOnce(&str) -> Result<T, E>) -> Result<Option<T>, E> {
    match typed.trim() {
        "" => Ok(None),
        typed => parse(typed).map(Some),
    }
}

async fn refused(
    proof: &Proof,
    desk: &OrganizationDesk,
    step: Step,
    draft: Draft,
    faults: Vec<FieldFault>,
) -> Result<Response, Fault> {
    Ok(Visitor::refused(view::page(&proof.signed_in, desk, step, draft, faults).await?))
}

fn said(l: Locale, error: PlaceError) -> Result<FieldFault, Fault> {
    let (field, words) = match error {
        PlaceError::Fault(fault) => ("role", super::fault(l, fault)),
        PlaceError::AddressIsLogin(address) => {
            ("mailboxes", l.t_with("users-address-is-login", [("address", &address)]))
        }
        PlaceError::NothingGiven => ("mailboxes", l.t("users-nothing-given")),
        PlaceError::TooMany => ("mailboxes", l.t("users-too-many")),
        PlaceError::Desk(error) => return Err(error.into()),
    };
    Ok(FieldFault { field, words })
}
