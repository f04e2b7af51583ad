//! The question whether mail may be sent on to somebody (S10): opening its link changes nothing, for mail scanners open
//! it too.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use mailbox::{RedirectionLinkError, RedirectionOffer};
use ui::{Html, Locale};
use web::{Asks, Fault, Id, Pages, Posted, Visitor, Who};

use crate::form::NoticePage;

/// The routes.
pub(crate) fn pages() -> Pages {
    let who = Who::LinkHolder;
    Pages::new()
        .get("/redirections/{token}", who, page)
        .post("/redirections/{token}/agree", who, Asks::Nothing, agree)
        .post("/redirections/{token}/decline", who, Asks::Nothing, decline)
}

async fn page(visitor: Visitor, id: Id) -> Result<Response, Fault> {
    let token = id.text("token");
    match visitor.web().access().redirection_offer(token).await {
        Ok(offer) => {
            let (l, zone) = (visitor.l(), visitor.zone());
            let question = Question { l, zone, csrf: visitor.csrf(), token, offer: &offer };
            Ok(visitor.outside(&l.t("more-offer-title"), question.html()))
        }
        Err(error) => dead(&visitor, error),
    }
}

async fn agree(id: Id, posted: Posted) -> Result<Response, Fault> {
    let visitor = &posted.visitor;
    match visitor.web().access().agree_to_redirection(id.text("token")).await {
        Ok(offer) => Ok(said(visitor, "more-offer-agreed", &offer)),
        Err(error) => dead(visitor, error),
    }
}

async fn decline(id: Id, posted: Posted) -> Result<Response, Fault> {
    let visitor = &posted.visitor;
    match visitor.web().access().decline_redirection(id.text("token")).await {
        Ok(offer) => Ok(said(visitor, "more-offer-declined", &offer)),
        Err(error) => dead(visitor, error),
    }
}

fn said(visitor: &Visitor, key: &str, offer: &RedirectionOffer) -> Response {
    let l = visitor.l();
    let values = [("address", offer.address.as_str()), ("target", offer.target.as_str())];
    let title = l.t(&format!("{key}-title"));
    let paragraphs = vec![l.t_with(key, values)];
    visitor.outside(&title, NoticePage { title: title.clone(), paragraphs, links: Vec::new() }.html())
}

fn dead(visitor: &Visitor, error: RedirectionLinkError) -> Result<Response, Fault> {
    let key = match error {
        RedirectionLinkError::Dead => "more-offer-dead",
        RedirectionLinkError::AddressIsLogin => "more-offer-login",
        RedirectionLinkError::Unavailable => return Err(Fault::Unavailable),
    };
    let (l, title) = (visitor.l(), visitor.l().t("more-offer-dead-title"));
    let page = NoticePage { title: title.clone(), paragraphs: vec![l.t(key)], links: Vec::new() };
    Ok((StatusCode::NOT_FOUND, visitor.outside(&title, page.html())).into_response())
}

/// The question.
#[derive(askama::Template)]
#[template(path = "redirection.html")]
pub(crate) struct Question<'a> {
    pub(crate) l: Locale,
    pub(crate) zone: &'a str,
    pub(crate) csrf: String,
    pub(crate) token: &'a str,
    pub(crate) offer: &'a RedirectionOffer,
}

impl Question<'_> {
    /// Rendered.
    pub(crate) fn html(&self) -> Html {
        Html::of(self)
    }

    fn heading(&self) -> String {
        self.l.t_with("more-offer-heading", [("address", self.offer.address.as_str())])
    }

    fn intro(&self) -> String {
        let said = [
            ("name", self.offer.made_by.as_str()),
            ("organization", self.offer.organization.as_str()),
            ("address", self.offer.address.as_str()),
            ("target", self.offer.target.as_str()),
        ];
        self.l.t_with("more-offer-intro", said)
    }

    fn until(&self) -> String {
        let day = self.l.day(self.offer.expires_at, self.zone);
        self.l.t_with("more-offer-until", [("day", &day)])
    }
}

#[cfg(test)]
mod tests {
    use domain::{Language, Timestamp};

    use super::*;

    #[test]
    fn the_question_says_who_asks_and_offers_both_answers() {
        for language in [Language::En, Language::Fr] {
            let offer = RedirectionOffer {
                address: "info@<b>.test".to_owned(),
                target: "ben@far.test".to_owned(),
                organization: "Acme".to_owned(),
                made_by: "Olga".to_owned(),
                expires_at: Timestamp::from_secs(1),
            };
            let (l, csrf) = (Locale::of(language), "token".to_owned());
            let html = Question { l, zone: "UTC", csrf, token: "t", offer: &offer }.html();
            assert_eq!(html.as_str().matches("<h1").count(), 1, "{html}");
            for piece in ["/redirections/t/agree", "/redirections/t/decline", "Olga", "Acme", "ben@far.test"]
            {
                assert!(html.as_str().contains(piece), "{piece} in {html}");
            }
            assert!(!html.as_str().contains("<b>") && !html.as_str().contains(">more-"), "{html}");
        }
    }
}
