//! Leaving an organization by oneself (O7).

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use domain::OrganizationId;
use identity::members::{LeaveError, MemberFault};
use ui::{Banner, Button, ButtonLook, Html, Locale, Tone};
use web::{Fault, Id, Posted, SignedIn, Visitor};

use crate::frame::{Crumbs, Frame, Section};

/// Says what one loses, or why one cannot.
pub(super) async fn review(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    page(&signed_in, &id, None).await
}

/// Leaves.
pub(super) async fn leave(id: Id, posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let signed_in = proof.signed_in;
    let organization: OrganizationId = id.of("organization")?;
    let identity = signed_in.web().identity();
    match identity.leave(&signed_in.actor, &proof.confirmed, organization).await {
        Ok(_) => Ok(Redirect::to("/manager/organizations").into_response()),
        Err(LeaveError::Fault(fault)) => Ok(Visitor::refused(page(&signed_in, &id, Some(fault)).await?)),
        Err(error) => Err(refused(error)),
    }
}

async fn page(signed_in: &SignedIn, id: &Id, fault: Option<MemberFault>) -> Result<Response, Fault> {
    let organization: OrganizationId = id.of("organization")?;
    let identity = signed_in.web().identity();
    let fault = match fault {
        Some(fault) => Some(fault),
        None => identity.leave_fault(&signed_in.actor, organization).await.map_err(refused)?,
    };
    let all = identity.organizations(&signed_in.actor).await?;
    let own = all.iter().find(|view| view.id == organization).map(|view| view.name.clone());
    let name = match own {
        Some(name) => name,
        // An external leaves as well.
        None => {
            let outside = identity.outside_of(&signed_in.actor).await?;
            outside.into_iter().find(|(id, _)| *id == organization).ok_or(Fault::NotFound)?.1
        }
    };
    let (l, csrf) = (signed_in.l(), signed_in.visitor.csrf());
    let view = View { l, csrf, organization, name, fault };
    let frame = Frame::without(signed_in, all);
    Ok(frame.page(Section::Organizations, &l.t("users-leave"), Html::of(&view)))
}

fn refused(error: LeaveError) -> Fault {
    match error {
        LeaveError::NotFound | LeaveError::Fault(_) => Fault::NotFound,
        LeaveError::Ended(_) => Fault::SignedOut,
        LeaveError::Unavailable => Fault::Unavailable,
    }
}

#[derive(Template)]
#[template(path = "leave.html")]
struct View {
    l: Locale,
    csrf: String,
    organization: OrganizationId,
    name: String,
    fault: Option<MemberFault>,
}

impl View {
    fn crumbs(&self) -> Html {
        let steps = vec![("/manager/organizations".to_owned(), self.l.t("manager-organizations"))];
        Crumbs { l: self.l, steps }.html()
    }

    fn intro(&self) -> String {
        self.l.t_with("users-leave-intro", [("organization", self.name.as_str())])
    }

    fn impossible(&self, fault: &MemberFault) -> Html {
        Banner { tone: Tone::Warn, words: super::fault(self.l, *fault), lines: Vec::new() }.html()
    }

    fn button(&self) -> Html {
        Button { label: self.l.t("users-leave"), look: ButtonLook::Danger, ..Button::default() }.html()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shown;
    use domain::Id as _;

    #[test]
    fn the_page_says_what_is_lost_or_why_one_cannot_leave() {
        for l in shown::locales() {
            for fault in [None, Some(MemberFault::LastOwner), Some(MemberFault::LoginHosted)] {
                let (organization, name) = (OrganizationId::from_bytes([1; 16]), "Acme <b>".to_owned());
                let html = Html::of(&View { l, csrf: "token".to_owned(), organization, name, fault });
                shown::check(&html);
                assert_eq!(html.as_str().contains("<form"), fault.is_none(), "{html}");
                assert!(!html.as_str().contains("<b>"), "{html}");
            }
        }
    }
}
