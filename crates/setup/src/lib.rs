//! Helps mail programs find their settings: a page for people, and the documents that programs ask for.
//!
//! **Invariant:** nothing here holds a password or changes anything; what anybody may ask tells which domains are served
//! here, as their MX records do, and never whether an address exists.

mod apple;
mod asked;
mod document;
mod host;
mod outlook;
mod page;
mod policy;
mod program;
mod question;
mod servers;
mod thunderbird;

#[cfg(test)]
mod tests;

use web::{Pages, Who};

/// Every route of this crate.
pub fn pages() -> Pages {
    people().and(thunderbird_documents()).and(outlook_documents())
}

fn people() -> Pages {
    Pages::new()
        .get("/setup", Who::SignedIn, page::choose)
        .get("/setup/{mailbox}", Who::AccessHolder, page::page)
        .get("/setup/{mailbox}/apple.mobileconfig", Who::AccessHolder, apple::profile)
}

fn thunderbird_documents() -> Pages {
    Pages::new()
        .get("/.well-known/autoconfig/mail/config-v1.1.xml", Who::Anybody, thunderbird::config)
        .get("/mail/config-v1.1.xml", Who::Anybody, thunderbird::config)
        .get("/.well-known/mta-sts.txt", Who::Anybody, policy::policy)
}

/// Outlook puts its question by POST, without a session: the answers change nothing.
fn outlook_documents() -> Pages {
    Pages::new()
        .question("/autodiscover/autodiscover.xml", Who::Anybody, question::LIMIT, outlook::xml)
        .question("/Autodiscover/Autodiscover.xml", Who::Anybody, question::LIMIT, outlook::xml)
        .get("/autodiscover/autodiscover.json", Who::Anybody, outlook::json)
}
