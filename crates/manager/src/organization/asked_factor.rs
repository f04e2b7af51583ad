//! Asking the members of an organization for a second factor (A3). Only an owner decides it.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use domain::OrganizationId;
use mailbox::desk::{AskedFactor, AskedFactorError, OrganizationDesk};
use ui::{Banner, Button, Html, Locale, Tone};
use web::{Fault, Id, Posted, SignedIn, Visitor};

use super::record::desk;
use crate::frame::{Frame, Section};

/// Shows what is asked now.
pub(super) async fn show(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    let desk = desk(&signed_in, &id).await?;
    page(&signed_in, &desk, None).await
}

/// Asks, or asks no more.
pub(super) async fn set(id: Id, posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let desk = desk(&proof.signed_in, &id).await?;
    let asked = if posted.text("asked") == "on" { AskedFactor::Asked } else { AskedFactor::Free };
    match desk.set_asked_factor(&proof.confirmed, asked).await {
        Ok(()) => {
            let path = format!("/manager/{}/second-factor", desk.id());
            Ok(Redirect::to(&path).into_response())
        }
        Err(AskedFactorError::NoneOfOnesOwn) => {
            let words = proof.signed_in.l().t("passkeys-asks-own");
            Ok(Visitor::refused(page(&proof.signed_in, &desk, Some(words)).await?))
        }
        Err(AskedFactorError::Desk(error)) => Err(error.into()),
    }
}

async fn page(
    signed_in: &SignedIn,
    desk: &OrganizationDesk,
    fault: Option<String>,
) -> Result<Response, Fault> {
    let (asked, without) = desk.asked_factor().await?;
    let (l, organization, csrf) = (signed_in.l(), desk.id(), signed_in.visitor.csrf());
    let view = View { l, csrf, organization, asked, without, fault };
    let frame = Frame::of(signed_in, organization).await?;
    Ok(frame.page(Section::Organization, &l.t("passkeys-asks-title"), Html::of(&view)))
}

#[derive(Template)]
#[template(path = "asked_factor.html")]
struct View {
    l: Locale,
    csrf: String,
    organization: OrganizationId,
    asked: AskedFactor,
    without: u64,
    fault: Option<String>,
}

impl View {
    fn refused(&self) -> Html {
        let Some(words) = self.fault.clone() else { return Html::default() };
        Banner { tone: Tone::Danger, words, lines: Vec::new() }.html()
    }

    fn now(&self) -> String {
        match self.asked {
            AskedFactor::Free => self.l.t("passkeys-asks-free"),
            AskedFactor::Asked => self.l.t("passkeys-asks-asked"),
        }
    }

    fn without(&self) -> String {
        self.l.t_with("passkeys-asks-without", [("count", &self.without.to_string())])
    }

    fn wanted(&self) -> &'static str {
        match self.asked {
            AskedFactor::Free => "on",
            AskedFactor::Asked => "off",
        }
    }

    fn button(&self) -> Html {
        let key = match self.asked {
            AskedFactor::Free => "passkeys-asks-ask",
            AskedFactor::Asked => "passkeys-asks-leave",
        };
        Button::primary(self.l.t(key)).html()
    }
}

#[cfg(test)]
mod tests {
    use domain::Id as _;

    use super::*;
    use crate::shown;

    #[test]
    fn it_says_what_is_asked_and_of_how_many_it_would_be() {
        for l in shown::locales() {
            for asked in [AskedFactor::Free, AskedFactor::Asked] {
                let organization = OrganizationId::from_bytes([1; 16]);
                let fault = Some("<b>".to_owned());
                let view = View { l, csrf: "t".to_owned(), organization, asked, without: 3, fault };
                let html = Html::of(&view).as_str().to_owned();
                assert!(
                    html.matches("<h1").count() == 1 && html.contains('3') && !html.contains("<b>"),
                    "{html}"
                );
                assert!(html.contains(&format!("value=\"{}\"", view.wanted())), "{html}");
            }
        }
    }
}
