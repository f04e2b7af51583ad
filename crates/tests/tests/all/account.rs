//! One's own account, on both databases: signing in, forgetting, taking one's data along, leaving.

use tests::Server;
use tests::http::Http;

use crate::support::{ANNA, BEN, DATABASES, INFO, PASSWORD, device, give_access, world};

#[test]
fn an_account_is_looked_after_and_left_alike_on_both_databases() {
    for database in DATABASES {
        let server = world(database);
        give_access(&server, BEN, "send");
        a_mailbox_is_told_apart(&server);
        server.command(&["user", "reset-second-factor", BEN]);
        let mut ben = Http::signed_in(server.listens("web"), BEN, PASSWORD);
        looks_after(&mut ben);
        forgets(&server);
        leaves(&mut ben);
        let mut anna = Http::signed_in(server.listens("web"), ANNA, PASSWORD);
        let page = anna.get("/account/delete").body;
        assert!(
            page.contains("You are the only legal representative of Acme.") && page.contains(INFO),
            "{page}"
        );
        let path = anna_address(&mut anna);
        let users = anna.get(&path).body;
        assert!(!users.contains(BEN), "{users}");
    }
}

#[test]
fn an_organization_asks_its_members_for_a_second_factor() {
    for database in DATABASES {
        let server = world(database);
        let mut anna = Http::signed_in(server.listens("web"), ANNA, PASSWORD);
        let manager = anna.get("/manager").location().to_owned();
        let page = format!("{manager}/second-factor");
        assert!(anna.get(&page).body.contains("1 member has none yet."));
        let refused = anna.post(&page, &[("asked", "on")]);
        assert!(refused.body.contains("You have no second factor yourself."), "{refused:?}");
        // As an owner did who has one.
        server.sql("UPDATE organizations SET asks_second_factor = 1");
        let needed = anna.get("/mail").location().to_owned();
        assert_eq!(needed, "/account/factor-needed?next=/mail");
        assert!(anna.get(&needed).body.contains("asks its members for a second factor"));
        for path in ["/account", "/account/passkeys", "/account/second-factor"] {
            assert_eq!(anna.get(path).status, 200, "{path}");
        }
        assert_eq!(anna.post(&page, &[("asked", "off")]).location(), "/account/factor-needed");
        let device = anna.post("/account/devices", &[("name", "Phone")]);
        assert_eq!(device.location(), "/account/factor-needed", "it would open mail without a second factor");
        server.sql("UPDATE organizations SET asks_second_factor = 0");
        assert!(anna.get(&needed).location() == "/mail" && anna.get("/mail").location() != needed);
    }
}

fn a_mailbox_is_told_apart(server: &Server) {
    let secret = device(server, ANNA);
    let mut somebody = Http::new(server.listens("web"));
    somebody.get("/sign-in");
    let page = somebody.post("/sign-in", &[("address", INFO), ("password", &secret)]);
    assert!(page.status == 422 && page.body.contains("This is an email address, not an account"), "{page:?}");
    let page = somebody.post("/sign-in", &[("address", INFO), ("password", "wrong")]);
    assert!(page.status == 422 && !page.body.contains("not an account"), "{page:?}");
}

fn looks_after(ben: &mut Http) {
    let names = [("first-name", "Benno"), ("last-name", "Far"), ("language", "en"), ("zone", "UTC")];
    assert_eq!(ben.post("/account/profile", &names).location(), "/account");
    ben.get("/account/addresses");
    let refused = ben.post("/account/addresses/add", &[("address", INFO)]);
    assert!(refused.body.contains("Other people open this address"), "{refused:?}");
    let added = ben.post("/account/addresses/add", &[("address", "benno@far.example")]);
    assert_eq!(added.location(), "/account/addresses");
    let wrong = ben.post("/account/addresses/confirm", &[("code", "x")]);
    assert!(wrong.body.contains("This is not the code."), "{wrong:?}");
    ben.post("/account/recovery/add", &[("recovery", "benno@far.example")]);
    let page = ben.get("/account/addresses").body;
    assert_eq!(page.matches("Code from the mail to benno@far.example").count(), 2, "{page}");
    let file = ben.post("/account/export", &[]);
    assert!(file.header("content-disposition").starts_with("attachment"), "{file:?}");
    let json: serde_json::Value = serde_json::from_str(&file.body).unwrap();
    assert_eq!((&json["first_name"], &json["accesses"][0]["address"]), (&"Benno".into(), &INFO.into()));
    let page = ben.get("/account/activity").body;
    assert!(page.contains("Changed the profile") && page.contains("Signed in"), "{page}");
}

fn forgets(server: &Server) {
    let mut somebody = Http::new(server.listens("web"));
    for address in [BEN, "nobody@far.example"] {
        somebody.get("/forgot");
        assert_eq!(somebody.post("/forgot", &[("address", address)]).location(), "/forgot/sent");
    }
    assert_eq!(somebody.get("/forgot/of-nobody").status, 404);
}

fn leaves(ben: &mut Http) {
    let page = ben.get("/account/delete").body;
    assert!(page.contains("your access to 1 email address"), "{page}");
    assert_eq!(ben.post("/account/delete", &[("sure", "on")]).location(), "/account/gone");
    assert!(ben.get("/account/gone").body.contains("Your account was deleted"));
    ben.get("/sign-in");
    assert_eq!(ben.post("/sign-in", &[("address", BEN), ("password", PASSWORD)]).status, 422);
}

/// The page of the shared address in the Manager.
fn anna_address(anna: &mut Http) -> String {
    let mail = anna.get("/mail").location().trim_start_matches("/mail/").to_owned();
    format!("/manager/addresses/{}", mail.split('/').next().unwrap())
}
