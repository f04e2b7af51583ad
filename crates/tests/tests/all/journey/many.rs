//! Three people get two addresses with different permissions, and the clicks are counted; then the pages around are looked
//! at.

use std::sync::atomic::{AtomicUsize, Ordering};

use tests::{Browser, Database};

use crate::support::{ANNA, INFO, PASSWORD, world};

/// What users of other servers ask for at most.
const CLICKS: usize = 13;
/// Where the pictures are kept, under `target`.
const FOLDER: &str = "tour/mail-service";

const SALES: &str = "sales@example.test";
const PEOPLE: [(&str, &str, &str); 3] = [
    ("ben.b@home.example", "Ben Beispiel", "Read and send"),
    ("clara@home.example", "Clara Muster", "Read and file only"),
    ("dora@home.example", "Dora Dorn", "All permissions"),
];

/// A hand on a mouse.
struct Hand<'a> {
    browser: &'a Browser,
    clicks: AtomicUsize,
}

impl Hand<'_> {
    async fn click(&self, name: &str) {
        self.clicks.fetch_add(1, Ordering::Relaxed);
        self.browser.click(name).await;
    }

    async fn tick(&self, label: &str) {
        self.clicks.fetch_add(1, Ordering::Relaxed);
        self.browser.tick(label).await;
    }

    async fn choose(&self, name: &str) {
        self.clicks.fetch_add(1, Ordering::Relaxed);
        self.browser.press(name, &format!("//input[@type='radio'][@aria-label='{name}']")).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_people_get_two_addresses_with_different_permissions_in_few_clicks() {
    let server = world(Database::Sqlite);
    server.command(&["address", "add", SALES]);
    for (address, name, _) in PEOPLE {
        let add = ["user", "add", "--email", address, "--name", name, "--password-stdin"];
        server.command_with(&add, PASSWORD);
        server.command(&["organization", "add-member", "--organization", "Acme", "--user", address]);
    }
    let anna = Browser::open("en").await;
    anna.go(&server.url("/sign-in")).await;
    anna.fill("E-mail address", ANNA).await;
    anna.fill("Password", PASSWORD).await;
    anna.click("Sign in").await;
    anna.click("Not now").await;
    anna.go(&server.url("/manager")).await;

    let hand = Hand { browser: &anna, clicks: AtomicUsize::new(0) };
    let service = "//main//a[starts-with(@href,'/manager/services/')][not(contains(@href,'/new'))]";
    hand.clicks.fetch_add(1, Ordering::Relaxed);
    anna.press("the mail service", service).await;
    hand.click("Share several addresses").await;
    anna.tour(FOLDER, "10-share-several").await;
    for address in [INFO, SALES] {
        hand.tick(address).await;
    }
    for (_, name, given) in PEOPLE {
        hand.choose(&format!("{given} ({name})")).await;
    }
    hand.click("Share the addresses").await;
    anna.see("Everybody who opens an address").await;
    let clicks = hand.clicks.load(Ordering::Relaxed);
    println!("three people, two addresses, different permissions: {clicks} clicks");
    assert!(clicks < CLICKS, "{clicks} clicks");
    for address in [INFO, SALES] {
        let listed = server.command(&["access", "list", address]);
        assert!(PEOPLE.iter().all(|(login, ..)| listed.contains(login)), "{listed}");
    }
    look_around(&server, &anna).await;
    anna.close().await;
}

/// Keeps pictures of the pages of a mail service and an address.
async fn look_around(server: &tests::Server, anna: &Browser) {
    anna.tour(FOLDER, "11-review").await;
    let review = anna.url().await;
    let service = review.trim_end_matches("/accesses").to_owned();
    for (path, name) in [("", "01-addresses"), ("/domains", "02-domains"), ("/bin", "03-bin")] {
        anna.go(&format!("{service}{path}")).await;
        anna.tour(FOLDER, name).await;
    }
    anna.go(&service).await;
    anna.click(INFO).await;
    anna.see("Clara Muster").await;
    let address = anna.url().await;
    for (path, name) in [
        ("", "20-users"),
        ("/add", "21-add"),
        ("/explain", "22-explain"),
        ("/devices", "23-devices"),
        ("/aliases", "24-aliases"),
        ("/general", "25-general"),
        ("/delete", "26-delete"),
    ] {
        anna.go(&format!("{address}{path}")).await;
        anna.tour(FOLDER, name).await;
    }
    anna.go(&address).await;
    anna.click("Clara Muster").await;
    anna.see("What they can do").await;
    anna.tour(FOLDER, "27-access").await;
    let mailbox = address.rsplit('/').next().unwrap().to_owned();
    for (path, name) in
        [(format!("/mail/{mailbox}/settings"), "30-settings"), (format!("/setup/{mailbox}"), "31-setup")]
    {
        anna.go(&server.url(&path)).await;
        anna.tour(FOLDER, name).await;
    }
    // Something lies in the bin.
    server.sql(
        "UPDATE mailboxes SET state = 'deleting', deleted_at = created_at + 1000 WHERE address = 'sales@example.test'",
    );
    anna.go(&format!("{service}/bin")).await;
    anna.tour(FOLDER, "04-bin-with-address").await;
}
