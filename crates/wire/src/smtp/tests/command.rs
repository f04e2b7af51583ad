use domain::{EmailAddress, Notify, ReportWishes, Returned, Secret};
use proptest::prelude::*;

use crate::smtp::{
    BodyKind, Chunk, Command, CredentialFault, Credentials, MailFrom, Mechanism, Place, Rcpt, RcptTo,
};

fn address(text: &str) -> EmailAddress {
    text.parse().unwrap()
}

fn parse(line: &str) -> Command {
    Command::parse(line.as_bytes()).unwrap_or_else(|fault| panic!("{line}: {fault}"))
}

fn refusal(line: &[u8]) -> u16 {
    match Command::parse(line) {
        Ok(command) => panic!("taken: {command:?}"),
        Err(fault) => fault.reply().code,
    }
}

fn from(sender: Option<&str>) -> Command {
    Command::Mail(MailFrom {
        sender: sender.map(address),
        size: None,
        body: BodyKind::SevenBit,
        utf8: false,
        wishes: ReportWishes::default(),
    })
}

fn rcpt(recipient: Rcpt) -> Command {
    Command::Rcpt(RcptTo { recipient, notify: Notify::USUAL, original: None })
}

fn to(recipient: &str) -> Command {
    rcpt(Rcpt::Recipient(address(recipient)))
}

#[test]
fn commands_are_read_whatever_their_case() {
    assert_eq!(parse("EHLO mail.example.test\r\n"), Command::Ehlo("mail.example.test".to_owned()));
    assert_eq!(parse("helo [192.0.2.1]"), Command::Helo("[192.0.2.1]".to_owned()));
    for (line, command) in [
        ("data\r\n", Command::Data),
        ("RSET \r\n", Command::Rset),
        ("NoOp whatever", Command::Noop),
        ("QUIT", Command::Quit),
        ("VRFY ada", Command::Vrfy),
        ("HELP MAIL", Command::Help),
        ("starttls", Command::StartTls),
        ("mail from:<>", from(None)),
        ("Mail From: <Ada@Example.test>", from(Some("Ada@example.test"))),
        ("rcpt To:<bob@example.test>", to("bob@example.test")),
        ("RCPT TO:<PostMaster>", rcpt(Rcpt::Postmaster)),
    ] {
        assert_eq!(parse(line), command, "{line}");
    }
}

#[test]
fn source_routes_are_stripped() {
    assert_eq!(parse("RCPT TO:<@one.test,@two.test:bob@example.test>"), to("bob@example.test"));
    assert_eq!(parse("MAIL FROM:<@one.test:ada@example.test>"), from(Some("ada@example.test")));
}

#[test]
fn a_bracket_in_quotes_does_not_end_the_address() {
    assert_eq!(parse(r#"RCPT TO:<"a>b\"c"@example.test>"#), to(r#""a>b\"c"@example.test"#));
}

#[test]
fn mail_parameters_are_read() {
    let command = parse("MAIL FROM:<zoë@example.test> size=1024 Body=8bitmime SMTPUTF8 AUTH=<>");
    let sender = Some(address("zoë@example.test"));
    let wishes = ReportWishes::default();
    let (size, body) = (Some(1024), BodyKind::EightBit);
    assert_eq!(command, Command::Mail(MailFrom { sender, size, body, utf8: true, wishes }));
}

#[test]
fn wishes_for_reports_are_read() {
    let Command::Mail(mail) = parse("MAIL FROM:<a@b.test> RET=hdrs ENVID=QQ+2B314+20x") else { panic!() };
    assert_eq!(mail.wishes.returned, Some(Returned::Headers));
    assert_eq!(mail.wishes.envelope_id.unwrap().as_str(), "QQ+314 x");
    let Command::Rcpt(rcpt) = parse("RCPT TO:<a@b.test> NOTIFY=success,Delay ORCPT=rfc822;A+2Bx@b.test")
    else {
        panic!()
    };
    assert_eq!(rcpt.notify.to_string(), "SUCCESS,DELAY");
    assert_eq!(rcpt.original.unwrap().as_str(), "rfc822;A+x@b.test");
}

#[test]
fn pieces_are_announced_with_their_length() {
    assert_eq!(parse("BDAT 86400"), Command::Bdat(Chunk { size: 86_400, place: Place::Before }));
    assert_eq!(parse("bdat 0 last\r\n"), Command::Bdat(Chunk { size: 0, place: Place::Last }));
}

#[test]
fn each_refusal_has_its_code() {
    let long = format!("NOOP {}", "x".repeat(3000));
    let very_long = format!("AUTH PLAIN {}", "x".repeat(13_000));
    let name = format!("EHLO {}", "x".repeat(256));
    for (line, code) in [
        ("", 500),
        ("FOO", 500),
        ("MAILFROM:<a@b.test>", 500),
        (&long, 500),
        (&very_long, 500),
        ("EXPN list", 502),
        ("BDAT", 501),
        ("BDAT -5", 501),
        ("BDAT 5 FIRST", 501),
        ("BDAT 5 LAST 6", 501),
        ("BDAT 99999999999999999999", 501),
        ("AUTH CRAM-MD5", 504),
        ("AUTH", 501),
        ("AUTH PLAIN a b", 501),
        ("VRFY", 501),
        ("EHLO", 501),
        (&name, 501),
        ("EHLO a b", 501),
        ("EHLO x(comment)", 501),
        ("DATA now", 501),
        ("QUIT now", 501),
        ("STARTTLS now", 501),
        ("RSET now", 501),
        ("NOOP \0", 501),
        ("RCPT TO:<a@b.test>\rDATA", 501),
        ("MAIL <a@b.test>", 501),
        ("MAIL FROM:a@b.test", 501),
        ("MAIL FROM:<a@b.test", 501),
        ("MAIL FROM:<a@b.test>SIZE=1", 501),
        ("MAIL FROM:< a@b.test>", 501),
        ("MAIL FROM:<@b.test>", 501),
        ("MAIL FROM:<a b@b.test>", 501),
        ("MAIL FROM:<postmaster>", 501),
        ("MAIL FROM:<a@b.test> SIZE=", 501),
        ("MAIL FROM:<a@b.test> SIZE=+1", 501),
        ("MAIL FROM:<a@b.test> SIZE=99999999999999999999", 501),
        ("MAIL FROM:<a@b.test> SIZE=1 SIZE=2", 501),
        ("MAIL FROM:<a@b.test> BODY=BINARYMIME", 501),
        ("MAIL FROM:<a@b.test> SMTPUTF8=1", 501),
        ("MAIL FROM:<a@b.test> RET=ALL", 501),
        ("MAIL FROM:<a@b.test> RET=FULL RET=FULL", 501),
        ("MAIL FROM:<a@b.test> ENVID=", 501),
        ("MAIL FROM:<a@b.test> ENVID=a+0D+0Ab", 501),
        ("MAIL FROM:<a@b.test> MT-PRIORITY=3", 555),
        ("MAIL FROM:<zoë@b.test>", 553),
        ("RCPT TO:<>", 501),
        ("RCPT TO:<nobody>", 501),
        ("RCPT TO:<a@[192.0.2.1]>", 501),
        ("RCPT TO:<a@b.test> NOTIFY=NEVER,FAILURE", 501),
        ("RCPT TO:<a@b.test> NOTIFY=", 501),
        ("RCPT TO:<a@b.test> NOTIFY=SOMETIMES", 501),
        ("RCPT TO:<a@b.test> ORCPT=a@b.test", 501),
        ("RCPT TO:<a@b.test> ORCPT=rfc822;a+0Ab", 501),
        ("RCPT TO:<a@b.test> RRVS=2014-04-03T23:01:00Z", 555),
    ] {
        assert_eq!(refusal(line.as_bytes()), code, "{line}");
    }
    assert_eq!(refusal(b"NOOP \xff"), 501);
}

#[test]
fn signing_in_may_bring_the_first_response() {
    let auth = |mechanism, initial: Option<&str>| Command::Auth {
        mechanism,
        initial: initial.map(|text| Secret::new(text.to_owned())),
    };
    assert_eq!(parse("auth plain AGEAYg=="), auth(Mechanism::Plain, Some("AGEAYg==")));
    assert_eq!(parse("AUTH PLAIN ="), auth(Mechanism::Plain, Some("")));
    assert_eq!(parse("AUTH LOGIN"), auth(Mechanism::Login, None));
    assert!(!format!("{:?}", parse("AUTH PLAIN AGEAYg==")).contains("AGEAYg"));
}

#[test]
fn credentials_are_decoded() {
    let ada = Credentials { user: "ada".to_owned(), secret: Secret::new("söcret".to_owned()) };
    assert_eq!(Credentials::plain("AGFkYQBzw7ZjcmV0\r\n"), Ok(ada.clone()));
    assert_eq!(Credentials::plain("YWRhAGFkYQBzw7ZjcmV0"), Ok(ada.clone()));
    assert_eq!(Credentials::login("YWRh", "c8O2Y3JldA=="), Ok(ada));
}

#[test]
fn credentials_that_are_none_are_refused() {
    for (response, fault) in [
        ("*", CredentialFault::Cancelled),
        ("!", CredentialFault::Encoding),
        ("/w==", CredentialFault::Encoding),
        ("", CredentialFault::Shape),
        ("YWRh", CredentialFault::Shape),
        ("AGFkYQA=", CredentialFault::Shape),
        ("AABi", CredentialFault::Shape),
        ("AGEAYgBj", CredentialFault::Shape),
        ("YgBhAGM=", CredentialFault::OnBehalf),
    ] {
        assert_eq!(Credentials::plain(response), Err(fault), "{response}");
    }
    assert_eq!(Credentials::login("YWRh", "*"), Err(CredentialFault::Cancelled));
    assert_eq!(Credentials::login("YWRh", ""), Err(CredentialFault::Shape));
    assert_eq!(Credentials::login("YQBi", "YWRh"), Err(CredentialFault::Shape));
    assert_eq!(CredentialFault::OnBehalf.reply().code, 535);
}

proptest! {
    #[test]
    fn no_line_panics(line in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Command::parse(&line);
    }

    #[test]
    fn no_line_that_looks_like_a_command_panics(
        verb in "(MAIL FROM:|RCPT TO:|AUTH |EHLO |X)",
        rest in "[<>@\":,\\\\ a-cé.=\\[\\]]{0,30}",
    ) {
        let _ = Command::parse(format!("{verb}{rest}").as_bytes());
    }

    #[test]
    fn an_address_comes_back_from_its_command(local in "[a-z \"\\\\<>@é.]{1,20}") {
        let address = EmailAddress::new(&local, "example.test".parse().unwrap()).unwrap();
        let read = Command::parse(format!("RCPT TO:<{address}>").as_bytes());
        prop_assert_eq!(read, Ok(rcpt(Rcpt::Recipient(address))));
    }
}

/// A line that one server takes for a command and another for a part of one.
#[test]
fn a_line_with_another_end_is_no_command() {
    for line in ["NOOP\n", "NOOP\r", "NOOP\r\r\n", "NOOP\n\r\n", "NOOP\r\nNOOP\r\n", "NOOP\0\r\n"] {
        assert!(matches!(Command::parse(line.as_bytes()), Err(crate::smtp::Fault::Syntax(_))), "{line:?}");
    }
}
