//! The list of users as a table for other programs (O5).

use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use ui::Locale;
use web::{Fault, Id, SignedIn};

use super::list::{Asked, Row, rows};

/// Sends everything that fits what is asked for.
pub(super) async fn export(
    signed_in: SignedIn,
    id: Id,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let desk = super::desk(&signed_in, &id).await?;
    let rows = rows(&desk, &asked.unwrap_or_default().0).await?;
    let text = table(signed_in.l(), signed_in.visitor.zone(), &rows);
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"users.csv\""),
    ];
    Ok((headers, text).into_response())
}

const HEADINGS: [&str; 7] = [
    "users-name",
    "users-login",
    "users-role",
    "users-teams",
    "users-second-factor",
    "users-last-sign-in",
    "users-accesses",
];

fn table(l: Locale, zone: &str, rows: &[Row]) -> String {
    let mut text = line(&HEADINGS.map(|key| l.t(key)));
    for row in rows {
        text.push_str(&match row {
            Row::Person(person) => line(&[
                person.name.clone(),
                person.address.clone(),
                super::role(l, person.role),
                person.teams.join(", "),
                l.t(if person.has_second_factor {
                    "users-second-factor-yes"
                } else {
                    "users-second-factor-no"
                }),
                person.signed_in_at.map(|at| l.moment(at, zone)).unwrap_or_default(),
                person.accesses.to_string(),
            ]),
            Row::Invited(place) => line(&[
                place.name.clone(),
                place.sent_to.clone().unwrap_or_default(),
                format!("{} ({})", super::role(l, place.role), l.t("users-invitation")),
                String::new(),
                String::new(),
                String::new(),
                place.accesses.len().to_string(),
            ]),
        });
    }
    text
}

fn line(cells: &[String; 7]) -> String {
    cells.iter().map(|cell| quoted(cell)).collect::<Vec<_>>().join(",") + "\r\n"
}

/// A cell in quotes (RFC 4180 §2). What a spreadsheet would take for a formula begins with an apostrophe.
pub(crate) fn quoted(cell: &str) -> String {
    let guard = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{guard}{}\"", cell.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::sample;
    use domain::Role;

    #[test]
    fn no_cell_is_a_formula() {
        assert_eq!(quoted("=1+1"), "\"'=1+1\"");
        assert_eq!(quoted("say \"hi\""), "\"say \"\"hi\"\"\"");
        let rows = [Row::Person(sample(2, "@Anna", Role::Owner))];
        let text = table(Locale::default(), "UTC", &rows);
        assert_eq!(text.lines().count(), 2);
        assert!(text.contains("\"'@Anna\",\"user2@example.net\",\"Legal representative\""), "{text}");
    }
}
