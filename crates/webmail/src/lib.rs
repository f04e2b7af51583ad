//! Pages of the Mail app: addresses and folders, lists, reading, writing, and what an address offers its user.
//!
//! **Invariant:** each page opens the mailbox in its path through the door, for whoever asks; looking at a page marks,
//! moves and sends nothing; what strangers wrote is shown as text, or alone in a frame where nothing runs.

mod act;
mod address_settings;
mod around;
mod asked;
mod compose;
mod content;
mod devices;
mod done;
mod events;
mod here;
mod home;
mod list;
mod live;
mod moments;
mod own;
mod reading;
mod redirections;
mod rows;
mod settings;
mod side;
mod text;
mod undo;

#[cfg(test)]
mod tests;

use web::{Asks, Pages, Who};

/// Every route of the Mail app.
pub fn pages() -> Pages {
    places().and(reading_pages()).and(writing()).and(settings_pages())
}

fn places() -> Pages {
    Pages::new()
        .get("/mail", Who::SignedIn, home::first_address)
        .get("/mail/events", Who::SignedIn, events::of_user)
        .get("/mail/{mailbox}", Who::AccessHolder, home::inbox)
        .get("/mail/{mailbox}/events", Who::AccessHolder, events::of_mailbox)
        .get("/mail/{mailbox}/side", Who::AccessHolder, side::fragment)
        .get("/mail/{mailbox}/{folder}", Who::AccessHolder, list::page)
        .get("/mail/{mailbox}/{folder}/rows", Who::AccessHolder, list::fragment)
}

fn reading_pages() -> Pages {
    Pages::new()
        .get("/mail/{mailbox}/{folder}/{uid}", Who::AccessHolder, reading::page)
        .get("/mail/{mailbox}/{folder}/{uid}/actions", Who::AccessHolder, reading::actions)
        .post("/mail/{mailbox}/{folder}/{uid}/seen", Who::AccessHolder, Asks::Nothing, act::seen)
        .post("/mail/{mailbox}/{folder}/{uid}/act", Who::AccessHolder, Asks::Nothing, act::act)
        .post("/mail/{mailbox}/undo", Who::AccessHolder, Asks::Nothing, undo::undo)
        .get("/mail/{mailbox}/message/{message}/body", Who::AccessHolder, content::body)
        .get("/mail/{mailbox}/message/{message}/part/{part}", Who::AccessHolder, content::part)
        .get("/mail/{mailbox}/message/{message}/source", Who::AccessHolder, content::source)
        .get("/mail/{mailbox}/message/{message}/eml", Who::AccessHolder, content::eml)
}

fn writing() -> Pages {
    let path = "/mail/{mailbox}/compose";
    Pages::new().get(path, Who::AccessHolder, compose::page).post_files(
        path,
        Who::AccessHolder,
        compose::FORM_BYTES,
        compose::send,
    )
}

fn settings_pages() -> Pages {
    Pages::new()
        .get("/mail/{mailbox}/settings", Who::AccessHolder, settings::page)
        .post("/mail/{mailbox}/devices", Who::AccessHolder, Asks::Proof, devices::add)
        .post("/mail/{mailbox}/devices/{device}/revoke", Who::AccessHolder, Asks::Nothing, devices::revoke)
        .and(own::pages())
        .and(redirections::pages())
        .and(address_settings::pages())
}
