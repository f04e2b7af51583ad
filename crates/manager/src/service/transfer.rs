//! Moving a mail service to another organization, by link (O10): offering it, and taking it over.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{MailServiceId, OrganizationId};
use mailbox::desk::{Offer, Offered, ServiceDesk, TransferError};
use ui::{Banner, Button, ButtonLook, Choice, Choices, CopyLine, EmptyState, Html, Locale, Tone, qr};
use web::{Asks, Fault, Id, Pages, Posted, SignedIn, Visitor, Who};

use crate::frame::{Frame, Section};

const OFFER: &str = "/manager/services/{service}/transfer";
const TAKE: &str = "/transfer/{token}";

pub(super) fn pages() -> Pages {
    Pages::new()
        .get(OFFER, Who::Owner, show)
        .post(OFFER, Who::Owner, Asks::Proof, offer)
        .post("/manager/services/{service}/transfer/withdraw", Who::Owner, Asks::Nothing, withdraw)
        .get(TAKE, Who::LinkHolder, look)
        .post(TAKE, Who::LinkHolder, Asks::Proof, take)
}

/// Says what a transfer is, and whether an offer waits.
async fn show(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    let desk = super::desk(&signed_in, &id).await?;
    page(&signed_in, &desk, None).await
}

/// Makes an offer. Its link stands in the answer and nowhere else.
async fn offer(id: Id, posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let desk = super::desk(&proof.signed_in, &id).await?;
    let path = desk.offer_transfer(&proof.confirmed).await?;
    let link = format!("{}{path}", proof.signed_in.web().identity().origin());
    page(&proof.signed_in, &desk, Some(link)).await
}

async fn withdraw(id: Id, posted: Posted) -> Result<Response, Fault> {
    let signed_in = posted.signed_in()?;
    let desk = super::desk(&signed_in, &id).await?;
    desk.withdraw_offer().await?;
    Ok(Redirect::to(&format!("/manager/services/{}/transfer", desk.id())).into_response())
}

async fn page(signed_in: &SignedIn, desk: &ServiceDesk, link: Option<String>) -> Result<Response, Fault> {
    let offer = desk.offer().await?;
    let l = signed_in.l();
    let view = OfferView {
        l,
        zone: signed_in.visitor.zone(),
        csrf: signed_in.visitor.csrf(),
        head: super::head(l, desk, super::Shown::Move),
        service: desk.id(),
        name: desk.name(),
        offer,
        link,
    };
    let frame = Frame::of(signed_in, desk.organization()).await?;
    Ok(frame.page(Section::MailService, &l.t("organizations-transfer"), Html::of(&view)))
}

#[derive(Template)]
#[template(path = "service_transfer.html")]
struct OfferView<'a> {
    l: Locale,
    zone: &'a str,
    csrf: String,
    head: Html,
    service: MailServiceId,
    name: &'a str,
    offer: Option<Offer>,
    link: Option<String>,
}

impl OfferView<'_> {
    fn intro(&self) -> String {
        self.l.t_with("organizations-transfer-intro", [("service", self.name)])
    }

    fn waits(&self, offer: &Offer) -> Html {
        let moment = self.l.moment(offer.expires_at, self.zone);
        let words = self.l.t_with("organizations-transfer-waits", [("moment", &moment)]);
        Banner { tone: Tone::Info, words, ..Banner::default() }.html()
    }

    fn copy(&self, link: &str) -> Html {
        CopyLine {
            l: self.l,
            id: "link".to_owned(),
            label: self.l.t("organizations-transfer-link"),
            value: link.to_owned(),
            button: self.l.t("share-copy-link"),
        }
        .html()
    }

    fn code(&self, link: &str) -> Html {
        qr(link, &self.l.t("share-link-code"))
    }

    fn make(&self) -> Html {
        let key =
            if self.offer.is_some() { "organizations-transfer-anew" } else { "organizations-transfer-offer" };
        Button::primary(self.l.t(key)).html()
    }

    fn withdraw(&self) -> Html {
        let (label, look) = (self.l.t("organizations-transfer-withdraw"), ButtonLook::Danger);
        Button { label, look, ..Button::default() }.html()
    }
}

/// Shows what is offered. Changes nothing.
async fn look(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    taking(&signed_in, id.text("token"), None).await
}

/// Takes it over.
async fn take(id: Id, posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let (signed_in, token) = (&proof.signed_in, id.text("token"));
    let Ok(organization) = posted.text("organization").parse::<OrganizationId>() else {
        let fault = signed_in.l().t("organizations-transfer-whose-missing");
        return Ok(Visitor::refused(taking(signed_in, token, Some(fault)).await?));
    };
    let taken = signed_in.web().access().take_over(&signed_in.actor, &proof.confirmed, token, organization);
    match taken.await {
        Ok(service) => Ok(Redirect::to(&format!("/manager/services/{service}")).into_response()),
        Err(TransferError::Gone) => gone(signed_in).await,
        Err(TransferError::TooMany) => {
            let fault = signed_in.l().t("organizations-transfer-too-many");
            Ok(Visitor::refused(taking(signed_in, token, Some(fault)).await?))
        }
        Err(TransferError::Desk(error)) => Err(error.into()),
    }
}

async fn taking(signed_in: &SignedIn, token: &str, fault: Option<String>) -> Result<Response, Fault> {
    let l = signed_in.l();
    let offered = match signed_in.web().access().offered(&signed_in.actor, token).await {
        Ok(offered) => offered,
        Err(TransferError::Gone) => return gone(signed_in).await,
        Err(TransferError::TooMany) => return Err(Fault::Internal),
        Err(TransferError::Desk(error)) => return Err(error.into()),
    };
    let (zone, csrf) = (signed_in.visitor.zone(), signed_in.visitor.csrf());
    let view = TakeView { l, zone, csrf, token, offered, fault };
    framed(signed_in, Html::of(&view)).await
}

/// Says that the link leads nowhere: it was used, withdrawn, or its time is over. Which, is not for everybody to know.
async fn gone(signed_in: &SignedIn) -> Result<Response, Fault> {
    let page = framed(signed_in, Html::of(&Gone { l: signed_in.l() })).await?;
    Ok((axum::http::StatusCode::NOT_FOUND, page).into_response())
}

async fn framed(signed_in: &SignedIn, content: Html) -> Result<Response, Fault> {
    let all = signed_in.web().identity().organizations(&signed_in.actor).await?;
    let title = signed_in.l().t("organizations-transfer-take");
    Ok(Frame::without(signed_in, all).page(Section::Organizations, &title, content))
}

#[derive(Template)]
#[template(source = "<h1>{{ l.t(\"organizations-transfer-take\") }}</h1>{{ said() }}", ext = "html")]
struct Gone {
    l: Locale,
}

impl Gone {
    fn said(&self) -> Html {
        let (title, hint) =
            (self.l.t("organizations-transfer-gone"), self.l.t("organizations-transfer-gone-hint"));
        EmptyState { title, hint, action: None }.html()
    }
}

#[derive(Template)]
#[template(path = "service_take.html")]
struct TakeView<'a> {
    l: Locale,
    zone: &'a str,
    csrf: String,
    token: &'a str,
    offered: Offered,
    fault: Option<String>,
}

impl TakeView<'_> {
    fn intro(&self) -> String {
        let values =
            [("organization", self.offered.organization.as_str()), ("service", &self.offered.service)];
        self.l.t_with("organizations-transfer-offered", values)
    }

    fn until(&self) -> String {
        let moment = self.l.moment(self.offered.expires_at, self.zone);
        self.l.t_with("organizations-transfer-waits", [("moment", &moment)])
    }

    fn nobody(&self) -> Html {
        let words = self.l.t("organizations-transfer-nobody");
        Banner { tone: Tone::Warn, words, ..Banner::default() }.html()
    }

    fn whose(&self) -> Html {
        let choice = |(id, name): &(OrganizationId, String)| Choice {
            value: id.to_string(),
            label: name.clone(),
            ..Choice::default()
        };
        let chosen = match self.offered.takers.as_slice() {
            [(only, _)] => only.to_string(),
            _ => String::new(),
        };
        Choices {
            name: "organization",
            legend: self.l.t("organizations-transfer-whose"),
            choices: self.offered.takers.iter().map(choice).collect(),
            chosen,
            fault: self.fault.clone(),
        }
        .html()
    }

    fn button(&self) -> Html {
        Button::primary(self.l.t("organizations-transfer-take")).html()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shown;
    use domain::role::Verb;
    use domain::{Id as _, Timestamp};

    #[test]
    fn the_link_is_shown_once_and_an_offer_can_be_withdrawn() {
        let at = Timestamp::from_secs(1_796_079_900);
        let waiting = Offer { created_at: at, expires_at: at };
        for l in shown::locales() {
            for (offer, link) in [
                (None, None),
                (Some(waiting), None),
                (Some(waiting), Some("https://mail.test/transfer/abc".to_owned())),
            ] {
                let (is_waiting, has_link) = (offer.is_some(), link.is_some());
                let html = Html::of(&OfferView {
                    l,
                    zone: "UTC",
                    csrf: "token".to_owned(),
                    head: Html::of(&Gone { l }),
                    service: MailServiceId::from_bytes([1; 16]),
                    name: "Post <b>",
                    offer,
                    link,
                });
                shown::check(&html);
                assert_eq!(html.as_str().contains("/withdraw\""), is_waiting, "{html}");
                assert_eq!(html.as_str().contains("/transfer/abc"), has_link, "{html}");
                assert!(!html.as_str().contains("<b>"), "{html}");
            }
        }
    }

    #[test]
    fn whoever_has_the_link_sees_what_is_offered_and_chooses_an_organization() {
        for l in shown::locales() {
            for takers in [Vec::new(), vec![(OrganizationId::from_bytes([2; 16]), "Mine <b>".to_owned())]] {
                let can_take = !takers.is_empty();
                let offered = Offered {
                    organization: "Acme <b>".to_owned(),
                    service: "Post".to_owned(),
                    domains: vec!["acme.test".to_owned()],
                    addresses: 2,
                    expires_at: Timestamp::from_secs(1_796_079_900),
                    takers,
                };
                let csrf = "token".to_owned();
                let html = Html::of(&TakeView { l, zone: "UTC", csrf, token: "abc", offered, fault: None });
                shown::check(&html);
                assert!(html.as_str().contains("acme.test"), "{html}");
                assert_eq!(html.as_str().contains("<form"), can_take, "{html}");
                assert!(!html.as_str().contains("<b>"), "{html}");
            }
            shown::check(&Html::of(&Gone { l }));
        }
    }

    #[test]
    fn an_owner_alone_may_offer() {
        assert!(domain::Role::Owner.may(Verb::HandOver) && !domain::Role::Administrator.may(Verb::HandOver));
    }
}
