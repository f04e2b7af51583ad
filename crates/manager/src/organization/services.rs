//! The mail services of an organization.

use askama::Template;
use axum::response::Response;
use domain::OrganizationId;
use domain::role::Verb;
use mailbox::desk::ServiceView;
use ui::{EmptyState, Html, Locale, Tag, Tone};
use web::{Fault, Id, SignedIn};

use crate::frame::{Frame, Section};

/// Lists them.
pub(super) async fn list(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    let organization: OrganizationId = id.of("organization")?;
    let desk = signed_in.web().access().organization_desk(&signed_in.actor, organization).await?;
    let services = desk.services().await?;
    let l = signed_in.l();
    let can_create = desk.may(Verb::CreateServices);
    let view = View { l, organization, name: desk.name(), services, can_create };
    let frame = Frame::of(&signed_in, organization).await?;
    Ok(frame.page(Section::MailService, &l.t("manager-mail-service"), Html::of(&view)))
}

#[derive(Template)]
#[template(path = "services.html")]
struct View<'a> {
    l: Locale,
    organization: OrganizationId,
    name: &'a str,
    services: Vec<ServiceView>,
    can_create: bool,
}

impl View<'_> {
    fn new_path(&self) -> String {
        format!("/manager/{}/services/new", self.organization)
    }

    fn intro(&self) -> String {
        self.l.t_with("manager-services-of", [("organization", self.name)])
    }

    fn nothing(&self) -> Html {
        EmptyState {
            title: self.l.t("manager-no-service"),
            hint: self.l.t("manager-no-service-hint"),
            action: Some((self.new_path(), self.l.t("manager-service-create"))),
        }
        .html()
    }

    fn state(&self, service: &ServiceView) -> Html {
        if service.is_verified && service.has_faults {
            return Tag { tone: Tone::Warn, words: self.l.t("domains-attention") }.html();
        }
        verified(self.l, service.is_verified)
    }
}

/// Whether a domain, or every domain of a mail service, is proved.
pub(crate) fn verified(l: Locale, is_verified: bool) -> Html {
    let (tone, key) =
        if is_verified { (Tone::Ok, "manager-verified") } else { (Tone::Warn, "manager-not-verified") };
    Tag { tone, words: l.t(key) }.html()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shown;
    use domain::{Id as _, MailServiceId};

    fn html(l: Locale, services: Vec<ServiceView>) -> Html {
        Html::of(&View {
            l,
            organization: OrganizationId::from_bytes([1; 16]),
            name: "Club",
            services,
            can_create: true,
        })
    }

    #[test]
    fn each_mail_service_says_whether_its_domains_are_proved() {
        let service = ServiceView {
            id: MailServiceId::from_bytes([2; 16]),
            name: "<i>Post</i>".to_owned(),
            domains: vec!["example.org".to_owned(), "example.net".to_owned()],
            is_verified: false,
            has_faults: true,
            addresses: 1,
        };
        for l in shown::locales() {
            let html = self::html(l, vec![service.clone()]);
            shown::check(&html);
            assert!(html.as_str().contains(&l.t("manager-not-verified")), "{html}");
            assert!(html.as_str().contains("example.org, example.net"), "{html}");
            assert!(!html.as_str().contains("<i>"), "{html}");
            let proved = self::html(l, vec![ServiceView { is_verified: true, ..service.clone() }]);
            assert!(proved.as_str().contains(&l.t("domains-attention")), "{proved}");
        }
    }

    #[test]
    fn without_a_mail_service_the_page_says_how_to_begin() {
        let html = html(Locale::default(), Vec::new());
        shown::check(&html);
        assert_eq!(html.as_str().matches("Create a mail service").count(), 1, "{html}");
    }
}
