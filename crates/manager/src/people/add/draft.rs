//! What was answered so far, and which question comes next.

use domain::Billing;
use domain::{
    Language, MailServiceId, MailboxId, Notice, Notices, Permission, Permissions, Role, ServiceRight,
};
use identity::Terms;
use identity::joining::Invitee;
use web::Posted;

use crate::people::terms;

/// A question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Part of the organization, or external.
    Kind,
    /// The role, its switches, its rights: for members.
    Rights,
    /// What they open at once.
    Access,
    /// Who they are, and where the invitation goes.
    Person,
}

impl Step {
    /// Every question, in order.
    pub(super) const ALL: [Self; 4] = [Self::Kind, Self::Rights, Self::Access, Self::Person];

    /// The name in the form and in catalogues' keys.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Rights => "rights",
            Self::Access => "access",
            Self::Person => "person",
        }
    }

    /// The question of that name; the first where there is none.
    pub(super) fn named(name: &str) -> Self {
        Self::ALL.into_iter().find(|step| step.name() == name).unwrap_or(Self::Kind)
    }

    /// What is asked next; none: everything was.
    pub(super) fn after(self, draft: &Draft) -> Option<Self> {
        match self {
            Self::Kind if draft.kind == Some(Kind::External) => Some(Self::Access),
            Self::Kind => Some(Self::Rights),
            Self::Rights => Some(Self::Access),
            Self::Access => Some(Self::Person),
            Self::Person => None,
        }
    }

    /// What was asked before.
    pub(super) fn before(self, draft: &Draft) -> Self {
        match self {
            Self::Access if draft.kind == Some(Kind::Member) => Self::Rights,
            Self::Kind | Self::Rights | Self::Access => Self::Kind,
            Self::Person => Self::Access,
        }
    }
}

/// Whether they become part of the organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Member,
    External,
}

impl Kind {
    pub(super) const ALL: [Self; 2] = [Self::Member, Self::External];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::External => "external",
        }
    }
}

/// What was answered so far.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) kind: Option<Kind>,
    /// The role of a member, as it was sent.
    pub(super) chosen_role: String,
    pub(super) billing: Billing,
    pub(super) notices: Notices,
    pub(super) services: Vec<(MailServiceId, ServiceRight)>,
    pub(super) mailboxes: Vec<MailboxId>,
    pub(super) permissions: Permissions,
    pub(super) invitee: Invitee,
    pub(super) to: String,
    pub(super) phone: String,
    pub(super) language: Language,
}

impl Draft {
    /// Nothing was answered yet.
    pub(super) fn new(language: Language) -> Self {
        Self {
            kind: None,
            chosen_role: Role::Collaborator.name().to_owned(),
            billing: Billing::Hidden,
            notices: Notices::default(),
            services: Vec::new(),
            mailboxes: Vec::new(),
            permissions: Permissions::NONE.with(Permission::Send),
            invitee: Invitee::default(),
            to: String::new(),
            phone: String::new(),
            language,
        }
    }

    pub(super) fn of(posted: &Posted) -> Self {
        let sent = terms::sent(posted, Role::Collaborator);
        Self {
            kind: Kind::ALL.into_iter().find(|kind| kind.name() == posted.text("kind")),
            chosen_role: posted.text("role").to_owned(),
            billing: sent.billing,
            notices: sent.notices,
            services: sent.services,
            mailboxes: posted.all("mailbox").filter_map(|text| text.parse().ok()).collect(),
            permissions: posted.permissions(),
            invitee: Invitee {
                first_name: posted.text("first_name").to_owned(),
                last_name: posted.text("last_name").to_owned(),
            },
            to: posted.text("to").to_owned(),
            phone: posted.text("phone").to_owned(),
            language: posted.text("language").parse().unwrap_or_default(),
        }
    }

    /// What they become, as far as it was answered.
    pub(super) fn role(&self) -> Option<Role> {
        match self.kind? {
            Kind::External => Some(Role::External),
            Kind::Member => self.chosen_role.parse().ok().filter(|role| *role != Role::External),
        }
    }

    /// What their membership gives.
    pub(super) fn terms(&self, role: Role) -> Terms {
        let Self { billing, notices, services, .. } = self.clone();
        Terms { role, billing, notices, services }.settled()
    }

    /// The answers of the other steps than `step`, as the form carries them along.
    pub(super) fn carried(&self, step: Step) -> Vec<(String, String)> {
        let mut all = Vec::new();
        let others = Step::ALL.into_iter().filter(|other| *other != step);
        others.for_each(|other| self.carry(other, &mut all));
        all.retain(|(_, value)| !value.is_empty());
        all
    }

    fn carry(&self, step: Step, all: &mut Vec<(String, String)>) {
        let mut put = |name: &str, value: &str| all.push((name.to_owned(), value.to_owned()));
        match step {
            Step::Kind => put("kind", self.kind.map_or("", Kind::name)),
            Step::Rights => {
                put("role", &self.chosen_role);
                put("billing", if self.billing == Billing::Visible { "on" } else { "" });
                for notice in Notice::ALL.into_iter().filter(|notice| self.notices.has(*notice)) {
                    put(&format!("notice-{}", notice.name()), "on");
                }
            }
            Step::Access => {
                self.services.iter().for_each(|(id, right)| put(&format!("service-{id}"), right.name()));
                self.mailboxes.iter().for_each(|id| put("mailbox", &id.to_string()));
                for permission in Permission::ALL.into_iter().filter(|one| self.permissions.has(*one)) {
                    put(&format!("permission-{}", permission.name()), "on");
                }
            }
            Step::Person => {
                put("first_name", &self.invitee.first_name);
                put("last_name", &self.invitee.last_name);
                put("to", &self.to);
                put("phone", &self.phone);
                put("language", self.language.code());
            }
        }
    }
}
