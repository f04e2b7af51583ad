//! `postroom verify`, on a server that runs and on one that is stopped.

use serde_json::Value;
use tests::{Database, Server};

use crate::support::{DATABASES, INFO, message, stranger, world};

/// Delivers a small mail and one that lies in a file of its own.
fn deliver(server: &Server) {
    let mut smtp = stranger(server);
    let large = [message("large"), "long lines\r\n".repeat(9_000).into_bytes()].concat();
    for content in [message("small"), large] {
        let (code, text) = smtp.deliver("a@far.example", &[INFO], &content);
        assert_eq!(code, 250, "{text}");
    }
}

/// The exit code, and the findings as `topic: place: words`.
fn verify(server: &Server) -> (Option<i32>, Vec<String>) {
    let output = server.try_command(&["--json", "verify"], "");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let rows: Vec<Value> = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let words =
        |row: &Value| format!("{}: {}: {}", row["topic"], row["place"], row["found"]).replace('"', "");
    (output.status.code(), rows.iter().map(words).collect())
}

#[test]
fn all_is_well_with_a_server_that_runs_and_with_one_that_is_stopped() {
    for database in DATABASES {
        let mut server = world(database);
        deliver(&server);
        let said = server.command(&["verify"]);
        assert!(said.contains("Everything is as it must be") && said.contains("messages: 2"), "{said}");
        server.end();
        assert_eq!(verify(&server), (Some(0), Vec::new()));
    }
}

#[test]
fn each_damage_is_named_and_has_an_exit_code_of_its_own() {
    for database in DATABASES {
        let mut server = world(database);
        deliver(&server);
        server.kill();
        if database == Database::Postgres {
            server.sql("ALTER TABLE grants DROP CONSTRAINT grants_user_id_fkey");
        }
        for damage in [
            "UPDATE folders SET total = total + 3 WHERE name = 'INBOX'",
            "UPDATE mailboxes SET used_bytes = 1",
            "UPDATE audit_entries SET object = 'something else' WHERE seq = 2",
            "DELETE FROM users WHERE user_id IN (SELECT user_id FROM users WHERE first_name = 'Ben')",
        ] {
            if damage.contains("users") {
                server.sql("DELETE FROM login_identifiers WHERE address_key = 'ben@far.example'");
                server
                    .sql("UPDATE grants SET user_id = (SELECT user_id FROM users WHERE first_name = 'Ben')");
            }
            server.sql(damage);
        }
        let (code, found) = verify(&server);
        assert_eq!(code, Some(6), "{found:#?}");
        for words in [
            "counter: info@example.test, folder INBOX: it says that it holds 5 messages; there are 2",
            "counter: info@example.test: it says that 1 bytes are used",
            "log: the activity log of Acme: the entry 2 was altered",
            "orphan: a row of grants: there is no user",
        ] {
            assert!(found.iter().any(|finding| finding.contains(words)), "{words:?} is not in {found:#?}");
        }
        let output = server.try_command(&["verify"], "");
        assert_eq!(output.status.code(), Some(6));
        assert!(String::from_utf8_lossy(&output.stdout).contains("it holds 5 messages"));
    }
}
