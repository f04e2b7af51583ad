//! Files to take along: an empty one to fill in, and what became of a full one.

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use domain::ImportId;
use mailbox::desk::{Column, ImportOutcome};
use ui::Locale;
use web::{Fault, Id, SignedIn};

use super::words;
use crate::people::quoted;

/// How many lines are read at a time.
const AT_ONCE: usize = 1_000;

/// The headings, and a line that shows what belongs under them.
pub(super) async fn template(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    crate::service::desk(&signed_in, &id).await?;
    let headings = Column::ALL.map(Column::name).join(",");
    let text = format!("{headings}\r\nsales,Sales,,,yes,name@example.org,send folders,1000\r\n");
    Ok(file("addresses.csv", text))
}

/// What became of each line.
pub(super) async fn result(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    let desk = crate::service::viewed(&signed_in, &id).await?;
    let (import, l): (ImportId, Locale) = (id.of("import")?, signed_in.l());
    let mut text = line(&HEADINGS.map(|key| l.t(key)));
    let mut after = None;
    loop {
        let some = desk.import_outcomes(import, after, AT_ONCE).await?;
        after = some.last().map(|(number, _)| *number);
        text.extend(some.iter().map(|(_, one)| row(l, one)));
        if some.len() < AT_ONCE {
            return Ok(file("result.csv", text));
        }
    }
}

const HEADINGS: [&str; 4] = ["more-import-line", "address-email", "more-import-user", "more-import-outcome"];

fn row(l: Locale, one: &ImportOutcome) -> String {
    let user = one.user.clone().unwrap_or_default();
    line(&[one.line.to_string(), one.address.clone(), user, words::outcome(l, one)])
}

fn line(cells: &[String; 4]) -> String {
    cells.iter().map(|cell| quoted(cell)).collect::<Vec<_>>().join(",") + "\r\n"
}

fn file(name: &str, text: String) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, text).into_response()
}

#[cfg(test)]
mod tests {
    use mailbox::desk::ImportStep;

    use super::*;

    #[test]
    fn a_row_says_what_became_of_its_line_and_is_no_formula() {
        let one = ImportOutcome {
            line: 3,
            address: "-a@x.test".to_owned(),
            step: ImportStep::Address,
            user: Some("=cmd@x.test".to_owned()),
            outcome: Some("made".to_owned()),
        };
        assert_eq!(row(Locale::default(), &one), "\"3\",\"'-a@x.test\",\"'=cmd@x.test\",\"created\"\r\n");
    }
}
