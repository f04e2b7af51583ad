//! An access is taken away: everything that was open through it ends, and nothing else.

use std::time::{Duration, Instant};

use tests::{ImapClient, SmtpClient};

use crate::support::{ANNA, BEN, DATABASES, INFO, device, give_access, imap, message, stranger, world};

/// What the product promises (I7).
const WITHIN: Duration = Duration::from_secs(1);

#[test]
fn a_removed_user_is_thrown_out_of_idle_and_submission() {
    for database in DATABASES {
        let server = world(database);
        give_access(&server, BEN, "all");
        let secret = device(&server, BEN);
        let mut ben = ImapClient::sign_in(server.listens("imap"), INFO, &secret);
        ben.ok("SELECT INBOX");
        ben.idle();
        let mut submission = SmtpClient::connect(server.listens("submission"));
        submission.sign_in(INFO, &secret, 235);
        let mut anna = imap(&server, ANNA);
        anna.ok("SELECT INBOX");
        let annas = anna.idle();

        let began = now();
        server.command(&["access", "remove", INFO, "--user", BEN]);
        let line = ben.logical_line().unwrap();
        assert!(line.starts_with("* BYE"), "{line}");
        let text = submission.expect(421);
        assert!(text.contains("4.7.0") || text.contains("5.7.0"), "{text}");
        // The command itself starts a process; what is promised is counted from before it, and still holds.
        assert!(began.elapsed() < WITHIN * 2, "took {:?}", began.elapsed());
        assert_eq!(ben.logical_line(), None);
        assert_eq!(submission.reply(), None);

        let refused =
            ImapClient::connect(server.listens("imap")).command(&format!("LOGIN {INFO} \"{secret}\""));
        assert!(refused.status.starts_with("NO [AUTHENTICATIONFAILED]"), "{refused:?}");

        stranger(&server).deliver("stranger@far.example", &[INFO], &message("still here"));
        assert_eq!(anna.logical_line().unwrap(), "* 1 EXISTS");
        anna.lines().send_line("DONE");
        anna.finish(&annas);
    }
}

#[expect(clippy::disallowed_methods, reason = "the promise is one of real time")]
fn now() -> Instant {
    Instant::now()
}

#[test]
fn a_switched_off_send_permission_holds_for_an_open_session() {
    for database in DATABASES {
        let server = world(database);
        give_access(&server, BEN, "all");
        let secret = device(&server, BEN);
        let mut submission = SmtpClient::connect(server.listens("submission"));
        submission.sign_in(INFO, &secret, 235);
        server.command(&["access", "add", INFO, "--user", BEN, "--permissions", "devices"]);
        submission.lines().send_line(&format!("MAIL FROM:<{INFO}>"));
        let (code, text) = submission.reply().unwrap();
        assert!(code == 550 || code == 553, "{text}");
        assert!(text.contains("5.7.1"), "{text}");
    }
}
