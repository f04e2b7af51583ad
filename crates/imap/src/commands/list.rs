//! `LIST`, `LSUB`, `NAMESPACE` (RFC 9051 §6.3.9, RFC 3501 §6.3.9, RFC 5258, RFC 5819, RFC 6154).

use mailbox::{FolderView, SpecialUse};
use wire::imap::{Line, ListRequest, ListSelection, MailboxName, Writer, matches};

use super::{acl, status};
use crate::answer::{Done, Refusal};
use crate::scope::{OTHERS, Place, Scope, Seen};
use crate::session::{DELIMITER, Session};

/// `LIST`
pub(crate) async fn list(
    session: &mut Session,
    out: &mut Writer,
    request: &ListRequest,
) -> Result<Done, Refusal> {
    if !request.extended && request.patterns.iter().all(String::is_empty) {
        // RFC 9051 §6.3.9: a question for the delimiter.
        write(out, "LIST", &["\\Noselect"], "", &[]);
        return Ok(Done::new("Listed."));
    }
    let Seen { places, levels } = session.scope().seen().await?;
    let folders: Vec<FolderView> = places.iter().map(|place| place.folder.clone()).collect();
    let matched = |name: &str| {
        let patterns = request.patterns.iter();
        patterns
            .map(|pattern| format!("{}{pattern}", request.reference))
            .any(|pattern| matches(&pattern, name, DELIMITER))
    };
    for level in levels.iter().filter(|level| matched(level)) {
        let below = below_that_are_chosen(&folders, level, request.selection);
        if request.selection == ListSelection::default() || !below.is_empty() {
            write(out, "LIST", &level_attributes(&folders, level), level, &below);
        }
    }
    for place in places.iter().filter(|place| matched(&place.folder.name)) {
        let folder = &place.folder;
        let below = below_that_are_chosen(&folders, &folder.name, request.selection);
        if !is_chosen(folder, request.selection) && below.is_empty() {
            continue;
        }
        let mut attributes = attributes(&folders, folder);
        if folder.subscribed && (request.returns.subscribed || request.selection.subscribed) {
            attributes.push("\\Subscribed");
        }
        write(out, "LIST", &attributes, &folder.name, &below);
        if request.returns.my_rights {
            acl::write_mine(out, place, place.mailbox.rights().await?);
        }
        if !request.returns.status.is_empty() {
            status::write(session, out, place, &request.returns.status).await?;
        }
    }
    Ok(Done::new("Listed."))
}

/// Tells of one folder, as `SELECT` does in IMAP4rev2.
pub(crate) async fn write_one(session: &Session, out: &mut Writer, place: &Place) -> Result<(), Refusal> {
    let places = session.scope().root_of(&place.folder.name).await?.0.places().await?;
    let folders: Vec<FolderView> = places.into_iter().map(|place| place.folder).collect();
    write(out, "LIST", &attributes(&folders, &place.folder), &place.folder.name, &[]);
    Ok(())
}

/// Tells that there is no folder of a name any more (RFC 5465 §5.4).
pub(crate) fn write_gone(out: &mut Writer, name: &str) {
    write(out, "LIST", &["\\NonExistent"], name, &[]);
}

/// Tells of a folder that is new, or called otherwise than before (RFC 5465 §5.4, §5.5).
pub(crate) fn write_changed(
    out: &mut Writer,
    folders: &[FolderView],
    folder: &FolderView,
    before: Option<&str>,
) {
    let mut attributes = attributes(folders, folder);
    if folder.subscribed {
        attributes.push("\\Subscribed");
    }
    out.line(|line| {
        write_name(line, "LIST", &attributes, &folder.name);
        if let Some(before) = before {
            line.open();
            line.string(b"OLDNAME");
            line.open();
            line.mailbox(&MailboxName::new(before));
            line.close();
            line.close();
        }
    });
}

fn is_chosen(folder: &FolderView, selection: ListSelection) -> bool {
    (!selection.subscribed || folder.subscribed) && (!selection.special_use || special_use(folder).is_some())
}

/// RFC 5258 §3.5: which selection options hold for something below the folder, when the client asks for it.
fn below_that_are_chosen(folders: &[FolderView], name: &str, selection: ListSelection) -> Vec<&'static str> {
    let below = format!("{name}{DELIMITER}");
    let chosen = |other: &&FolderView| other.name.starts_with(&below) && is_chosen(other, selection);
    if !selection.recursive_match || !folders.iter().any(|other| chosen(&other)) {
        return Vec::new();
    }
    let options = [(selection.subscribed, "SUBSCRIBED"), (selection.special_use, "SPECIAL-USE")];
    options.into_iter().filter(|(asked, _)| *asked).map(|(_, option)| option).collect()
}

/// What is always told of a folder: whether there are others below it, and its special use.
fn attributes(folders: &[FolderView], folder: &FolderView) -> Vec<&'static str> {
    std::iter::once(children(folders, &folder.name)).chain(special_use(folder)).collect()
}

/// What is told of a level that cannot be selected.
fn level_attributes(folders: &[FolderView], level: &str) -> [&'static str; 2] {
    ["\\Noselect", children(folders, level)]
}

fn children(folders: &[FolderView], name: &str) -> &'static str {
    let below = format!("{name}{DELIMITER}");
    let has_children = folders.iter().any(|other| other.name.starts_with(&below));
    if has_children { "\\HasChildren" } else { "\\HasNoChildren" }
}

/// The attribute of a folder's special use; INBOX is known by its name.
const fn special_use(folder: &FolderView) -> Option<&'static str> {
    match folder.special_use {
        Some(SpecialUse::Drafts) => Some("\\Drafts"),
        Some(SpecialUse::Sent) => Some("\\Sent"),
        Some(SpecialUse::Junk) => Some("\\Junk"),
        Some(SpecialUse::Trash) => Some("\\Trash"),
        Some(SpecialUse::Archive) => Some("\\Archive"),
        Some(SpecialUse::Inbox) | None => None,
    }
}

fn write(out: &mut Writer, word: &str, attributes: &[&str], name: &str, below: &[&str]) {
    out.line(|line| {
        write_name(line, word, attributes, name);
        if !below.is_empty() {
            line.open();
            line.string(b"CHILDINFO");
            line.open();
            below.iter().for_each(|option| line.string(option.as_bytes()));
            line.close();
            line.close();
        }
    });
}

fn write_name(line: &mut Line<'_>, word: &str, attributes: &[&str], name: &str) {
    line.word(word);
    line.open();
    attributes.iter().for_each(|attribute| line.word(attribute));
    line.close();
    line.string(DELIMITER.to_string().as_bytes());
    line.mailbox(&MailboxName::new(name));
}

/// `LSUB`. With `%`, a folder that is not subscribed is told for the sake of those below it (RFC 3501 §6.3.9).
pub(crate) async fn lsub(
    session: &mut Session,
    out: &mut Writer,
    reference: &str,
    pattern: &str,
) -> Result<Done, Refusal> {
    let Seen { places, .. } = session.scope().seen().await?;
    let folders: Vec<FolderView> = places.into_iter().map(|place| place.folder).collect();
    let pattern = format!("{reference}{pattern}");
    for folder in folders.iter().filter(|folder| matches(&pattern, &folder.name, DELIMITER)) {
        let below = format!("{}{DELIMITER}", folder.name);
        let leads = folders.iter().any(|other| other.subscribed && other.name.starts_with(&below));
        if folder.subscribed {
            write(out, "LSUB", &attributes(&folders, folder), &folder.name, &[]);
        } else if leads && pattern.ends_with('%') {
            write(out, "LSUB", &["\\Noselect"], &folder.name, &[]);
        }
    }
    Ok(Done::new("Listed."))
}

/// `NAMESPACE` (RFC 2342 §5): the client's own, and that of the others where it sees several mailboxes.
pub(crate) fn namespace(session: &Session, out: &mut Writer) -> Done {
    out.line(|line| match session.scope() {
        Scope::One(_) => line.word("NAMESPACE ((\"\" \"/\")) NIL NIL"),
        Scope::All { .. } => {
            line.word(&format!("NAMESPACE ((\"\" \"/\")) ((\"{OTHERS}{DELIMITER}\" \"{DELIMITER}\")) NIL"));
        }
    });
    Done::new("Told.")
}
