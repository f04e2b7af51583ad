//! The rows of a list, under the days on which their messages came.

use askama::Template;
use domain::{FolderId, Timestamp};
use mailbox::{Flags, FolderView, ListedMessage, SpecialUse, Uid};
use ui::{Html, Locale, icon};

use crate::around::folder_name;
use crate::moments::Moments;
use crate::text::{called, shown, subject};

/// What is listed, and how.
pub(crate) struct Listed<'a> {
    pub(crate) l: Locale,
    pub(crate) moments: &'a Moments,
    /// The beginning of every path of the mailbox.
    pub(crate) path: String,
    /// The folder whose list it is.
    pub(crate) folder: FolderId,
    /// All folders.
    pub(crate) folders: &'a [FolderView],
    /// Whether one wrote these messages oneself: then a row names whom they went to.
    pub(crate) is_outgoing: bool,
    /// Whether a draft is opened to go on writing, and not to read.
    pub(crate) opens_drafts: bool,
    /// What follows the path of a list.
    pub(crate) query: String,
    /// Whether these are what a search found.
    pub(crate) is_searched: bool,
    /// How many rows stand on the page with these.
    pub(crate) shown: usize,
    /// The [`name`] of the row that is open.
    pub(crate) current: String,
    /// The heading that stands above already.
    pub(crate) heading: &'a str,
    /// The number before which there are more.
    pub(crate) older: Option<Uid>,
    /// Those to list.
    pub(crate) messages: Vec<ListedMessage>,
}

/// The name of the row of a message.
pub(crate) fn name(folder: FolderId, uid: Uid) -> String {
    format!("{folder}-{uid}")
}

/// The rows.
pub(crate) fn html(mut listed: Listed<'_>) -> Html {
    // Within a page by time: what was moved here lately is not new for that.
    let mut messages = std::mem::take(&mut listed.messages);
    messages.sort_by_key(|message| std::cmp::Reverse(message.received_at));
    let mut days: Vec<Day> = Vec::new();
    for message in &messages {
        let label = listed.moments.heading(message.received_at);
        let row = row(&listed, message);
        match days.last_mut() {
            Some(day) if day.label == label => day.rows.push(row),
            Some(_) | None => days.push(Day { label, rows: vec![row] }),
        }
    }
    Html::of(&Rows {
        l: listed.l,
        list: format!("{}/{}", listed.path, listed.folder),
        is_searched: listed.is_searched,
        shown: listed.shown,
        heading: listed.heading,
        last: days.last().map(|day| crate::text::encoded(&day.label)).unwrap_or_default(),
        older: listed.older,
        days,
    })
}

struct Day {
    label: String,
    rows: Vec<Row>,
}

/// One message of a list.
struct Row {
    name: String,
    href: String,
    is_draft: bool,
    who: String,
    iso: String,
    when: String,
    subject: String,
    preview: String,
    place: Option<String>,
    seen: bool,
    answered: bool,
    starred: bool,
    attachment: bool,
    current: bool,
}

fn row(listed: &Listed<'_>, message: &ListedMessage) -> Row {
    let (l, flags, uid) = (listed.l, message.entry.flags, message.entry.uid);
    let folder = listed.folders.iter().find(|folder| folder.id == message.folder);
    let is_draft =
        listed.opens_drafts && folder.is_some_and(|folder| folder.special_use == Some(SpecialUse::Drafts));
    let name = name(message.folder, uid);
    let at: Timestamp = message.received_at;
    Row {
        href: if is_draft {
            format!("{}/compose?draft={}", listed.path, message.message)
        } else {
            format!("{}/{}/{uid}{}", listed.path, message.folder, listed.query)
        },
        is_draft,
        who: who(listed, message),
        iso: Moments::iso(at),
        when: listed.moments.short(at),
        subject: subject(l, &message.subject),
        preview: shown(&message.preview),
        place: folder.filter(|folder| folder.id != listed.folder).map(|folder| folder_name(l, folder)),
        seen: flags.has(Flags::SEEN),
        answered: flags.has(Flags::ANSWERED),
        starred: flags.has(Flags::FLAGGED),
        attachment: message.has_attachment,
        current: name == listed.current,
        name,
    }
}

/// Who wrote it; of what one wrote oneself, whom it went to.
fn who(listed: &Listed<'_>, message: &ListedMessage) -> String {
    let l = listed.l;
    match message.recipients.first() {
        Some(first) if listed.is_outgoing => {
            let called = called(l, &first.name, &first.address);
            l.t_with("mail-to-whom", [("who", &called)])
        }
        None if listed.is_outgoing => l.t("mail-to-nobody"),
        Some(_) | None => called(l, &message.from_name, &message.from_address),
    }
}

#[derive(Template)]
#[template(path = "rows.html")]
struct Rows<'a> {
    l: Locale,
    list: String,
    is_searched: bool,
    shown: usize,
    heading: &'a str,
    last: String,
    older: Option<Uid>,
    days: Vec<Day>,
}

#[cfg(test)]
mod tests {
    use domain::duration::days;
    use domain::{Id, Language, MessageId};
    use mailbox::{Entry, Keywords, ModSeq, Recipient};

    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_796_079_900);

    fn message(uid: u32, flags: Flags, received_at: Timestamp) -> ListedMessage {
        ListedMessage {
            folder: FolderId::from_bytes([1; 16]),
            entry: Entry { uid: Uid(uid), flags, keywords: Keywords::default(), modseq: ModSeq(1) },
            message: MessageId::from_bytes([2; 16]),
            thread: MessageId::from_bytes([2; 16]),
            received_at,
            sent_at: None,
            header_id: None,
            subject: "<script>alert(1)</script>\u{202E}".to_owned(),
            from_name: "\"Anna\" <b>".to_owned(),
            from_address: "anna@example.test".to_owned(),
            recipients: vec![Recipient {
                name: String::new(),
                address: "ben@example.test".to_owned(),
                copy: false,
            }],
            preview: "Dear <you>".to_owned(),
            has_attachment: true,
            size: 1,
        }
    }

    fn rows(
        language: Language,
        messages: Vec<ListedMessage>,
        change: impl FnOnce(&mut Listed<'_>),
    ) -> String {
        let l = Locale::of(language);
        let moments = Moments::at(l, "UTC", NOW);
        let mut listed = Listed {
            l,
            moments: &moments,
            path: "/mail/m".to_owned(),
            folder: FolderId::from_bytes([1; 16]),
            folders: &[],
            is_outgoing: false,
            opens_drafts: true,
            query: "?q=x".to_owned(),
            is_searched: false,
            shown: messages.len(),
            current: String::new(),
            heading: "",
            older: None,
            messages,
        };
        change(&mut listed);
        html(listed).as_str().to_owned()
    }

    #[test]
    fn rows_stand_under_their_days_and_show_text_only() {
        let marked = Flags::SEEN.with(Flags::FLAGGED).with(Flags::ANSWERED);
        let messages = vec![
            message(9, Flags::NONE, NOW),
            message(8, marked, NOW.minus(days(3))),
            message(7, Flags::SEEN, NOW.minus(days(1))),
        ];
        let html = rows(Language::Fr, messages, |_| ());
        let order = ["Aujourd’hui", "Hier", "27 novembre 2026"].map(|label| html.find(label).unwrap());
        assert!(order.is_sorted(), "{html}");
        assert!(!html.contains("<script") && !html.contains('\u{202E}') && !html.contains("<you"), "{html}");
        assert_eq!(html.matches("row-unread").count(), 1, "{html}");
        for words in ["23:05", "Répondu", "Avec étoile", "Pièce jointe", "Non lu", "/7?q=x\""] {
            assert!(html.contains(words), "{words} in {html}");
        }
    }

    #[test]
    fn what_one_wrote_names_its_recipients() {
        let html = rows(Language::En, vec![message(1, Flags::SEEN, NOW)], |listed| listed.is_outgoing = true);
        assert!(html.contains("To: ben@example.test"), "{html}");
    }

    #[test]
    fn a_page_that_is_added_does_not_repeat_the_day() {
        let html = rows(Language::En, vec![message(4, Flags::SEEN, NOW)], |listed| {
            listed.heading = "Today";
            listed.older = Some(Uid(4));
            listed.shown = 51;
        });
        assert!(!html.contains("list-day"), "{html}");
        assert!(
            html.contains("before=4&#38;shown=51&#38;heading=Today")
                || html.contains("before=4&amp;shown=51&amp;heading=Today"),
            "{html}"
        );
        assert!(html.contains("name=\"shown\" value=\"51\""), "{html}");
    }

    #[test]
    fn an_empty_folder_and_a_vain_search_say_what_to_do() {
        assert!(rows(Language::En, Vec::new(), |_| ()).contains("Nothing here"));
        let vain = rows(Language::En, Vec::new(), |listed| listed.is_searched = true);
        assert!(vain.contains("Nothing found"), "{vain}");
    }

    #[test]
    fn the_open_message_is_marked() {
        let current = name(FolderId::from_bytes([1; 16]), Uid(1));
        let html = rows(Language::En, vec![message(1, Flags::SEEN, NOW)], |listed| listed.current = current);
        assert!(html.contains("aria-current=\"true\""), "{html}");
    }
}
