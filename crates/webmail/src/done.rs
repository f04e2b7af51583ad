//! What has just been done, said at the top of the page that follows, with the way back where there is one.

use askama::Template;
use domain::FolderId;
use mailbox::Uid;
use ui::{Html, Locale};

use crate::asked::Asked;
use crate::here::Here;

/// Something that was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Done {
    Sent,
    Drafted,
    Archived,
    Junked,
    Moved,
    Deleted,
    Destroyed,
    MarkedUnread,
    Undone,
    /// The message lies elsewhere by now: somebody was faster.
    Gone,
}

impl Done {
    const ALL: [Self; 10] = [
        Self::Sent,
        Self::Drafted,
        Self::Archived,
        Self::Junked,
        Self::Moved,
        Self::Deleted,
        Self::Destroyed,
        Self::MarkedUnread,
        Self::Undone,
        Self::Gone,
    ];

    /// Its name in addresses, and the end of its key in the catalogues.
    const fn name(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Drafted => "drafted",
            Self::Archived => "archived",
            Self::Junked => "junked",
            Self::Moved => "moved",
            Self::Deleted => "deleted",
            Self::Destroyed => "destroyed",
            Self::MarkedUnread => "unread",
            Self::Undone => "undone",
            Self::Gone => "gone",
        }
    }

    /// What follows the path of the page that says it.
    pub(crate) fn query(self) -> String {
        format!("?done={}", self.name())
    }

    /// The same for a message that lies in another folder now, and can be moved back.
    pub(crate) fn query_with_undo(self, now_in: FolderId, uid: Uid) -> String {
        format!("?done={}&in={now_in}&uid={uid}", self.name())
    }
}

/// What has just been done, if the page was told.
pub(crate) fn html(here: &Here, asked: &Asked) -> Html {
    let Some(done) = Done::ALL.into_iter().find(|done| done.name() == asked.text("done")) else {
        return Html::empty();
    };
    let l = here.l();
    let back = here.id::<FolderId>("folder").ok();
    let undo = match (asked.find("in"), asked.find::<u32>("uid"), back) {
        (Some(now_in), Some(uid), Some(to)) => Some(Undo { now_in, uid, to }),
        (_, _, _) => None,
    };
    let words = l.t(&format!("mail-done-{}", done.name()));
    Html::of(&Said { l, csrf: here.csrf(), path: here.path(), is_fine: done != Done::Gone, words, undo })
}

/// How a message is moved back.
struct Undo {
    now_in: FolderId,
    uid: u32,
    to: FolderId,
}

#[derive(Template)]
#[template(path = "done.html")]
struct Said {
    l: Locale,
    csrf: String,
    path: String,
    is_fine: bool,
    words: String,
    undo: Option<Undo>,
}

#[cfg(test)]
mod tests {
    use domain::{Id, Language};

    use super::*;

    #[test]
    fn what_was_done_is_said_and_can_be_undone() {
        let (l, to) = (Locale::of(Language::Fr), FolderId::from_bytes([3; 16]));
        for done in Done::ALL {
            let key = format!("mail-done-{}", done.name());
            assert_ne!(l.t(&key), key);
        }
        let undo = Some(Undo { now_in: FolderId::from_bytes([4; 16]), uid: 9, to });
        let said = Said {
            l,
            csrf: "token".to_owned(),
            path: "/mail/m".to_owned(),
            is_fine: true,
            words: "<Archived>".to_owned(),
            undo,
        };
        let html = Html::of(&said);
        for piece in ["action=\"/mail/m/undo\"", "value=\"9\"", "Annuler", "data-focus", "&#60;Archived&#62;"]
        {
            assert!(html.as_str().contains(piece), "{piece} in {html}");
        }
    }

    #[test]
    fn the_next_page_is_told_by_its_address() {
        let asked = Asked::read(&format!(
            "/x{}",
            Done::Junked.query_with_undo(FolderId::from_bytes([1; 16]), Uid(3))
        ));
        assert_eq!((asked.text("done"), asked.find::<u32>("uid")), ("junked", Some(3)));
        assert_eq!(asked.find::<FolderId>("in"), Some(FolderId::from_bytes([1; 16])));
    }
}
