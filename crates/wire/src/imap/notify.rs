//! `NOTIFY`: what a client wants to be told of, whatever it is doing (RFC 5465).

use super::fetch::{FetchItem, parse_item};
use super::name::MailboxName;
use super::scan::{Fault, Scanner};

/// How many groups of events there may be: there are seven kinds of filters.
const GROUPS_LIMIT: usize = 16;
/// How many events a group may name: there are eight.
const EVENTS_LIMIT: usize = 16;
/// How many mailboxes a filter may name.
const NAMES_LIMIT: usize = 256;
/// How many items may be told of each new message.
const ITEMS_LIMIT: usize = 16;

/// The arguments of `NOTIFY`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotifyRequest {
    /// Of nothing.
    None,
    /// Of these, and nothing else.
    Set {
        /// How it stands with the mailboxes that are watched is told first.
        status: bool,
        /// Which events of which mailboxes; the first that fits a mailbox counts.
        groups: Vec<EventGroup>,
    },
}

/// Events of some mailboxes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventGroup {
    /// Which mailboxes.
    pub filter: MailboxFilter,
    /// Which events; none is `NONE`.
    pub events: Vec<NotifyEvent>,
}

/// Which mailboxes (RFC 5465 §6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailboxFilter {
    /// The selected one, at once.
    Selected,
    /// The selected one; that messages are gone is told when it may be.
    SelectedDelayed,
    /// Those where mail arrives.
    Inboxes,
    /// All of the user's own.
    Personal,
    /// Those that are subscribed.
    Subscribed,
    /// These and those below them.
    Subtree(Vec<MailboxName>),
    /// These.
    Mailboxes(Vec<MailboxName>),
}

/// What happens (RFC 5465 §5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotifyEvent {
    /// `MessageNew`; in the selected mailbox these items are told of each.
    MessageNew(Vec<FetchItem>),
    /// `MessageExpunge`
    MessageExpunge,
    /// `FlagChange`
    FlagChange,
    /// `MailboxName`
    MailboxName,
    /// `SubscriptionChange`
    SubscriptionChange,
    /// Another one.
    Unknown(String),
}

impl NotifyRequest {
    /// Reads the arguments.
    pub(super) fn parse(scanner: &mut Scanner<'_>) -> Result<Self, Fault> {
        scanner.space()?;
        match scanner.word()?.as_str() {
            "NONE" => return Ok(Self::None),
            "SET" => scanner.space()?,
            _ => return Err(Fault::Syntax("SET or NONE was expected")),
        }
        let mut status = false;
        if scanner.peek() != Some(b'(') {
            if scanner.word()? != "STATUS" {
                return Err(Fault::Syntax("STATUS was expected"));
            }
            status = true;
            scanner.space()?;
        }
        let mut groups = vec![group(scanner)?];
        while scanner.more() {
            groups.push(group(scanner)?);
            if groups.len() > GROUPS_LIMIT {
                return Err(Fault::Syntax("too many groups of events"));
            }
        }
        let of_selected = |group: &&EventGroup| {
            matches!(group.filter, MailboxFilter::Selected | MailboxFilter::SelectedDelayed)
        };
        if groups.iter().filter(of_selected).count() > 1 {
            return Err(Fault::Syntax("the selected mailbox can be named once"));
        }
        Ok(Self::Set { status, groups })
    }
}

fn group(scanner: &mut Scanner<'_>) -> Result<EventGroup, Fault> {
    scanner.expect(b'(', "a group of events was expected")?;
    let filter = filter(scanner)?;
    scanner.space()?;
    let events = if scanner.peek() == Some(b'(') {
        scanner.list(event)?
    } else if scanner.word()? == "NONE" {
        Vec::new()
    } else {
        return Err(Fault::Syntax("events were expected"));
    };
    scanner.expect(b')', "a group of events does not end")?;
    check(&filter, &events)?;
    Ok(EventGroup { filter, events })
}

fn filter(scanner: &mut Scanner<'_>) -> Result<MailboxFilter, Fault> {
    Ok(match scanner.word()?.as_str() {
        "SELECTED" => MailboxFilter::Selected,
        "SELECTED-DELAYED" => MailboxFilter::SelectedDelayed,
        "INBOXES" => MailboxFilter::Inboxes,
        "PERSONAL" => MailboxFilter::Personal,
        "SUBSCRIBED" => MailboxFilter::Subscribed,
        "SUBTREE" => MailboxFilter::Subtree(names(scanner)?),
        "MAILBOXES" => MailboxFilter::Mailboxes(names(scanner)?),
        _ => return Err(Fault::Syntax("an unknown choice of mailboxes")),
    })
}

fn names(scanner: &mut Scanner<'_>) -> Result<Vec<MailboxName>, Fault> {
    scanner.space()?;
    if scanner.peek() != Some(b'(') {
        return scanner.mailbox().map(|name| vec![name]);
    }
    let names = scanner.list(Scanner::mailbox)?;
    if names.is_empty() || names.len() > NAMES_LIMIT {
        return Err(Fault::Syntax("between 1 and 256 mailboxes are named"));
    }
    Ok(names)
}

fn event(scanner: &mut Scanner<'_>) -> Result<NotifyEvent, Fault> {
    Ok(match scanner.word()?.as_str() {
        "MESSAGENEW" => {
            let mut items = Vec::new();
            if scanner.ahead(b" (") {
                scanner.more();
                scanner.list(|scanner| parse_item(scanner, &mut items))?;
            }
            // RFC 5465 §5.2: being told of a message is not reading it.
            if items.len() > ITEMS_LIMIT || items.iter().any(FetchItem::marks_seen) {
                return Err(Fault::Syntax("this is not told of new messages"));
            }
            NotifyEvent::MessageNew(items)
        }
        "MESSAGEEXPUNGE" => NotifyEvent::MessageExpunge,
        "FLAGCHANGE" => NotifyEvent::FlagChange,
        "MAILBOXNAME" => NotifyEvent::MailboxName,
        "SUBSCRIPTIONCHANGE" => NotifyEvent::SubscriptionChange,
        word => NotifyEvent::Unknown(word.to_owned()),
    })
}

/// RFC 5465 §5: new messages and those that are gone are told together or not at all, and marks only with both;
/// §6.1: of the selected mailbox, only events of messages are told.
fn check(filter: &MailboxFilter, events: &[NotifyEvent]) -> Result<(), Fault> {
    let is_new = events.iter().any(|event| matches!(event, NotifyEvent::MessageNew(_)));
    let has = |event: NotifyEvent| events.contains(&event);
    let is_gone = has(NotifyEvent::MessageExpunge);
    let is_good =
        is_new == is_gone && (is_new || !has(NotifyEvent::FlagChange)) && events.len() <= EVENTS_LIMIT;
    let is_selected = matches!(filter, MailboxFilter::Selected | MailboxFilter::SelectedDelayed);
    let is_of_names = has(NotifyEvent::MailboxName) || has(NotifyEvent::SubscriptionChange);
    if is_good && !(is_selected && is_of_names) {
        Ok(())
    } else {
        Err(Fault::Syntax("these events do not go together"))
    }
}
