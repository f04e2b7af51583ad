use std::path::PathBuf;

use super::*;

/// Loads a file with this text and these variables.
fn load_text(text: &str, variables: &[(&str, &str)]) -> Result<Configuration, Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("postroom.toml");
    std::fs::write(&path, text).unwrap();
    let flags = Flags { config: Some(path.clone()), data: None };
    let variable =
        |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
    let prefix = format!("{}/", folder.path().display());
    load(&flags, variable)
        .map_err(|faults| faults.iter().map(|fault| fault.to_string().replace(&prefix, "")).collect())
}

fn faults(text: &str) -> Vec<String> {
    load_text(text, &[]).expect_err("it should be refused")
}

#[test]
fn without_anything_everything_is_on_the_loopback() {
    let configuration = load(&Flags::default(), |_| None).unwrap();
    assert_eq!(configuration.data, PathBuf::from("data"));
    let ports: Vec<u16> = configuration
        .listen
        .all()
        .iter()
        .filter_map(|(_, listener)| match listener {
            Listener::Off => None,
            Listener::At(address) => address.ip().is_loopback().then_some(address.port()),
        })
        .collect();
    assert_eq!(ports, [8080, 2525, 2587, 2465, 2143, 2993]);
    assert!(matches!(configuration.database, Database::Embedded));
}

#[test]
fn a_whole_file_is_read() {
    let configuration = load_text(
        "data = \"/srv/mail\"\nhost_name = \"mail.example.org\"\n\
         [listen]\nweb = \"[::1]:80\"\nsmtp = \"0.0.0.0:25\"\nimap = \"off\"\n\
         [database]\nurl = \"postgres://p:secret@db/p\"\n\
         [outbound]\nresolver = \"127.0.0.1:5353\"\nsmart_host = \"[::1]:587\"\nport = 2_526\n\
         [web]\norigin = \"https://mail.example.org\"\n\
         [tls]\ncertificate = \"/c.pem\"\nkey = \"/k.pem\"\n",
        &[],
    )
    .unwrap();
    assert_eq!(configuration.host_name.as_str(), "mail.example.org");
    assert_eq!(configuration.listen.imap, Listener::Off);
    assert_eq!(configuration.outbound.smart_host, Some(HostPort { host: "::1".to_owned(), port: 587 }));
    assert_eq!(configuration.outbound.port, 2526);
    assert_eq!(configuration.tls.as_ref().unwrap().key, PathBuf::from("/k.pem"));
    assert!(!format!("{configuration:?}").contains("secret"), "the password must not print");
}

#[test]
fn the_environment_is_over_the_file_and_flags_are_over_both() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("p.toml");
    std::fs::write(&path, "data = \"a\"\n[listen]\nweb = \"off\"\nsmtp = \"off\"\n").unwrap();
    let flags = Flags { config: Some(path), data: Some(PathBuf::from("c")) };
    let variable = |name: &str| match name {
        "POSTROOM_DATA" => Some("b".to_owned()),
        "POSTROOM_LISTEN_WEB" => Some("127.0.0.1:0".to_owned()),
        _ => None,
    };
    let configuration = load(&flags, variable).unwrap();
    assert_eq!(configuration.data, PathBuf::from("c"));
    assert_eq!(configuration.listen.web, Listener::At("127.0.0.1:0".parse().unwrap()));
    assert_eq!(configuration.listen.smtp, Listener::Off);
}

#[test]
fn every_fault_is_named_with_its_line() {
    let found = faults(
        "host_name = 7\n[listen]\nweb = \"somewhere\"\nsmpt = \"off\"\nimap = true\n[outbound]\nport = 99999\n[lisen]\nx = 1\n",
    );
    assert_eq!(
        found,
        [
            "postroom.toml:1: host_name: expected text in quotes, found integer",
            "postroom.toml:3: listen.web: “somewhere” is no address; expected one like 127.0.0.1:2525 or [::]:2525, or “off”",
            "postroom.toml:4: listen.smpt: unknown setting; did you mean listen.smtp?",
            "postroom.toml:5: listen.imap: expected text in quotes, found boolean",
            "postroom.toml:7: outbound.port: “99999” is no port; expected a number from 1 to 65535",
            "postroom.toml:8: lisen: unknown setting",
        ]
    );
}

#[test]
fn a_file_that_is_no_toml_is_named_with_its_line_too() {
    let found = faults("data = \"a\"\n[listen\nweb = \"off\"\n");
    assert!(found[0].starts_with("postroom.toml:2: "), "{found:?}");
}

#[test]
fn a_section_that_is_a_value_is_named() {
    assert_eq!(
        faults("listen = \"off\"\n"),
        ["postroom.toml:1: listen: expected a section [listen], found string"]
    );
}

#[test]
fn a_bad_variable_is_named_by_its_name() {
    let found = load_text("", &[("POSTROOM_LISTEN_IMAPS", "nowhere")]).unwrap_err();
    assert!(
        found[0].starts_with("POSTROOM_LISTEN_IMAPS: listen.imaps: “nowhere” is no address"),
        "{found:?}"
    );
}

#[test]
fn two_listeners_at_one_address_are_named() {
    let found = faults("[listen]\nimaps = \"127.0.0.1:2525\"\n");
    assert_eq!(
        found,
        ["postroom.toml:2: listen.imaps: 127.0.0.1:2525 is already the address of listen.smtp"]
    );
}

#[test]
fn half_a_certificate_is_named() {
    assert_eq!(
        faults("[tls]\nkey = \"k.pem\"\n"),
        ["postroom.toml:2: tls.key: tls.certificate is missing beside it"]
    );
}

#[test]
fn a_missing_file_is_a_fault() {
    let flags = Flags { config: Some(PathBuf::from("no/such.toml")), data: None };
    let found = load(&flags, |_| None).unwrap_err();
    assert!(found[0].to_string().starts_with("no/such.toml:1: the configuration file cannot be read"));
}

#[test]
fn a_bad_database_address_is_not_repeated() {
    let found = faults("[database]\nurl = \"mysql://user:hunter2@host/db\"\n");
    assert!(found[0].starts_with("postroom.toml:2: database.url: expected postgres://"), "{found:?}");
    assert!(!found[0].contains("hunter2"));
}

#[test]
fn an_origin_has_no_path() {
    assert!(faults("[web]\norigin = \"https://a.example/mail\"\n")[0].contains("without a path"));
    assert!(faults("[web]\norigin = \"mail.example.org\"\n")[0].contains("is no origin"));
}

#[test]
fn without_an_origin_the_pages_are_where_the_web_listener_is() {
    let configuration = load(&Flags::default(), |_| None).unwrap();
    let at = |address: &str| configuration.origin_at(Listener::At(address.parse().unwrap()));
    assert_eq!(at("127.0.0.1:8080"), "http://localhost:8080");
    assert_eq!(at("0.0.0.0:80"), "http://localhost:80");
    assert_eq!(at("192.0.2.1:8080"), "http://192.0.2.1:8080");
    let set = load_text("[web]\norigin = \"https://mail.example.org\"\n", &[]).unwrap();
    assert_eq!(set.origin_at(Listener::Off), "https://mail.example.org");
}

#[test]
fn mail_that_is_received_has_memory_for_the_largest() {
    let configuration = load_text("[limits]\nreceiving_mib = 1_024\n", &[]).unwrap();
    assert_eq!(configuration.receiving_bytes, 1024 * 1024 * 1024);
    assert_eq!(
        faults("[limits]\nreceiving_mib = 100\n"),
        ["postroom.toml:2: limits.receiving_mib: expected a number from 384 to 1048576"]
    );
}

#[test]
fn proxies_are_networks_and_stand_before_listeners() {
    let text = "[listen]\nproxies = \"10.0.0.0/8, ::1\"\nproxied = \"smtp, imaps\"\n";
    let listen = load_text(text, &[]).unwrap().listen;
    assert!(listen.proxies.hold("10.1.2.3".parse().unwrap()));
    assert!(!listen.proxies.hold("192.0.2.1".parse().unwrap()));
    assert!(listen.is_proxied("smtp") && listen.is_proxied("imaps") && !listen.is_proxied("web"));
    assert!(load_text("[listen]\nproxies = \"::1\"\n", &[]).unwrap().listen.is_proxied("web"));
    assert_eq!(
        faults("[listen]\nproxies = \"10.0.0.0/33\"\nproxied = \"pop3\"\n"),
        [
            "postroom.toml:2: listen.proxies: “10.0.0.0/33” is not an address or a network like 10.0.0.0/8",
            "postroom.toml:3: listen.proxied: “pop3” is no listener; expected some of web, smtp, submission, submissions, imap, imaps",
        ]
    );
    assert_eq!(
        faults("[listen]\nproxied = \"smtp\"\n"),
        ["postroom.toml:2: listen.proxied: listen.proxies is missing beside it"]
    );
}

#[test]
fn a_bad_log_filter_is_named() {
    assert!(faults("log = \"smtp=loudly\"\n")[0].starts_with("postroom.toml:1: log: "));
}

#[test]
fn a_password_for_the_smart_host_lies_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    let whole = |more: &str| format!("[outbound]\nsmart_host = \"relay.example:587\"\n{more}");
    let both = format!("smart_host_user = \"us\"\nsmart_host_password_file = \"{}\"\n", file.display());
    assert!(faults(&whole(&both))[0].contains("cannot be read"));
    std::fs::write(&file, "\n").unwrap();
    assert!(faults(&whole(&both))[0].contains("has no password in its first line"));
    std::fs::write(&file, "hunter2\n").unwrap();
    let configuration = load_text(&whole(&both), &[]).unwrap();
    let (user, password) = configuration.outbound.smart_host_credentials.clone().unwrap();
    assert_eq!((user.as_str(), password.reveal().as_str()), ("us", "hunter2"));
    assert!(!format!("{configuration:?}").contains("hunter2"));
    assert_eq!(
        faults(&whole("smart_host_user = \"us\"\n")),
        ["postroom.toml:3: outbound.smart_host_user: outbound.smart_host_password_file is missing beside it"]
    );
    assert!(faults(&format!("[outbound]\n{both}"))[0].contains("outbound.smart_host is missing beside it"));
}
