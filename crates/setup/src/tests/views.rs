use domain::{Id, Language, MailboxId};
use ui::{Html, Locale};

use crate::apple::Profile;
use crate::page::{ChoosePage, SetupPage};
use crate::program::Program;
use web::{Entrance, Security};

use crate::servers::Servers;

/// An address that tries to put markup on a page.
const HOSTILE: &str = "\"<img src=x>&\"@example.test";

const TLS: Entrance = Entrance { port: 993, security: Security::Tls };
const START_TLS: Entrance = Entrance { port: 587, security: Security::StartTls };

/// Draws a page in both languages, and checks what holds for every page.
fn draw(page: impl Fn(Locale) -> Html) -> [String; 2] {
    let all = Language::ALL.map(|language| page(Locale::of(language)).as_str().to_owned());
    assert_ne!(all[0], all[1], "it is translated");
    for html in &all {
        assert_eq!(html.matches("<h1").count(), 1, "{html}");
        assert!(!html.contains("<img"), "{html}");
        let words: String =
            html.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, words)| words)).collect();
        for key in ["setup-", "mail-"] {
            assert!(!words.contains(key), "a key is shown instead of a text: {key} in {html}");
        }
        assert!(!html.contains("<input"), "there is nothing to fill in");
    }
    all
}

fn page(l: Locale, program: Program) -> SetupPage {
    SetupPage {
        l,
        id: MailboxId::from_bytes([7; 16]),
        address: HOSTILE.to_owned(),
        program,
        servers: Servers { host: "mail.test".to_owned(), incoming: vec![TLS], outgoing: vec![START_TLS] },
        url: "https://mail.test/setup/1".to_owned(),
        may_add: true,
    }
}

#[test]
fn each_program_has_its_steps_and_all_values() {
    for program in Program::ALL {
        let [html, _] = draw(|l| page(l, program).html());
        assert!(html.matches("<li>").count() >= 3, "{html}");
        for piece in
            ["<code>mail.test</code>, port 993, SSL/TLS", "port 587, STARTTLS", "class=\"qr\"", "#devices"]
        {
            assert!(html.contains(piece), "{piece} in {html}");
        }
        assert_eq!(html.matches("aria-current").count(), 1, "{html}");
        assert!(html.contains(&format!("?program={}\" aria-current=\"page\"", program.name())), "{html}");
        assert_eq!(html.contains("apple.mobileconfig"), program == Program::Apple, "{html}");
    }
}

#[test]
fn what_cannot_be_says_why() {
    let [html, _] = draw(|l| SetupPage { may_add: false, ..page(l, Program::Other) }.html());
    assert!(html.contains("switch on “Devices”") && !html.contains("#devices"), "{html}");
    let none = Servers { host: "mail.test".to_owned(), incoming: vec![], outgoing: vec![] };
    let [html, _] = draw(|l| SetupPage { servers: none.clone(), ..page(l, Program::Apple) }.html());
    assert!(html.contains("Programs cannot connect") && !html.contains("mobileconfig"), "{html}");
    let [html, _] = draw(|l| ChoosePage { l, addresses: &[] }.html());
    assert!(html.contains("You have no address yet"), "{html}");
}

#[test]
fn a_profile_is_the_same_each_time_and_another_for_another_mailbox() {
    let profile = |id: u8, name: &str| {
        let (l, id) = (Locale::of(Language::En), MailboxId::from_bytes([id; 16]));
        let (address, name) = (HOSTILE.to_owned(), name.to_owned());
        Profile { l, id, address, name, host: "mail.test", incoming: TLS, outgoing: START_TLS }.text()
    };
    let uuids = |text: &str| -> Vec<String> {
        let pieces = text.split("<key>PayloadUUID</key><string>").skip(1);
        pieces.map(|piece| piece.split('<').next().unwrap().to_owned()).collect()
    };
    let (one, again, other) = (profile(1, "A"), profile(1, "B"), profile(2, "A"));
    assert_eq!(uuids(&one).len(), 2);
    assert_ne!(uuids(&one)[0], uuids(&one)[1]);
    assert_eq!(uuids(&one), uuids(&again));
    assert_ne!(uuids(&one)[0], uuids(&other)[0]);
    assert!(!one.contains("<img") && one.contains("&#60;img src=x&#62;"), "{one}");
}
