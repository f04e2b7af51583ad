//! Which mailboxes a client sees, and what their folders are called.
//!
//! With the device password of one address a client sees that mailbox. With one for all addresses it sees each that its
//! user opens with programs: the primary one as its own, and the others below `Other Users/` (RFC 2342 §3).
//!
//! **Invariant:** nothing of what may be opened is remembered: each command asks the door anew, so that accesses come and
//! go while a client is here.

use identity::Actor;
use mailbox::{Access, AddressView, FolderView, INBOX, Mailbox, OpenError, SpecialUse};
use wire::imap::Code;

use crate::answer::Refusal;
use crate::session::DELIMITER;

/// Below which the mailboxes lie that are not the client's own.
pub(crate) const OTHERS: &str = "Other Users";

/// The mailboxes that a client sees.
pub(crate) enum Scope {
    /// The one of its device password.
    One(Mailbox),
    /// All that its user opens with programs.
    All {
        /// The door.
        access: Access,
        /// Who knocks.
        actor: Actor,
    },
}

/// A mailbox, and what stands before the names of its folders.
pub(crate) struct Root {
    pub(crate) mailbox: Mailbox,
    /// Empty, or `Other Users/info@example.test/`.
    pub(crate) prefix: String,
}

/// A folder in its mailbox.
pub(crate) struct Place {
    pub(crate) mailbox: Mailbox,
    /// The folder; its name is the one that the client knows.
    pub(crate) folder: FolderView,
    /// Whether it is where mail arrives.
    pub(crate) is_inbox: bool,
}

impl Scope {
    /// The mailbox whose folders have no prefix, if there is one.
    pub(crate) async fn own(&self) -> Result<Option<Mailbox>, Refusal> {
        match self {
            Self::One(mailbox) => Ok(Some(mailbox.clone())),
            Self::All { access, actor } => {
                let all = access.list(actor).await?;
                match own_of(&all, actor) {
                    Some(view) => opened(access, actor, view).await,
                    None => Ok(None),
                }
            }
        }
    }

    /// Every mailbox, the client's own first.
    pub(crate) async fn roots(&self) -> Result<Vec<Root>, Refusal> {
        match self {
            Self::One(mailbox) => Ok(vec![Root { mailbox: mailbox.clone(), prefix: String::new() }]),
            Self::All { access, actor } => {
                let all = access.list(actor).await?;
                let own = own_of(&all, actor).map(|view| view.mailbox);
                let mut roots = Vec::with_capacity(all.len());
                for view in &all {
                    let Some(mailbox) = opened(access, actor, view).await? else { continue };
                    let is_own = own == Some(view.mailbox);
                    roots.push(Root { mailbox, prefix: if is_own { String::new() } else { prefix(view) } });
                }
                roots.sort_by(|one, other| one.prefix.cmp(&other.prefix));
                Ok(roots)
            }
        }
    }

    /// The mailbox in which a name lies, with what the name is there.
    pub(crate) async fn root_of<'a>(&self, name: &'a str) -> Result<(Root, &'a str), Refusal> {
        let (access, actor) = match self {
            Self::One(mailbox) => {
                return Ok((Root { mailbox: mailbox.clone(), prefix: String::new() }, name));
            }
            Self::All { access, actor } => (access, actor),
        };
        let all = access.list(actor).await?;
        let own = own_of(&all, actor).map(|view| view.mailbox);
        let (view, prefix, rest) = if is_others(name) {
            let others = all.iter().filter(|view| Some(view.mailbox) != own);
            // An address may have a `/` in it, so the addresses are asked and not the name.
            let found = others.filter_map(|view| {
                let prefix = prefix(view);
                let rest = name.strip_prefix(&prefix).filter(|rest| !rest.is_empty())?;
                Some((view, prefix, rest))
            });
            found.max_by_key(|(_, prefix, _)| prefix.len()).ok_or_else(absent)?
        } else {
            let view = all.iter().find(|view| Some(view.mailbox) == own).ok_or_else(absent)?;
            (view, String::new(), name)
        };
        let mailbox = opened(access, actor, view).await?.ok_or_else(absent)?;
        Ok((Root { mailbox, prefix }, rest))
    }

    /// The largest message that is taken, in bytes.
    pub(crate) fn message_limit_bytes(&self) -> u64 {
        match self {
            Self::One(mailbox) => mailbox.message_limit_bytes(),
            Self::All { access, .. } => access.message_limit_bytes(),
        }
    }
}

impl Root {
    /// The folders, named as the client knows them.
    pub(crate) async fn places(&self) -> Result<Vec<Place>, Refusal> {
        let folders = self.mailbox.folders().await?;
        Ok(folders.into_iter().map(|folder| self.place(folder)).collect())
    }

    /// A folder of this mailbox, named as the client knows it.
    pub(crate) fn place(&self, folder: FolderView) -> Place {
        let is_inbox = folder.special_use == Some(SpecialUse::Inbox);
        let folder = if self.prefix.is_empty() {
            folder
        } else {
            // A program that looks for its Sent folder must not find that of another address.
            FolderView { name: format!("{}{}", self.prefix, folder.name), special_use: None, ..folder }
        };
        Place { mailbox: self.mailbox.clone(), folder, is_inbox }
    }
}

/// All that can be listed.
pub(crate) struct Seen {
    pub(crate) places: Vec<Place>,
    /// Names that can be listed and not selected.
    pub(crate) levels: Vec<String>,
}

impl Scope {
    /// Everything that the client sees.
    pub(crate) async fn seen(&self) -> Result<Seen, Refusal> {
        let roots = self.roots().await?;
        let levels = levels(&roots);
        let mut places = Vec::new();
        for root in &roots {
            match root.places().await {
                // What has the name of the others' namespace cannot be named while there are others.
                Ok(of_root) => places.extend(of_root.into_iter().filter(|place| {
                    levels.is_empty() || !root.prefix.is_empty() || !is_others(&place.folder.name)
                })),
                // The access ended in this moment: then it is not among them, unless it is the only one.
                Err(Refusal::Ended(_)) if matches!(self, Self::All { .. }) => {}
                Err(refusal) => return Err(refusal),
            }
        }
        Ok(Seen { places, levels })
    }
}

fn levels(roots: &[Root]) -> Vec<String> {
    let others: Vec<&Root> = roots.iter().filter(|root| !root.prefix.is_empty()).collect();
    let addresses = others.iter().map(|root| root.prefix.trim_end_matches(DELIMITER).to_owned());
    let all = (!others.is_empty()).then(|| OTHERS.to_owned());
    // RFC 9051 §5.1: there always is an INBOX; without a mailbox of one's own it cannot be selected.
    let inbox = (others.len() == roots.len()).then(|| INBOX.to_owned());
    inbox.into_iter().chain(all).chain(addresses).collect()
}

/// The mailbox that is a user's own among those: the primary one, or else that of the address they sign in with.
fn own_of<'a>(all: &'a [AddressView], actor: &Actor) -> Option<&'a AddressView> {
    let key = actor.address().parse::<domain::EmailAddress>().ok().map(|address| address.key());
    let primary = all.iter().find(|view| view.is_primary);
    primary.or_else(|| all.iter().find(|view| Some(view.address.key()) == key))
}

fn prefix(view: &AddressView) -> String {
    format!("{OTHERS}{DELIMITER}{}{DELIMITER}", view.address)
}

/// Whether a name lies in the namespace of the others.
fn is_others(name: &str) -> bool {
    name.strip_prefix(OTHERS).is_some_and(|rest| rest.is_empty() || rest.starts_with(DELIMITER))
}

/// A mailbox of the list; none when its access has ended since.
async fn opened(access: &Access, actor: &Actor, view: &AddressView) -> Result<Option<Mailbox>, Refusal> {
    match access.open(actor, view.mailbox).await {
        Ok(mailbox) => Ok(Some(mailbox)),
        Err(OpenError::NotFound) => Ok(None),
        Err(OpenError::Ended(_)) if actor.lease().is_some_and(|lease| lease.is_ended().is_none()) => Ok(None),
        Err(error @ (OpenError::Ended(_) | OpenError::Unavailable | OpenError::Internal)) => {
            Err(error.into())
        }
    }
}

/// The answer for a name that leads nowhere.
pub(crate) fn absent() -> Refusal {
    Refusal::no(Code::NON_EXISTENT, "There is no such folder.")
}
