//! Which folder of an address is for what (S15).

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use domain::FolderId;
use mailbox::{Act, FolderUse, FolderUseError, SpecialUse};
use ui::{ErrorSummary, FieldFault, Html, Locale, Pick, Picks};

use super::{SettingsPage, Side, because, notice, path_of};
use crate::{Asks, Fault, Pages, Posted, Visitor, Who};

/// The pages, for a side and whoever may look there and change something.
pub fn pages<S: Side>([look, change]: [Who; 2], path: &'static str) -> Pages {
    Pages::new().get(path, look, show::<S>).post(path, change, Asks::Nothing, map::<S>)
}

/// The uses that can be given to another folder.
const USES: [SpecialUse; 5] =
    [SpecialUse::Drafts, SpecialUse::Sent, SpecialUse::Junk, SpecialUse::Trash, SpecialUse::Archive];

/// The field of a use.
const fn field(special: SpecialUse) -> &'static str {
    match special {
        SpecialUse::Inbox => "use-inbox",
        SpecialUse::Drafts => "use-drafts",
        SpecialUse::Sent => "use-sent",
        SpecialUse::Junk => "use-junk",
        SpecialUse::Trash => "use-trash",
        SpecialUse::Archive => "use-archive",
    }
}

async fn show<S: Side>(side: S) -> Result<Response, Fault> {
    page(&side, Vec::new()).await
}

async fn page<S: Side>(side: &S, faults: Vec<FieldFault>) -> Result<Response, Fault> {
    let signed_in = side.signed_in();
    let view = View {
        l: signed_in.l(),
        csrf: signed_in.visitor.csrf(),
        path: path_of(side, SettingsPage::Folders),
        because: because(side, Act::MapFolder).await?,
        folders: side.settings().folder_uses().await?,
        faults,
    };
    side.framed(SettingsPage::Folders, Html::of(&view)).await
}

/// Gives each use to the folder that was picked for it.
async fn map<S: Side>(side: S, posted: Posted) -> Result<Response, Fault> {
    let mut uses = Vec::new();
    for special in USES {
        if let Ok(folder) = posted.text(field(special)).parse::<FolderId>() {
            uses.push((special, folder));
        }
    }
    match side.settings().map_folders(&uses).await {
        Ok(()) => Ok(Redirect::to(&path_of(&side, SettingsPage::Folders)).into_response()),
        Err(FolderUseError::Settings(error)) => Err(error.into()),
        Err(FolderUseError::Twice) => {
            let words = side.signed_in().l().t("settings-fault-folder-twice");
            let faults = vec![FieldFault { field: "uses", words }];
            Ok(Visitor::refused(page(&side, faults).await?))
        }
    }
}

#[derive(Template)]
#[template(path = "folders.html")]
struct View {
    l: Locale,
    csrf: String,
    path: String,
    because: Option<String>,
    folders: Vec<FolderUse>,
    faults: Vec<FieldFault>,
}

impl View {
    fn summary(&self) -> Html {
        ErrorSummary { l: self.l, faults: &self.faults }.html()
    }

    fn notice(&self) -> Html {
        notice(self.because.as_deref())
    }

    fn said(&self, special: SpecialUse) -> String {
        self.l.t(&format!("mail-folder-{}", special.as_str()))
    }

    /// What each use is given to, as text.
    fn given(&self) -> Vec<(String, String)> {
        let folder = |special| self.folders.iter().find(|folder| folder.special_use == Some(special));
        USES.into_iter()
            .map(|special| {
                (self.said(special), folder(special).map_or_else(String::new, |folder| folder.name.clone()))
            })
            .collect()
    }

    fn picks(&self) -> Html {
        Html::join(USES.map(|special| {
            let folders = self.folders.iter().filter(|folder| folder.special_use != Some(SpecialUse::Inbox));
            let pick = |folder: &FolderUse| Pick { value: folder.id.to_string(), label: folder.name.clone() };
            let picked = self.folders.iter().find(|folder| folder.special_use == Some(special));
            let nothing = Pick { value: String::new(), label: self.l.t("settings-folder-anew") };
            let picks = picked.is_none().then_some(nothing).into_iter().chain(folders.map(pick)).collect();
            let picked = picked.map(|folder| folder.id.to_string()).unwrap_or_default();
            Picks { id: field(special), label: self.said(special), picks, picked, fault: None }.html()
        }))
    }
}

#[cfg(test)]
mod tests {
    use domain::Id as _;

    use super::*;
    use crate::setting::shown;

    #[test]
    fn each_use_is_given_to_a_folder() {
        for l in shown::locales() {
            let folder = |number: u8, name: &str, special_use| FolderUse {
                id: FolderId::from_bytes([number; 16]),
                name: name.to_owned(),
                special_use,
            };
            let view = |because: Option<&str>| View {
                l,
                csrf: "token".to_owned(),
                path: "/x/folders".to_owned(),
                because: because.map(str::to_owned),
                folders: vec![
                    folder(1, "INBOX", Some(SpecialUse::Inbox)),
                    folder(2, "Sent", Some(SpecialUse::Sent)),
                    folder(3, "<Work>", None),
                ],
                faults: vec![FieldFault { field: "uses", words: l.t("settings-fault-folder-twice") }],
            };
            let html = Html::of(&view(None));
            shown::check(&html);
            assert_eq!(html.as_str().matches("<select").count(), 5, "{html}");
            assert!(!html.as_str().contains("<Work>") && !html.as_str().contains(">INBOX<"), "{html}");
            let refused = Html::of(&view(Some("Switched off.")));
            shown::check(&refused);
            assert!(refused.as_str().contains("Sent") && !refused.as_str().contains("<form"), "{refused}");
        }
    }
}
