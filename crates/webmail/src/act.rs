//! What is done with a message: mark, move, delete (W6).

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use mailbox::{Copied, FlagChange, Flags, FolderView, MailError, Missing, SpecialUse, UidSet};
use ui::{Html, Locale};
use web::{Fault, Posted};

use crate::around::Around;
use crate::asked::Asked;
use crate::done::Done;
use crate::here::{Here, Panes, View};
use crate::{list, reading};

/// `POST /mail/{mailbox}/{folder}/{uid}/seen`: it was opened.
pub(crate) async fn seen(here: Here, _posted: Posted) -> Result<Html, Fault> {
    let folder = here.folder().await?;
    mark(&here, &folder, FlagChange::add(Flags::SEEN)).await?;
    reading::acts(&here, &folder).await
}

/// `POST /mail/{mailbox}/{folder}/{uid}/act`
pub(crate) async fn act(here: Here, posted: Posted) -> Result<Response, Fault> {
    let folder = here.folder().await?;
    let deed = Deed::named(posted.text("act")).ok_or(Fault::NotFound)?;
    match deed {
        Deed::Star => stay(&here, &folder, FlagChange::add(Flags::FLAGGED)).await,
        Deed::Unstar => stay(&here, &folder, FlagChange::remove(Flags::FLAGGED)).await,
        Deed::Read => stay(&here, &folder, FlagChange::add(Flags::SEEN)).await,
        Deed::Unread => {
            mark(&here, &folder, FlagChange::remove(Flags::SEEN)).await?;
            Ok(to_list(&here, &folder, &Done::MarkedUnread.query()))
        }
        Deed::Archive => put(&here, &folder, SpecialUse::Archive, Done::Archived).await,
        Deed::Junk => put(&here, &folder, SpecialUse::Junk, Done::Junked).await,
        Deed::NotJunk | Deed::Inbox => put(&here, &folder, SpecialUse::Inbox, Done::Moved).await,
        Deed::Delete if folder.special_use == Some(SpecialUse::Trash) => {
            destroy(&here, &folder, posted.is_on("sure")).await
        }
        Deed::Delete => put(&here, &folder, SpecialUse::Trash, Done::Deleted).await,
    }
}

/// What a button asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Star,
    Unstar,
    Read,
    Unread,
    Archive,
    Junk,
    NotJunk,
    Inbox,
    Delete,
}

impl Deed {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "star" => Self::Star,
            "unstar" => Self::Unstar,
            "read" => Self::Read,
            "unread" => Self::Unread,
            "archive" => Self::Archive,
            "junk" => Self::Junk,
            "not_junk" => Self::NotJunk,
            "inbox" => Self::Inbox,
            "delete" => Self::Delete,
            _ => return None,
        })
    }
}

async fn mark(here: &Here, folder: &FolderView, change: FlagChange) -> Result<(), Fault> {
    let uids = UidSet::one(here.uid()?);
    here.mailbox.set_flags(folder.id, &uids, change, None).await?;
    Ok(())
}

/// Marks a message that one goes on reading.
async fn stay(here: &Here, folder: &FolderView, change: FlagChange) -> Result<Response, Fault> {
    mark(here, folder, change).await?;
    if here.signed_in.visitor.is_fragment() {
        return Ok(reading::acts(here, folder).await?.into_response());
    }
    Ok(Redirect::to(&format!("{}/{}/{}", here.path(), folder.id, here.uid()?)).into_response())
}

/// Moves a message to a special folder; the list that follows offers the way back.
async fn put(here: &Here, folder: &FolderView, to: SpecialUse, done: Done) -> Result<Response, Fault> {
    let uid = here.uid()?;
    let Copied { pairs, .. } = here.mailbox.move_to_special(folder.id, &UidSet::one(uid), to).await?;
    let Some((_, moved)) = pairs.first() else { return Ok(gone(here, folder)) };
    // Asked afterwards: moving may have made the folder anew.
    let around = Around::load(here).await?;
    let query = match around.special(to) {
        Some(now_in) => done.query_with_undo(now_in.id, *moved),
        None => done.query(),
    };
    Ok(to_list(here, folder, &query))
}

/// Deletes a message for good, once one has said that one is sure.
async fn destroy(here: &Here, folder: &FolderView, is_sure: bool) -> Result<Response, Fault> {
    let uid = here.uid()?;
    if !is_sure {
        return ask(here, folder).await;
    }
    match here.mailbox.delete(folder.id, &UidSet::one(uid)).await {
        Ok(()) => Ok(to_list(here, folder, &Done::Destroyed.query())),
        Err(MailError::NotFound(Missing::Message)) => Ok(gone(here, folder)),
        Err(error) => Err(error.into()),
    }
}

/// The page that says what will be lost.
async fn ask(here: &Here, folder: &FolderView) -> Result<Response, Fault> {
    let around = Around::load(here).await?;
    let message = here.mailbox.listed(folder.id, here.uid()?).await?;
    let l = here.l();
    let question = Sure {
        l,
        csrf: here.csrf(),
        itself: format!("{}/{}/{}", here.path(), folder.id, message.entry.uid),
        words: l.t_with("mail-sure", [("subject", &crate::text::subject(l, &message.subject))]),
    };
    let list = list::pane(here, &around, folder, &Asked::default()).await?;
    let title = l.t("mail-delete-for-good");
    let panes = Panes { title, view: View::Message, folder: folder.id, list, reading: Html::of(&question) };
    Ok(here.page(&around, panes))
}

/// Somebody else was faster: the list shows how it is now.
fn gone(here: &Here, folder: &FolderView) -> Response {
    to_list(here, folder, &Done::Gone.query())
}

fn to_list(here: &Here, folder: &FolderView, query: &str) -> Response {
    Redirect::to(&format!("{}/{}{query}", here.path(), folder.id)).into_response()
}

#[derive(Template)]
#[template(path = "sure.html")]
struct Sure {
    l: Locale,
    csrf: String,
    itself: String,
    words: String,
}

#[cfg(test)]
mod tests {
    use domain::Language;

    use super::*;

    #[test]
    fn what_is_lost_for_good_is_named_before() {
        let html = Html::of(&Sure {
            l: Locale::of(Language::Fr),
            csrf: "token".to_owned(),
            itself: "/mail/m/f/7".to_owned(),
            words: "<b>".to_owned(),
        });
        assert!(html.as_str().contains("name=\"sure\" value=\"on\""), "{html}");
        assert!(
            html.as_str().contains("Supprimer définitivement") && !html.as_str().contains("<b>"),
            "{html}"
        );
    }

    #[test]
    fn only_what_a_button_asks_for_is_done() {
        assert_eq!(Deed::named("not_junk"), Some(Deed::NotJunk));
        assert_eq!(Deed::named("expunge"), None);
    }
}
