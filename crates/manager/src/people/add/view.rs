//! The page of one step.

use askama::Template;
use axum::response::Response;
use domain::{Language, MailServiceId, MailboxId, OrganizationId, Role};
use mailbox::desk::OrganizationDesk;
use ui::{
    Button, ButtonLook, Choice, Choices, ErrorSummary, Field, FieldFault, FieldKind, Html, Locale,
    PermissionSwitches, Pick, Picks,
};
use web::{Fault, SignedIn};

use super::draft::{Draft, Kind, Step};
use crate::people::terms::{self, NoticeFields, ServiceFields};

/// Asks the question of a step.
pub(super) async fn page(
    signed_in: &SignedIn,
    desk: &OrganizationDesk,
    step: Step,
    draft: Draft,
    faults: Vec<FieldFault>,
) -> Result<Response, Fault> {
    let (l, organization) = (signed_in.l(), desk.id());
    let (all, services) = match step {
        Step::Access => (desk.mailboxes().await?, desk.service_names().await?),
        Step::Kind | Step::Rights | Step::Person => (Vec::new(), Vec::new()),
    };
    let has_gateway = signed_in.web().identity().has_sms_gateway();
    let csrf = signed_in.visitor.csrf();
    let view = View { l, csrf, organization, step, draft, all, services, has_gateway, faults };
    crate::people::framed(signed_in, organization, &l.t("users-add"), Html::of(&view)).await
}

#[derive(Template)]
#[template(path = "user_add.html")]
struct View {
    l: Locale,
    csrf: String,
    organization: OrganizationId,
    step: Step,
    draft: Draft,
    all: Vec<(MailboxId, String)>,
    services: Vec<(MailServiceId, String)>,
    has_gateway: bool,
    faults: Vec<FieldFault>,
}

impl View {
    fn summary(&self) -> Html {
        ErrorSummary { l: self.l, faults: &self.faults }.html()
    }

    fn crumbs(&self) -> Html {
        crate::people::crumbs(self.l, self.organization, None)
    }

    fn path(&self) -> String {
        crate::people::path(self.organization)
    }

    /// The steps that there are for this kind of user, and the one that is shown.
    fn steps(&self) -> Vec<(String, bool)> {
        let external = self.draft.kind == Some(Kind::External);
        let shown = Step::ALL.into_iter().filter(|step| !(external && *step == Step::Rights));
        shown.map(|step| (self.step_name(step), step == self.step)).collect()
    }

    fn step_name(&self, step: Step) -> String {
        self.l.t(&format!("organizations-step-{}", step.name()))
    }

    fn title(&self) -> String {
        self.step_name(self.step)
    }

    fn fault(&self, field: &'static str) -> Option<String> {
        ErrorSummary::of_field(&self.faults, field)
    }

    fn kind(&self) -> Html {
        let choice = |kind: Kind| Choice {
            value: kind.name().to_owned(),
            label: self.l.t(&format!("organizations-kind-{}", kind.name())),
            hint: self.l.t(&format!("organizations-kind-{}-hint", kind.name())),
            disabled: None,
        };
        Choices {
            name: "kind",
            legend: self.l.t("organizations-kind"),
            choices: Kind::ALL.map(choice).into(),
            chosen: self.draft.kind.map_or("", Kind::name).to_owned(),
            fault: self.fault("kind"),
        }
        .html()
    }

    fn role(&self) -> Html {
        terms::role_field(self.l, &self.draft.chosen_role, self.fault("role"))
    }

    fn billing(&self) -> Html {
        terms::billing_field(self.l, self.draft.billing)
    }

    fn notices(&self) -> Html {
        let (l, notices, has_gateway) = (self.l, self.draft.notices, self.has_gateway);
        Html::of(&NoticeFields {
            l,
            legend: "organizations-notices",
            notices,
            is_only_owner: false,
            has_gateway,
        })
    }

    /// Only collaborators are given mail services one by one; others have all of them, or none.
    fn asks_services(&self) -> bool {
        self.draft.role() == Some(Role::Collaborator)
    }

    fn service_rights(&self) -> Html {
        Html::of(&ServiceFields { l: self.l, services: &self.services, given: &self.draft.services })
    }

    fn mailbox_fault(&self) -> Option<String> {
        self.fault("mailboxes")
    }

    fn is_ticked(&self, mailbox: &MailboxId) -> bool {
        self.draft.mailboxes.contains(mailbox)
    }

    fn switches(&self) -> Html {
        PermissionSwitches { l: self.l, permissions: self.draft.permissions }.html()
    }

    fn first_name(&self) -> Html {
        self.name("first_name", "organizations-first-name", &self.draft.invitee.first_name)
    }

    fn last_name(&self) -> Html {
        self.name("last_name", "organizations-last-name", &self.draft.invitee.last_name)
    }

    fn name(&self, id: &'static str, label: &str, value: &str) -> Html {
        let (label, limit) = (self.l.t(label), domain::person::NAME_LIMIT);
        Field { id, label, value: value.to_owned(), limit, ..Field::default() }.html()
    }

    fn to(&self) -> Html {
        Field {
            id: "to",
            label: self.l.t("users-email"),
            kind: FieldKind::Email,
            value: self.draft.to.clone(),
            hint: Some(self.l.t("users-email-hint")),
            fault: self.fault("to"),
            limit: 320,
            ..Field::default()
        }
        .html()
    }

    fn phone(&self) -> Html {
        phone_field(self.l, &self.draft.phone, self.fault("phone"))
    }

    fn language(&self) -> Html {
        languages(self.l, self.draft.language)
    }

    /// The first button is what the Enter key presses.
    fn forward(&self) -> Html {
        let key = if self.step == Step::Person { "users-invite" } else { "organizations-next" };
        Button::primary(self.l.t(key)).html()
    }

    fn back(&self) -> Html {
        let (name, value) = ("go".to_owned(), "back".to_owned());
        Button { label: self.l.t("common-back"), look: ButtonLook::Plain, name, value, ..Button::default() }
            .html()
    }
}

/// The phone to which an invitation goes by SMS.
pub(crate) fn phone_field(l: Locale, value: &str, fault: Option<String>) -> Html {
    Field {
        id: "phone",
        label: l.t("organizations-phone"),
        kind: FieldKind::Phone,
        value: value.to_owned(),
        hint: Some(l.t("organizations-phone-hint")),
        fault,
        limit: 40,
        ..Field::default()
    }
    .html()
}

/// The list of languages of a mail.
pub(crate) fn languages(l: Locale, picked: Language) -> Html {
    let pick = |language: Language| Pick {
        value: language.code().to_owned(),
        label: language.own_name().to_owned(),
    };
    Picks {
        id: "language",
        label: l.t("users-language"),
        picks: Language::ALL.into_iter().map(pick).collect(),
        picked: picked.code().to_owned(),
        fault: None,
    }
    .html()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shown;
    use domain::{Id as _, ServiceRight};

    fn view(l: Locale, step: Step, kind: Kind, fault: &'static str) -> Html {
        let (mailbox, service) = (MailboxId::from_bytes([4; 16]), MailServiceId::from_bytes([5; 16]));
        let mut draft = Draft::new(Language::Fr);
        draft.kind = Some(kind);
        draft.mailboxes = vec![mailbox];
        draft.services = vec![(service, ServiceRight::Manage)];
        draft.invitee.first_name = "<b>".to_owned();
        draft.to = "nobody".to_owned();
        Html::of(&View {
            l,
            csrf: "token".to_owned(),
            organization: OrganizationId::from_bytes([1; 16]),
            step,
            draft,
            all: vec![(mailbox, "info<b>@example.org".to_owned())],
            services: vec![(service, "Post <b>".to_owned())],
            has_gateway: step == Step::Kind,
            faults: vec![FieldFault { field: fault, words: "No".to_owned() }],
        })
    }

    #[test]
    fn each_step_asks_its_question_and_carries_the_answers_of_the_others() {
        for l in shown::locales() {
            for (step, fault) in Step::ALL.into_iter().zip(["kind", "role", "mailboxes", "to"]) {
                // Externals are asked for no role.
                for kind in
                    Kind::ALL.into_iter().filter(|kind| (step, *kind) != (Step::Rights, Kind::External))
                {
                    let html = view(l, step, kind, fault);
                    shown::check(&html);
                    let html = html.as_str();
                    assert!(
                        html.contains("aria-current=\"step\"") && html.contains("error-summary"),
                        "{html}"
                    );
                    assert!(!html.contains("<b>"), "{html}");
                    let is_carried = html.contains("type=\"hidden\" name=\"mailbox\"");
                    assert_eq!(is_carried, step != Step::Access, "{html}");
                }
            }
        }
    }

    #[test]
    fn mail_services_are_asked_for_collaborators_alone() {
        let l = Locale::default();
        assert!(view(l, Step::Access, Kind::Member, "to").as_str().contains("<select id=\"service-"));
        assert!(!view(l, Step::Access, Kind::External, "to").as_str().contains("<select id=\"service-"));
    }

    #[test]
    fn without_a_gateway_the_sms_options_say_why_they_cannot_be_used() {
        let l = Locale::default();
        let rights = view(l, Step::Rights, Kind::Member, "role");
        assert!(rights.as_str().contains("notice-billing-sms-reason"), "{rights}");
        let person = view(l, Step::Person, Kind::Member, "to");
        assert!(person.as_str().contains(&l.t("organizations-no-gateway")), "{person}");
        assert!(!person.as_str().contains("type=\"tel\""), "{person}");
    }
}
