//! The journey: from an empty data folder to a mailbox shared by link, with real mail, in real browsers, and taken back.

mod accounts;
mod letters;
mod many;
mod owner;
mod passkeys;
mod people;
mod sharing;

use std::net::Ipv4Addr;

use tests::server::Options;
use tests::{Browser, Database, FakeDns, Server, Sink, dns};

/// Whether pictures of each page are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pictures {
    Kept,
    None,
}

/// What the story needs: the server, the outside world, and two people's browsers.
struct Story {
    server: Server,
    outside: Sink,
    anna: Browser,
    ben: Browser,
    pictures: Pictures,
    _dns: FakeDns,
}

impl Story {
    async fn begin(database: Database, pictures: Pictures) -> Self {
        let outside = Sink::start();
        let dns = FakeDns::start(vec![
            dns::mx("far.example", 10, "mx.far.example"),
            dns::a("mx.far.example", Ipv4Addr::LOCALHOST),
        ]);
        let environment = vec![
            ("POSTROOM_OUTBOUND_RESOLVER".to_owned(), dns.address().to_string()),
            ("POSTROOM_OUTBOUND_PORT".to_owned(), outside.address().port().to_string()),
        ];
        let server = Server::start(database, Options { environment });
        let (anna, ben) = (Browser::open("en").await, Browser::open("en").await);
        Self { server, outside, anna, ben, pictures, _dns: dns }
    }

    /// Keeps pictures of what a browser shows.
    async fn picture(&self, browser: &Browser, name: &str) {
        if self.pictures == Pictures::Kept {
            browser.picture(name).await;
        }
    }

    /// Lets the proof that everybody gave so far be too old to count (A7).
    fn forget_proofs(&self) {
        self.server.sql("UPDATE sessions SET proved_at = 0");
    }

    async fn end(self) {
        self.anna.close().await;
        self.ben.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mailbox_is_shared_by_link_and_taken_back() {
    tell(Story::begin(Database::Sqlite, Pictures::Kept).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mailbox_is_shared_by_link_and_taken_back_on_postgresql() {
    tell(Story::begin(Database::Postgres, Pictures::None).await).await;
}

async fn tell(story: Story) {
    owner::signs_up_by_the_first_link(&story).await;
    owner::makes_a_mail_service_and_an_address(&story).await;
    letters::arrive_without_reload_and_are_read_safely(&story).await;
    let link = sharing::the_owner_invites_an_outsider(&story).await;
    sharing::the_outsider_signs_up_by_the_link(&story, &link).await;
    sharing::sending_is_switched_on_without_reload(&story).await;
    letters::a_reply_leaves_signed_and_once_to_sent(&story).await;
    sharing::a_member_is_added_at_once(&story).await;
    let device = sharing::the_outsider_makes_a_device_password(&story).await;
    sharing::the_owner_takes_the_access_away(&story, &device).await;
    story.end().await;
}
