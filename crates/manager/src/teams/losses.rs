//! Who would lose what with a team, before it is deleted (P14).

use askama::Template;
use axum::response::Response;
use domain::TeamId;
use mailbox::desk::{Loss, Rest};
use ui::{Html, Locale};
use web::{Fault, Id, SignedIn};

use crate::frame::{Crumbs, Frame, Section};
use crate::people::desk;
use crate::words;

/// Shows it. It changes nothing.
pub(super) async fn show(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    let desk = desk(&signed_in, &id).await?;
    let team: TeamId = id.of("team")?;
    let losses = desk.losses_with_team(team).await?;
    let name = desk.team(team).await?.team.name;
    let l = signed_in.l();
    let path = super::path(desk.id(), team);
    let steps =
        vec![(format!("/manager/{}/teams", desk.id()), l.t("users-teams")), (path.clone(), name.clone())];
    let view = View { l, crumbs: Crumbs { l, steps }.html(), path, name, losses };
    let frame = Frame::of(&signed_in, desk.id()).await?;
    Ok(frame.page(Section::Users, &l.t("sharing-losses"), Html::of(&view)))
}

#[derive(Template)]
#[template(path = "team_losses.html")]
struct View {
    l: Locale,
    crumbs: Html,
    path: String,
    name: String,
    losses: Vec<Loss>,
}

impl View {
    fn intro(&self) -> String {
        self.l.t_with("sharing-losses-intro", [("team", &self.name)])
    }

    fn lost(&self, loss: &Loss) -> String {
        match loss.rest {
            Rest::Nothing => self.l.t("sharing-losses-all"),
            Rest::Opens => words::permissions(self.l, loss.permissions),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shown;
    use domain::{Permission, Permissions};

    #[test]
    fn a_loss_is_the_whole_access_or_single_permissions() {
        for l in shown::locales() {
            let loss = |rest| Loss {
                name: "Ben <b>".to_owned(),
                address: "info@example.org".to_owned(),
                permissions: Permissions::NONE.with(Permission::Send),
                rest,
            };
            let view = |losses| View {
                l,
                crumbs: Html::empty(),
                path: "/x".to_owned(),
                name: "Sales <u>".to_owned(),
                losses,
            };
            let html = Html::of(&view(vec![loss(Rest::Nothing), loss(Rest::Opens)]));
            shown::check(&html);
            let said = html.as_str();
            assert!(
                said.contains(&l.t("sharing-losses-all")) && said.contains(&l.t("permission-send")),
                "{said}"
            );
            assert!(!said.contains("<b>") && !said.contains("<u>") && !said.contains("sharing-"), "{said}");
            let nothing = Html::of(&view(Vec::new()));
            assert!(nothing.as_str().contains(&l.t("sharing-losses-none")), "{nothing}");
        }
    }
}
