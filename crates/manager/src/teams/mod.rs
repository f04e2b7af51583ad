//! Teams (O8): their names, their people, and what they open.

mod list;
mod losses;
mod team;

use domain::{OrganizationId, TeamId};
use identity::teams::Color;
use mailbox::desk::TeamError;
use ui::{Html, Locale, Pick, Picks, Tag, Tone};
use web::{Asks, Fault, Pages, Who};

/// The pages of teams.
pub(crate) fn pages() -> Pages {
    const WHO: Who = Who::UserManager;
    Pages::new()
        .get("/manager/{organization}/teams", WHO, list::show)
        .post("/manager/{organization}/teams", WHO, Asks::Nothing, list::create)
        .get("/manager/{organization}/teams/{team}", WHO, team::show)
        .post("/manager/{organization}/teams/{team}", WHO, Asks::Nothing, team::set)
        .post("/manager/{organization}/teams/{team}/members", WHO, Asks::Proof, team::acts::set_members)
        .post("/manager/{organization}/teams/{team}/addresses", WHO, Asks::Proof, team::acts::add_address)
        .post(
            "/manager/{organization}/teams/{team}/addresses/{mailbox}/permissions",
            WHO,
            Asks::Proof,
            team::acts::switch,
        )
        .post(
            "/manager/{organization}/teams/{team}/addresses/{mailbox}/take",
            WHO,
            Asks::Proof,
            team::acts::take,
        )
        .get("/manager/{organization}/teams/{team}/losses", WHO, losses::show)
        .post("/manager/{organization}/teams/{team}/delete", WHO, Asks::Proof, team::acts::delete)
}

/// The path of a team.
pub(crate) fn path(organization: OrganizationId, team: TeamId) -> String {
    format!("/manager/{organization}/teams/{team}")
}

/// The list of colors.
fn colors(l: Locale, picked: Color) -> Html {
    let pick = |color: Color| Pick {
        value: color.name().to_owned(),
        label: l.t(&format!("teams-color-{}", color.name())),
    };
    Picks {
        id: "color",
        label: l.t("teams-color"),
        picks: Color::ALL.into_iter().map(pick).collect(),
        picked: picked.name().to_owned(),
        fault: None,
    }
    .html()
}

/// A color as it is seen, with its name for those who do not see it.
fn swatch(l: Locale, color: Color) -> Html {
    let tone = match color {
        Color::Blue | Color::Violet | Color::Gray => Tone::Info,
        Color::Green => Tone::Ok,
        Color::Amber => Tone::Warn,
        Color::Red => Tone::Danger,
    };
    Tag { tone, words: l.t(&format!("teams-color-{}", color.name())) }.html()
}

/// Why something about a team was not done.
fn said(l: Locale, error: TeamError) -> Result<String, Fault> {
    Ok(match error {
        TeamError::NameTaken => l.t("teams-name-taken"),
        TeamError::Changed => l.t("organizations-changed"),
        TeamError::TooMany => l.t("teams-too-many"),
        TeamError::AddressIsLogin(address) => l.t_with("users-address-is-login", [("address", &address)]),
        TeamError::Desk(error) => return Err(error.into()),
    })
}
