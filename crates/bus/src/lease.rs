//! Leases: what is open, through which access, and the word that it has ended.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, OnceLock};

use domain::{DeviceId, MailboxId, SessionId, UserId};
use tokio::sync::Notify;

use crate::topic::locked;

/// The way by which something is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// A page, or its event stream.
    Web,
    /// An IMAP connection.
    Imap,
    /// An SMTP submission session.
    Submission,
}

/// Who holds a lease, and on what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The user.
    pub user: UserId,
    /// The mailbox that is open, if it is one.
    pub mailbox: Option<MailboxId>,
    /// The web session that it came through.
    pub session: Option<SessionId>,
    /// The device password that it came through.
    pub device: Option<DeviceId>,
    /// By which protocol.
    pub protocol: Protocol,
    /// From where.
    pub from: IpAddr,
}

/// Why a lease ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EndReason {
    /// The access to the mailbox was taken away or ran out.
    AccessRemoved,
    /// The device password was revoked.
    DeviceRevoked,
    /// The web session was ended.
    SessionEnded,
}

/// Something open, as the remover of an access is shown it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Live {
    /// By which protocol.
    pub protocol: Protocol,
    /// From where.
    pub from: IpAddr,
    /// The device password that it came through.
    pub device: Option<DeviceId>,
    /// The web session that it came through.
    pub session: Option<SessionId>,
}

/// An entry in the book of what is open. It stays there until its last clone is dropped.
#[derive(Clone)]
pub struct Lease {
    entry: Arc<Entered>,
}

struct Entered {
    book: Arc<Book>,
    number: u64,
    state: Arc<State>,
}

struct State {
    holder: Holder,
    ended: OnceLock<EndReason>,
    told: Notify,
}

impl Lease {
    /// Waits until it ends, and says why. Returns at once when it has ended already.
    pub async fn ended(&self) -> EndReason {
        loop {
            let told = self.entry.state.told.notified();
            tokio::pin!(told);
            // Registered before the look, so that an end between the two is not missed.
            told.as_mut().enable();
            if let Some(reason) = self.is_ended() {
                return reason;
            }
            told.await;
        }
    }

    /// Why it has ended, if it has.
    pub fn is_ended(&self) -> Option<EndReason> {
        self.entry.state.ended.get().copied()
    }

    /// Who holds it.
    pub fn holder(&self) -> &Holder {
        &self.entry.state.holder
    }
}

impl fmt::Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lease").field("holder", self.holder()).field("ended", &self.is_ended()).finish()
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        locked(&self.book.entries).remove(self.number, &self.state.holder);
    }
}

/// Everything that is open on this node.
#[derive(Default)]
pub(crate) struct Book {
    entries: Mutex<Entries>,
}

#[derive(Default)]
struct Entries {
    last: u64,
    all: HashMap<u64, Arc<State>>,
    by_access: HashMap<(UserId, MailboxId), HashSet<u64>>,
    by_device: HashMap<DeviceId, HashSet<u64>>,
    by_session: HashMap<SessionId, HashSet<u64>>,
}

impl Book {
    pub(crate) fn enter(book: &Arc<Self>, holder: Holder) -> Lease {
        let state = Arc::new(State { holder, ended: OnceLock::new(), told: Notify::new() });
        let number = locked(&book.entries).add(Arc::clone(&state));
        Lease { entry: Arc::new(Entered { book: Arc::clone(book), number, state }) }
    }

    pub(crate) fn end_access(&self, user: UserId, mailbox: MailboxId) {
        let entries = locked(&self.entries);
        entries.end(entries.by_access.get(&(user, mailbox)), EndReason::AccessRemoved);
    }

    pub(crate) fn end_device(&self, device: DeviceId) {
        let entries = locked(&self.entries);
        entries.end(entries.by_device.get(&device), EndReason::DeviceRevoked);
    }

    pub(crate) fn end_session(&self, session: SessionId) {
        let entries = locked(&self.entries);
        entries.end(entries.by_session.get(&session), EndReason::SessionEnded);
    }

    /// Who holds what has not ended.
    pub(crate) fn open(&self) -> Vec<Holder> {
        let entries = locked(&self.entries);
        let open = entries.all.values().filter(|state| state.ended.get().is_none());
        open.map(|state| state.holder.clone()).collect()
    }

    pub(crate) fn live(&self, user: UserId, mailbox: MailboxId) -> Vec<Live> {
        let entries = locked(&self.entries);
        let Some(numbers) = entries.by_access.get(&(user, mailbox)) else { return Vec::new() };
        let mut numbers: Vec<_> = numbers.iter().copied().collect();
        numbers.sort_unstable();
        let open = numbers
            .iter()
            .filter_map(|number| entries.all.get(number))
            .filter(|state| state.ended.get().is_none());
        open.map(|state| Live {
            protocol: state.holder.protocol,
            from: state.holder.from,
            device: state.holder.device,
            session: state.holder.session,
        })
        .collect()
    }
}

impl Entries {
    fn add(&mut self, state: Arc<State>) -> u64 {
        self.last += 1;
        let number = self.last;
        let holder = &state.holder;
        if let Some(mailbox) = holder.mailbox {
            self.by_access.entry((holder.user, mailbox)).or_default().insert(number);
        }
        if let Some(device) = holder.device {
            self.by_device.entry(device).or_default().insert(number);
        }
        if let Some(session) = holder.session {
            self.by_session.entry(session).or_default().insert(number);
        }
        self.all.insert(number, state);
        number
    }

    fn remove(&mut self, number: u64, holder: &Holder) {
        self.all.remove(&number);
        if let Some(mailbox) = holder.mailbox {
            strike(&mut self.by_access, &(holder.user, mailbox), number);
        }
        if let Some(device) = holder.device {
            strike(&mut self.by_device, &device, number);
        }
        if let Some(session) = holder.session {
            strike(&mut self.by_session, &session, number);
        }
    }

    fn end(&self, numbers: Option<&HashSet<u64>>, reason: EndReason) {
        for state in numbers.into_iter().flatten().filter_map(|number| self.all.get(number)) {
            // The first reason stays: a second end of the same lease says nothing new.
            if state.ended.set(reason).is_ok() {
                state.told.notify_waiters();
            }
        }
    }
}

fn strike<K: Eq + Hash>(index: &mut HashMap<K, HashSet<u64>>, key: &K, number: u64) {
    if let Some(numbers) = index.get_mut(key) {
        numbers.remove(&number);
        if numbers.is_empty() {
            index.remove(key);
        }
    }
}
