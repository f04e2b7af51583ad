//! Changing many addresses at once (S6): which ones, once more before anything is done, and then a task.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{MailServiceId, MailboxId, Permissions};
use mailbox::desk::{AddressFilter, BULK_ADDRESSES, BulkAct, Selection, ServiceDesk};
use ui::{Button, ButtonLook, ErrorSummary, FieldFault, Html, Locale, PermissionSwitches, Tick};
use web::{Asks, Fault, Id, Pages, Posted, SignedIn, Visitor, Who};

use crate::frame::{Crumbs, Frame, Section};

/// What can be done, and its words.
pub(super) const ACTS: [(&str, &str); 3] = [
    ("permissions", "more-bulk-permissions"),
    ("redirections", "more-bulk-redirections"),
    ("delete", "more-bulk-delete"),
];

/// The box that is ticked before addresses are deleted.
const TICK: &str = "understood";
/// How many addresses are named before it is done.
const NAMED: usize = 20;

/// These pages.
pub(super) fn pages() -> Pages {
    let who = Who::MailManager;
    Pages::new().post("/manager/services/{service}/addresses/bulk", who, Asks::Nothing, review).post(
        "/manager/services/{service}/addresses/bulk/start",
        who,
        Asks::Proof,
        start,
    )
}

/// Shows what would be done. Nothing is.
async fn review(id: Id, posted: Posted) -> Result<Response, Fault> {
    let signed_in = posted.signed_in()?;
    let desk = super::desk(&signed_in, &id).await?;
    page(&signed_in, &desk, &posted, Vec::new()).await
}

/// Does it.
async fn start(id: Id, posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let signed_in = proof.signed_in;
    let desk = super::desk(&signed_in, &id).await?;
    let act = match posted.text("act") {
        "permissions" => BulkAct::SetPermissions(posted.permissions()),
        "redirections" => BulkAct::EndRedirections,
        "delete" if posted.is_on(TICK) => BulkAct::Delete,
        "delete" => {
            let words = signed_in.l().t("more-bulk-tick-missing");
            let faults = vec![FieldFault { field: TICK, words }];
            return Ok(Visitor::refused(page(&signed_in, &desk, &posted, faults).await?));
        }
        _ => return Err(Fault::NotFound),
    };
    let task = desk.change_many(&proof.confirmed, act, &selection(&posted)).await?;
    Ok(Redirect::to(&format!("/manager/services/{}/imports/{task}", desk.id())).into_response())
}

/// Which addresses a form means.
fn selection(posted: &Posted) -> Selection {
    if posted.text("which") == "all" {
        let (search, having) = (posted.text("search").to_owned(), posted.text("having").parse().ok());
        return Selection::Matching(AddressFilter { search, having, ..AddressFilter::default() });
    }
    let chosen: Vec<MailboxId> = posted.all("mailbox").filter_map(|id| id.parse().ok()).collect();
    Selection::Chosen(chosen)
}

async fn page(
    signed_in: &SignedIn,
    desk: &ServiceDesk,
    posted: &Posted,
    faults: Vec<FieldFault>,
) -> Result<Response, Fault> {
    let l = signed_in.l();
    let act = posted.text("act");
    let (_, title) = ACTS.into_iter().find(|(known, _)| *known == act).ok_or(Fault::NotFound)?;
    let mut steps = super::crumbs(l, desk);
    steps.push((format!("/manager/services/{}", desk.id()), desk.name().to_owned()));
    let carried = ["act", "which", "search", "having"].map(|name| (name, posted.text(name).to_owned()));
    let ticked = posted.all("mailbox").map(|id| ("mailbox", id.to_owned()));
    let view = Review {
        l,
        csrf: signed_in.visitor.csrf(),
        crumbs: Crumbs { l, steps }.html(),
        service: desk.id(),
        title: l.t(title),
        act: act.to_owned(),
        addresses: desk.selected(&selection(posted)).await?,
        carried: carried.into_iter().chain(ticked).collect(),
        faults,
    };
    let frame = Frame::of(signed_in, desk.organization()).await?;
    Ok(frame.page(Section::MailService, &view.title, Html::of(&view)))
}

#[derive(Template)]
#[template(path = "bulk.html")]
struct Review {
    l: Locale,
    csrf: String,
    crumbs: Html,
    service: MailServiceId,
    title: String,
    act: String,
    addresses: Vec<String>,
    carried: Vec<(&'static str, String)>,
    faults: Vec<FieldFault>,
}

impl Review {
    fn summary(&self) -> Html {
        ErrorSummary { l: self.l, faults: &self.faults }.html()
    }

    fn is_too_many(&self) -> bool {
        self.addresses.len() > BULK_ADDRESSES
    }

    fn too_many(&self) -> String {
        self.l.t_with("more-bulk-too-many", [("count", &BULK_ADDRESSES.to_string())])
    }

    fn intro(&self) -> String {
        let key = match self.act.as_str() {
            "permissions" => "more-bulk-permissions-intro",
            "redirections" => "more-bulk-redirections-intro",
            _ => "more-bulk-delete-intro",
        };
        self.l.t_with(key, [("count", &self.addresses.len().to_string())])
    }

    fn named(&self) -> &[String] {
        self.addresses.get(..NAMED).unwrap_or(&self.addresses)
    }

    fn more(&self) -> Option<String> {
        let more = self.addresses.len().checked_sub(NAMED).filter(|more| *more > 0)?;
        Some(self.l.t_with("more-bulk-more", [("count", &more.to_string())]))
    }

    fn switches(&self) -> Html {
        if self.act != "permissions" {
            return Html::empty();
        }
        PermissionSwitches { l: self.l, permissions: Permissions::NONE }.html()
    }

    fn tick(&self) -> Html {
        if self.act != "delete" {
            return Html::empty();
        }
        let count = self.addresses.len().to_string();
        let label = self.l.t_with("more-bulk-delete-tick", [("count", &count)]);
        Tick { id: TICK, label, fault: ErrorSummary::of_field(&self.faults, TICK), ..Tick::default() }.html()
    }

    fn button(&self) -> Html {
        let look = if self.act == "delete" { ButtonLook::Danger } else { ButtonLook::Primary };
        Button { label: self.title.clone(), look, ..Button::default() }.html()
    }
}

#[cfg(test)]
mod tests {
    use domain::Id as _;

    use super::*;
    use crate::shown;

    fn review(l: Locale, act: &str, count: usize) -> Html {
        Html::of(&Review {
            l,
            csrf: "token".to_owned(),
            crumbs: Html::empty(),
            service: MailServiceId::from_bytes([1; 16]),
            title: "T".to_owned(),
            act: act.to_owned(),
            addresses: (0..count).map(|number| format!("a<{number}>@x.test")).collect(),
            carried: vec![("act", act.to_owned()), ("mailbox", "<i>".to_owned())],
            faults: vec![FieldFault { field: TICK, words: "tick".to_owned() }],
        })
    }

    #[test]
    fn the_page_says_which_addresses_and_asks_what_belongs_to_the_act() {
        for l in shown::locales() {
            for (act, _) in ACTS {
                let html = review(l, act, 25);
                shown::check(&html);
                let html = html.as_str();
                assert!(html.contains("25") && html.contains("/bulk/start\""), "{html}");
                assert_eq!(html.contains("id=\"understood\""), act == "delete", "{html}");
                assert_eq!(html.contains("name=\"permission-send\""), act == "permissions", "{html}");
                assert!(!html.contains("<i>") && !html.contains(">more-") && !html.contains("a<0"), "{html}");
            }
            let nothing = review(l, "delete", 0);
            shown::check(&nothing);
            assert!(!nothing.as_str().contains("/start"), "{nothing}");
        }
    }
}
