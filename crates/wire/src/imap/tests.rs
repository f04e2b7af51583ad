use bytes::Bytes;
use domain::{Secret, Timestamp};
use proptest::prelude::*;

use super::scan::Scanner;
use super::*;

mod extensions;

fn steps(chunks: &[&[u8]]) -> Vec<Step> {
    let mut commands = Commands::new(Limits::user(1000));
    let mut steps = Vec::new();
    for chunk in chunks {
        commands.push(chunk);
        loop {
            let step = commands.step();
            let fatal = matches!(&step, Step::Bad { fault, .. } if fault.is_fatal());
            if step == Step::NeedMore {
                break;
            }
            steps.push(step);
            if fatal {
                return steps;
            }
        }
    }
    steps
}

fn command(text: &str) -> Command {
    let wire = format!("a {text}\r\n");
    let found = steps(&[wire.as_bytes()]).pop();
    match found {
        Some(Step::Command(tagged)) => tagged.command,
        other => panic!("{text}: {other:?}"),
    }
}

fn fault(text: &str) -> Fault {
    let wire = format!("a {text}\r\n");
    match steps(&[wire.as_bytes()]).pop() {
        Some(Step::Bad { tag, fault }) => {
            assert_eq!(tag, Tag::new("a"));
            fault
        }
        other => panic!("{text}: {other:?}"),
    }
}

fn search(text: &str) -> SearchRequest {
    let Command::Search { by: By::Sequence, request } = command(&format!("SEARCH {text}")) else {
        panic!("{text}")
    };
    request
}

fn set(text: &str) -> SequenceSet {
    SequenceSet::parse(text.as_bytes()).unwrap()
}

fn not(key: SearchKey) -> SearchKey {
    SearchKey::Not(Box::new(key))
}

#[test]
fn literals_are_asked_for_and_become_arguments() {
    let login = |password: &str| {
        Step::Command(Tagged {
            tag: Tag::new("a1").unwrap(),
            command: Command::Login { user: "wrong".to_owned(), password: Secret::new(password.to_owned()) },
        })
    };
    let unasked = |size| Step::NeedLiteral { size, synchronizing: Synchronizing::No };
    assert_eq!(steps(&[b"a1 LOGIN {5+}\r\nwrong {3+}\r\nfoo\r\n"]), [unasked(5), unasked(3), login("foo")]);
    let asked = Step::NeedLiteral { size: 4, synchronizing: Synchronizing::Yes };
    assert_eq!(steps(&[b"a1 LOGIN wrong {4}\r\n", b"f", b"\r\no\r\n"]), [asked, login("f\r\no")]);
}

#[test]
fn too_large_a_literal_is_refused_and_what_follows_is_read() {
    let refused = |limit| Step::Bad { tag: Tag::new("a"), fault: Fault::LiteralTooLarge { limit } };
    let noop = Step::Command(Tagged { tag: Tag::new("b").unwrap(), command: Command::Noop });
    assert_eq!(steps(&[b"a APPEND x {1001}\r\nb NOOP\r\n"]), [refused(1000), noop]);
    let noop = Step::Command(Tagged { tag: Tag::new("b").unwrap(), command: Command::Noop });
    let long =
        [b"a LOGIN x {70000+}\r\n".as_slice(), &[b'x'; 70_000], b" {3+}\r\nfoo\r\nb NOOP\r\n"].concat();
    assert_eq!(steps(&long.chunks(1000).collect::<Vec<_>>()), [refused(65_536), noop]);
    let endless = steps(&[b"a LOGIN x {99999999999999999999999+}\r\n"]);
    assert_eq!(endless, [Step::Bad { tag: Tag::new("a"), fault: Fault::Unswallowable }]);
    let line = [b"a NOOP ".as_slice(), &[b'x'; 70_000]].concat();
    assert_eq!(steps(&[&line]), [Step::Bad { tag: Tag::new("a"), fault: Fault::LineTooLong }]);
}

#[test]
fn a_line_is_read_where_one_is_awaited() {
    let mut commands = Commands::new(Limits::STRANGER);
    commands.push(b"DO");
    assert_eq!(commands.line(), LineStep::NeedMore);
    commands.push(b"NE\r\na NOOP\r\n");
    assert_eq!(commands.line(), LineStep::Line(Bytes::from_static(b"DONE")));
    assert!(matches!(commands.step(), Step::Command(Tagged { command: Command::Noop, .. })));
    assert!(!commands.has_pending());
    commands.push(&[b'x'; 10_000]);
    assert_eq!(commands.line(), LineStep::TooLong);
}

#[test]
fn a_large_command_leaves_nothing_large_behind() {
    let mut commands = Commands::new(Limits::user(1_000_000));
    commands.push(b"a APPEND x {900000+}\r\n");
    assert!(matches!(commands.step(), Step::NeedLiteral { size: 900_000, .. }));
    commands.push(&[b'x'; 900_000]);
    commands.push(b"\r\nb NO");
    assert!(matches!(commands.step(), Step::Command(_)));
    assert!(commands.occupied() < 20_000, "{}", commands.occupied());
    commands.push(b"OP\r\n");
    assert!(matches!(commands.step(), Step::Command(Tagged { command: Command::Noop, .. })));
}

#[test]
fn searches_are_read() {
    assert_eq!(search("ALL").key, SearchKey::All);
    assert_eq!(
        search("1:*,7 UNSEEN").key,
        SearchKey::And(vec![SearchKey::Sequence(set("1:*,7")), not(SearchKey::Flag(Flag::Seen)),])
    );
    assert_eq!(search("* ").key, SearchKey::Sequence(set("*")));
    assert_eq!(
        search("CHARSET UTF-8 SUBJECT \"Grüße \\\"x\\\"\"").key,
        SearchKey::Subject("Grüße \"x\"".into())
    );
    assert_eq!(
        search("CHARSET utf-8 (OR UID 3:* NOT (FROM a TO b))").key,
        SearchKey::Or(
            Box::new(SearchKey::Uid(set("3:*"))),
            Box::new(not(SearchKey::And(vec![SearchKey::From("a".into()), SearchKey::To("b".into())]))),
        )
    );
    let counted = search("RETURN (COUNT MIN) CHARSET US-ASCII SINCE 1-Feb-2026");
    assert_eq!(counted.returns, Some(SearchReturn { min: true, count: true, ..SearchReturn::default() }));
    assert_eq!(counted.key, SearchKey::Since(Date::parse("01-Feb-2026").unwrap()));
    assert!(search("RETURN () 1").returns.unwrap().all);
    assert_eq!(search("MODSEQ \"/flags/\\\\draft\" all 620").key, SearchKey::ModSeq(620));
    assert!(search("OR ALL NOT MODSEQ 4").key.asks_mod_seq());
    assert_eq!(fault("SEARCH CHARSET KOI8-R ALL"), Fault::Charset);
    let deep = format!("SEARCH {}ALL{}", "(".repeat(200), ")".repeat(200));
    assert_eq!(fault(&deep), Fault::Syntax("the search is nested too deeply"));
    assert_eq!(
        fault(&format!("SEARCH {}", "NOT ".repeat(10_000))),
        Fault::Syntax("the search is nested too deeply")
    );
}

#[test]
fn fetches_are_read() {
    let fetch = |text: &str| {
        let Command::Fetch { by, request, .. } = command(text) else { panic!("{text}") };
        (by, request)
    };
    let (by, request) = fetch(
        "UID FETCH 1:* (UID FLAGS BODY.PEEK[1.2.HEADER.FIELDS (Subject \"To\")]<0.10>) (CHANGEDSINCE 9)",
    );
    assert_eq!((by, request.changed_since), (By::Uid, Some(9)));
    let section =
        Section { part: vec![1, 2], text: SectionText::HeaderFields(vec!["Subject".into(), "To".into()]) };
    let partial = Some(Partial { start: 0, length: 10 });
    assert_eq!(request.items[2], FetchItem::Section { section, partial, peek: Peek::Yes });
    assert_eq!(request.items[3], FetchItem::ModSeq);
    let (_, full) = fetch("FETCH 1 FULL");
    assert_eq!(full.items.len(), 5);
    let (_, body) = fetch("FETCH 1 (BODY BODY[] BODYSTRUCTURE RFC822.SIZE RFC822)");
    assert_eq!(body.items[0], FetchItem::Body);
    assert!(body.items[1].marks_seen() && !body.items[2].marks_seen() && body.items[4].marks_seen());
    for wrong in [
        "FETCH 0 FLAGS",
        "FETCH 1 ()",
        "FETCH 1 BODY[0]",
        "FETCH 1 BODY[MIME]",
        "FETCH 1 BODY[]<1.0>",
        "FETCH 1",
    ] {
        assert!(matches!(fault(wrong), Fault::Syntax(_)), "{wrong}");
    }
}

#[test]
fn the_other_commands_are_read() {
    let name = MailboxName::new;
    assert_eq!(
        command("select inbox (CONDSTORE)"),
        Command::Select {
            name: name("INBOX"),
            mode: SelectMode::ReadWrite,
            parameters: vec![Parameter::Condstore],
        }
    );
    assert_eq!(
        command("RENAME \"Entw&APw-rfe\" \"a b\""),
        Command::Rename { from: name("Entwürfe"), to: name("a b") }
    );
    assert_eq!(command("UID EXPUNGE 3:5"), Command::Expunge(Some(set("3:5"))));
    assert_eq!(
        command("AUTHENTICATE plain AGEAYg=="),
        Command::Authenticate { mechanism: "PLAIN".into(), initial: Some(Secret::new("AGEAYg==".into())) }
    );
    assert_eq!(
        command("ID (\"name\" \"x\" \"os\" NIL)"),
        Command::Id(vec![("name".into(), Some("x".into())), ("os".into(), None)])
    );
    assert_eq!(
        command("ENABLE CONDSTORE utf8=accept"),
        Command::Enable(vec!["CONDSTORE".into(), "UTF8=ACCEPT".into()])
    );
    let Command::Store { request, .. } =
        command("STORE 2 (UNCHANGEDSINCE 12) +FLAGS.SILENT (\\deleted $Junk)")
    else {
        panic!();
    };
    assert_eq!(
        request,
        StoreRequest {
            mode: StoreMode::Add,
            told: Told::Silent,
            flags: vec![Flag::Deleted, Flag::Keyword("$Junk".into())],
            unchanged_since: Some(12),
        }
    );
    assert_eq!(
        command("APPEND Sent (\\Seen) \"17-Jul-1996 02:44:25 -0700\" {3+}\r\nabc"),
        Command::Append {
            name: name("Sent"),
            messages: vec![Handed {
                flags: vec![Flag::Seen],
                received_at: Some(Timestamp::from_secs(837_596_665)),
                content: HandedContent::Whole(Bytes::from_static(b"abc")),
            }],
        }
    );
    let Command::List(list) =
        command("LIST (SUBSCRIBED) \"\" (% Sent/*) RETURN (CHILDREN STATUS (MESSAGES SIZE))")
    else {
        panic!();
    };
    assert!(list.extended && list.selection.subscribed && list.returns.children);
    assert_eq!(list.patterns, ["%", "Sent/*"]);
    assert_eq!(list.returns.status, [StatusItem::Messages, StatusItem::Size]);
    assert_eq!(
        command("CREATE x (USE (\\Sent))"),
        Command::Create { name: name("x"), special_use: vec!["\\Sent".into()] }
    );
    for wrong in ["NONSENSE", "UID NOOP", "NOOP x", "LIST (RECURSIVEMATCH) \"\" *", "STATUS x ()", "LOGIN x"]
    {
        assert!(matches!(fault(wrong), Fault::Syntax(_)), "{wrong}");
    }
}

#[test]
fn patterns_match_names() {
    for (pattern, name, expected) in [
        ("*", "a/b", true),
        ("%", "a/b", false),
        ("%/%", "a/b", true),
        ("inbox", "INBOX", true),
        ("inb%", "INBOX/x", false),
        ("inbox/%", "INBOX/x", true),
        ("inboxes", "INBOXES", false),
        ("*b*d", "abcbd", true),
        ("", "", true),
        ("", "a", false),
    ] {
        assert_eq!(matches(pattern, name, '/'), expected, "{pattern} {name}");
    }
    assert!(!matches(&"*a".repeat(30), &"a".repeat(29), '/'));
}

#[test]
fn answers_are_written() {
    let mut writer = Writer::new();
    let tag = Tag::new("a1").unwrap();
    let code = Code::CopyUid { uid_validity: 7, from: vec![1, 2, 9], to: vec![4, 5, 6] };
    writer.tagged(&tag, Status::Ok, Some(&code), "done\r\nb OK");
    writer.line(|line| {
        line.word("LIST");
        line.flags(&[Flag::named("\\HasNoChildren")]);
        line.string(b"/");
        line.mailbox(&MailboxName::new("Entwürfe & mehr"));
    });
    writer.continuation("");
    let section = Section { part: vec![2], text: SectionText::HeaderFields(vec!["SUBJECT".into()]) };
    writer.line(|line| {
        line.number(1);
        line.word("FETCH");
        line.open();
        line.section(&section, Some(0));
        line.literal(Bytes::from_static(b"x\r\n"));
        line.close();
    });
    assert_eq!(
        text(&mut writer),
        "a1 OK [COPYUID 7 1:2,9 4:6] done  b OK\r\n* LIST (\\HasNoChildren) \"/\" \"Entw&APw-rfe &- mehr\"\r\n\
         + \r\n* 1 FETCH (BODY[2.HEADER.FIELDS (SUBJECT)]<0> {3}\r\nx\r\n)\r\n"
    );
}

#[test]
fn structures_are_written() {
    let leaf = |kind: &str, size| Leaf {
        kind: kind.into(),
        subtype: "plain".into(),
        basics: Basics { parameters: vec![("charset".into(), "utf-8".into())], ..Basics::default() },
        id: None,
        description: None,
        encoding: "7bit".into(),
        size,
        lines: 3,
        md5: None,
        message: None,
    };
    let body = Body::Multipart(Multipart {
        parts: vec![Body::Leaf(leaf("text", 12)), Body::Leaf(leaf("image", 5))],
        subtype: "mixed".into(),
        basics: Basics::default(),
    });
    let mut writer = Writer::new();
    writer.line(|line| body.write_body(line));
    writer.line(|line| body.write_structure(line));
    let from = vec![Address { name: None, mailbox: Some("a".into()), host: Some("b".into()) }];
    writer.line(|line| Envelope { from, subject: Some("\"x".into()), ..Envelope::default() }.write(line));
    assert_eq!(
        text(&mut writer),
        "* ((\"TEXT\" \"PLAIN\" (\"CHARSET\" \"utf-8\") NIL NIL \"7BIT\" 12 3)(\"IMAGE\" \"PLAIN\" (\"CHARSET\" \"utf-8\") NIL NIL \"7BIT\" 5) \"MIXED\")\r\n\
         * ((\"TEXT\" \"PLAIN\" (\"CHARSET\" \"utf-8\") NIL NIL \"7BIT\" 12 3 NIL NIL NIL NIL)(\"IMAGE\" \"PLAIN\" (\"CHARSET\" \"utf-8\") NIL NIL \"7BIT\" 5 NIL NIL NIL NIL) \"MIXED\" NIL NIL NIL NIL)\r\n\
         * (NIL \"\\\"x\" ((NIL NIL \"a\" \"b\")) ((NIL NIL \"a\" \"b\")) ((NIL NIL \"a\" \"b\")) NIL NIL NIL NIL NIL)\r\n"
    );
}

fn text(writer: &mut Writer) -> String {
    String::from_utf8(writer.take().concat()).unwrap()
}

/// Pieces of the grammar: random sequences of them come deeper into it than random bytes.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop::sample::select(vec![
        "a ",
        "UID ",
        "SEARCH ",
        "FETCH ",
        "STORE ",
        "LIST ",
        "APPEND ",
        "CATENATE (URL ",
        "GETMETADATA ",
        "SORT (DATE) UTF-8 ",
        "QRESYNC (1 1 ",
        "$",
        "BINARY[",
        "LOGIN ",
        "STATUS ",
        "RETURN ",
        "(",
        ")",
        "\"",
        "\\",
        "{3}\r\n",
        "{3+}\r\nabc",
        "~{2}\r\n",
        "\r\n",
        " ",
        "1:*",
        "0",
        "4294967296",
        "BODY[",
        "]",
        "<0.",
        "HEADER.FIELDS ",
        "OR ",
        "NOT ",
        "&",
        "&-",
        "&AP",
        "*",
        "%",
        "NIL",
        "FLAGS",
        "1-Jan-2026",
        "\u{e9}",
        "\0",
        "{99999999999+}\r\n",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat().into_bytes())
}

proptest! {
    #[test]
    fn nothing_that_arrives_panics_and_its_cutting_changes_nothing(
        noise in prop_oneof![pieces(), prop::collection::vec(any::<u8>(), 0..200)],
        cut in 1usize..20,
    ) {
        let noise = [noise.as_slice(), b"\r\n"].concat();
        let whole = steps(&[&noise]);
        let cut: Vec<_> = noise.chunks(cut).collect();
        prop_assert_eq!(steps(&cut), whole);
    }

    #[test]
    fn a_string_that_is_written_is_read_back(bytes in prop::collection::vec(any::<u8>(), 0..1500), plain in "[ -~]{0,40}") {
        for bytes in [bytes, plain.clone().into_bytes()] {
            let mut writer = Writer::new();
            writer.line(|line| line.string(&bytes));
            let wire = Bytes::from(writer.take().concat());
            let mut scanner = Scanner::new(&wire, Encoding::default());
            prop_assert!(scanner.take(b'*') && scanner.space().is_ok());
            prop_assert_eq!(scanner.string().unwrap().to_vec(), bytes);
        }
        let mut writer = Writer::new();
        writer.line(|line| line.astring(&plain));
        let wire = Bytes::from(writer.take().concat());
        let mut scanner = Scanner::new(&wire, Encoding::default());
        prop_assert!(scanner.take(b'*') && scanner.space().is_ok());
        prop_assert_eq!(scanner.text().unwrap(), plain);
    }

    #[test]
    fn a_name_that_is_written_is_read_back(name in "\\PC{1,40}") {
        for encoding in [Encoding::ModifiedUtf7, Encoding::Utf8] {
            let name = MailboxName::new(&name);
            let written = name.encode(encoding);
            prop_assert_eq!(written.is_ascii() || encoding == Encoding::Utf8, true);
            prop_assert_eq!(MailboxName::decode(written.as_bytes(), encoding), Ok(name));
        }
    }

    #[test]
    fn a_time_that_is_written_is_read_back(secs in -62_000_000_000i64..253_000_000_000) {
        let at = Timestamp::from_secs(secs);
        prop_assert_eq!(parse_date_time(&format_date_time(at)), Ok(at));
        prop_assert!(date_of(at).start() <= at && at < date_of(at).end());
    }

    #[test]
    fn numbers_that_are_written_are_read_back(numbers in prop::collection::btree_set(1u32..60, 1..30)) {
        let read = set(&write_numbers(numbers.iter().copied()));
        let resolved: Vec<u32> = read.resolve(1000).into_iter().flatten().collect();
        prop_assert_eq!(resolved, numbers.iter().copied().collect::<Vec<_>>());
        prop_assert!((1..70).all(|number| read.contains(number, 1000) == numbers.contains(&number)));
    }
}
