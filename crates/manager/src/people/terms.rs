//! What a membership gives, as fields of a form: the role, the rights beside it, the notification switches (O2, O3).

use askama::Template;
use domain::{Billing, MailServiceId, Notice, Notices, Role, ServiceRight};
use identity::Terms;
use ui::{Choice, Choices, Disabled, Html, Locale, Tick};
use web::Posted;

/// The fields of the role.
pub(super) fn role_field(l: Locale, chosen: &str, fault: Option<String>) -> Html {
    let choice = |role: Role| Choice {
        value: role.name().to_owned(),
        label: super::role(l, role),
        hint: l.t(&format!("users-role-{}-hint", role.name())),
        disabled: None,
    };
    Choices {
        name: "role",
        legend: l.t("users-role"),
        choices: [Role::Owner, Role::Administrator, Role::Collaborator].map(choice).into(),
        chosen: chosen.to_owned(),
        fault,
    }
    .html()
}

/// The notification switches.
#[derive(Template)]
#[template(path = "notices_fields.html")]
pub(crate) struct NoticeFields {
    /// The words around.
    pub(crate) l: Locale,
    /// What stands above them, as the catalogues call it.
    pub(crate) legend: &'static str,
    /// How they stand.
    pub(crate) notices: Notices,
    /// Whether they are those of the only owner, who always hears of bills.
    pub(crate) is_only_owner: bool,
    /// Whether SMS can be sent.
    pub(crate) has_gateway: bool,
}

impl NoticeFields {
    fn tick(&self, notice: &Notice) -> Html {
        let because = match notice {
            Notice::BillingMail if self.is_only_owner => Some("organizations-notices-only-owner"),
            Notice::BillingSms if !self.has_gateway => Some("organizations-no-gateway"),
            Notice::BillingMail | Notice::BillingSms | Notice::ProductMail => None,
        };
        Tick {
            id: id(*notice),
            label: self.l.t(&format!("organizations-notice-{}", notice.name())),
            is_ticked: self.notices.in_force(self.is_only_owner).has(*notice),
            disabled: because.map(|key| Disabled { because: self.l.t(key) }),
            ..Tick::default()
        }
        .html()
    }
}

const fn id(notice: Notice) -> &'static str {
    match notice {
        Notice::BillingMail => "notice-billing-mail",
        Notice::BillingSms => "notice-billing-sms",
        Notice::ProductMail => "notice-product-mail",
    }
}

/// The switches that were sent.
pub(crate) fn notices(posted: &Posted) -> Notices {
    let on = Notice::ALL.into_iter().filter(|notice| posted.is_on(id(*notice)));
    on.fold(Notices::NONE, Notices::with)
}

/// The rights of a collaborator on each mail service of the organization.
#[derive(Template)]
#[template(path = "service_rights_fields.html")]
pub(super) struct ServiceFields<'a> {
    pub(super) l: Locale,
    pub(super) services: &'a [(MailServiceId, String)],
    pub(super) given: &'a [(MailServiceId, ServiceRight)],
}

impl ServiceFields<'_> {
    fn is_given(&self, service: &MailServiceId, right: &ServiceRight) -> bool {
        self.given.contains(&(*service, *right))
    }

    fn right(&self, right: &ServiceRight) -> String {
        self.l.t(&format!("organizations-right-{}", right.name()))
    }
}

/// The name of the field of a mail service begins with this.
const SERVICE: &str = "service-";

/// What was sent of a membership. The role is parsed apart: it may be missing.
pub(super) fn sent(posted: &Posted, role: Role) -> Terms {
    let service = |name: &str, value: &str| {
        let service = name.strip_prefix(SERVICE)?.parse().ok()?;
        Some((service, value.parse().ok()?))
    };
    Terms {
        role,
        billing: Billing::when(posted.is_on("billing")),
        notices: notices(posted),
        services: posted.fields().filter_map(|(name, value)| service(name, value)).collect(),
    }
    .settled()
}

/// The billing right.
pub(super) fn billing_field(l: Locale, billing: Billing) -> Html {
    let is_ticked = billing == Billing::Visible;
    Tick { id: "billing", label: l.t("organizations-billing-right"), is_ticked, ..Tick::default() }.html()
}

/// What a membership gives, in lines: for whoever reads rather than changes.
pub(super) fn lines(l: Locale, terms: &Terms, services: &[(MailServiceId, String)]) -> Vec<(String, String)> {
    let on = |on: bool| l.t(if on { "organizations-on" } else { "organizations-off" });
    let mut lines = vec![(l.t("users-role"), super::role(l, terms.role))];
    if terms.role == Role::Collaborator {
        for (service, name) in services {
            let right = terms.services.iter().find(|(one, _)| one == service).map(|(_, right)| *right);
            let said = right.map_or("organizations-right-none".to_owned(), |right| {
                format!("organizations-right-{}", right.name())
            });
            lines.push((name.clone(), l.t(&said)));
        }
        lines.push((l.t("organizations-billing-right"), on(terms.billing == Billing::Visible)));
    }
    if domain::notice::has_notices(terms.role) {
        for notice in Notice::ALL {
            let label = l.t(&format!("organizations-notice-{}", notice.name()));
            lines.push((label, on(terms.notices.has(notice))));
        }
    }
    lines
}
