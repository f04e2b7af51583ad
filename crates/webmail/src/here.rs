//! The mailbox that a page is about.

use std::sync::Arc;

use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Response;
use domain::{FolderId, MessageId, Permission, Right};
use mailbox::{FolderView, Mailbox, Uid};
use ui::{Html, Locale, Place, Width};
use web::{Fault, Id, SignedIn, Visitor, Web};

use crate::around::Around;
use crate::asked::Asked;

/// The mailbox in a path, opened for whoever asks.
#[derive(Clone)]
pub(crate) struct Here {
    /// Who.
    pub(crate) signed_in: SignedIn,
    /// What the door gave them.
    pub(crate) mailbox: Mailbox,
    ids: Arc<Id>,
}

/// Which of the panes a narrow window shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum View {
    /// The list.
    List,
    /// The message.
    Message,
    /// What is being written.
    Compose,
}

impl View {
    const fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Message => "message",
            Self::Compose => "compose",
        }
    }
}

/// What a page shows beside the addresses and folders.
pub(crate) struct Panes {
    /// What the window is called.
    pub(crate) title: String,
    /// Which pane a narrow window shows.
    pub(crate) view: View,
    /// The folder that is listed.
    pub(crate) folder: FolderId,
    /// The list.
    pub(crate) list: Html,
    /// The message, or what is being written.
    pub(crate) reading: Html,
}

impl Here {
    /// Opens the mailbox in a path for a visitor.
    pub(crate) async fn open(visitor: &Visitor, ids: Id) -> Result<Self, Fault> {
        let actor = visitor.actor().cloned().ok_or(Fault::SignedOut)?;
        Self::at(SignedIn { visitor: visitor.clone(), actor }, ids).await
    }

    async fn at(signed_in: SignedIn, ids: Id) -> Result<Self, Fault> {
        let access = signed_in.web().access();
        let mailbox = access.open(&signed_in.actor, ids.of("mailbox")?).await?;
        Ok(Self { signed_in, mailbox, ids: Arc::new(ids) })
    }

    /// The words for whoever asks.
    pub(crate) fn l(&self) -> Locale {
        self.signed_in.l()
    }

    /// The token that their forms carry.
    pub(crate) fn csrf(&self) -> String {
        self.signed_in.visitor.csrf()
    }

    /// The world of the pages.
    pub(crate) fn web(&self) -> &Web {
        self.signed_in.web()
    }

    /// The beginning of every path of this mailbox.
    pub(crate) fn path(&self) -> String {
        format!("/mail/{}", self.mailbox.id())
    }

    /// The folder in the path.
    pub(crate) async fn folder(&self) -> Result<FolderView, Fault> {
        Ok(self.mailbox.folder(self.ids.of("folder")?).await?)
    }

    /// The number of a message in the path.
    pub(crate) fn uid(&self) -> Result<Uid, Fault> {
        self.ids.of("uid").map(Uid)
    }

    /// The message in the path.
    pub(crate) fn message(&self) -> Result<MessageId, Fault> {
        self.ids.of("message")
    }

    /// Another piece of the path.
    pub(crate) fn id<T: std::str::FromStr>(&self, name: &str) -> Result<T, Fault> {
        self.ids.of(name)
    }

    /// Why nothing can be sent from here by whoever asks; nothing when it can.
    pub(crate) async fn no_sending(&self) -> Result<Option<String>, Fault> {
        let rights = self.mailbox.rights().await?;
        let may = rights.allow(Right::Permission(Permission::Send));
        Ok((!may).then(|| no_sending(self.l(), &self.mailbox)))
    }

    /// A whole page of the Mail app.
    pub(crate) fn page(&self, around: &Around, panes: Panes) -> Response {
        let done = crate::done::html(self, &Asked::of(&self.signed_in.visitor));
        let (list, reading) = match panes.view {
            View::List => (Html::join([done, panes.list]), panes.reading),
            // A narrow window shows this pane alone: what was done is said here.
            View::Message | View::Compose => (panes.list, Html::join([done, panes.reading])),
        };
        let shell = Shell {
            l: self.l(),
            path: self.path(),
            view: panes.view.name(),
            since: around.state(),
            heading: around.heading(self.l(), panes.folder),
            folder: panes.folder,
            side: crate::side::html(self, around, panes.folder),
            list,
            reading,
        };
        self.whole(&panes.title, Html::of(&shell))
    }

    /// A page that takes the whole window.
    pub(crate) fn whole(&self, title: &str, body: Html) -> Response {
        self.signed_in.visitor.page(Place::Mail, Width::Whole, title, body)
    }
}

/// The words for an access that may not send.
pub(crate) fn no_sending(l: Locale, mailbox: &Mailbox) -> String {
    let key = if mailbox.kind().sends() { "mail-no-sending" } else { "settings-catchall-no-sending" };
    l.t_with(key, [("address", &mailbox.address().to_string())])
}

impl FromRequestParts<Web> for Here {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Fault> {
        let signed_in = SignedIn::from_request_parts(parts, web).await?;
        let Ok(ids) = Id::from_request_parts(parts, web).await;
        Self::at(signed_in, ids).await
    }
}

#[derive(Template)]
#[template(path = "shell.html")]
struct Shell {
    l: Locale,
    path: String,
    view: &'static str,
    since: String,
    heading: String,
    folder: FolderId,
    side: Html,
    list: Html,
    reading: Html,
}
