//! The grammar of the extensions.

use bytes::Bytes;

use super::super::*;
use super::{command, fault, search, set, text};

fn wrong(commands: &[&str]) {
    for command in commands {
        assert!(matches!(fault(command), Fault::Syntax(_)), "{command}");
    }
}

#[test]
fn what_a_client_remembers_is_read() {
    let select = |options: &str| {
        let Command::Select { parameters, .. } = command(&format!("SELECT x ({options})")) else {
            panic!("{options}")
        };
        parameters
    };
    let remembered = |known| Remembered { uid_validity: 67, mod_seq: 9_006_011, known };
    assert_eq!(select("QRESYNC (67 9006011)"), [Parameter::Qresync(remembered(None))]);
    assert_eq!(
        select("CONDSTORE QRESYNC (67 9006011 41,43:211 (1,5 41,43))"),
        [Parameter::Condstore, Parameter::Qresync(remembered(Some(set("41,43:211"))))]
    );
    assert_eq!(select("QRESYNC (67 9006011 (1,5 41,43))"), [Parameter::Qresync(remembered(None))]);
    wrong(&[
        "SELECT x (QRESYNC)",
        "SELECT x (QRESYNC (0 1))",
        "SELECT x (QRESYNC (1))",
        "SELECT x (QRESYNC (1 1 $))",
    ]);
    let many = format!("SELECT x ({})", "CONDSTORE ".repeat(9));
    wrong(&[&many, "FETCH 1 FLAGS (VANISHED)", "FETCH 1 FLAGS (CHANGEDSINCE 1 CHANGEDSINCE 2)"]);
    let Command::Fetch { request, .. } = command("UID FETCH 1:* FLAGS (VANISHED CHANGEDSINCE 4)") else {
        panic!()
    };
    assert!(request.vanished && request.changed_since == Some(4));
}

#[test]
fn searches_of_extensions_are_read() {
    let saving = search("RETURN (SAVE) $").returns.unwrap();
    assert!(saving.save && !saving.tells());
    assert_eq!(search("UID $").key, SearchKey::Uid(set("$")));
    assert!(set("$").is_saved() && set("$").resolve(9).is_empty());
    assert_eq!(search("OLDER 5").key, SearchKey::Older(5));
    assert_eq!(
        search("EMAILID M1-2 THREADID T3").key,
        SearchKey::And(vec![SearchKey::EmailId("M1-2".into()), SearchKey::ThreadId("T3".into()),])
    );
    assert_eq!(search("SAVEDON 1-Feb-2026").key, SearchKey::SavedOn(Date::parse("1-Feb-2026").unwrap()));
    wrong(&["SEARCH YOUNGER 0", "SEARCH $1", "SEARCH 1,$", "SEARCH RETURN (KEEP) ALL"]);
}

#[test]
fn sorting_and_threading_are_read() {
    let Command::Sort { by, request } = command("UID SORT RETURN (COUNT) (REVERSE DATE FROM) UTF-8 SEEN 1")
    else {
        panic!()
    };
    assert_eq!(by, By::Uid);
    assert_eq!(
        request.criteria,
        [
            SortCriterion { by: SortKey::Date, order: Order::Falling },
            SortCriterion { by: SortKey::From, order: Order::Rising },
        ]
    );
    assert!(request.returns.unwrap().count);
    let Command::Thread { algorithm, .. } = command("THREAD REFERENCES US-ASCII ALL") else { panic!() };
    assert_eq!(algorithm, ThreadAlgorithm::References);
    assert_eq!(fault("SORT (DATE) KOI8-R ALL"), Fault::Charset);
    let many = format!("SORT ({}) UTF-8 ALL", "DATE ".repeat(17));
    wrong(&[
        &many,
        "SORT () UTF-8 ALL",
        "SORT (REVERSE) UTF-8 ALL",
        "THREAD OTHER UTF-8 ALL",
        "SORT (DATE) UTF-8",
    ]);
}

#[test]
fn messages_are_handed_in_in_each_way() {
    let handed = |text: &str| {
        let Command::Append { messages, .. } = command(text) else { panic!("{text}") };
        messages
    };
    let whole = |text: &'static str| HandedContent::Whole(Bytes::from_static(text.as_bytes()));
    let two = handed("APPEND x (\\Seen) {1+}\r\na ~{2+}\r\nb\0");
    assert_eq!((two[0].content.clone(), two[1].content.clone()), (whole("a"), whole("b\0")));
    assert_eq!(handed("APPEND x UTF8 (~{1+}\r\na)")[0].content, whole("a"));
    let pieces = handed("APPEND x CATENATE (URL \"/a;UID=1\" TEXT {1+}\r\na)");
    let expected = vec![Piece::Url("/a;UID=1".into()), Piece::Text(Bytes::from_static(b"a"))];
    assert_eq!(pieces[0].content, HandedContent::Pieces(expected));
    let Command::Replace { by, old, .. } = command("UID REPLACE * x (\\Draft) {1+}\r\na") else { panic!() };
    assert_eq!((by, old), (By::Uid, Bound::Last));
    let many = format!("APPEND x CATENATE ({})", "URL a ".repeat(101));
    wrong(&[&many, "APPEND x", "APPEND x CATENATE ()", "APPEND x UTF8 {1+}\r\na", "REPLACE 1:2 x {1+}\r\na"]);
}

#[test]
fn what_fetch_tells_beyond_the_message_is_read() {
    let items = |text: &str| {
        let Command::Fetch { request, .. } = command(&format!("FETCH 1 {text}")) else { panic!("{text}") };
        request.items
    };
    let partial = Some(Partial { start: 0, length: 5 });
    assert_eq!(
        items("(BINARY.PEEK[1.2]<0.5> BINARY.SIZE[] PREVIEW (LAZY) SAVEDATE)"),
        [
            FetchItem::Binary { part: vec![1, 2], partial, peek: Peek::Yes },
            FetchItem::BinarySize(vec![]),
            FetchItem::Preview,
            FetchItem::SaveDate,
        ]
    );
    assert!(items("BINARY[1]")[0].marks_seen());
    wrong(&["FETCH 1 BINARY", "FETCH 1 BINARY[HEADER]", "FETCH 1 BINARY[0]", "FETCH 1 BINARY.SIZE[1]<0.1>"]);
}

#[test]
fn quota_rights_and_annotations_are_read() {
    assert_eq!(command("GETQUOTA \"\""), Command::Quota(QuotaCommand::Get(String::new())));
    assert_eq!(command("SETQUOTA \"\" (STORAGE 5)"), Command::Quota(QuotaCommand::Set));
    let inbox = || MailboxName::new("INBOX");
    assert_eq!(command("MYRIGHTS inbox"), Command::Acl(AclCommand::Mine(inbox())));
    assert_eq!(command("SETACL INBOX a +lr"), Command::Acl(AclCommand::Change(inbox())));
    let Command::Metadata(MetadataCommand::Get { depth, max_size, entries, .. }) =
        command("GETMETADATA (MAXSIZE 9 DEPTH infinity) \"\" (/SHARED/Comment /private)")
    else {
        panic!()
    };
    assert_eq!((depth, max_size), (Depth::Infinity, Some(9)));
    assert_eq!(entries.iter().map(EntryName::text).collect::<Vec<_>>(), ["/shared/comment", "/private"]);
    let long = format!("GETMETADATA x /private/{}", "a".repeat(300));
    let many = format!("GETMETADATA x ({})", "/private/a ".repeat(65));
    wrong(&[
        &long,
        &many,
        "SETACL x y",
        "GETQUOTA",
        "SETMETADATA x (/private \"a\")",
        "SETMETADATA x (/private/a b)",
    ]);
}

#[test]
fn codes_cannot_be_ended_early() {
    let mut writer = Writer::new();
    for code in [
        Code::BadUrl("a\"]\r\n* BYE\\".into()),
        Code::AppendUid { uid_validity: 1, uids: vec![4, 5] },
        Code::MailboxId("F1".into()),
        Code::MetadataMaxSize(5),
    ] {
        writer.untagged(Status::No, Some(&code), "x");
    }
    writer.line(|line| {
        line.binary(&[1, 2], Some(3));
        line.literal8(Bytes::from_static(b"\0"));
        line.binary_size(&[]);
        line.literal8(Bytes::from_static(b"a"));
    });
    assert_eq!(
        text(&mut writer),
        "* NO [BADURL \"a\\\"]* BYE\\\\\"] x\r\n* NO [APPENDUID 1 4:5] x\r\n* NO [MAILBOXID (F1)] x\r\n\
         * NO [METADATA MAXSIZE 5] x\r\n* BINARY[1.2]<3> ~{1}\r\n\0 BINARY.SIZE[] {1}\r\na\r\n"
    );
}

#[test]
fn what_a_client_wants_to_be_told_of_is_read() {
    assert_eq!(command("NOTIFY NONE"), Command::Notify(NotifyRequest::None));
    let request =
        command("NOTIFY SET STATUS (selected (MessageNew (FLAGS UID) MessageExpunge)) (SUBTREE (a b) NONE)");
    let messages =
        vec![NotifyEvent::MessageNew(vec![FetchItem::Flags, FetchItem::Uid]), NotifyEvent::MessageExpunge];
    let names = vec![MailboxName::new("a"), MailboxName::new("b")];
    let groups = vec![
        EventGroup { filter: MailboxFilter::Selected, events: messages },
        EventGroup { filter: MailboxFilter::Subtree(names), events: vec![] },
    ];
    assert_eq!(request, Command::Notify(NotifyRequest::Set { status: true, groups }));
    let many = format!("NOTIFY SET{}", " (PERSONAL NONE)".repeat(17));
    let names = format!("NOTIFY SET (MAILBOXES ({}) NONE)", "a ".repeat(257));
    wrong(&[&many, &names, "NOTIFY SOME", "NOTIFY SET STATUS", "NOTIFY SET (PERSONAL)"]);
}
