//! Addresses from their pages to the wire: aliases, names with a plus, the bin, and what the DNS of a domain says.

use tests::http::{Http, between};
use tests::server::Options;
use tests::{FakeDns, SmtpClient, dns};

use crate::support::{ANNA, DATABASES, INFO, PASSWORD, imap, message, stranger, world, world_with};

/// A stranger's mail to one address, and what it is answered.
fn deliver(server: &tests::Server, to: &str) -> (u16, String) {
    let mut smtp: SmtpClient = stranger(server);
    smtp.say("MAIL FROM:<stranger@far.example>", 250);
    smtp.lines().send_line(&format!("RCPT TO:<{to}>"));
    let (code, text) = smtp.reply().unwrap();
    if code != 250 {
        return (code, text);
    }
    smtp.data(&message("hello"))
}

/// The id of the shared address, as Anna's Mail app says it.
fn mailbox(anna: &mut Http) -> String {
    let mail = anna.get("/mail").location().trim_start_matches("/mail/").to_owned();
    mail.split('/').next().unwrap().to_owned()
}

#[test]
fn a_deleted_address_ends_what_is_open_refuses_mail_and_comes_back_whole() {
    for database in DATABASES {
        let server = world(database);
        assert_eq!(deliver(&server, INFO).0, 250);
        let mut anna = Http::signed_in(server.listens("web"), ANNA, PASSWORD);
        let mailbox = mailbox(&mut anna);
        let mut program = imap(&server, ANNA);
        program.ok("SELECT INBOX");
        program.idle();

        let path = format!("/manager/addresses/{mailbox}");
        let page = anna.get(&format!("{path}/delete"));
        assert!(page.body.contains("Anna Muster") && page.body.contains("1 message"), "{}", page.body);
        assert_eq!(anna.post(&format!("{path}/delete"), &[]).status, 422);
        let done = anna.post(&format!("{path}/delete"), &[("understood", "on")]);
        assert!(done.body.contains("Address deleted"), "{}", done.body);
        let line = program.logical_line().unwrap();
        assert!(line.starts_with("* BYE"), "{line}");
        let (code, text) = deliver(&server, INFO);
        assert!(code == 550 && text.contains("5.1.1"), "{code} {text}");

        assert_eq!(anna.post(&format!("{path}/restore"), &[]).status, 303);
        assert_eq!(deliver(&server, INFO).0, 250);
        let mut program = imap(&server, ANNA);
        let selected = program.ok("SELECT INBOX").untagged.join("\n");
        assert!(selected.contains("* 2 EXISTS"), "{selected}");
    }
}

#[test]
fn mail_comes_in_by_an_alias_and_by_a_name_with_a_plus() {
    for database in DATABASES {
        let server = world(database);
        let mut anna = Http::signed_in(server.listens("web"), ANNA, PASSWORD);
        let path = format!("/manager/addresses/{}/aliases", mailbox(&mut anna));
        assert_eq!(deliver(&server, "contact@example.test").0, 550);
        anna.get(&path);
        let added = anna.post(&path, &[("name", "contact"), ("domain", "example.test")]);
        assert_eq!(added.status, 303, "{}", added.body);
        for to in ["contact@example.test", "Contact+news@example.test", "info+shop@example.test"] {
            assert_eq!(deliver(&server, to).0, 250, "{to}");
        }
        assert_eq!(deliver(&server, "nobody+info@example.test").0, 550);
        let selected = imap(&server, ANNA).ok("SELECT INBOX").untagged.join("\n");
        assert!(selected.contains("* 3 EXISTS"), "{selected}");
    }
}

#[test]
fn the_page_of_domains_says_what_their_dns_says() {
    for database in DATABASES {
        let zone = FakeDns::start(vec![
            dns::mx("shop.example", 10, "elsewhere.example"),
            dns::txt("shop.example", "v=spf1 mx ~all"),
            dns::txt("_postroom.shop.example", "postroom-domain=not-this-one"),
        ]);
        let environment = vec![("POSTROOM_OUTBOUND_RESOLVER".to_owned(), zone.address().to_string())];
        let server = world_with(database, Options { environment });
        let mut anna = Http::signed_in(server.listens("web"), ANNA, PASSWORD);
        let organization = anna.get("/manager").location().to_owned();
        let services = anna.get(&organization).body;
        let service = between(&services, "/manager/services/", "\"").unwrap();
        let path = format!("/manager/services/{}/domains", service.split('/').next().unwrap());
        anna.get(&path);
        assert_eq!(anna.post(&path, &[("domain", "shop.example")]).status, 303);
        let page = anna.get(&path).body;
        let shop = page.split(">shop.example</h2>").nth(1).unwrap();
        let check = between(shop, "action=\"", "\"").unwrap();
        assert!(check.ends_with("/check"), "{check}");
        assert_eq!(anna.post(check, &[]).status, 303);
        let page = anna.get(&path).body;
        let shop = page.split(">shop.example</h2>").nth(1).unwrap();
        for piece in ["not verified", "elsewhere.example", "v=spf1 mx ~all", "postroom-domain=not-this-one"] {
            assert!(page.contains(piece), "{piece} in {page}");
        }
        let tags = |words: &str| shop.matches(&format!(">{words}</span>")).count();
        assert_eq!((tags("found"), tags("something else is there"), tags("not found")), (1, 2, 3), "{shop}");
    }
}
