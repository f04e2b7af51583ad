//! Real clients from Debian's packages and Python's standard library, against the real servers.

use std::process::{Command, Output};

use tests::{Database, Server};

use crate::support::{ANNA, INFO, device, imap, message, stranger, world};

#[test]
fn mbsync_keeps_a_copy_in_both_directions() {
    let server = world(Database::Sqlite);
    let secret = device(&server, ANNA);
    for subject in ["one", "two"] {
        stranger(&server).deliver("stranger@far.example", &[INFO], &message(subject));
    }
    let folder = server.folder().join("mbsync");
    std::fs::create_dir_all(folder.join("mail")).unwrap();
    let config = folder.join("mbsyncrc");
    std::fs::write(&config, mbsync_config(&server, &secret, &folder.display().to_string())).unwrap();
    let sync = || {
        let output = Command::new("mbsync")
            .arg("-c")
            .arg(&config)
            .arg("-a")
            .output()
            .expect("mbsync is installed (Debian: isync)");
        assert!(output.status.success(), "{}", told(&output));
    };
    sync();
    let inbox = folder.join("mail/INBOX");
    let files = |sub: &str| std::fs::read_dir(inbox.join(sub)).map_or(0, |entries| entries.count());
    assert_eq!(files("new") + files("cur"), 2);

    // One is read here, a third is written here: both reach the server.
    std::fs::write(
        inbox.join("new/1700000000.1.local"),
        String::from_utf8(message("three")).unwrap().replace("\r\n", "\n"),
    )
    .unwrap();
    sync();
    let mut imap = imap(&server, ANNA);
    assert_eq!(imap.ok("SELECT INBOX").having("3 EXISTS").len(), 1);
    assert_eq!(imap.ok("SEARCH SUBJECT three").untagged, ["* SEARCH 3"]);

    // One is expunged there: it goes here as well.
    imap.ok("STORE 1 +FLAGS (\\Deleted)");
    imap.ok("EXPUNGE");
    sync();
    assert_eq!(files("new") + files("cur"), 2);
}

fn mbsync_config(server: &Server, secret: &str, folder: &str) -> String {
    format!(
        "IMAPAccount postroom\nHost 127.0.0.1\nPort {port}\nUser {INFO}\nPass \"{secret}\"\nSSLType None\nAuthMechs LOGIN\n\n\
         IMAPStore far\nAccount postroom\n\n\
         MaildirStore near\nPath {folder}/mail/\nInbox {folder}/mail/INBOX\nSubFolders Verbatim\n\n\
         Channel all\nFar :far:\nNear :near:\nPatterns *\nCreate Both\nExpunge Both\nSyncState *\n",
        port = server.listens("imap").port()
    )
}

#[test]
fn swaks_submits_over_starttls() {
    let server = world(Database::Sqlite);
    let secret = device(&server, ANNA);
    let output = Command::new("swaks")
        .args(["--server", "127.0.0.1", "--port", &server.listens("submission").port().to_string()])
        .args(["--tls", "--auth", "PLAIN", "--auth-user", INFO, "--auth-password", &secret])
        .args(["--from", INFO, "--to", INFO, "--header", "Subject: by swaks", "--body", "hello"])
        .output()
        .expect("swaks is installed (Debian: swaks)");
    assert!(output.status.success(), "{}", told(&output));
    wait_for_subject(&server, "by swaks");
}

#[test]
fn mutt_submits_and_msmtp_too() {
    let server = world(Database::Sqlite);
    let secret = device(&server, ANNA);
    let folder = server.folder();
    let port = server.listens("submission").port();
    let mutt = folder.join("muttrc");
    std::fs::write(
        &mutt,
        format!(
            "set from=\"{INFO}\"\nset use_from=yes\nset envelope_from_address=\"{INFO}\"\nset use_envelope_from=yes\n\
             set smtp_url=\"smtp://{user}@127.0.0.1:{port}/\"\nset smtp_pass=\"{secret}\"\nset ssl_starttls=no\nset ssl_force_tls=no\n\
             set smtp_authenticators=\"plain\"\nset copy=no\nset record=\"\"\n",
            user = INFO.replace('@', "%40")
        ),
    )
    .unwrap();
    let script = format!("echo hello | HOME={0} mutt -n -F {0}/muttrc -s 'by mutt' {INFO}", folder.display());
    let output = Command::new("sh").args(["-c", &script]).output().unwrap();
    assert!(output.status.success(), "{}", told(&output));
    wait_for_subject(&server, "by mutt");

    let script = format!(
        "printf 'From: {INFO}\\nTo: {INFO}\\nSubject: by msmtp\\n\\nhello\\n' | msmtp --host=127.0.0.1 --port={port} --tls=off \
         --auth=plain --user={INFO} --passwordeval='echo {secret}' --from={INFO} {INFO}"
    );
    let output = Command::new("sh").args(["-c", &script]).output().unwrap();
    assert!(output.status.success(), "{}", told(&output));
    wait_for_subject(&server, "by msmtp");
}

/// GNU SASL proves the password without saying it (RFC 7677).
#[test]
fn msmtp_signs_in_by_scram() {
    let server = world(Database::Sqlite);
    let secret = device(&server, ANNA);
    let port = server.listens("submission").port();
    let script = format!(
        "printf 'From: {INFO}\\nTo: {INFO}\\nSubject: by scram\\n\\nhello\\n' | msmtp --host=127.0.0.1 --port={port} --tls=off \
         --auth=scram-sha-256 --user={INFO} --passwordeval='echo {secret}' --from={INFO} {INFO}"
    );
    let output = Command::new("sh").args(["-c", &script]).output().unwrap();
    assert!(output.status.success(), "{}", told(&output));
    wait_for_subject(&server, "by scram");
    let wrong = script.replace(&secret, "abcdefghi-abcdefghi-abcdefghi");
    let output = Command::new("sh").args(["-c", &wrong]).output().unwrap();
    assert!(!output.status.success() && told(&output).contains("535"), "{}", told(&output));
}

#[test]
fn curl_sends_and_reads() {
    let server = world(Database::Sqlite);
    let secret = device(&server, ANNA);
    let file = server.folder().join("by-curl.eml");
    std::fs::write(&file, format!("From: {INFO}\r\nTo: {INFO}\r\nSubject: by curl\r\n\r\nhello\r\n"))
        .unwrap();
    let curl = |port: &str, scheme: &str, path: &str, more: &[&str]| {
        let address = format!("{scheme}://127.0.0.1:{}/{path}", server.listens(port).port());
        let output = Command::new("curl")
            .args(["--silent", "--show-error", "--insecure", "--ssl", "--max-time", "60", "--url", &address])
            .args(["--user", &format!("{INFO}:{secret}")])
            .args(more)
            .output()
            .expect("curl is installed (Debian: curl)");
        assert!(output.status.success(), "{}", told(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    let upload = file.display().to_string();
    for (port, scheme) in [("submission", "smtp"), ("submissions", "smtps")] {
        curl(port, scheme, "laptop", &["--mail-from", INFO, "--mail-rcpt", INFO, "--upload-file", &upload]);
    }
    wait_for_subject(&server, "by curl");
    for (port, scheme) in [("imap", "imap"), ("imaps", "imaps")] {
        let message = curl(port, scheme, "INBOX;MAILINDEX=1", &[]);
        assert!(message.contains("Subject: by curl\r\n") && message.ends_with("hello\r\n"), "{message}");
        assert!(curl(port, scheme, "", &["--request", "LIST \"\" *"]).contains("INBOX"));
    }
}

#[test]
fn pythons_own_clients_read_and_send_over_tls() {
    let server = world(Database::Sqlite);
    let secret = device(&server, ANNA);
    stranger(&server).deliver("stranger@far.example", &[INFO], &message("for python"));
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/clients/python_clients.py");
    let output = Command::new("python3")
        .arg(script)
        .env("ADDRESS", INFO)
        .env("SECRET", &secret)
        .env("IMAP", server.listens("imap").port().to_string())
        .env("IMAPS", server.listens("imaps").port().to_string())
        .env("SUBMISSION", server.listens("submission").port().to_string())
        .env("SUBMISSIONS", server.listens("submissions").port().to_string())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", told(&output));
    wait_for_subject(&server, "by smtplib over TLS");
    wait_for_subject(&server, "by smtplib over STARTTLS");
}

/// Waits until a message with that subject is in the inbox.
fn wait_for_subject(server: &Server, subject: &str) {
    let mut imap = imap(server, ANNA);
    imap.ok("SELECT INBOX");
    while imap.ok(&format!("SEARCH SUBJECT \"{subject}\"")).untagged == ["* SEARCH"] {
        let tag = imap.idle();
        imap.logical_line().unwrap();
        imap.lines().send_line("DONE");
        imap.finish(&tag);
    }
}

fn told(output: &Output) -> String {
    format!(
        "{}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}
