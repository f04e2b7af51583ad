//! Another server at the other end: Postfix, in both directions.

mod slow {
    use std::net::Ipv4Addr;

    use tests::server::Options;
    use tests::{Database, FakeDns, ImapClient, Postfix, Server, SmtpClient, dns};

    use crate::support::{ANNA, INFO, device, imap, message, world_with};

    /// This server and Postfix, each of which knows where the other is.
    struct World {
        server: Server,
        postfix: Postfix,
        _dns: FakeDns,
    }

    fn world() -> World {
        let dns = FakeDns::start(vec![
            dns::mx("far.example", 10, "mx.far.example"),
            dns::a("mx.far.example", Ipv4Addr::LOCALHOST),
            dns::txt("far.example", "v=spf1 ip4:127.0.0.1 -all"),
        ]);
        // Each is told of the other before that is there.
        let there = Postfix::free_address();
        let environment = vec![
            ("POSTROOM_OUTBOUND_RESOLVER".to_owned(), dns.address().to_string()),
            ("POSTROOM_OUTBOUND_PORT".to_owned(), there.port().to_string()),
        ];
        let server = world_with(Database::Sqlite, Options { environment });
        // Between servers nobody asks whose certificate it is: both show the same.
        let postfix = Postfix::start(there, server.listens("smtp"), &server.folder().join("data/tls"));
        World { server, postfix, _dns: dns }
    }

    /// A message in which lines look like the end of it, and are long, and hold letters beyond ASCII.
    fn difficult(from: &str, to: &str) -> Vec<u8> {
        let long = "x".repeat(900);
        format!(
            "From: <{from}>\r\nTo: <{to}>\r\nSubject: difficult\r\nMessage-ID: <difficult@{from}>\r\n\
             MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\
             .\r\n..\r\n.leading\r\nS\u{f8}ren \u{e0} No\u{eb}l\r\n{long}\r\n\r\n.\r\nMAIL FROM:<evil@example.test>\r\n.\r\nlast\r\n"
        )
        .into_bytes()
    }

    fn body(message: &[u8]) -> String {
        let text = String::from_utf8(message.to_vec()).unwrap().replace("\r\n", "\n");
        text.split_once("\n\n").unwrap().1.to_owned()
    }

    fn wait_for(imap: &mut ImapClient, subject: &str) -> String {
        imap.ok("SELECT INBOX");
        while imap.ok(&format!("SEARCH SUBJECT \"{subject}\"")).untagged == ["* SEARCH"] {
            let tag = imap.idle();
            imap.logical_line().unwrap();
            imap.lines().send_line("DONE");
            imap.finish(&tag);
        }
        let found = imap.ok(&format!("SEARCH SUBJECT \"{subject}\"")).untagged[0].clone();
        let number = found.rsplit(' ').next().unwrap().to_owned();
        imap.ok(&format!("FETCH {number} BODY.PEEK[]")).untagged.join("\n")
    }

    #[test]
    fn mail_goes_to_postfix_encrypted_and_whole() {
        let mut world = world();
        let secret = device(&world.server, ANNA);
        let mut smtp = SmtpClient::connect(world.server.listens("submission"));
        smtp.sign_in(INFO, &secret, 235);
        let sent = difficult(INFO, "ben@far.example");
        let (code, text) = smtp.deliver(INFO, &["ben@far.example", "eve@far.example"], &sent);
        assert_eq!(code, 250, "{text}");
        for _ in 0..2 {
            world.postfix.wait_for("status=sent (delivered to maildir)");
        }
        let arrived = world.postfix.arrived();
        assert_eq!(arrived.len(), 2, "one for each recipient, of one conversation");
        for message in arrived {
            assert_eq!(body(&message), body(&sent));
            let text = String::from_utf8(message).unwrap();
            assert!(text.contains("(using TLSv1.3 "), "{text}");
            assert!(text.starts_with(&format!("Return-Path: <{INFO}>\n")), "{text}");
            assert_eq!(text.matches("DKIM-Signature:").count(), 2, "{text}");
        }
    }

    #[test]
    fn mail_comes_from_postfix_encrypted_and_whole() {
        let mut world = world();
        let sent = difficult("carl@far.example", INFO);
        let mut smtp = SmtpClient::connect(world.postfix.address());
        smtp.say("MAIL FROM:<carl@far.example> BODY=8BITMIME", 250);
        smtp.say(&format!("RCPT TO:<{INFO}>"), 250);
        assert_eq!(smtp.data(&sent).0, 250);
        world.postfix.wait_for("status=sent (250 2.0.0 Kept.)");
        let arrived = wait_for(&mut imap(&world.server, ANNA), "difficult");
        assert!(arrived.contains("with ESMTPS"), "{arrived}");
        assert!(arrived.contains("spf=pass smtp.mailfrom=far.example"), "{arrived}");
        let body = body(&sent).replace('\n', "\r\n");
        assert!(arrived.contains(&body), "{arrived}");
    }

    /// Postfix passes on what is asked (RFC 3461), this server reports, and Postfix brings the report home.
    #[test]
    fn a_report_of_success_finds_its_way_back_through_postfix() {
        let mut world = world();
        let mut smtp = SmtpClient::connect(world.postfix.address());
        smtp.say("MAIL FROM:<carl@far.example> ENVID=mine", 250);
        smtp.say(&format!("RCPT TO:<{INFO}> NOTIFY=SUCCESS ORCPT=rfc822;{INFO}"), 250);
        assert_eq!(smtp.data(&message("did you get it")).0, 250);
        world.postfix.wait_for("status=sent (250 2.0.0 Kept.)");
        world.postfix.wait_for("status=sent (delivered to maildir)");
        let report = String::from_utf8(world.postfix.arrived().remove(0)).unwrap();
        for part in
            ["Original-Envelope-Id: mine\n", "Action: delivered\n", "X-Original-To: carl@far.example\n"]
        {
            assert!(report.contains(part), "{part} is missing in {report}");
        }
    }

    /// What this server refuses comes back by Postfix, with this server's words.
    #[test]
    fn what_is_refused_to_postfix_is_returned_by_it() {
        let mut world = world();
        let mut smtp = SmtpClient::connect(world.postfix.address());
        smtp.say("MAIL FROM:<carl@far.example>", 250);
        smtp.say("RCPT TO:<nobody@example.test>", 250);
        assert_eq!(smtp.data(&message("to nobody")).0, 250);
        world.postfix.wait_for("status=bounced");
        world.postfix.wait_for("status=sent (delivered to maildir)");
        let bounce = String::from_utf8(world.postfix.arrived().remove(0)).unwrap();
        assert!(bounce.contains("550 5.1.1 There is no such address here."), "{bounce}");
    }
}
