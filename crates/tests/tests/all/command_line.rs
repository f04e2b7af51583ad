//! The command line, while the server runs and while it is stopped.

use tests::server::Options;
use tests::{Database, Server};

use crate::support::{ANNA, BEN, DATABASES, INFO, PASSWORD, give_access, world};

#[test]
fn what_is_made_while_it_runs_is_listed_while_it_is_stopped() {
    for database in DATABASES {
        let mut server = world(database);
        give_access(&server, BEN, "send,devices");
        server.kill();
        for (noun, expected) in [
            ("user", ANNA),
            ("organization", "Acme"),
            ("service", "Acme"),
            ("domain", "example.test"),
            ("address", INFO),
        ] {
            let listed = server.command(&["--json", noun, "list"]);
            assert!(listed.contains(expected), "{noun}: {listed}");
            serde_json::from_str::<serde_json::Value>(&listed).unwrap();
        }
        let accesses = server.command(&["--json", "access", "list", INFO]);
        assert!(
            accesses.contains("devices") && accesses.contains("send") && accesses.contains(BEN),
            "{accesses}"
        );
        server.command(&["access", "remove", INFO, "--user", BEN]);
        assert!(!server.command(&["access", "list", INFO]).contains(BEN));
        server.command(&["audit", "verify"]);
    }
}

#[test]
fn a_mistake_has_its_own_exit_code_and_words() {
    let server = world(Database::Sqlite);
    let cases: [(&[&str], i32, &str); 6] = [
        (&["access", "add", "nobody@example.test", "--user", ANNA], 3, "nobody@example.test"),
        (&["access", "add", INFO, "--user", "stranger@far.example"], 3, "stranger@far.example"),
        (&["access", "add", INFO, "--user", BEN, "--permissions", "fly"], 2, "fly"),
        (&["address", "add", INFO], 4, INFO),
        (&["address", "add", "not an address"], 2, "address"),
        (&["domain", "trust", "unknown.test"], 3, "unknown.test"),
    ];
    for (arguments, code, words) in cases {
        let output = server.try_command(arguments, "");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {text}");
        assert!(text.contains(words), "{arguments:?}: {text}");
    }
}

#[test]
fn an_address_that_somebody_signs_in_with_is_opened_by_nobody_else() {
    let server = world(Database::Sqlite);
    let eve = "eve@example.test";
    server.command_with(&["user", "add", "--email", eve, "--name", "Eve", "--password-stdin"], PASSWORD);
    let refused = |arguments: &[&str]| {
        let output = server.try_command(arguments, "");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(4), "{arguments:?}: {text}");
        assert!(text.contains("signs in with"), "{arguments:?}: {text}");
    };
    refused(&["address", "add", eve, "--for", BEN]);
    server.command(&["address", "add", eve, "--for", eve]);
    refused(&["access", "add", eve, "--user", BEN]);
    // The other way round: what several people open cannot become somebody's login identifier.
    let arguments = ["user", "add", "--email", INFO, "--name", "Ina Info", "--password-stdin"];
    let output = server.try_command(&arguments, PASSWORD);
    assert_eq!(output.status.code(), Some(4), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_device_password_is_listed_and_revoked() {
    let server = world(Database::Sqlite);
    let printed = server.command(&["--json", "device", "add", INFO, "--user", ANNA, "--name", "tablet"]);
    let device: serde_json::Value = serde_json::from_str(&printed).unwrap();
    let (id, secret) = (device["id"].as_str().unwrap(), device["secret"].as_str().unwrap());
    let mut imap = tests::ImapClient::sign_in(server.listens("imap"), INFO, secret);
    assert!(server.command(&["device", "list", INFO]).contains("tablet"));
    server.command(&["device", "revoke", INFO, id]);
    assert!(imap.logical_line().unwrap().starts_with("* BYE"));
    assert!(!server.command(&["device", "list", INFO]).contains("tablet"));
    assert_eq!(server.try_command(&["device", "revoke", INFO, id], "").status.code(), Some(3));

    // Who may not make device passwords gets none.
    give_access(&server, BEN, "send");
    let output = server.try_command(&["device", "add", INFO, "--user", BEN, "--name", "phone"], "");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(4), "{text}");
    assert!(text.contains("devices"), "{text}");
}

#[test]
fn what_an_operator_does_is_in_the_log() {
    let server = world(Database::Sqlite);
    give_access(&server, BEN, "send");
    server.command(&["access", "remove", INFO, "--user", BEN]);
    let listed = server.command(&["--json", "audit", "list", "--organization", "Acme"]);
    let entries: serde_json::Value = serde_json::from_str(&listed).unwrap();
    let verbs: Vec<_> =
        entries.as_array().unwrap().iter().map(|entry| entry["verb"].as_str().unwrap()).collect();
    assert_eq!(
        verbs,
        [
            "access.remove",
            "access.add",
            "address.create",
            "domain.trust",
            "mail_service.create",
            "organization.create"
        ]
    );
    let verified = server.command(&["--json", "audit", "verify", "--organization", "Acme"]);
    let verified: serde_json::Value = serde_json::from_str(&verified).unwrap();
    assert_eq!(verified[0]["entries"], 6);
}

#[test]
fn a_weak_password_is_refused() {
    let server = world(Database::Sqlite);
    let arguments = ["user", "add", "--email", "eve@far.example", "--name", "Eve", "--password-stdin"];
    let output = server.try_command(&arguments, "password");
    assert_eq!(output.status.code(), Some(4), "{}", String::from_utf8_lossy(&output.stderr));
    server.command_with(&arguments, PASSWORD);
}

#[test]
fn a_backup_is_restored_into_an_empty_folder() {
    let server = world(Database::Sqlite);
    let backup = server.folder().join("backup");
    server.command(&["backup", backup.to_str().unwrap()]);
    let elsewhere = server.folder().join("elsewhere");
    server.command(&["--data", elsewhere.to_str().unwrap(), "restore", backup.to_str().unwrap()]);
    let listed = server.command(&["--data", elsewhere.to_str().unwrap(), "address", "list"]);
    assert!(listed.contains(INFO), "{listed}");
}

#[test]
fn a_faulty_configuration_is_named_with_its_line() {
    let server = Server::start(Database::Sqlite, Options::default());
    let file = server.folder().join("postroom.toml");
    std::fs::write(&file, "[listen]\nsmtp = \"nowhere\"\ncolour = \"blue\"\n").unwrap();
    let output = server.try_command(&["check-config", "--config", file.to_str().unwrap()], "");
    let text =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(!output.status.success());
    assert!(text.contains("postroom.toml:2") && text.contains("postroom.toml:3"), "{text}");
}

#[test]
fn the_first_link_is_printed_until_there_is_a_user() {
    let mut server = Server::start(Database::Sqlite, Options::default());
    assert!(server.first_link().starts_with("/sign-up/"));
    server.command_with(
        &["user", "add", "--email", ANNA, "--name", "Anna Muster", "--password-stdin"],
        PASSWORD,
    );
    server.kill();
    server.start_again();
    assert!(std::panic::catch_unwind(|| server.first_link()).is_err());
}
