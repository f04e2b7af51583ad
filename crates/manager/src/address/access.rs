//! Somebody and an address: what they can do there and why (P14), when their access holds (I11), and their devices (I7).

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{MailboxId, Permission, UserId};
use identity::grants::{Giver, GrantView};
use identity::hours::{Hours, HoursFault, end_of_day, last_day};
use identity::limits::Limits;
use mailbox::desk::{AddressDesk, Because, Explanation, LimitsError, Passwords};
use ui::{Banner, Button, ErrorSummary, Field, FieldFault, FieldKind, Html, Locale, Tag, Tick, Tone};
use web::{Fault, Id, Posted, SignedIn, Visitor};

use super::Below;
use crate::words;

/// Shows it.
pub(super) async fn show(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    let desk = super::viewed(&signed_in, &id).await?;
    let shown = Shown::load(&signed_in, &desk, id.of("user")?).await?;
    let filled = Filled::of(shown.grant.as_ref(), signed_in.visitor.zone());
    page(&signed_in, &desk, shown, filled, Vec::new()).await
}

/// Sets when the access holds.
pub(super) async fn limit(id: Id, posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let desk = super::desk(&proof.signed_in, &id).await?;
    let user: UserId = id.of("user")?;
    let (l, filled) = (proof.signed_in.l(), Filled::posted(&posted));
    let faults = match filled.limits(l, posted.visitor.zone()) {
        Ok(limits) => match desk.set_limits(&proof.confirmed, user, &limits).await {
            Ok(()) => return Ok(Redirect::to(&path(desk.mailbox(), user)).into_response()),
            Err(LimitsError::EndsInPast) => {
                vec![FieldFault { field: ENDS, words: l.t("sharing-end-in-past") }]
            }
            Err(LimitsError::Desk(error)) => return Err(error.into()),
        },
        Err(faults) => faults,
    };
    let shown = Shown::load(&proof.signed_in, &desk, user).await?;
    Ok(Visitor::refused(page(&proof.signed_in, &desk, shown, filled, faults).await?))
}

/// Disconnects their devices, and says what was closed.
pub(super) async fn disconnect(id: Id, posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let desk = super::desk(&proof.signed_in, &id).await?;
    let user: UserId = id.of("user")?;
    let passwords = if posted.is_on(REVOKE) { Passwords::Revoked } else { Passwords::Kept };
    let report = desk.disconnect_devices(&proof.confirmed, user, passwords).await?;
    let mut shown = Shown::load(&proof.signed_in, &desk, user).await?;
    let l = proof.signed_in.l();
    let mut lines = super::remove::open(l, &report.closed);
    let revoked = |name: &String| l.t_with("sharing-revoked", [("name", name)]);
    lines.extend(report.devices.iter().map(revoked));
    let words = if lines.is_empty() { "sharing-disconnected-nothing" } else { "sharing-disconnected" };
    shown.done = Some(Banner { tone: Tone::Ok, words: l.t(words), lines }.html());
    let filled = Filled::of(shown.grant.as_ref(), posted.visitor.zone());
    page(&proof.signed_in, &desk, shown, filled, Vec::new()).await
}

/// The path of the page.
pub(super) fn path(mailbox: MailboxId, user: UserId) -> String {
    format!("{}/users/{user}", super::path(mailbox))
}

const ENDS: &str = "ends";
const FROM: &str = "from";
const TO: &str = "to";
const REVOKE: &str = "revoke";

/// What is shown of somebody at an address.
struct Shown {
    explanation: Explanation,
    grant: Option<GrantView>,
    devices: Vec<String>,
    open: Vec<String>,
    done: Option<Html>,
}

impl Shown {
    async fn load(signed_in: &SignedIn, desk: &AddressDesk, user: UserId) -> Result<Self, Fault> {
        let devices = desk.devices().await?.into_iter().filter(|device| device.user == user);
        let mut live = signed_in.web().bus().live(user, desk.mailbox());
        live.retain(|one| one.device.is_some());
        Ok(Self {
            explanation: desk.explain(user).await?,
            grant: desk.user(user).await.ok(),
            devices: devices.map(|device| device.name).collect(),
            open: super::remove::open(signed_in.l(), &live),
            done: None,
        })
    }
}

/// What was filled in about when the access holds.
#[derive(Debug, Clone, Default)]
struct Filled {
    ends: String,
    days: Vec<usize>,
    from: String,
    to: String,
}

impl Filled {
    fn of(grant: Option<&GrantView>, zone: &str) -> Self {
        let Some(grant) = grant else { return Self::default() };
        let ends = grant.ends_at.map(|end| last_day(end, zone)).unwrap_or_default();
        match &grant.hours {
            Some(hours) => Self { ends, days: hours.days().collect(), from: hours.from(), to: hours.to() },
            None => Self { ends, ..Self::default() },
        }
    }

    fn posted(posted: &Posted) -> Self {
        let text = |name| posted.text(name).trim().to_owned();
        let days = posted.all("day").filter_map(|day| day.parse().ok()).collect();
        Self { ends: text(ENDS), days, from: text(FROM), to: text(TO) }
    }

    /// The limits, or what is wrong with them. Without a day there are no hours.
    fn limits(&self, l: Locale, zone: &str) -> Result<Limits, Vec<FieldFault>> {
        let fault = |field, key: &str| vec![FieldFault { field, words: l.t(key) }];
        let ends_at = match self.ends.as_str() {
            "" => None,
            day => Some(end_of_day(day, zone).ok_or_else(|| fault(ENDS, "sharing-end-no-day"))?),
        };
        if self.days.is_empty() && self.from.is_empty() && self.to.is_empty() {
            return Ok(Limits { ends_at, hours: None });
        }
        let hours = Hours::new(self.days.iter().copied(), &self.from, &self.to, zone);
        let hours = hours.map_err(|wrong| {
            fault(
                FROM,
                match wrong {
                    HoursFault::NoDay => "sharing-hours-no-day",
                    HoursFault::Time => "sharing-hours-time",
                    HoursFault::Empty => "sharing-hours-empty",
                    HoursFault::Zone => "sharing-hours-zone",
                },
            )
        })?;
        Ok(Limits { ends_at, hours: Some(hours) })
    }
}

async fn page(
    signed_in: &SignedIn,
    desk: &AddressDesk,
    shown: Shown,
    filled: Filled,
    faults: Vec<FieldFault>,
) -> Result<Response, Fault> {
    let view = View {
        l: signed_in.l(),
        csrf: signed_in.visitor.csrf(),
        zone: signed_in.visitor.zone(),
        crumbs: super::crumbs(signed_in, desk, Below::Address).await?,
        mailbox: desk.mailbox(),
        address: desk.address().to_string(),
        may_change: desk.right() == domain::ServiceRight::Manage,
        shown,
        filled,
        faults,
    };
    let title = view.shown.explanation.person.name.clone();
    super::framed(signed_in, desk, &title, Html::of(&view)).await
}

#[derive(Template)]
#[template(path = "address_access.html")]
struct View<'a> {
    l: Locale,
    csrf: String,
    zone: &'a str,
    crumbs: Html,
    mailbox: MailboxId,
    address: String,
    may_change: bool,
    shown: Shown,
    filled: Filled,
    faults: Vec<FieldFault>,
}

/// A thing that somebody can do or not, and why.
struct Row {
    what: String,
    answer: Html,
    why: String,
}

impl View<'_> {
    fn summary(&self) -> Html {
        ErrorSummary { l: self.l, faults: &self.faults }.html()
    }

    fn path(&self) -> String {
        path(self.mailbox, self.shown.explanation.person.user)
    }

    fn rows(&self) -> Vec<Row> {
        let (l, explanation) = (self.l, &self.shown.explanation);
        let mut rows = vec![self.row(l.t("permission-read"), &explanation.reading())];
        rows.extend(Permission::ALL.into_iter().map(|permission| {
            let key = format!("permission-{}", permission.name().replace('_', "-"));
            self.row(l.t(&key), &explanation.of(permission))
        }));
        rows
    }

    fn row(&self, what: String, because: &Because<'_>) -> Row {
        let l = self.l;
        let (tone, answer, why) = match because {
            Because::Through(givers) => {
                let all: Vec<String> = givers.iter().map(|giver| giver_named(l, giver)).collect();
                (Tone::Ok, "sharing-yes", all.join(", "))
            }
            Because::AddressClosed => (Tone::Danger, "sharing-no", l.t("sharing-because-closed")),
            Because::NoAccess => (Tone::Danger, "sharing-no", l.t("sharing-because-no-access")),
            Because::NotNow => (Tone::Danger, "sharing-no", l.t("sharing-because-not-now")),
            Because::SwitchedOff => (Tone::Warn, "sharing-no", l.t("sharing-because-off")),
        };
        Row { what, answer: Tag { tone, words: l.t(answer) }.html(), why }
    }

    /// What they may manage, which is another thing than reading.
    fn managing(&self) -> String {
        let verb = domain::role::Verb::ManageMail;
        let may = self.shown.explanation.standing.is_some_and(|standing| standing.may(verb));
        self.l.t(if may { "sharing-manages" } else { "sharing-manages-not" })
    }

    /// What is left when their own access is removed.
    fn left(&self) -> String {
        let left = self.shown.explanation.without(&Giver::Own);
        match left {
            Some(rights) => {
                let allowed = words::permissions(self.l, rights.permissions());
                self.l.t_with("sharing-left", [("permissions", &allowed)])
            }
            None => self.l.t("sharing-left-nothing"),
        }
    }

    fn ends(&self) -> Html {
        Field {
            id: ENDS,
            label: self.l.t("sharing-ends"),
            kind: FieldKind::Date,
            value: self.filled.ends.clone(),
            hint: Some(self.l.t("sharing-ends-hint")),
            fault: ErrorSummary::of_field(&self.faults, ENDS),
            ..Field::default()
        }
        .html()
    }

    fn time(&self, id: &'static str, value: &str) -> Html {
        Field {
            id,
            label: self.l.t(&format!("sharing-hours-{id}")),
            value: value.to_owned(),
            hint: Some(self.l.t("sharing-hours-hint")),
            fault: ErrorSummary::of_field(&self.faults, id),
            limit: 5,
            ..Field::default()
        }
        .html()
    }

    fn days(&self) -> Vec<(usize, String, bool)> {
        let day = |day| (day, self.l.t(&format!("sharing-day-{day}")), self.filled.days.contains(&day));
        (0..7).map(day).collect()
    }

    fn zone_said(&self) -> String {
        self.l.t_with("sharing-hours-in-zone", [("zone", self.zone)])
    }

    fn save(&self) -> Html {
        Button { label: self.l.t("common-save"), ..Button::default() }.html()
    }

    fn revoke(&self) -> Html {
        Tick { id: REVOKE, label: self.l.t("sharing-revoke-too"), ..Tick::default() }.html()
    }

    fn disconnect(&self) -> Html {
        Button { label: self.l.t("sharing-disconnect"), ..Button::default() }.html()
    }
}

/// A source of rights in words.
fn giver_named(l: Locale, giver: &Giver) -> String {
    match giver {
        Giver::Own => l.t("sharing-through-own"),
        Giver::Team { team: _, name } => l.t_with("sharing-through-team", [("team", name)]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shown;
    use domain::{GrantId, Id as _, Permissions, Role, Timestamp};
    use identity::members::Person;
    use mailbox::desk::{AddressState, Holds, SourceView};

    fn grant(hours: Option<Hours>) -> GrantView {
        GrantView {
            id: GrantId::from_bytes([1; 16]),
            user: UserId::from_bytes([2; 16]),
            name: "Ben <b>".to_owned(),
            address: "ben@example.net".to_owned(),
            permissions: Permissions::NONE,
            ends_at: Some(Timestamp::from_secs(1_796_079_600)),
            hours,
            created_at: Timestamp::from_secs(1),
        }
    }

    fn explanation(sources: Vec<SourceView>) -> Explanation {
        let person = Person {
            user: UserId::from_bytes([2; 16]),
            name: "Ben <b>".to_owned(),
            address: "ben@example.net".to_owned(),
            role: Role::Collaborator,
            teams: Vec::new(),
            has_second_factor: false,
            signed_in_at: None,
            accesses: 1,
        };
        let at = Timestamp::from_secs(1_000);
        Explanation { person, standing: None, state: AddressState::Active, sources, at }
    }

    fn html(l: Locale, sources: Vec<SourceView>, grant: Option<GrantView>) -> Html {
        let filled = Filled::of(grant.as_ref(), "UTC");
        Html::of(&View {
            l,
            csrf: "token".to_owned(),
            zone: "UTC",
            crumbs: Html::empty(),
            mailbox: MailboxId::from_bytes([3; 16]),
            address: "info@example.org".to_owned(),
            may_change: true,
            shown: Shown {
                explanation: explanation(sources),
                grant,
                devices: vec!["Phone <i>".to_owned()],
                open: vec!["IMAP".to_owned()],
                done: None,
            },
            filled,
            faults: Vec::new(),
        })
    }

    fn source(giver: Giver, permissions: Permissions, holds: Holds) -> SourceView {
        SourceView { giver, permissions, holds }
    }

    #[test]
    fn each_permission_is_explained_by_its_sources() {
        for l in shown::locales() {
            let team =
                Giver::Team { team: domain::TeamId::from_bytes([5; 16]), name: "Sales <u>".to_owned() };
            let sources = vec![
                source(Giver::Own, Permissions::NONE, Holds::Now),
                source(team, Permissions::NONE.with(Permission::Send), Holds::Now),
            ];
            let hours = Hours::new([0, 4], "08:00", "18:00", "UTC").unwrap();
            let html = html(l, sources, Some(grant(Some(hours))));
            shown::check(&html);
            let html = html.as_str();
            assert_eq!(html.matches(&l.t("sharing-because-off")).count(), 11, "{html}");
            assert!(html.contains("Sales &#60;u&#62;") && html.contains("value=\"08:00\""), "{html}");
            assert!(html.contains("value=\"2026-11-30\"") && html.matches(" checked").count() == 2, "{html}");
            assert!(!html.contains("<b>") && !html.contains("<i>") && !html.contains("sharing-"), "{html}");
        }
    }

    #[test]
    fn who_has_nothing_or_nothing_now_is_told_apart() {
        for l in shown::locales() {
            let nothing = html(l, Vec::new(), None);
            shown::check(&nothing);
            assert_eq!(nothing.as_str().matches(&l.t("sharing-because-no-access")).count(), 13, "{nothing}");
            assert!(!nothing.as_str().contains("/limits\""), "{nothing}");
            let ended = Holds::Ended(Timestamp::from_secs(1));
            let ended = html(l, vec![source(Giver::Own, Permissions::ALL, ended)], Some(grant(None)));
            assert_eq!(ended.as_str().matches(&l.t("sharing-because-not-now")).count(), 13, "{ended}");
        }
    }

    #[test]
    fn what_is_filled_in_becomes_limits_or_faults() {
        let l = Locale::default();
        let filled = |ends: &str, days: &[usize], from: &str, to: &str| Filled {
            ends: ends.to_owned(),
            days: days.to_vec(),
            from: from.to_owned(),
            to: to.to_owned(),
        };
        assert_eq!(filled("", &[], "", "").limits(l, "UTC").unwrap(), Limits::default());
        let limits = filled("2026-11-30", &[1], "09:00", "12:00").limits(l, "UTC").unwrap();
        assert!(limits.ends_at.is_some() && limits.hours.is_some());
        assert_eq!(filled("soon", &[], "", "").limits(l, "UTC").unwrap_err()[0].field, ENDS);
        assert_eq!(filled("", &[], "09:00", "12:00").limits(l, "UTC").unwrap_err()[0].field, FROM);
        assert_eq!(filled("", &[1], "9 am", "12:00").limits(l, "UTC").unwrap_err()[0].field, FROM);
    }
}
