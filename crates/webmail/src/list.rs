//! The list of a folder, newest first, and what a search finds (W2, W5).

use askama::Template;
use axum::response::Response;
use mailbox::{FolderView, ListedMessage, SpecialUse, Uid};
use ui::{EmptyState, Html, Locale};
use web::Fault;

use crate::around::{Around, folder_name, may_send};
use crate::asked::Asked;
use crate::here::{Here, Panes, View};
use crate::moments::Moments;
use crate::rows::{self, Listed};
use crate::text::encoded;

/// How many messages stand on a page: some screens full.
const PAGE: usize = 50;
/// How many of those that were unfolded page by page are listed anew when something changes.
const KEPT: usize = 500;
/// How many messages the door lists at once.
const AT_ONCE: usize = 200;
/// How many hits of a search are shown: whoever needs more types another word.
const HITS: usize = 200;
/// How long the words of a search are, in characters.
const WORDS: usize = 200;

/// `GET /mail/{mailbox}/{folder}`: the list, and no message open.
pub(crate) async fn page(here: Here) -> Result<Response, Fault> {
    let around = Around::load(&here).await?;
    let folder = here.folder().await?;
    let asked = Asked::of(&here.signed_in.visitor);
    let list = pane(&here, &around, &folder, &asked).await?;
    let l = here.l();
    let empty = EmptyState { title: l.t("mail-none-open"), ..EmptyState::default() };
    let title = around.heading(l, folder.id);
    let panes = Panes { title, view: View::List, folder: folder.id, list, reading: empty.html() };
    Ok(here.page(&around, panes))
}

/// `GET /mail/{mailbox}/{folder}/rows`: the rows alone.
pub(crate) async fn fragment(here: Here) -> Result<Html, Fault> {
    let around = Around::load(&here).await?;
    let folder = here.folder().await?;
    let wanted = Wanted::read(&Asked::of(&here.signed_in.visitor));
    listed(&here, &around, &folder, &wanted).await
}

/// The pane with the list, for a page that shows something else beside it.
pub(crate) async fn pane(
    here: &Here,
    around: &Around,
    folder: &FolderView,
    asked: &Asked,
) -> Result<Html, Fault> {
    let wanted = Wanted::read(asked);
    let rows = listed(here, around, folder, &wanted).await?;
    Ok(Html::of(&List {
        l: here.l(),
        path: format!("{}/{}", here.path(), folder.id),
        title: folder_name(here.l(), folder),
        query: wanted.query(),
        everywhere: wanted.scope == Scope::Everywhere,
        words: wanted.words,
        rows,
    }))
}

/// Where words are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Scope {
    #[default]
    Folder,
    Everywhere,
}

/// Which messages are asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    words: String,
    scope: Scope,
    before: Option<Uid>,
    shown: usize,
    current: String,
    heading: String,
}

impl Wanted {
    fn read(asked: &Asked) -> Self {
        let words: String = asked.text("q").trim().chars().take(WORDS).collect();
        let scope = if asked.text("everywhere") == "on" { Scope::Everywhere } else { Scope::Folder };
        Self {
            words,
            scope,
            before: asked.find("before").map(Uid),
            shown: asked.find("shown").unwrap_or(0),
            current: asked.text("current").to_owned(),
            heading: asked.text("heading").to_owned(),
        }
    }

    /// What follows the path of a list, or of a message of it, so that the same is listed.
    fn query(&self) -> String {
        let everywhere = if self.scope == Scope::Everywhere { "&everywhere=on" } else { "" };
        match self.words.as_str() {
            "" => String::new(),
            words => format!("?q={}{everywhere}", encoded(words)),
        }
    }
}

/// The rows of what is asked for.
async fn listed(here: &Here, around: &Around, folder: &FolderView, wanted: &Wanted) -> Result<Html, Fault> {
    let mut older = None;
    let messages = if wanted.words.is_empty() {
        let (messages, last) = newest(here, folder, wanted).await?;
        older = last;
        messages
    } else {
        let within = (wanted.scope == Scope::Folder).then_some(folder.id);
        here.mailbox.find(&wanted.words, within, HITS).await?
    };
    Ok(rows::html(Listed {
        l: here.l(),
        moments: &Moments::of(&here.signed_in),
        path: here.path(),
        folder: folder.id,
        folders: &around.folders,
        is_outgoing: matches!(folder.special_use, Some(SpecialUse::Sent | SpecialUse::Drafts)),
        opens_drafts: around.current().is_some_and(may_send),
        query: wanted.query(),
        is_searched: !wanted.words.is_empty(),
        shown: if wanted.before.is_some() { wanted.shown } else { 0 } + messages.len(),
        current: current(here, wanted),
        heading: &wanted.heading,
        older,
        messages,
    }))
}

/// The row that is open: as the page says, or as the path does.
fn current(here: &Here, wanted: &Wanted) -> String {
    match (here.id::<domain::FolderId>("folder"), here.uid()) {
        (Ok(folder), Ok(uid)) => rows::name(folder, uid),
        (Ok(_) | Err(_), Ok(_) | Err(_)) => wanted.current.clone(),
    }
}

/// The newest messages, and the number before which there are more.
async fn newest(
    here: &Here,
    folder: &FolderView,
    wanted: &Wanted,
) -> Result<(Vec<ListedMessage>, Option<Uid>), Fault> {
    let count = if wanted.before.is_some() { PAGE } else { wanted.shown.clamp(PAGE, KEPT) };
    let mut all: Vec<ListedMessage> = Vec::new();
    let mut before = wanted.before;
    while all.len() <= count {
        // One more than is shown tells whether there are more.
        let limit = (count + 1 - all.len()).min(AT_ONCE);
        let page = here.mailbox.list(folder.id, before, limit).await?;
        before = page.last().map(|message| message.entry.uid);
        let is_last = page.len() < limit;
        all.extend(page);
        if is_last {
            break;
        }
    }
    let has_more = all.len() > count;
    all.truncate(count);
    let older = all.last().map(|message| message.entry.uid).filter(|_| has_more);
    Ok((all, older))
}

#[derive(Template)]
#[template(path = "list.html")]
struct List {
    l: Locale,
    path: String,
    title: String,
    query: String,
    words: String,
    everywhere: bool,
    rows: Html,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_stays_while_one_reads_what_it_found() {
        let wanted = Wanted::read(&Asked::read("/x?q=%20tax+2026%26&everywhere=on&before=nonsense&shown=-1"));
        assert_eq!(wanted.words, "tax 2026&");
        assert_eq!(wanted.query(), "?q=tax%202026%26&everywhere=on");
        assert_eq!((wanted.before, wanted.shown), (None, 0));
        assert_eq!(Wanted::read(&Asked::default()).query(), "");
    }

    #[test]
    fn what_was_searched_for_is_only_text() {
        let html = Html::of(&List {
            l: Locale::of(domain::Language::Fr),
            path: "/mail/m/f".to_owned(),
            title: "<Inbox>".to_owned(),
            query: "?q=x".to_owned(),
            words: "\"><script>".to_owned(),
            everywhere: true,
            rows: Html::text("rows"),
        });
        let html = html.as_str();
        assert!(!html.contains("<script") && !html.contains("<Inbox"), "{html}");
        assert!(html.contains("<label class=\"visually-hidden\" for=\"words\">Rechercher</label>"), "{html}");
        assert!(html.contains("hx-get=\"/mail/m/f/rows?q=x\""), "{html}");
    }
}
