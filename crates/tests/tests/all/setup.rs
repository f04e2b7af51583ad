//! What helps mail programs find their settings, asked for as they ask, and read by other people's parsers.

use std::io::Write;
use std::process::{Command, Stdio};

use tests::http::{Http, Page, between};
use tests::server::Options;
use tests::{Database, Server};

use crate::support::{ANNA, BEN, DATABASES, INFO, PASSWORD, give_access, world, world_with};

/// The name of the server, as it is told to programs.
const HOST: &str = "mail.example.test";
const AUTOCONFIG: &str = "/.well-known/autoconfig/mail/config-v1.1.xml";
const POLICY: &str = "/.well-known/mta-sts.txt";

/// The usual world on a server with a name.
fn named(database: Database) -> Server {
    let environment = vec![("POSTROOM_HOST_NAME".to_owned(), HOST.to_owned())];
    world_with(database, Options { environment })
}

/// Gives a document to a script of Python's, which prints what it finds.
fn read_by_python(script: &str, document: &str) -> String {
    let mut child = Command::new("python3")
        .args(["-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(document.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{document}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Each element with text in it, as `name=text`, one a line and in order; attributes as `@name=text`.
const ELEMENTS: &str = "
import sys, xml.etree.ElementTree as tree
for element in tree.fromstring(sys.stdin.buffer.read()).iter():
    for name, value in element.attrib.items():
        print('@' + name + '=' + value)
    if element.text and element.text.strip():
        print(element.tag + '=' + element.text)
";

/// What a property list holds, as JSON.
const PLIST: &str = "import sys, plistlib, json; print(json.dumps(plistlib.loads(sys.stdin.buffer.read())))";

fn port(server: &Server, listener: &str) -> u16 {
    server.listens(listener).port()
}

fn mailbox(http: &mut Http) -> String {
    http.get("/mail").location().trim_start_matches("/mail/").split('/').next().unwrap().to_owned()
}

/// Asks by the name of another host.
fn ask(server: &Server, host: &str, path: &str) -> Page {
    Http::by_name(server.listens("web"), host).get(path)
}

/// Sends Outlook's question, or what claims to be one.
fn question(server: &Server, body: &str) -> Page {
    Http::new(server.listens("web")).send("POST", "/autodiscover/autodiscover.xml", &[], Some(body))
}

fn outlooks(address: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><Autodiscover xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/outlook/\
         requestschema/2006\"><Request><EMailAddress>{address}</EMailAddress><AcceptableResponseSchema>\
         http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a\
         </AcceptableResponseSchema></Request></Autodiscover>"
    )
}

#[test]
fn thunderbird_finds_the_servers_of_a_domain() {
    let server = named(Database::Sqlite);
    let mut nobody = Http::new(server.listens("web"));
    let page = nobody.get(&format!("{AUTOCONFIG}?emailaddress=info%40example.test"));
    assert_eq!((page.status, page.header("content-type")), (200, "text/xml; charset=utf-8"));
    let found = read_by_python(ELEMENTS, &page.body);
    let [imaps, imap, submissions, submission] =
        ["imaps", "imap", "submissions", "submission"].map(|listener| port(&server, listener));
    let entrance = |kind: &str, port: u16, security: &str| {
        format!(
            "@type={kind}\nhostname={HOST}\nport={port}\nsocketType={security}\nusername=%EMAILADDRESS%\n\
             authentication=password-cleartext"
        )
    };
    let expected = [
        "@version=1.1\n@id=example.test\ndomain=example.test\ndisplayName=example.test\n\
         displayShortName=example.test"
            .to_owned(),
        entrance("imap", imaps, "SSL"),
        entrance("imap", imap, "STARTTLS"),
        entrance("smtp", submissions, "SSL"),
        entrance("smtp", submission, "STARTTLS"),
    ];
    assert_eq!(found, expected.join("\n"));
    // The path of the Mail app does not hide the older one, and no address is told from another.
    for path in [
        "/mail/config-v1.1.xml?emailaddress=nobody%40example.test",
        "/mail/config-v1.1.xml?emailaddress=%22a%20b%22%40EXAMPLE.test",
    ] {
        assert_eq!(nobody.get(path).body, page.body, "{path}");
    }
    assert_eq!(ask(&server, "autoconfig.example.test", "/mail/config-v1.1.xml").body, page.body);
    for address in ["a%40elsewhere.test", "a%40example.test%0d%0aSet-Cookie:%20a=b", "%3Cx%3E"] {
        let page = nobody.get(&format!("{AUTOCONFIG}?emailaddress={address}"));
        assert_eq!((page.status, page.header("set-cookie")), (404, ""), "{page:?}");
    }
}

#[test]
fn outlook_finds_the_servers_of_a_domain() {
    for database in DATABASES {
        let server = named(database);
        let page = question(&server, &outlooks("Nobody@Example.TEST"));
        assert_eq!(page.status, 200, "{page:?}");
        let found = read_by_python(ELEMENTS, &page.body);
        let of = |name: &str| -> Vec<&str> {
            let schema = "{http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a}";
            let start = format!("{schema}{name}=");
            found.lines().filter_map(|line| line.strip_prefix(&start)).collect()
        };
        assert_eq!(of("Action"), ["settings"]);
        assert_eq!(of("Type"), ["IMAP", "SMTP"]);
        assert_eq!(of("Server"), [HOST, HOST]);
        let ports = ["imaps", "submissions"].map(|listener| port(&server, listener).to_string());
        assert_eq!(of("Port"), ports);
        assert_eq!(of("SSL"), ["on", "on"]);
        assert_eq!(of("Encryption"), ["SSL", "SSL"]);
        assert_eq!(of("LoginName"), ["Nobody@example.test"; 2]);
        assert_eq!(question(&server, &outlooks("a@elsewhere.test")).status, 404);
        let signpost = "/autodiscover/autodiscover.json?Email=a%40example.test&Protocol=AutodiscoverV1";
        let signpost = Http::new(server.listens("web")).get(signpost);
        let value: serde_json::Value = serde_json::from_str(&signpost.body).unwrap();
        assert_eq!(value["Url"], server.url("/autodiscover/autodiscover.xml"));
    }
}

#[test]
fn hostile_questions_are_answered_with_a_fault_and_harm_nobody() {
    let server = named(Database::Sqlite);
    let entities: String =
        (1..10).map(|n| format!("<!ENTITY e{n} \"{}\">", format!("&e{};", n - 1).repeat(10))).collect();
    let bomb = format!("<!DOCTYPE a [<!ENTITY e0 \"lol\">{entities}]>");
    let outside = "<!DOCTYPE a [<!ENTITY e9 SYSTEM \"file:///etc/passwd\">]>";
    for hostile in [
        outlooks("&e9;@example.test").replace("<?xml version=\"1.0\"?>", &bomb),
        outlooks("&e9;@example.test").replace("<?xml version=\"1.0\"?>", outside),
        outlooks("a@example.test\r\nX: y"),
        outlooks("<b>a@example.test</b>"),
        "<a>".repeat(5_000),
        String::new(),
    ] {
        let page = question(&server, &hostile);
        let found = read_by_python(ELEMENTS, &page.body);
        assert!(page.status == 200 && found.contains("ErrorCode=600"), "{hostile}: {page:?}");
    }
    let large = question(
        &server,
        &outlooks("a@example.test").replace("<Request>", &format!("<Request>{}", " ".repeat(20_000))),
    );
    assert_eq!(large.status, 413, "{large:?}");
    assert_eq!(question(&server, &outlooks("a@example.test")).status, 200);
}

#[test]
fn a_domain_in_any_script_is_told_by_its_wire_name() {
    let server = named(Database::Sqlite);
    server.command(&["service", "add", "--organization", "Acme", "--domain", "bücher.test"]);
    server.command(&["domain", "trust", "bücher.test"]);
    let mut nobody = Http::new(server.listens("web"));
    let pages = ["b%C3%BCcher.test", "XN--BCHER-KVA.test"]
        .map(|domain| nobody.get(&format!("{AUTOCONFIG}?emailaddress=a%40{domain}")));
    assert_eq!(pages[0].body, pages[1].body);
    let found = read_by_python(ELEMENTS, &pages[0].body);
    assert!(found.contains("domain=xn--bcher-kva.test\ndisplayName=bücher.test"), "{found}");
    assert_eq!(ask(&server, "mta-sts.xn--bcher-kva.test", POLICY).status, 200);
}

#[test]
fn other_servers_find_the_policy_of_a_domain() {
    let server = named(Database::Sqlite);
    let page = ask(&server, "mta-sts.example.test", POLICY);
    assert_eq!((page.status, page.header("content-type")), (200, "text/plain; charset=utf-8"));
    let expected = format!("version: STSv1\r\nmode: testing\r\nmx: {HOST}\r\nmax_age: 86400\r\n");
    assert_eq!(page.body, expected);
    for host in ["mta-sts.elsewhere.test", "example.test", "localhost", "mta-sts"] {
        assert_eq!(ask(&server, host, POLICY).status, 404, "{host}");
    }
}

#[test]
fn an_apple_device_sets_an_address_up_by_its_profile() {
    let server = named(Database::Sqlite);
    let mut anna = Http::signed_in(server.listens("web"), ANNA, PASSWORD);
    let mailbox = mailbox(&mut anna);
    let path = format!("/setup/{mailbox}/apple.mobileconfig");
    let profile = anna.get(&path);
    assert_eq!((profile.status, profile.header("content-type")), (200, "application/x-apple-aspen-config"));
    assert_eq!(anna.get(&path).body, profile.body, "it is the same each time");
    let value: serde_json::Value = serde_json::from_str(&read_by_python(PLIST, &profile.body)).unwrap();
    assert_eq!(value["PayloadType"], "Configuration");
    let mail = &value["PayloadContent"][0];
    for (key, expected) in [
        ("PayloadType", "com.apple.mail.managed"),
        ("EmailAccountType", "EmailTypeIMAP"),
        ("EmailAddress", INFO),
        ("EmailAccountName", "Anna Muster"),
        ("IncomingMailServerHostName", HOST),
        ("IncomingMailServerUsername", INFO),
        ("OutgoingMailServerHostName", HOST),
        ("OutgoingMailServerUsername", INFO),
    ] {
        assert_eq!(mail[key], expected, "{key}");
    }
    assert_eq!(mail["IncomingMailServerPortNumber"], port(&server, "imaps"));
    assert_eq!(mail["OutgoingMailServerPortNumber"], port(&server, "submissions"));
    assert_eq!(mail["IncomingMailServerUseSSL"], true);
    assert_ne!(value["PayloadUUID"], mail["PayloadUUID"]);
    assert!(!profile.body.contains("<key>IncomingPassword</key>"), "{profile:?}");
}

#[test]
fn the_page_says_how_to_use_an_address_and_says_it_to_nobody_else() {
    let server = world(Database::Sqlite);
    let mut anna = Http::signed_in(server.listens("web"), ANNA, PASSWORD);
    let mailbox = mailbox(&mut anna);
    let path = format!("/setup/{mailbox}");
    assert_eq!(anna.get("/setup").location(), path);
    let settings = anna.get(&format!("/mail/{mailbox}/settings"));
    assert_eq!(between(&settings.body, "href=\"/setup/", "\""), Some(mailbox.as_str()));
    for program in ["apple", "outlook", "thunderbird", "android", "other", "%22%3E%3Cx"] {
        let page = anna.get(&format!("{path}?program={program}"));
        assert!(page.status == 200 && page.body.contains(&format!("<code>{INFO}</code>")), "{page:?}");
        assert!(page.body.contains(&format!("port {}, SSL/TLS", port(&server, "imaps"))), "{page:?}");
    }
    let mut ben = Http::signed_in(server.listens("web"), BEN, PASSWORD);
    assert_eq!(ben.get(&path).status, 404);
    give_access(&server, BEN, "send");
    assert!(ben.get(&path).body.contains("Ask whoever manages the address"));
    server.command(&["access", "remove", INFO, "--user", BEN]);
    assert_eq!(ben.get(&format!("{path}/apple.mobileconfig")).status, 404);
}
