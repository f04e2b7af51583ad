//! What every page shares: who looks at it, forms that nobody else's page can send, the proof of presence that sensitive
//! acts ask for, and what is said when something is not there.
//!
//! **Invariant:** nothing changes but by a POST that carries the token of its own session; a page that somebody may not
//! see answers exactly as one that does not exist.

mod accounts;
mod acts;
mod clients;
mod cookies;
mod fault;
mod file;
mod id;
mod layer;
mod pages;
mod picture;
mod posted;
mod proof;
mod redirections;
pub mod setting;
mod visitor;

use std::sync::Arc;

use bus::Bus;
use domain::{Ambient, Timestamp};
use identity::Identity;
use mailbox::Access;

pub use acts::act_words;
pub use clients::{ClientPorts, Entrance, Security};
pub use cookies::{mark_cookie, session_cookie};
pub use fault::Fault;
pub use file::PostedFile;
pub use id::Id;
pub use layer::dress;
pub use pages::{Asks, Pages, Row, Who};
pub use picture::{picture_fault, picture_hint, picture_path};
pub use posted::Posted;
pub use proof::{Proof, confirm_page};
pub use redirections::{CODE, COPY, RedirectionsPart, TARGET, redirection_fault};
pub use visitor::{SignedIn, Visitor, with_next};
pub(crate) use visitor::{asked, with_query};

/// What pages work with. Clones share it.
#[derive(Clone)]
pub struct Web {
    parts: Arc<Parts>,
    clients: ClientPorts,
}

struct Parts {
    identity: Identity,
    access: Access,
    bus: Bus,
    ambient: Ambient,
    is_secure: bool,
}

impl Web {
    /// Pages over the door. Cookies are bound to TLS when the origin begins with `https://`.
    pub fn new(identity: Identity, access: Access, bus: Bus, ambient: Ambient) -> Self {
        let is_secure = identity.origin().starts_with("https://");
        let parts = Arc::new(Parts { identity, access, bus, ambient, is_secure });
        Self { parts, clients: ClientPorts::default() }
    }

    /// The same pages, which tell of these ports to mail programs.
    #[must_use]
    pub fn with_clients(self, clients: ClientPorts) -> Self {
        Self { clients, ..self }
    }

    /// At which ports mail programs reach this server.
    pub fn clients(&self) -> ClientPorts {
        self.clients
    }

    /// Who people are.
    pub fn identity(&self) -> &Identity {
        &self.parts.identity
    }

    /// The door.
    pub fn access(&self) -> &Access {
        &self.parts.access
    }

    /// What happens.
    pub fn bus(&self) -> &Bus {
        &self.parts.bus
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        self.parts.ambient.clock.now()
    }

    /// Whether browsers reach the pages over TLS.
    pub fn is_secure(&self) -> bool {
        self.parts.is_secure
    }

    /// Random bytes.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.parts.ambient.random.fill(&mut bytes);
        bytes
    }
}
