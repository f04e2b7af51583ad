//! Sensitive forms (A7): whoever sent one without a fresh proof is asked, and loses nothing of what they filled in.

use tests::Server;
use tests::http::{Http, Page};

use crate::pages::{NOBODY, filled, ids};
use crate::support::{ANNA, DATABASES, PASSWORD, world};

/// What somebody filled in: among it a field that is sent several times.
const FIELDS: [(&str, &str); 6] = [
    ("name", "Phone"),
    ("target", "carla@far.example"),
    ("filled-in", "with care"),
    ("several", "one"),
    ("several", "two"),
    ("empty", ""),
];

#[test]
fn each_sensitive_form_is_given_back_as_it_was() {
    for database in DATABASES {
        let server = world(database);
        let ids = ids(&server);
        let mut anna = Http::signed_in(server.listens("web"), ANNA, PASSWORD);
        server.sql("UPDATE sessions SET proved_at = 0");
        let mut walked = 0;
        for line in include_str!("../../../postroom/golden/routes.txt").lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [method, route, _, "proof"] = words.as_slice() else { continue };
            let path = filled(route, |name| match name {
                "organization" => ids.organization.clone(),
                "service" => ids.service.clone(),
                "mailbox" => ids.mailbox.clone(),
                "user" => ids.user.clone(),
                _ => NOBODY.to_owned(),
            });
            if *method == "GET" {
                let page = anna.get(&path);
                asks(&page, &path);
                assert!(page.body.contains(&format!("name=\"next\" value=\"{path}\"")), "{path}: {page:?}");
            } else {
                let page = anna.post(&path, &FIELDS);
                asks(&page, &path);
                gives_back(&page, &path);
            }
            walked += 1;
        }
        assert!(walked > 30, "{walked} routes were walked");
        goes_on(&server, &mut anna);
    }
}

fn asks(page: &Page, path: &str) {
    assert!(page.body.contains("Confirm that it is you"), "{path} does not ask: {page:?}");
}

fn gives_back(page: &Page, path: &str) {
    assert!(page.body.contains(&format!("action=\"{path}\"")), "{path}: {page:?}");
    let mut rest = page.body.as_str();
    for (name, value) in FIELDS {
        let field = format!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\">");
        let Some((_, after)) = rest.split_once(&field) else { panic!("{path} loses {field}: {page:?}") };
        rest = after;
    }
}

/// A wrong password is asked for again, and the right one does what was filled in.
fn goes_on(server: &Server, anna: &mut Http) {
    anna.get("/account/addresses");
    let fields = |password| [("address", "further@home.example"), ("proof-password", password)];
    let wrong = anna.post("/account/addresses/add", &fields("wrong"));
    assert!(wrong.body.contains("This is not your password."), "{wrong:?}");
    assert!(wrong.body.contains("name=\"address\" value=\"further@home.example\""), "{wrong:?}");
    assert!(!wrong.body.contains("value=\"wrong\""), "a password is put on no page: {wrong:?}");
    assert_eq!(anna.post("/account/addresses/add", &fields(PASSWORD)).location(), "/account/addresses");
    assert!(anna.get("/account/addresses").body.contains("further@home.example"));
    server.sql("UPDATE sessions SET proved_at = 0");
}
