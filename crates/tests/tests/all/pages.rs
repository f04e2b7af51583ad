//! The pages, asked for without a browser: who sees what, and which forms are obeyed.

use tests::http::{Http, Page, between};
use tests::{Database, Server};

use crate::support::{ANNA, BEN, DATABASES, INFO, PASSWORD, give_access, message, stranger, world};

/// An id of the right form that nothing has.
pub(crate) const NOBODY: &str = "0192f0c1-7a52-7c3e-9d5b-2f1f4f2d8a10";

/// What of an answer differs between requests whatever is asked: tokens and times.
fn shown(page: &Page, path: &str) -> (u16, String) {
    let token = between(&page.body, "<meta name=\"csrf\" content=\"", "\"").unwrap_or("no token");
    (page.status, page.body.replace(token, "TOKEN").replace(path, "PATH"))
}

/// What Anna's ids are, as her own pages say them.
pub(crate) struct Ids {
    pub(crate) organization: String,
    pub(crate) service: String,
    pub(crate) mailbox: String,
    pub(crate) folder: String,
    pub(crate) message: String,
    pub(crate) user: String,
}

pub(crate) fn ids(server: &Server) -> Ids {
    let (code, text) = stranger(server).deliver("stranger@far.example", &[INFO], &message("hello"));
    assert_eq!(code, 250, "{text}");
    let mut anna = Http::signed_in(server.listens("web"), ANNA, PASSWORD);
    let manager = anna.get("/manager");
    let organization = manager.location().trim_start_matches("/manager/").to_owned();
    let services = anna.get(&format!("/manager/{organization}")).body;
    let service =
        between(&services, "/manager/services/", "\"").unwrap().split('/').next().unwrap().to_owned();
    let mail = anna.get("/mail").location().trim_start_matches("/mail/").to_owned();
    let mailbox = mail.split('/').next().unwrap().to_owned();
    let inbox = follow(&mut anna, &format!("/mail/{mailbox}"));
    let row = between(&inbox.body, "class=\"row-link\"", "data-row").unwrap();
    let row = between(row, "href=\"/mail/", "\"").unwrap().to_owned();
    let folder = row.split('/').nth(1).unwrap().to_owned();
    let reading = anna.get(&format!("/mail/{row}")).body;
    let message = between(&reading, "/message/", "/").unwrap().to_owned();
    let users = anna.get(&format!("/manager/addresses/{mailbox}")).body;
    let user = users.split_once("/users/").unwrap().1.get(..NOBODY.len()).unwrap().to_owned();
    Ids { organization, service, mailbox, folder, message, user }
}

fn follow(http: &mut Http, path: &str) -> Page {
    let page = http.get(path);
    if page.status == 303 { http.get(page.location()) } else { page }
}

/// A route of the golden table with ids in it.
pub(crate) fn filled(route: &str, of: impl Fn(&str) -> String) -> String {
    let mut path = String::new();
    for piece in route.split('/').skip(1) {
        path.push('/');
        match piece.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) => path.push_str(&of(name)),
            None => path.push_str(piece),
        }
    }
    path
}

#[test]
fn what_a_stranger_may_not_see_answers_as_what_is_not_there() {
    for database in DATABASES {
        let server = world(database);
        let ids = ids(&server);
        let of = |name: &str| match name {
            "organization" => ids.organization.clone(),
            "service" => ids.service.clone(),
            "mailbox" => ids.mailbox.clone(),
            "folder" => ids.folder.clone(),
            "message" => ids.message.clone(),
            "user" => ids.user.clone(),
            "uid" | "part" => "1".to_owned(),
            _ => NOBODY.to_owned(),
        };
        let none = |name: &str| match name {
            "uid" | "part" => "1".to_owned(),
            _ => NOBODY.to_owned(),
        };
        let mut ben = Http::signed_in(server.listens("web"), BEN, PASSWORD);
        let table = include_str!("../../../postroom/golden/routes.txt");
        let mut walked = 0;
        for line in table.lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [method, route, who, ..] = words.as_slice() else { panic!("{line:?} is no row") };
            if matches!(*who, "Anybody" | "LinkHolder" | "SignedIn") || !route.contains('{') {
                continue;
            }
            let (there, absent) = (filled(route, of), filled(route, none));
            let answers = [&there, &absent].map(|path| {
                let page = if *method == "GET" { ben.get(path) } else { ben.post(path, &[]) };
                shown(&page, path)
            });
            assert_eq!(answers[0].0, 404, "{method} {route}: {answers:?}");
            assert_eq!(answers[0], answers[1], "{method} {route}");
            walked += 1;
        }
        assert!(walked > 30, "{walked} routes were walked");
    }
}

#[test]
fn nobody_who_is_not_signed_in_gets_past_the_sign_in_page() {
    let server = world(Database::Sqlite);
    let table = include_str!("../../../postroom/golden/routes.txt");
    let mut nobody = Http::new(server.listens("web"));
    nobody.get("/sign-in");
    for line in table.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [method, route, who, ..] = words.as_slice() else { panic!("{line:?} is no row") };
        if matches!(*who, "Anybody" | "LinkHolder") {
            continue;
        }
        let path = filled(route, |name| if name == "uid" { "1".to_owned() } else { NOBODY.to_owned() });
        let page = if *method == "GET" { nobody.get(&path) } else { nobody.post(&path, &[]) };
        let leads_to_sign_in = page.status == 303 && page.location().starts_with("/sign-in");
        assert!(leads_to_sign_in, "{method} {path} answers {page:?}");
    }
}

#[test]
fn a_form_that_another_page_sends_changes_nothing() {
    let server = world(Database::Sqlite);
    let mut anna = Http::signed_in(server.listens("web"), ANNA, PASSWORD);
    let token = anna.token().to_owned();
    let good = format!("csrf={token}&language=fr");
    let forged = [
        (vec![], "language=fr".to_owned()),
        (vec![], format!("csrf={}&language=fr", "x".repeat(43))),
        (vec![("Origin", "https://evil.example")], good.clone()),
        (vec![("Sec-Fetch-Site", "cross-site")], good.clone()),
        (vec![("Origin", "null"), ("Sec-Fetch-Site", "cross-site")], good.clone()),
    ];
    for (headers, form) in forged {
        let page = anna.send("POST", "/account/language", &headers, Some(&form));
        assert_eq!(page.status, 403, "{headers:?} {form}: {page:?}");
    }
    assert!(anna.get("/account").body.contains("lang=\"en\""));
    assert_eq!(anna.send("POST", "/account/language", &[], Some(&good)).status, 303);
    assert!(anna.get("/account").body.contains("lang=\"fr\""));
}

#[test]
fn every_page_keeps_scripts_frames_and_caches_out() {
    let server = world(Database::Sqlite);
    let mut anna = Http::signed_in(server.listens("web"), ANNA, PASSWORD);
    for path in ["/sign-in", "/account", "/manager", "/nothing/here"] {
        let page = follow(&mut anna, path);
        let policy = page.header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && policy.contains("script-src 'self'"),
            "{path}: {page:?}"
        );
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(page.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(page.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(page.header("cache-control"), "no-store", "{path}");
    }
}

#[test]
fn a_wrong_password_and_an_absent_account_are_told_alike() {
    let server = world(Database::Sqlite);
    let answers =
        [(ANNA, "not the password"), ("nobody@home.example", PASSWORD)].map(|(address, password)| {
            let mut http = Http::new(server.listens("web"));
            http.get("/sign-in");
            let page = http.post("/sign-in", &[("address", address), ("password", password)]);
            assert_eq!(page.status, 422, "{page:?}");
            assert!(!page.body.contains(password), "a password comes back");
            shown(&Page { body: page.body.replace(address, "ADDRESS"), ..page.clone() }, "/sign-in")
        });
    assert_eq!(answers[0], answers[1]);
}

#[test]
fn without_send_the_page_refuses_as_submission_does() {
    for database in DATABASES {
        let server = world(database);
        let ids = ids(&server);
        give_access(&server, BEN, "devices");
        let mut ben = Http::signed_in(server.listens("web"), BEN, PASSWORD);
        let reading = ben.get(&format!("/mail/{}/{}/1", ids.mailbox, ids.folder));
        assert_eq!(reading.status, 200, "{reading:?}");
        assert!(!reading.body.contains("/compose?answers="), "a reply is offered");
        server.command(&["access", "add", INFO, "--user", BEN, "--permissions", "send"]);
        let reading = ben.get(&format!("/mail/{}/{}/1", ids.mailbox, ids.folder));
        assert!(reading.body.contains("/compose?answers="), "no reply is offered");
        server.command(&["access", "remove", INFO, "--user", BEN]);
        assert_eq!(ben.get(&format!("/mail/{}/{}/1", ids.mailbox, ids.folder)).status, 404);
    }
}

#[test]
fn each_sensitive_act_asks_for_the_proof_of_presence() {
    let server = world(Database::Sqlite);
    let ids = ids(&server);
    let mut anna = Http::signed_in(server.listens("web"), ANNA, PASSWORD);
    server.sql("UPDATE sessions SET proved_at = 0");
    let of = |name: &str| match name {
        "organization" => ids.organization.clone(),
        "service" => ids.service.clone(),
        "mailbox" => ids.mailbox.clone(),
        "user" => ids.user.clone(),
        _ => NOBODY.to_owned(),
    };
    let table = include_str!("../../../postroom/golden/routes.txt");
    let mut asked = 0;
    for line in table.lines().filter(|line| line.ends_with(" proof")) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let path = filled(words[1], of);
        let page = if words[0] == "GET" {
            anna.get(&path)
        } else {
            anna.post(&path, &[("permission", "send"), ("name", "phone"), ("target", "carla@far.example")])
        };
        assert!(page.body.contains("name=\"proof-password\""), "{line} answers {page:?}");
        asked += 1;
    }
    assert!(asked >= 10, "{asked} acts asked");
}
