use bytes::Bytes;
use domain::{EmailAddress, EnvelopeId, Notify, OriginalRecipient, ReportWishes, Returned, Secret};
use proptest::prelude::*;

use crate::smtp::{
    Cause, Client, ClientMail, Credentials, Encryption, Event, Obstacle, Outcome, Outcomes, Reply, Reporting,
    Step,
};

const OFFERS: &str =
    "250-mx\r\n250-PIPELINING\r\n250-STARTTLS\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 1000\r\n";
const ENCRYPTED_OFFERS: &str = "250-mx\r\n250-AUTH PLAIN LOGIN\r\n250 SIZE\r\n";

fn mail(recipients: &[&str]) -> ClientMail {
    ClientMail {
        helo: "post.test".to_owned(),
        sender: Some("ada@post.test".parse().unwrap()),
        recipients: recipients.iter().map(|text| text.parse::<EmailAddress>().unwrap().into()).collect(),
        wishes: ReportWishes::default(),
        content: Bytes::from_static(b"Subject: x\r\n\r\n.dot\r\n"),
        encryption: Encryption::Opportunistic,
        credentials: None,
    }
}

fn with_credentials(encryption: Encryption) -> ClientMail {
    let credentials = Credentials { user: "ada".to_owned(), secret: Secret::new("pw".to_owned()) };
    ClientMail { encryption, credentials: Some(credentials), ..mail(&["bob@one.test"]) }
}

fn next(client: &mut Client, said: &str) -> Step {
    client.next(Event::Reply(Reply::parse(said.as_bytes()).unwrap()))
}

/// Connects, then says each reply and checks what is sent for it; empty when the client only awaits another reply.
fn talk(client: &mut Client, turns: &[(&str, &str)]) {
    if client.next(Event::Connected) != Step::AwaitReply {
        panic!("the greeting is not awaited");
    }
    converse(client, turns);
}

fn converse(client: &mut Client, turns: &[(&str, &str)]) {
    for (said, expected) in turns {
        match next(client, said) {
            Step::Send(bytes) => assert_eq!(String::from_utf8(bytes).unwrap(), *expected, "after {said}"),
            Step::AwaitReply => assert_eq!(*expected, "", "after {said}"),
            Step::StartTls => panic!("TLS after {said}"),
            Step::Done(outcomes) => panic!("done after {said}: {outcomes:?}"),
        }
    }
}

fn done(step: Step) -> Vec<Outcome> {
    match step {
        Step::Done(Outcomes { recipients, .. }) => recipients.into_iter().map(|one| one.result).collect(),
        Step::Send(_) | Step::AwaitReply | Step::StartTls => panic!("not done: {step:?}"),
    }
}

fn reply(text: &str) -> Reply {
    Reply::parse(format!("{text}\r\n").as_bytes()).unwrap()
}

fn temporary(text: &str) -> Outcome {
    Outcome::Temporary(Cause::Reply(reply(text)))
}

fn permanent(text: &str) -> Outcome {
    Outcome::Permanent(Cause::Reply(reply(text)))
}

const PLAIN_START: [(&str, &str); 2] =
    [("220 mx\r\n", "EHLO post.test\r\n"), ("250 mx\r\n", "MAIL FROM:<ada@post.test>\r\n")];

#[test]
fn a_mail_goes_to_an_old_server_step_by_step() {
    let mut client = Client::new(mail(&["bob@one.test", "eve@one.test"]));
    talk(
        &mut client,
        &[
            ("220-mx\r\n220 hello\r\n", "EHLO post.test\r\n"),
            ("502 what\r\n", "HELO post.test\r\n"),
            ("250 mx\r\n", "MAIL FROM:<ada@post.test>\r\n"),
            ("250 ok\r\n", "RCPT TO:<bob@one.test>\r\n"),
            ("550 5.1.1 nobody\r\n", "RCPT TO:<eve@one.test>\r\n"),
            ("251 ok\r\n", "DATA\r\n"),
            ("354 go\r\n", "Subject: x\r\n\r\n..dot\r\n.\r\n"),
            ("250 2.0.0 taken\r\n", "QUIT\r\n"),
        ],
    );
    let outcomes = done(next(&mut client, "221 bye\r\n"));
    assert_eq!(outcomes, [permanent("550 5.1.1 nobody"), Outcome::Delivered(reply("250 2.0.0 taken"))]);
    assert_eq!(done(client.next(Event::Lost)), outcomes);
}

#[test]
fn recipients_are_pipelined_where_the_server_takes_that() {
    let mut clear = mail(&["bob@one.test", "eve@one.test", "joe@one.test"]);
    clear.encryption = Encryption::None;
    let mut client = Client::new(clear);
    let envelope = "MAIL FROM:<ada@post.test> SIZE=20\r\nRCPT TO:<bob@one.test>\r\n\
                    RCPT TO:<eve@one.test>\r\nRCPT TO:<joe@one.test>\r\n";
    talk(
        &mut client,
        &[
            ("220 mx\r\n", "EHLO post.test\r\n"),
            (OFFERS, envelope),
            ("250 ok\r\n", ""),
            ("450 later\r\n", ""),
            ("250 ok\r\n", ""),
            ("552 too many\r\n", "DATA\r\n"),
            ("354 go\r\n", "Subject: x\r\n\r\n..dot\r\n.\r\n"),
            ("250 taken\r\n", "QUIT\r\n"),
        ],
    );
    let outcomes = done(client.next(Event::Lost));
    let expected =
        [temporary("450 later"), Outcome::Delivered(reply("250 taken")), temporary("552 too many")];
    assert_eq!(outcomes, expected);
}

#[test]
fn many_recipients_go_in_several_groups() {
    let names: Vec<String> = (0..120).map(|at| format!("r{at}@one.test")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut client = Client::new(ClientMail { encryption: Encryption::None, ..mail(&names) });
    talk(&mut client, &[("220 mx\r\n", "EHLO post.test\r\n")]);
    let (mut groups, mut step) = (Vec::new(), next(&mut client, OFFERS));
    loop {
        match step {
            Step::Send(bytes) if bytes == b"DATA\r\n" => break,
            Step::Send(bytes) => groups.push(String::from_utf8(bytes).unwrap().matches("RCPT").count()),
            Step::AwaitReply => {}
            Step::StartTls | Step::Done(_) => panic!("unexpected"),
        }
        step = next(&mut client, "250 ok\r\n");
    }
    assert_eq!(groups, [50, 50, 20]);
}

#[test]
fn encryption_begins_when_offered_and_what_was_said_before_is_forgotten() {
    let mut client = Client::new(with_credentials(Encryption::Opportunistic));
    talk(&mut client, &[("220 mx\r\n", "EHLO post.test\r\n"), (OFFERS, "STARTTLS\r\n")]);
    assert_eq!(next(&mut client, "220 go\r\n"), Step::StartTls);
    assert_eq!(client.next(Event::Encrypted), Step::Send(b"EHLO post.test\r\n".to_vec()));
    converse(
        &mut client,
        &[
            (ENCRYPTED_OFFERS, "AUTH PLAIN AGFkYQBwdw==\r\n"),
            ("235 ok\r\n", "MAIL FROM:<ada@post.test> SIZE=20\r\n"),
            ("250 ok\r\n", "RCPT TO:<bob@one.test>\r\n"),
        ],
    );
}

#[test]
fn login_is_spoken_where_plain_is_not() {
    let mut client = Client::new(with_credentials(Encryption::None));
    talk(
        &mut client,
        &[
            ("220 mx\r\n", "EHLO post.test\r\n"),
            ("250-mx\r\n250 AUTH=LOGIN\r\n", "AUTH LOGIN\r\n"),
            ("334 VXNlcm5hbWU6\r\n", "YWRh\r\n"),
            ("334 UGFzc3dvcmQ6\r\n", "cHc=\r\n"),
            ("535 5.7.8 wrong\r\n", "QUIT\r\n"),
        ],
    );
    assert_eq!(done(next(&mut client, "221 bye\r\n")), [temporary("535 5.7.8 wrong")]);
}

#[test]
fn credentials_never_go_in_the_clear() {
    for offers in ["250-mx\r\n250 AUTH PLAIN\r\n", "250 mx\r\n"] {
        let mut client = Client::new(with_credentials(Encryption::Opportunistic));
        talk(&mut client, &[("220 mx\r\n", "EHLO post.test\r\n"), (offers, "QUIT\r\n")]);
        let obstacle = Outcome::Temporary(Cause::Obstacle(Obstacle::NoEncryption));
        assert_eq!(done(client.next(Event::Lost)), [obstacle]);
    }
    let step = Step::Send(b"AUTH PLAIN AGFkYQBwdw==\r\n".to_vec());
    assert_eq!(format!("{step:?}"), "Send(25 bytes)");
}

#[test]
fn refused_encryption_matters_only_where_it_is_required() {
    for (encryption, expected) in [
        (Encryption::Required, "QUIT\r\n"),
        (Encryption::Opportunistic, "MAIL FROM:<ada@post.test> SIZE=20\r\nRCPT TO:<bob@one.test>\r\n"),
    ] {
        let mut client = Client::new(ClientMail { encryption, ..mail(&["bob@one.test"]) });
        let start =
            [("220 mx\r\n", "EHLO post.test\r\n"), (OFFERS, "STARTTLS\r\n"), ("454 no\r\n", expected)];
        talk(&mut client, &start);
    }
    let mut client = Client::new(ClientMail { encryption: Encryption::Required, ..mail(&["bob@one.test"]) });
    talk(&mut client, &[("220 mx\r\n", "EHLO post.test\r\n"), ("250 mx\r\n", "QUIT\r\n")]);
    assert_eq!(done(client.next(Event::Lost)), [Outcome::Temporary(Cause::Obstacle(Obstacle::NoEncryption))]);
}

#[test]
fn after_a_failed_handshake_the_mail_goes_in_the_clear_or_waits() {
    let mut again = Client::new(mail(&["bob@one.test"])).encryption_failed().unwrap();
    let envelope = "MAIL FROM:<ada@post.test> SIZE=20\r\nRCPT TO:<bob@one.test>\r\n";
    talk(&mut again, &[("220 mx\r\n", "EHLO post.test\r\n"), (OFFERS, envelope)]);

    let mut again = Client::new(with_credentials(Encryption::Opportunistic)).encryption_failed().unwrap();
    talk(&mut again, &[("220 mx\r\n", "EHLO post.test\r\n"), (ENCRYPTED_OFFERS, "QUIT\r\n")]);

    let required = ClientMail { encryption: Encryption::Required, ..mail(&["bob@one.test"]) };
    let outcomes = Client::new(required).encryption_failed().unwrap_err();
    assert_eq!(outcomes.recipients[0].result, Outcome::Temporary(Cause::Obstacle(Obstacle::NoEncryption)));
}

#[test]
fn what_the_server_cannot_take_is_not_sent() {
    let recipients = ["zoë@one.test", "bob@one.test"];
    let mut client = Client::new(mail(&recipients));
    talk(&mut client, &PLAIN_START);
    converse(&mut client, &[("250 ok\r\n", "RCPT TO:<bob@one.test>\r\n")]);
    let outcomes = done(client.next(Event::Lost));
    assert_eq!(outcomes[0], Outcome::Permanent(Cause::Obstacle(Obstacle::NoUtf8)));
    assert_eq!(outcomes[1], Outcome::Temporary(Cause::Obstacle(Obstacle::Lost)));

    let mut client = Client::new(ClientMail { content: Bytes::from(vec![b'x'; 1001]), ..mail(&recipients) });
    let start = [("220 mx\r\n", "EHLO post.test\r\n"), ("250-mx\r\n250 SIZE 1000\r\n", "QUIT\r\n")];
    talk(&mut client, &start);
    assert_eq!(done(client.next(Event::Lost))[0], Outcome::Permanent(Cause::Obstacle(Obstacle::TooLarge)));
}

#[test]
fn letters_beyond_ascii_are_announced() {
    let content = Bytes::from_static("Subject: x\r\n\r\né\n".as_bytes());
    let recipients = ["zoë@one.test"];
    let mut client = Client::new(ClientMail { content, encryption: Encryption::None, ..mail(&recipients) });
    let envelope = "MAIL FROM:<ada@post.test> SIZE=18 BODY=8BITMIME SMTPUTF8\r\nRCPT TO:<zoë@one.test>\r\n";
    talk(&mut client, &[("220 mx\r\n", "EHLO post.test\r\n"), (OFFERS, envelope)]);
}

#[test]
fn each_refusal_decides_for_all() {
    let refused = [
        (vec![("554 blocked\r\n", "QUIT\r\n")], temporary("554 blocked")),
        (vec![PLAIN_START[0], ("451 wait\r\n", "QUIT\r\n")], temporary("451 wait")),
        (
            vec![PLAIN_START[0], ("500 ?\r\n", "HELO post.test\r\n"), ("550 no\r\n", "QUIT\r\n")],
            permanent("550 no"),
        ),
        (vec![PLAIN_START[0], PLAIN_START[1], ("550 no\r\n", "QUIT\r\n")], permanent("550 no")),
        (vec![PLAIN_START[0], PLAIN_START[1], ("452 full\r\n", "QUIT\r\n")], temporary("452 full")),
    ];
    for (turns, outcome) in refused {
        let mut client = Client::new(mail(&["bob@one.test", "eve@one.test"]));
        talk(&mut client, &turns);
        assert_eq!(done(client.next(Event::Lost)), [outcome.clone(), outcome]);
    }
    for (said, outcome) in [("554 spam", permanent("554 spam")), ("451 full", temporary("451 full"))] {
        for content in [false, true] {
            let mut client = Client::new(mail(&["bob@one.test"]));
            talk(&mut client, &PLAIN_START);
            converse(
                &mut client,
                &[("250 ok\r\n", "RCPT TO:<bob@one.test>\r\n"), ("250 ok\r\n", "DATA\r\n")],
            );
            if content {
                assert!(matches!(next(&mut client, "354 go\r\n"), Step::Send(_)));
            }
            converse(&mut client, &[(&format!("{said}\r\n"), "QUIT\r\n")]);
            assert_eq!(done(client.next(Event::Lost)), std::slice::from_ref(&outcome));
        }
    }
}

#[test]
fn a_server_that_closes_leaves_the_undecided_for_later() {
    let mut client = Client::new(mail(&["bob@one.test", "eve@one.test"]));
    talk(&mut client, &PLAIN_START);
    converse(
        &mut client,
        &[("250 ok\r\n", "RCPT TO:<bob@one.test>\r\n"), ("550 no\r\n", "RCPT TO:<eve@one.test>\r\n")],
    );
    assert_eq!(done(next(&mut client, "421 bye\r\n")), [permanent("550 no"), temporary("421 bye")]);
}

#[test]
fn the_name_to_greet_with_cannot_end_the_line() {
    let mut client =
        Client::new(ClientMail { helo: "a\r\nMAIL FROM:<x>".to_owned(), ..mail(&["bob@one.test"]) });
    talk(&mut client, &[("220 mx\r\n", "EHLO aMAILFROM:<x>\r\n")]);
}

proptest! {
    #[test]
    fn no_server_keeps_the_client_talking(codes in proptest::collection::vec(200_u16..600, 40)) {
        let mut client = Client::new(with_credentials(Encryption::None));
        let mut step = client.next(Event::Connected);
        for code in codes {
            let lines = vec!["mx".to_owned(), "AUTH LOGIN".to_owned(), "PIPELINING".to_owned()];
            step = client.next(Event::Reply(Reply::with_lines(code, "", lines)));
        }
        prop_assert!(matches!(step, Step::Done(_)));
    }

    #[test]
    fn no_order_of_events_panics(events in proptest::collection::vec((0_u8..8, 200_u16..600), 0..30)) {
        let mut client = Client::new(mail(&["bob@one.test", "zoë@one.test"]));
        for (kind, code) in events {
            let _ = client.next(match kind {
                0 => Event::Connected,
                1 => Event::Encrypted,
                2 if code < 210 => Event::Lost,
                _ => Event::Reply(Reply::new(code, "", "mx\nSTARTTLS\nPIPELINING")),
            });
        }
    }
}

#[test]
fn a_server_that_reports_hears_what_is_wanted() {
    let mut asked = mail(&["bob@one.test", "eve@one.test"]);
    asked.encryption = Encryption::None;
    asked.wishes = ReportWishes { envelope_id: EnvelopeId::new("a+b c"), returned: Some(Returned::Full) };
    asked.recipients[0].notify = Notify::SUCCESS.and(Notify::DELAY).unwrap();
    asked.recipients[0].original = OriginalRecipient::new("rfc822;first=bob@one.test");
    let mut client = Client::new(asked.clone());
    talk(
        &mut client,
        &[
            ("220 mx\r\n", "EHLO post.test\r\n"),
            ("250-mx\r\n250 DSN\r\n", "MAIL FROM:<ada@post.test> RET=FULL ENVID=a+2Bb+20c\r\n"),
            (
                "250 ok\r\n",
                "RCPT TO:<bob@one.test> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;first+3Dbob@one.test\r\n",
            ),
            ("250 ok\r\n", "RCPT TO:<eve@one.test>\r\n"),
        ],
    );
    let Step::Done(outcomes) = client.next(Event::Lost) else { panic!() };
    assert_eq!(outcomes.reporting, Reporting::Theirs);

    let mut client = Client::new(asked);
    talk(
        &mut client,
        &[
            ("220 mx\r\n", "EHLO post.test\r\n"),
            ("250 mx\r\n", "MAIL FROM:<ada@post.test>\r\n"),
            ("250 ok\r\n", "RCPT TO:<bob@one.test>\r\n"),
        ],
    );
    let Step::Done(outcomes) = client.next(Event::Lost) else { panic!() };
    assert_eq!(outcomes.reporting, Reporting::Ours);
}
