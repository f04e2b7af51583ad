//! Several people get several addresses at once, with permissions each (I2).

use askama::Template;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{MailServiceId, MailboxId, Permission, Permissions, UserId};
use mailbox::desk::{ADDRESSES_LISTED, AddReason, Candidate, ServiceDesk, ShareError, ShareManyError};
use serde::Deserialize;
use ui::{Button, ErrorSummary, Field, FieldFault, FieldKind, Html, Locale};
use web::{Fault, Id, Posted, SignedIn, Visitor, confirm_page};

use crate::frame::{Crumbs, Frame, Section};
use crate::words::{self, Obstacle};

/// How many members are listed for choosing: whoever looks for others types a part of a name.
const MEMBERS_LISTED: usize = 100;

/// Which addresses are listed.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    search: String,
    find: String,
}

/// Asks whom, and what.
pub(super) async fn ask(
    signed_in: SignedIn,
    id: Id,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let desk = super::desk(&signed_in, &id).await?;
    if signed_in.web().identity().confirmed(&signed_in.actor).await?.is_none() {
        return Ok(confirm_page(&signed_in, signed_in.visitor.path()));
    }
    let Asked { search, find } = asked.unwrap_or_default().0;
    page(&signed_in, &desk, Filled { search, find, ..Filled::default() }, Vec::new()).await
}

/// Gives them the addresses.
pub(super) async fn share(id: Id, posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let desk = super::desk(&proof.signed_in, &id).await?;
    let filled = Filled::posted(&posted);
    let l = proof.signed_in.l();
    let words = match desk.share(&proof.confirmed, &filled.addresses, &filled.people).await {
        Ok(_) => {
            let path = format!("/manager/services/{}/accesses", desk.id());
            return Ok(Redirect::to(&path).into_response());
        }
        Err(ShareManyError::One { address, why }) => {
            let why = said(l, why)?;
            l.t_with("sharing-many-one", [("address", &address), ("why", &why)])
        }
        Err(ShareManyError::Nothing) => l.t("sharing-many-nothing"),
        Err(ShareManyError::TooMany) => l.t("sharing-many-too-many"),
        Err(ShareManyError::Desk(error)) => return Err(error.into()),
    };
    let faults = vec![FieldFault { field: "addresses", words }];
    Ok(Visitor::refused(page(&proof.signed_in, &desk, filled, faults).await?))
}

fn said(l: Locale, why: ShareError) -> Result<String, Fault> {
    Ok(match why {
        ShareError::HasAccess => l.t("share-has-access"),
        ShareError::NotAMember => l.t("share-not-a-member"),
        ShareError::Impossible(AddReason::AddressIsLogin) => words::obstacle(l, Obstacle::AddressIsLogin),
        ShareError::BeingDeleted => words::obstacle(l, Obstacle::BeingDeleted),
        ShareError::Desk(error) => return Err(error.into()),
    })
}

/// What somebody gets, as it is picked: single permissions are switched later, on the page of the address.
const GIVEN: [(&str, Permissions); 4] = [
    ("send", Permissions::NONE.with(Permission::Send)),
    ("read", Permissions::NONE),
    ("work", WORK),
    ("all", Permissions::ALL),
];

/// What somebody needs who works with an address all day.
const WORK: Permissions = Permissions::NONE
    .with(Permission::Send)
    .with(Permission::Devices)
    .with(Permission::Folders)
    .with(Permission::Signatures)
    .with(Permission::AutoReplies);

/// What was filled in.
#[derive(Default)]
struct Filled {
    search: String,
    find: String,
    addresses: Vec<MailboxId>,
    people: Vec<(UserId, Permissions)>,
}

impl Filled {
    fn posted(posted: &Posted) -> Self {
        let given = |name: &str| GIVEN.iter().find(|(known, _)| *known == name).map(|(_, given)| *given);
        let person =
            |(field, value): (&str, &str)| Some((field.strip_prefix("given-")?.parse().ok()?, given(value)?));
        Self {
            search: posted.text("search").to_owned(),
            find: posted.text("find").to_owned(),
            addresses: posted.all("address").filter_map(|text| text.parse().ok()).collect(),
            people: posted.fields().filter_map(person).collect(),
        }
    }
}

async fn page(
    signed_in: &SignedIn,
    desk: &ServiceDesk,
    filled: Filled,
    faults: Vec<FieldFault>,
) -> Result<Response, Fault> {
    let l = signed_in.l();
    let mut steps = super::crumbs(l, desk);
    steps.push((format!("/manager/services/{}", desk.id()), desk.name().to_owned()));
    let key = filled.find.trim().to_lowercase();
    let mut members = desk.members().await?;
    members.retain(|one| format!("{} {}", one.name, one.address).to_lowercase().contains(&key));
    members.truncate(MEMBERS_LISTED);
    let view = View {
        l,
        csrf: signed_in.visitor.csrf(),
        crumbs: Crumbs { l, steps }.html(),
        service: desk.id(),
        addresses: desk.shareable(&filled.search).await?,
        members,
        filled,
        faults,
    };
    let frame = Frame::of(signed_in, desk.organization()).await?;
    Ok(frame.page(Section::MailService, &l.t("sharing-many"), Html::of(&view)))
}

#[derive(Template)]
#[template(path = "service_share.html")]
struct View {
    l: Locale,
    csrf: String,
    crumbs: Html,
    service: MailServiceId,
    addresses: Vec<(MailboxId, String)>,
    members: Vec<Candidate>,
    filled: Filled,
    faults: Vec<FieldFault>,
}

impl View {
    fn summary(&self) -> Html {
        ErrorSummary { l: self.l, faults: &self.faults }.html()
    }

    /// Where there are more than are listed, a part of a name is asked for.
    fn finds(&self) -> bool {
        let is_cut = self.addresses.len() >= ADDRESSES_LISTED || self.members.len() >= MEMBERS_LISTED;
        is_cut || !self.filled.search.is_empty() || !self.filled.find.is_empty()
    }

    fn find_member(&self) -> Html {
        Field {
            id: "find",
            label: self.l.t("sharing-explain-search"),
            kind: FieldKind::Search,
            value: self.filled.find.clone(),
            ..Field::default()
        }
        .html()
    }

    fn find(&self) -> Html {
        Field {
            id: "search",
            label: self.l.t("sharing-many-search"),
            kind: FieldKind::Search,
            value: self.filled.search.clone(),
            ..Field::default()
        }
        .html()
    }

    fn find_button(&self) -> Html {
        Button { label: self.l.t("sharing-explain-find"), ..Button::default() }.html()
    }

    fn is_chosen(&self, mailbox: &MailboxId) -> bool {
        self.filled.addresses.contains(mailbox)
    }

    fn columns(&self) -> Vec<String> {
        let nothing = self.l.t("sharing-given-nothing");
        let given = GIVEN.iter().map(|(name, _)| self.l.t(&format!("sharing-given-{name}")));
        [nothing].into_iter().chain(given).collect()
    }

    /// What can be chosen for a member: the value, its whole name, and whether it is chosen.
    fn choices(&self, member: &Candidate) -> Vec<(&'static str, String, bool)> {
        let chosen = self.filled.people.iter().find(|(user, _)| *user == member.user);
        let chosen = chosen.map(|(_, permissions)| *permissions);
        let values = [("", None)].into_iter().chain(GIVEN.iter().map(|(name, given)| (*name, Some(*given))));
        let choice = |((value, given), words): ((&'static str, Option<Permissions>), String)| {
            let values = [("permission", words.as_str()), ("whose", member.name.as_str())];
            (value, self.l.t_with("permission-of", values), given == chosen)
        };
        values.zip(self.columns()).map(choice).collect()
    }

    fn button(&self) -> Html {
        Button::primary(self.l.t("sharing-many-share")).html()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shown;
    use domain::Id as _;

    #[test]
    fn several_people_and_addresses_stand_in_one_form() {
        for l in shown::locales() {
            let member = UserId::from_bytes([2; 16]);
            let mailbox = MailboxId::from_bytes([3; 16]);
            let html = Html::of(&View {
                l,
                csrf: "token".to_owned(),
                crumbs: Html::empty(),
                service: MailServiceId::from_bytes([1; 16]),
                addresses: vec![(mailbox, "info@example.org".to_owned())],
                members: vec![Candidate {
                    user: member,
                    name: "Ben <b>".to_owned(),
                    address: "ben@example.org".to_owned(),
                }],
                filled: Filled {
                    addresses: vec![mailbox],
                    people: vec![(member, Permissions::ALL)],
                    ..Filled::default()
                },
                faults: Vec::new(),
            });
            shown::check(&html);
            let html = html.as_str();
            assert_eq!(html.matches("type=\"radio\"").count(), 5, "{html}");
            assert_eq!(html.matches(" checked").count(), 2, "{html}");
            assert!(!html.contains("<b>") && !html.contains("sharing-"), "{html}");
        }
    }
}
