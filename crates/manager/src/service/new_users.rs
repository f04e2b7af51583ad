//! Making an address for another user, or for several (S2): who, and what each may do.

use askama::Template;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{EmailAddress, MailServiceId, Permission, Permissions};
use mailbox::desk::{
    Account, CreateAddressError, CreateForError, FIRST_USERS, FirstUser, LineFault, ServiceDesk, Whom,
};
use serde::Deserialize;
use ui::{Button, ErrorSummary, Field, FieldFault, Html, Locale, Pick};
use web::{Asks, Fault, Id, Pages, Posted, SignedIn, Visitor, Who, confirm_page};

use super::new_address::{FOR_SEVERAL, address_fault, typed_address};
use crate::frame::{Crumbs, Frame, Section};
use crate::words;

/// How many lines the form for several users begins with, and gets with each press.
const LINES: usize = 3;

/// These pages.
pub(super) fn pages() -> Pages {
    const PATH: &str = "/manager/services/{service}/addresses/new/users";
    Pages::new().look_with_proof(PATH, Who::MailManager, ask).post(
        PATH,
        Who::MailManager,
        Asks::Proof,
        create,
    )
}

/// What was typed on the page before, and is carried along.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Typed {
    name: String,
    domain: String,
    whom: String,
}

/// One user, as filled in.
#[derive(Default)]
struct Line {
    who: String,
    mail: String,
    account: String,
    permissions: Permissions,
    fault: Option<String>,
}

/// Asks who.
async fn ask(
    signed_in: SignedIn,
    id: Id,
    typed: Result<Query<Typed>, QueryRejection>,
) -> Result<Response, Fault> {
    let desk = super::desk(&signed_in, &id).await?;
    if signed_in.web().identity().confirmed(&signed_in.actor).await?.is_none() {
        return Ok(confirm_page(&signed_in, signed_in.visitor.path()));
    }
    let typed = typed.unwrap_or_default().0;
    let count = if typed.whom == FOR_SEVERAL { LINES } else { 1 };
    let lines = (0..count).map(|_| Line { permissions: first(), ..Line::default() }).collect();
    page(&signed_in, &desk, typed, lines, Vec::new()).await
}

/// Makes the address for them.
async fn create(id: Id, posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let signed_in = proof.signed_in;
    let desk = super::desk(&signed_in, &id).await?;
    let text = |name: &str| posted.text(name).to_owned();
    let typed = Typed { name: text("name"), domain: text("domain"), whom: text("whom") };
    let mut lines = lines(&posted);
    if posted.text("act") == "more" {
        let more = (lines.len() + LINES).min(FIRST_USERS);
        lines.resize_with(more, || Line { permissions: first(), ..Line::default() });
        return page(&signed_in, &desk, typed, lines, Vec::new()).await;
    }
    let l = signed_in.l();
    let asked = users(l, &mut lines).and_then(|users| {
        let address = typed_address(&typed.name, &typed.domain).map_err(|key| fault(l, key))?;
        Ok((address, users))
    });
    let faults = match asked {
        Err(faults) => faults,
        Ok((address, users)) => {
            let language = signed_in.actor.language();
            match desk.create_address_for(&proof.confirmed, &address, &users, language).await {
                Ok(mailbox) => {
                    return Ok(Redirect::to(&format!("/manager/addresses/{mailbox}")).into_response());
                }
                Err(error) => refused(l, error, &mut lines)?,
            }
        }
    };
    Ok(Visitor::refused(page(&signed_in, &desk, typed, lines, faults).await?))
}

/// What is switched on at first, as wherever access is given.
fn first() -> Permissions {
    Permissions::NONE.with(Permission::Send)
}

fn lines(posted: &Posted) -> Vec<Line> {
    let count = posted.text("count").parse::<usize>().unwrap_or(1).clamp(1, FIRST_USERS);
    let line = |n: usize| {
        let is_on = |one: &Permission| posted.is_on(&format!("permission-{n}-{}", one.name()));
        Line {
            who: posted.text(&format!("who-{n}")).to_owned(),
            mail: posted.text(&format!("mail-{n}")).trim().to_owned(),
            account: posted.text(&format!("account-{n}")).to_owned(),
            permissions: Permission::ALL.into_iter().filter(is_on).collect(),
            fault: None,
        }
    };
    (0..count).map(line).collect()
}

/// The users of the lines that are filled in.
fn users(l: Locale, lines: &mut [Line]) -> Result<Vec<FirstUser>, Vec<FieldFault>> {
    let mut users = Vec::new();
    for line in lines.iter_mut().filter(|line| !line.is_empty()) {
        match line.whom(l) {
            Ok(who) => users.push(FirstUser { who, permissions: line.permissions }),
            Err(words) => line.fault = Some(words),
        }
    }
    let faults: Vec<FieldFault> = (0..).zip(&*lines).filter_map(|(n, line)| line.in_summary(l, n)).collect();
    match (faults.is_empty(), users.is_empty()) {
        (false, _) => Err(faults),
        (true, true) => Err(vec![FieldFault { field: "lines", words: l.t("addresses-users-none") }]),
        (true, false) => Ok(users),
    }
}

/// What the use case had against it.
fn refused(l: Locale, error: CreateForError, lines: &mut [Line]) -> Result<Vec<FieldFault>, Fault> {
    match error {
        CreateForError::Address(CreateAddressError::Desk(error)) => Err(error.into()),
        CreateForError::Address(error) => Ok(fault(l, address_fault(&error))),
        CreateForError::Count => Ok(vec![FieldFault { field: "lines", words: l.t("addresses-users-none") }]),
        CreateForError::Line(at, what) => {
            let key = match what {
                LineFault::NotHere => "share-not-a-member",
                LineFault::Twice => "addresses-users-twice",
            };
            let filled = lines.iter_mut().enumerate().filter(|(_, line)| !line.is_empty()).nth(at);
            let Some((n, line)) = filled else { return Ok(fault(l, key)) };
            line.fault = Some(l.t(key));
            Ok(line.in_summary(l, n).into_iter().collect())
        }
    }
}

fn fault(l: Locale, key: &str) -> Vec<FieldFault> {
    vec![FieldFault { field: "name", words: l.t(key) }]
}

impl Line {
    fn is_empty(&self) -> bool {
        self.who.is_empty() && self.mail.is_empty()
    }

    /// Who is meant, or what is wrong.
    fn whom(&self, l: Locale) -> Result<Whom, String> {
        if let Some(user) = self.who.strip_prefix("user:") {
            return user.parse().map(Whom::Member).map_err(|_| l.t("share-not-a-member"));
        }
        if let Some(team) = self.who.strip_prefix("team:") {
            return team.parse().map(Whom::Team).map_err(|_| l.t("share-not-a-member"));
        }
        let to: EmailAddress = self.mail.parse().map_err(|fault| words::email_fault(l, fault))?;
        let account = if self.account == "this" { Account::ThisAddress } else { Account::AnyAddress };
        Ok(Whom::Outsider(to, account))
    }

    fn in_summary(&self, l: Locale, n: usize) -> Option<FieldFault> {
        let number = (n + 1).to_string();
        let words = [("number", number.as_str()), ("words", self.fault.as_deref()?)];
        Some(FieldFault { field: "lines", words: l.t_with("addresses-users-line-fault", words) })
    }
}

async fn page(
    signed_in: &SignedIn,
    desk: &ServiceDesk,
    typed: Typed,
    lines: Vec<Line>,
    faults: Vec<FieldFault>,
) -> Result<Response, Fault> {
    let l = signed_in.l();
    let mut steps = super::crumbs(l, desk);
    steps.push((format!("/manager/services/{}", desk.id()), desk.name().to_owned()));
    let people = desk.members().await?.into_iter().map(|member| Pick {
        value: format!("user:{}", member.user),
        label: format!("{} ({})", member.name, member.address),
    });
    let teams = desk.teams().await?.into_iter();
    let view = View {
        l,
        csrf: signed_in.visitor.csrf(),
        crumbs: Crumbs { l, steps }.html(),
        service: desk.id(),
        typed,
        lines,
        people: people.collect(),
        teams: teams.map(|(id, label)| Pick { value: format!("team:{id}"), label }).collect(),
        faults,
    };
    let frame = Frame::of(signed_in, desk.organization()).await?;
    Ok(frame.page(Section::MailService, &view.title(), Html::of(&view)))
}

#[derive(Template)]
#[template(path = "address_new_users.html")]
struct View {
    l: Locale,
    csrf: String,
    crumbs: Html,
    service: MailServiceId,
    typed: Typed,
    lines: Vec<Line>,
    people: Vec<Pick>,
    teams: Vec<Pick>,
    faults: Vec<FieldFault>,
}

/// A permission as a switch of a line.
struct Switch {
    name: &'static str,
    label: String,
    hint: String,
    is_on: bool,
}

impl View {
    fn summary(&self) -> Html {
        ErrorSummary { l: self.l, faults: &self.faults }.html()
    }

    fn is_several(&self) -> bool {
        self.typed.whom == FOR_SEVERAL
    }

    fn title(&self) -> String {
        self.l.t(if self.is_several() { "addresses-for-several" } else { "addresses-for-another" })
    }

    fn legend(&self, n: &usize) -> String {
        self.l.t_with("addresses-users-line", [("number", (n + 1).to_string().as_str())])
    }

    fn name(&self) -> Html {
        Field {
            id: "name",
            label: self.l.t("address-name"),
            value: self.typed.name.clone(),
            fault: ErrorSummary::of_field(&self.faults, "name"),
            suffix: Some(format!("@{}", self.typed.domain)),
            limit: domain::address::LOCAL_PART_LIMIT,
            ..Field::default()
        }
        .html()
    }

    fn permissions(&self, line: &Line) -> Vec<Switch> {
        let switch = |permission: Permission| {
            let key = format!("permission-{}", permission.name().replace('_', "-"));
            Switch {
                name: permission.name(),
                label: self.l.t(&key),
                hint: self.l.t(&format!("{key}-hint")),
                is_on: line.permissions.has(permission),
            }
        };
        Permission::ALL.into_iter().map(switch).collect()
    }

    fn create(&self) -> Html {
        let (name, value) = ("act".to_owned(), "create".to_owned());
        Button { name, value, ..Button::primary(self.l.t("address-create")) }.html()
    }

    fn more(&self) -> Html {
        let (name, value) = ("act".to_owned(), "more".to_owned());
        Button { name, value, label: self.l.t("addresses-users-more"), ..Button::default() }.html()
    }
}

#[cfg(test)]
mod tests {
    use domain::Id as _;

    use super::*;
    use crate::shown;

    fn html(l: Locale, whom: &str, lines: Vec<Line>, faults: Vec<FieldFault>) -> Html {
        let pick = |value: &str, label: &str| Pick { value: value.to_owned(), label: label.to_owned() };
        let typed =
            Typed { name: "in\"fo".to_owned(), domain: "a.example".to_owned(), whom: whom.to_owned() };
        Html::of(&View {
            l,
            csrf: "token".to_owned(),
            crumbs: Html::empty(),
            service: MailServiceId::from_bytes([1; 16]),
            typed,
            lines,
            people: vec![pick("user:1", "Ben <b>")],
            teams: vec![pick("team:1", "Sales")],
            faults,
        })
    }

    #[test]
    fn each_line_has_its_user_its_permissions_and_its_fault() {
        for l in shown::locales() {
            let wrong = Line {
                who: "mail".to_owned(),
                mail: "<i>".to_owned(),
                account: "this".to_owned(),
                permissions: first(),
                fault: Some("Wrong".to_owned()),
            };
            let faults = wrong.in_summary(l, 0).into_iter().collect();
            let several = html(l, FOR_SEVERAL, vec![wrong, Line::default()], faults);
            shown::check(&several);
            let text = several.as_str();
            assert_eq!(text.matches("<fieldset").count(), 2, "{text}");
            assert_eq!(text.matches(" checked").count(), 1, "{text}");
            assert!(text.contains("Sales") && text.contains("line-0-fault"), "{text}");
            assert!(!text.contains("<b>") && !text.contains("<i>"), "{text}");
            let one = html(l, "another", vec![Line::default()], Vec::new());
            shown::check(&one);
            assert!(!one.as_str().contains("Sales") && !one.as_str().contains("value=\"more\""), "{one}");
        }
    }

    #[test]
    fn lines_that_are_empty_are_left_out_and_no_line_is_a_fault() {
        let l = Locale::default();
        assert!(users(l, &mut [Line::default()]).is_err());
        let filled = Line { who: "mail".to_owned(), mail: "a@far.example".to_owned(), ..Line::default() };
        assert_eq!(users(l, &mut [Line::default(), filled]).map_err(drop).unwrap().len(), 1);
    }
}
