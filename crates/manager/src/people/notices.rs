//! One's own notification switches in an organization (O3).

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use domain::OrganizationId;
use identity::OwnNotices;
use identity::members::LeaveError;
use ui::{Button, Html, Locale};
use web::{Fault, Id, Posted, SignedIn};

use super::terms::{self, NoticeFields};
use crate::frame::{Crumbs, Frame, Section};

/// Shows them.
pub(super) async fn show(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    let organization: OrganizationId = id.of("organization")?;
    let identity = signed_in.web().identity().clone();
    let own = identity.own_notices(&signed_in.actor, organization).await.map_err(fault)?;
    let (l, csrf, has_gateway) = (signed_in.l(), signed_in.visitor.csrf(), identity.has_sms_gateway());
    let view = View { l, csrf, organization, own, has_gateway };
    let frame = Frame::without(&signed_in, identity.organizations(&signed_in.actor).await?);
    Ok(frame.page(Section::Organizations, &l.t("organizations-notices-own"), Html::of(&view)))
}

/// Sets them.
pub(super) async fn set(id: Id, posted: Posted) -> Result<Response, Fault> {
    let signed_in = posted.signed_in()?;
    let organization: OrganizationId = id.of("organization")?;
    let identity = signed_in.web().identity();
    let set = identity.set_own_notices(&signed_in.actor, organization, terms::notices(&posted));
    set.await.map_err(fault)?;
    Ok(Redirect::to("/manager/organizations").into_response())
}

fn fault(error: LeaveError) -> Fault {
    match error {
        LeaveError::NotFound | LeaveError::Fault(_) => Fault::NotFound,
        LeaveError::Ended(_) => Fault::SignedOut,
        LeaveError::Unavailable => Fault::Unavailable,
    }
}

#[derive(Template)]
#[template(path = "own_notices.html")]
struct View {
    l: Locale,
    csrf: String,
    organization: OrganizationId,
    own: OwnNotices,
    has_gateway: bool,
}

impl View {
    fn crumbs(&self) -> Html {
        let steps = vec![("/manager/organizations".to_owned(), self.l.t("manager-organizations"))];
        Crumbs { l: self.l, steps }.html()
    }

    fn title(&self) -> String {
        self.l.t_with("organizations-notices-own-of", [("organization", &self.own.organization)])
    }

    fn fields(&self) -> Html {
        Html::of(&NoticeFields {
            l: self.l,
            legend: "organizations-notices-own",
            notices: self.own.notices,
            is_only_owner: self.own.is_only_owner,
            has_gateway: self.has_gateway,
        })
    }

    fn save(&self) -> Html {
        Button::primary(self.l.t("common-save")).html()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shown;
    use domain::{Id as _, Notices};

    #[test]
    fn the_only_owner_sees_why_reminders_stay_on() {
        for l in shown::locales() {
            for is_only_owner in [true, false] {
                let html = Html::of(&View {
                    l,
                    csrf: "token".to_owned(),
                    organization: OrganizationId::from_bytes([1; 16]),
                    own: OwnNotices { organization: "<b>".to_owned(), notices: Notices::NONE, is_only_owner },
                    has_gateway: true,
                });
                shown::check(&html);
                assert!(!html.as_str().contains("<b>"), "{html}");
                let reason = l.t("organizations-notices-only-owner");
                assert_eq!(html.as_str().contains(&reason), is_only_owner, "{html}");
                assert_eq!(html.as_str().contains(" checked"), is_only_owner, "{html}");
            }
        }
    }
}
