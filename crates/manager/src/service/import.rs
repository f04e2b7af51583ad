//! Several addresses from a file (S5): it is sent and checked, somebody says yes, and the page shows how far it is.

mod ask;
mod download;
mod events;
mod show;
mod upload;
mod words;

use domain::{ImportId, MailServiceId};
use mailbox::desk::IMPORT_BYTES;
use web::{Asks, Pages, Who};

/// How large the form may be, in bytes: the largest file, and its fields.
const FORM_BYTES: usize = IMPORT_BYTES + 64 * 1024;

const ASK: &str = "/manager/services/{service}/addresses/import";

/// These pages.
pub(super) fn pages() -> Pages {
    let (manager, viewer) = (Who::MailManager, Who::ServiceViewer);
    Pages::new()
        .get(ASK, manager, ask::page)
        .post_files(ASK, manager, FORM_BYTES, ask::check)
        .get("/manager/services/{service}/addresses/import/template", manager, download::template)
        .get("/manager/services/{service}/imports/{import}", viewer, show::page)
        .get("/manager/services/{service}/imports/{import}/events", viewer, events::stream)
        .get("/manager/services/{service}/imports/{import}/result", viewer, download::result)
        .post("/manager/services/{service}/imports/{import}/start", manager, Asks::Proof, show::start)
        .post("/manager/services/{service}/imports/{import}/discard", manager, Asks::Nothing, show::discard)
}

/// Where a file is sent.
fn ask_path(service: MailServiceId) -> String {
    format!("/manager/services/{service}/addresses/import")
}

/// The page of a file.
fn path(service: MailServiceId, import: ImportId) -> String {
    format!("/manager/services/{service}/imports/{import}")
}
