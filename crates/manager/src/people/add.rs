//! Adding a user (O4): what they become, which addresses they open at once, and where the invitation goes.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{EmailAddress, Language, MailboxId, OrganizationId, Permission, Permissions, Role};
use mailbox::desk::{OrganizationDesk, PlaceError};
use ui::{
    Button, Choice, Choices, ErrorSummary, Field, FieldFault, FieldKind, Html, Locale, PermissionSwitches,
    Pick, Picks,
};
use web::{Fault, Id, Posted, SignedIn, Visitor, confirm_page};

use crate::words;

/// Asks.
pub(super) async fn ask(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    let desk = super::desk(&signed_in, &id).await?;
    if signed_in.web().identity().confirmed(&signed_in.actor).await?.is_none() {
        return Ok(confirm_page(&signed_in, signed_in.visitor.path()));
    }
    let filled = Filled {
        role: Role::Collaborator.name().to_owned(),
        mailboxes: Vec::new(),
        permissions: Permissions::NONE.with(Permission::Send),
        name: String::new(),
        to: String::new(),
        language: signed_in.actor.language(),
    };
    page(&signed_in, &desk, filled, Vec::new()).await
}

/// Makes the invitation, and sends it where an address was given.
pub(super) async fn invite(id: Id, posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let desk = super::desk(&proof.signed_in, &id).await?;
    let (l, filled) = (proof.signed_in.l(), Filled::of(&posted));
    let to = match filled.to.trim() {
        "" => Ok(None),
        typed => typed.parse::<EmailAddress>().map(Some),
    };
    let (role, to) = match (filled.role.parse::<Role>(), to) {
        (Ok(role), Ok(to)) => (role, to),
        (role, to) => {
            let role = role.err().map(|_| FieldFault { field: "role", words: l.t("users-role-missing") });
            let to = to.err().map(|fault| FieldFault { field: "to", words: words::email_fault(l, fault) });
            let faults = role.into_iter().chain(to).collect();
            return Ok(Visitor::refused(page(&proof.signed_in, &desk, filled, faults).await?));
        }
    };
    let accesses: Vec<_> = filled.mailboxes.iter().map(|mailbox| (*mailbox, filled.permissions)).collect();
    let invited = desk.invite_into(&proof.confirmed, role, &filled.name, &accesses, filled.language).await;
    let invited = match invited {
        Ok(invited) => invited,
        Err(error) => {
            let faults = vec![said(l, error)?];
            return Ok(Visitor::refused(page(&proof.signed_in, &desk, filled, faults).await?));
        }
    };
    if let Some(to) = to {
        desk.send_place(&proof.confirmed, invited.id, &to, filled.language).await?;
    }
    let path = format!("{}/invitations/{}", super::path(desk.id()), invited.id);
    Ok(Redirect::to(&path).into_response())
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

/// What was filled in.
struct Filled {
    role: String,
    mailboxes: Vec<MailboxId>,
    permissions: Permissions,
    name: String,
    to: String,
    language: Language,
}

impl Filled {
    fn of(posted: &Posted) -> Self {
        Self {
            role: posted.text("role").to_owned(),
            mailboxes: posted.all("mailbox").filter_map(|text| text.parse().ok()).collect(),
            permissions: posted.permissions(),
            name: posted.text("name").to_owned(),
            to: posted.text("to").to_owned(),
            language: posted.text("language").parse().unwrap_or_default(),
        }
    }
}

async fn page(
    signed_in: &SignedIn,
    desk: &OrganizationDesk,
    filled: Filled,
    faults: Vec<FieldFault>,
) -> Result<Response, Fault> {
    let (l, organization) = (signed_in.l(), desk.id());
    let all = desk.mailboxes().await?;
    let view = View { l, csrf: signed_in.visitor.csrf(), organization, all, filled, faults };
    super::framed(signed_in, organization, &l.t("users-add"), Html::of(&view)).await
}

#[derive(Template)]
#[template(path = "user_add.html")]
struct View {
    l: Locale,
    csrf: String,
    organization: OrganizationId,
    all: Vec<(MailboxId, String)>,
    filled: Filled,
    faults: Vec<FieldFault>,
}

impl View {
    fn summary(&self) -> Html {
        ErrorSummary { l: self.l, faults: &self.faults }.html()
    }

    fn crumbs(&self) -> Html {
        super::crumbs(self.l, self.organization, None)
    }

    fn path(&self) -> String {
        super::path(self.organization)
    }

    fn role(&self) -> Html {
        let choice = |role: Role| Choice {
            value: role.name().to_owned(),
            label: super::role(self.l, role),
            hint: self.l.t(&format!("users-role-{}-hint", role.name())),
            disabled: None,
        };
        Choices {
            name: "role",
            legend: self.l.t("users-as"),
            choices: Role::ALL.into_iter().map(choice).collect(),
            chosen: self.filled.role.clone(),
            fault: ErrorSummary::of_field(&self.faults, "role"),
        }
        .html()
    }

    fn mailbox_fault(&self) -> Option<String> {
        ErrorSummary::of_field(&self.faults, "mailboxes")
    }

    fn is_ticked(&self, mailbox: &MailboxId) -> bool {
        self.filled.mailboxes.contains(mailbox)
    }

    fn switches(&self) -> Html {
        PermissionSwitches { l: self.l, permissions: self.filled.permissions }.html()
    }

    fn name(&self) -> Html {
        let (label, value) = (self.l.t("users-whose-name"), self.filled.name.clone());
        Field { id: "name", label, value, ..Field::default() }.html()
    }

    fn to(&self) -> Html {
        Field {
            id: "to",
            label: self.l.t("users-email"),
            kind: FieldKind::Email,
            value: self.filled.to.clone(),
            hint: Some(self.l.t("users-email-hint")),
            fault: ErrorSummary::of_field(&self.faults, "to"),
            limit: 320,
            ..Field::default()
        }
        .html()
    }

    fn language(&self) -> Html {
        languages(self.l, self.filled.language)
    }

    fn button(&self) -> Html {
        Button::primary(self.l.t("users-invite")).html()
    }
}

/// The list of languages of a mail.
pub(super) fn languages(l: Locale, picked: Language) -> Html {
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
    use domain::Id as _;

    #[test]
    fn the_form_asks_as_what_with_which_addresses_and_for_whom() {
        for l in shown::locales() {
            let mailbox = MailboxId::from_bytes([4; 16]);
            let view = View {
                l,
                csrf: "token".to_owned(),
                organization: OrganizationId::from_bytes([1; 16]),
                all: vec![(mailbox, "info<b>@example.org".to_owned())],
                filled: Filled {
                    role: "external".to_owned(),
                    mailboxes: vec![mailbox],
                    permissions: Permissions::NONE,
                    name: "<b>".to_owned(),
                    to: "nobody".to_owned(),
                    language: Language::Fr,
                },
                faults: vec![FieldFault { field: "mailboxes", words: l.t("users-nothing-given") }],
            };
            let html = Html::of(&view);
            shown::check(&html);
            let html = html.as_str();
            assert_eq!(html.matches("type=\"radio\"").count(), 4, "{html}");
            assert!(html.contains("value=\"external\" checked") && html.contains("error-summary"), "{html}");
            assert!(!html.contains("<b>"), "{html}");
        }
    }
}
