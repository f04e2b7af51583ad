//! A stranger's mail arrives, and is read over IMAP.

use tests::{Database, Server};

use crate::support::{ANNA, BEN, DATABASES, INFO, device, give_access, imap, message, stranger, world};

#[test]
fn a_strangers_mail_is_read_over_imap_byte_for_byte() {
    for database in DATABASES {
        let server = world(database);
        let body = message("Grüße aus Zürich");
        let (code, text) = stranger(&server).deliver("stranger@far.example", &[INFO], &body);
        assert_eq!(code, 250, "{text}");

        let mut imap = imap(&server, ANNA);
        let selected = imap.ok("SELECT INBOX");
        assert_eq!(selected.having("1 EXISTS").len(), 1, "{selected:?}");
        let fetched = imap.ok("FETCH 1 (UID FLAGS RFC822.SIZE BODY.PEEK[])");
        let body = String::from_utf8(body).unwrap();
        assert!(fetched.untagged[0].contains(&body), "{fetched:?}");
        assert!(fetched.untagged[0].contains("Return-Path: <stranger@far.example>"), "{fetched:?}");
        assert!(fetched.untagged[0].contains("Received: from "), "{fetched:?}");
    }
}

#[test]
fn a_message_of_ten_megabytes_arrives_whole() {
    for database in DATABASES {
        let server = world(database);
        let mut body = message("large");
        let line = b"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789\r\n";
        while body.len() < 10_000_000 {
            body.extend_from_slice(line);
        }
        let (code, text) = stranger(&server).deliver("stranger@far.example", &[INFO], &body);
        assert_eq!(code, 250, "{text}");
        let mut imap = imap(&server, ANNA);
        imap.ok("SELECT INBOX");
        let fetched = imap.ok("FETCH 1 (BODY.PEEK[TEXT])");
        let text = &fetched.untagged[0];
        let expected = String::from_utf8_lossy(&body);
        let expected = expected.split_once("\r\n\r\n").unwrap().1;
        assert!(text.contains(expected), "{} bytes came back", text.len());
    }
}

#[test]
fn a_mail_to_nobody_is_refused_at_rcpt() {
    let server = world(Database::Sqlite);
    let mut smtp = stranger(&server);
    smtp.say("MAIL FROM:<stranger@far.example>", 250);
    let text = smtp.say("RCPT TO:<nobody@example.test>", 550);
    assert!(text.contains("5.1.1"), "{text}");
    let text = smtp.say("RCPT TO:<somebody@elsewhere.example>", 550);
    assert!(text.contains("5.7.1") || text.contains("5.1.1"), "{text}");
}

#[test]
fn idle_tells_of_new_mail_and_of_what_others_do() {
    for database in DATABASES {
        let server = world(database);
        give_access(&server, BEN, "all");
        let mut anna = imap(&server, ANNA);
        let mut ben = imap(&server, BEN);
        anna.ok("SELECT INBOX");
        ben.ok("SELECT INBOX");
        let idling = anna.idle();

        stranger(&server).deliver("stranger@far.example", &[INFO], &message("news"));
        assert_eq!(next_having(&mut anna, "EXISTS"), "* 1 EXISTS");

        ben.ok("NOOP");
        ben.ok("STORE 1 +FLAGS (\\Seen \\Flagged)");
        let line = next_having(&mut anna, "FETCH");
        assert!(line.contains("\\Flagged") && line.contains("\\Seen"), "{line}");

        ben.ok("STORE 1 +FLAGS.SILENT (\\Deleted)");
        ben.ok("EXPUNGE");
        assert_eq!(next_having(&mut anna, "EXPUNGE"), "* 1 EXPUNGE");
        anna.lines().send_line("DONE");
        assert!(anna.finish(&idling).status.starts_with("OK"));
    }
}

fn next_having(imap: &mut tests::ImapClient, needle: &str) -> String {
    loop {
        let line = imap.logical_line().unwrap();
        if line.contains(needle) {
            return line;
        }
    }
}

#[test]
fn messages_are_appended_copied_moved_found_and_expunged() {
    for database in DATABASES {
        let server = world(database);
        let mut imap = imap(&server, ANNA);
        let appended = imap.append("INBOX", "\\Seen", &message("first"));
        assert!(appended.status.contains("[APPENDUID "), "{appended:?}");
        imap.append("INBOX", "", &message("second"));
        imap.append("INBOX", "\\Flagged $Forwarded", &message("third"));
        imap.ok("SELECT INBOX");

        assert_eq!(imap.ok("SEARCH UNSEEN").untagged, ["* SEARCH 2 3"]);
        assert_eq!(imap.ok("SEARCH KEYWORD $Forwarded").untagged, ["* SEARCH 3"]);
        assert_eq!(imap.ok("UID SEARCH SUBJECT second").untagged, ["* SEARCH 2"]);
        assert_eq!(imap.ok("SEARCH BODY \"this is first\"").untagged, ["* SEARCH 1"]);
        let counted = imap.ok("SEARCH RETURN (COUNT MIN MAX) ALL");
        assert!(
            counted.untagged[0].contains("COUNT 3") && counted.untagged[0].contains("MAX 3"),
            "{counted:?}"
        );

        let copied = imap.ok("COPY 1:2 Archive");
        assert!(copied.status.contains("[COPYUID ") && copied.status.contains(" 1:2 1:2]"), "{copied:?}");
        let moved = imap.ok("UID MOVE 3 Trash");
        assert_eq!(moved.having("EXPUNGE"), ["* 3 EXPUNGE"], "{moved:?}");
        assert!(moved.having("COPYUID").len() == 1 || moved.status.contains("COPYUID"), "{moved:?}");

        imap.ok("STORE 1 +FLAGS (\\Deleted)");
        assert_eq!(imap.ok("EXPUNGE").having("EXPUNGE"), ["* 1 EXPUNGE"]);
        let status = imap.ok("STATUS Archive (MESSAGES UIDNEXT UNSEEN)");
        assert!(
            status.untagged[0].contains("MESSAGES 2") && status.untagged[0].contains("UNSEEN 1"),
            "{status:?}"
        );
    }
}

#[test]
fn condstore_tells_only_what_changed() {
    for database in DATABASES {
        let server = world(database);
        let mut imap = imap(&server, ANNA);
        imap.append("INBOX", "", &message("first"));
        imap.append("INBOX", "", &message("second"));
        let selected = imap.ok("SELECT INBOX (CONDSTORE)");
        let line = selected.having("HIGHESTMODSEQ")[0].to_owned();
        let modseq: u64 =
            line.split("HIGHESTMODSEQ ").nth(1).unwrap().split(']').next().unwrap().parse().unwrap();
        imap.ok("STORE 2 +FLAGS (\\Flagged)");
        let changed = imap.ok(&format!("FETCH 1:* (FLAGS) (CHANGEDSINCE {modseq})"));
        assert_eq!(changed.untagged.len(), 1, "{changed:?}");
        assert!(
            changed.untagged[0].starts_with("* 2 FETCH") && changed.untagged[0].contains("MODSEQ"),
            "{changed:?}"
        );
        let refused = imap.ok(&format!("STORE 2 (UNCHANGEDSINCE {modseq}) +FLAGS (\\Deleted)"));
        assert!(refused.status.contains("[MODIFIED 2]"), "{refused:?}");
    }
}

#[test]
fn without_the_folders_permission_no_folder_is_made() {
    let server = world(Database::Sqlite);
    give_access(&server, BEN, "devices");
    let mut ben = imap(&server, BEN);
    let answer = ben.command("CREATE Projects");
    assert!(answer.status.starts_with("NO [NOPERM]"), "{answer:?}");
    server.command(&["access", "add", INFO, "--user", BEN, "--permissions", "folders"]);
    ben.ok("CREATE Projects");
    assert_eq!(ben.ok("LIST \"\" Projects").untagged.len(), 1);
}

#[test]
fn a_wrong_secret_and_an_absent_address_are_answered_alike() {
    let server = world(Database::Sqlite);
    let good = device(&server, ANNA);
    let mut one = tests::ImapClient::connect(server.listens("imap"));
    let wrong = one.command(&format!("LOGIN {INFO} nonsense"));
    let absent = one.command(&format!("LOGIN nobody@example.test {good}"));
    assert!(wrong.status.starts_with("NO [AUTHENTICATIONFAILED]"), "{wrong:?}");
    assert_eq!(wrong.status, absent.status);
}

#[test]
fn a_second_start_finds_everything_again() {
    for database in DATABASES {
        let mut server: Server = world(database);
        let secret = device(&server, ANNA);
        stranger(&server).deliver("stranger@far.example", &[INFO], &message("kept"));
        server.kill();
        server.start_again();
        let mut imap = tests::ImapClient::sign_in(server.listens("imap"), INFO, &secret);
        assert_eq!(imap.ok("SELECT INBOX").having("1 EXISTS").len(), 1);
        assert_eq!(imap.ok("SEARCH SUBJECT kept").untagged, ["* SEARCH 1"]);
    }
}
