//! Delivery reports: asked for, passed on, and sent where nobody else sends them (RFC 3461, RFC 3464).

use tests::{Database, ImapClient, Server, SmtpClient};

use crate::outgoing::{outside, own_message};
use crate::support::{ANNA, DATABASES, INFO, device, imap, message};

/// Submits as Info with these MAIL parameters, to these RCPT commands.
fn submit(server: &Server, mail: &str, rcpts: &[&str]) {
    let secret = device(server, ANNA);
    let mut smtp = SmtpClient::connect(server.listens("submission"));
    smtp.sign_in(INFO, &secret, 235);
    smtp.say(&format!("MAIL FROM:<{INFO}>{mail}"), 250);
    for rcpt in rcpts {
        smtp.say(&format!("RCPT TO:{rcpt}"), 250);
    }
    let (code, text) = smtp.data(&own_message("please tell me", "ben@far.example"));
    assert_eq!(code, 250, "{text}");
}

/// Waits for the message that arrives in INBOX after what was there, and gives it.
fn next_report(imap: &mut ImapClient) -> String {
    while imap.ok("SELECT INBOX").having("1 EXISTS").is_empty() {
        std::thread::yield_now();
    }
    imap.ok("FETCH 1 BODY.PEEK[]").untagged[0].clone()
}

#[test]
fn a_server_that_reports_is_told_what_is_wanted() {
    for database in DATABASES {
        let outside = outside(database);
        outside.sink.offer("DSN");
        submit(
            &outside.server,
            " RET=FULL ENVID=QQ314",
            &["<ben@far.example> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;first+2Bben@old.example"],
        );
        let taken = outside.sink.next();
        assert!(taken.envelope[0].ends_with(" RET=FULL ENVID=QQ314"), "{:?}", taken.envelope);
        let expected = "RCPT TO:<ben@far.example> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;first+2Bben@old.example";
        assert_eq!(taken.envelope[1], expected);
    }
}

#[test]
fn a_server_that_does_not_is_reported_on() {
    for database in DATABASES {
        let outside = outside(database);
        let mut imap = imap(&outside.server, ANNA);
        submit(&outside.server, " ENVID=QQ314", &["<ben@far.example> NOTIFY=SUCCESS", "<eve@far.example>"]);
        let taken = outside.sink.next();
        assert!(!taken.envelope.iter().any(|line| line.contains("NOTIFY") || line.contains("ENVID")));
        let report = next_report(&mut imap);
        for part in
            ["Original-Envelope-Id: QQ314", "ben@far.example\r\nAction: relayed\r\n", "Return-Path: <>"]
        {
            assert!(report.contains(part), "{part} is missing in {report}");
        }
        assert!(!report.contains("eve@far.example\r\nAction"), "{report}");
    }
}

#[test]
fn a_bounce_brings_the_whole_message_back_when_asked_and_nothing_when_not_wanted() {
    for database in DATABASES {
        let outside = outside(database);
        let mut imap = imap(&outside.server, ANNA);
        for _ in 0..2 {
            outside.sink.refuse_next("550 5.1.1 no such person here");
        }
        submit(
            &outside.server,
            " RET=FULL",
            &["<a@far.example> NOTIFY=NEVER", "<b@far.example> NOTIFY=FAILURE"],
        );
        let report = next_report(&mut imap);
        assert!(report.contains("Content-Type: message/rfc822") && report.contains("Going out."), "{report}");
        assert!(report.contains("b@far.example\r\nAction: failed"), "{report}");
        assert!(!report.contains("a@far.example\r\nAction"), "{report}");
    }
}

/// A stranger asks to hear of the arrival here: the report goes to the stranger's server.
#[test]
fn a_stranger_hears_that_mail_has_arrived() {
    for database in DATABASES {
        let outside = outside(database);
        let mut smtp = SmtpClient::connect(outside.server.listens("smtp"));
        smtp.say("MAIL FROM:<carl@far.example> RET=FULL ENVID=mine", 250);
        smtp.say(&format!("RCPT TO:<{INFO}> NOTIFY=SUCCESS ORCPT=rfc822;office@old.example"), 250);
        let (code, text) = smtp.data(&message("did you get it"));
        assert_eq!(code, 250, "{text}");
        let report = outside.sink.next();
        assert_eq!((report.sender.as_str(), report.recipients), ("", vec!["carl@far.example".to_owned()]));
        for part in [
            "Original-Envelope-Id: mine\r\n",
            "Original-Recipient: rfc822; office@old.example\r\n",
            "Action: delivered\r\nStatus: 2.0.0\r\n",
            "text/rfc822-headers",
        ] {
            assert!(report.message.contains(part), "{part} is missing in {}", report.message);
        }
    }
}

#[test]
fn a_sender_is_told_in_their_language() {
    let outside = outside(Database::Sqlite);
    let mut imap = imap(&outside.server, ANNA);
    outside.server.sql("UPDATE users SET language = 'fr'");
    outside.sink.refuse_next("550 5.1.1 no such person here");
    submit(&outside.server, "", &["<a@far.example>"]);
    let report = next_report(&mut imap);
    assert!(report.contains("Votre message n’est pas parvenu à ces destinataires"), "{report}");
}

/// Anybody can ask in another's name: then nobody hears anything.
#[test]
fn a_report_of_success_does_not_go_to_a_sender_who_is_only_claimed() {
    for database in DATABASES {
        let outside = outside(database);
        let mut smtp = SmtpClient::connect(outside.server.listens("smtp"));
        for (sender, subject) in [("eve@nowhere.example", "claimed"), ("carl@far.example", "proven")] {
            smtp.say(&format!("MAIL FROM:<{sender}>"), 250);
            smtp.say(&format!("RCPT TO:<{INFO}> NOTIFY=SUCCESS"), 250);
            let (code, text) = smtp.data(&message(subject));
            assert_eq!(code, 250, "{text}");
        }
        let report = outside.sink.next();
        assert_eq!(report.recipients, ["carl@far.example"]);
        let queued = outside.server.command(&["queue", "list"]);
        assert!(!queued.contains("eve@nowhere.example"), "{queued}");
    }
}
