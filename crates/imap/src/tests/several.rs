//! One sign-in for all addresses: the primary mailbox, and the others below `Other Users`.

use std::net::{IpAddr, Ipv4Addr};

use domain::{MailboxId, Permissions, Secret};
use identity::grants::{self, NewGrant};
use identity::{Actor, Confirmed, Identity, Origin, SignIn};
use mailbox::desk::For;
use store::{StoreError, Tx};

use super::world::{ANNA, Client, PASSWORD, World};
use super::{INFO, message};

const SALES: &str = "Other Users/sales@example.test";

impl World {
    /// Another address, to which Anna has that access.
    async fn address(&self, address: &str, permissions: &str) -> MailboxId {
        let operator = Identity::operator();
        let service =
            self.access.service_of_domain(&operator, &"example.test".parse().unwrap()).await.unwrap();
        let desk = self.access.service_desk(&operator, service).await.unwrap();
        let mailbox = desk.create_address(&address.parse().unwrap(), For::Nobody).await.unwrap();
        self.give(mailbox, permissions).await;
        mailbox
    }

    async fn give(&self, mailbox: MailboxId, permissions: &str) {
        let (user, permissions): (_, Permissions) = (self.user, permissions.parse().unwrap());
        let give = move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let new =
                NewGrant { mailbox, user, permissions, ends_at: None, appears_under: None, created_by: None };
            grants::add(tx, &new).map(drop)
        };
        self.store.write(give).await.unwrap();
    }

    async fn take(&self, mailbox: MailboxId) {
        let user = self.user;
        let take =
            move |tx: &mut Tx<'_>| -> Result<(), StoreError> { grants::remove(tx, mailbox, user).map(drop) };
        self.store.write(take).await.unwrap();
    }

    async fn switch(&self, mailbox: MailboxId, permissions: &str) {
        let (user, permissions): (_, Permissions) = (self.user, permissions.parse().unwrap());
        let switch = move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            grants::set_permissions(tx, mailbox, user, permissions)
        };
        self.store.write(switch).await.unwrap();
    }

    /// Anna, in her browser.
    async fn anna(&self) -> (Actor, Confirmed) {
        let origin = Origin { ip: IpAddr::V4(Ipv4Addr::LOCALHOST), browser: "Firefox".to_owned() };
        let password = Secret::new(PASSWORD.to_owned());
        let SignIn::Complete(session) = self.identity.sign_in(ANNA, &password, &origin).await.unwrap() else {
            panic!("Anna signs in in another way");
        };
        let actor = self.identity.session(session.token.reveal(), &origin).await.unwrap().unwrap();
        let proof = self.identity.confirmed(&actor).await.unwrap().unwrap();
        (actor, proof)
    }

    /// A client that signs in for all addresses.
    async fn for_all(&self) -> Client {
        let (actor, proof) = self.anna().await;
        let made = self.identity.add_account_device(&actor, &proof, "laptop").await.unwrap();
        let mut client = self.connect().await;
        client.ok(&format!("LOGIN {ANNA} {}", made.secret.reveal())).await;
        client
    }
}

/// The names that a list tells.
async fn listed(client: &mut Client, command: &str) -> Vec<String> {
    let lines = client.ok(command).await;
    lines.iter().map(|line| line.split_once("\"/\" ").unwrap().1.trim_matches('"').to_owned()).collect()
}

#[tokio::test]
async fn every_address_for_programs_is_seen_and_the_primary_one_is_ones_own() {
    let world = World::new().await;
    world.address("sales@example.test", "devices,send").await;
    world.address("quiet@example.test", "send").await;
    let mut client = world.for_all().await;
    assert_eq!(client.ok("NAMESPACE").await, ["* NAMESPACE ((\"\" \"/\")) ((\"Other Users/\" \"/\")) NIL"]);
    let top = client.ok("LIST \"\" %").await;
    assert!(top.contains(&"* LIST (\\Noselect \\HasChildren) \"/\" \"Other Users\"".to_owned()), "{top:?}");
    assert!(top.contains(&"* LIST (\\HasNoChildren) \"/\" INBOX".to_owned()), "{top:?}");
    assert!(top.contains(&"* LIST (\\HasNoChildren \\Sent) \"/\" Sent".to_owned()), "{top:?}");
    assert_eq!(listed(&mut client, "LIST \"Other Users/\" %").await, [SALES]);
    let all = listed(&mut client, &format!("LIST \"\" \"{SALES}/*\"")).await;
    assert!(all.contains(&format!("{SALES}/INBOX")) && all.contains(&format!("{SALES}/Sent")), "{all:?}");
    let everything = client.ok("LIST \"\" *").await;
    assert!(!everything.iter().any(|line| line.contains("quiet@")), "{everything:?}");
    // Another address's Sent folder is not offered as the client's.
    assert_eq!(everything.iter().filter(|line| line.contains("\\Sent")).count(), 1);
    assert_eq!(client.ok("MYRIGHTS INBOX").await, ["* MYRIGHTS INBOX lrswitekcd"]);
    let rights = client.ok(&format!("MYRIGHTS \"{SALES}/INBOX\"")).await;
    assert_eq!(rights, [format!("* MYRIGHTS \"{SALES}/INBOX\" lrswited")]);
    for refused in [
        "SELECT \"Other Users\"",
        "SELECT \"Other Users/quiet@example.test/INBOX\"",
        "STATUS \"Other Users/nobody@example.test/INBOX\" (MESSAGES)",
    ] {
        assert!(client.status(refused).await.starts_with("NO [NONEXISTENT]"), "{refused}");
    }
    assert!(!client.ok("CAPABILITY").await[0].contains("NOTIFY"));
    assert!(client.status("NOTIFY NONE").await.starts_with("NO [CANNOT]"));
}

#[tokio::test]
async fn mail_is_read_and_carried_between_addresses() {
    let world = World::new().await;
    world.address("sales@example.test", "devices,folders").await;
    let mut client = world.for_all().await;
    let inbox = format!("\"{SALES}/INBOX\"");
    assert!(client.append(&inbox, &message("offer")).await.starts_with("OK [APPENDUID "));
    assert_eq!(
        client.ok(&format!("STATUS {inbox} (MESSAGES)")).await,
        [format!("* STATUS {inbox} (MESSAGES 1)")]
    );
    client.ok(&format!("SELECT {inbox}")).await;
    client.ok("STORE 1 +FLAGS.SILENT (\\Flagged $Work)").await;
    assert!(client.status("COPY 1 INBOX").await.starts_with("OK [COPYUID "));
    assert!(client.status("MOVE 1 INBOX").await.starts_with("NO [CANNOT]"));
    client.ok(&format!("CREATE \"{SALES}/Done\"")).await;
    client.ok(&format!("RENAME \"{SALES}/Done\" \"{SALES}/Finished\"")).await;
    assert!(client.status(&format!("RENAME \"{SALES}/Finished\" Finished")).await.starts_with("NO [CANNOT]"));
    client.ok(&format!("MOVE 1 \"{SALES}/Finished\"")).await;
    client.ok("SELECT INBOX").await;
    let told = client.ok("FETCH 1 (FLAGS ENVELOPE)").await;
    assert!(told[0].contains("FLAGS (\\Flagged $Work)") && told[0].contains("\"offer\""), "{told:?}");
    client.ok(&format!("DELETE \"{SALES}/Finished\"")).await;
}

#[tokio::test]
async fn an_address_appears_and_goes_with_its_access_while_the_client_is_there() {
    let world = World::new().await;
    let mut client = world.for_all().await;
    client.ok("SELECT INBOX").await;
    assert!(client.ok("LIST \"\" \"Other Users*\"").await.is_empty());
    let sales = world.address("sales@example.test", "devices").await;
    client.ok(&format!("STATUS \"{SALES}/INBOX\" (MESSAGES)")).await;
    world.switch(sales, "send").await;
    assert!(
        client.status(&format!("STATUS \"{SALES}/INBOX\" (MESSAGES)")).await.starts_with("NO [NONEXISTENT]")
    );
    world.switch(sales, "devices").await;
    client.ok(&format!("STATUS \"{SALES}/INBOX\" (MESSAGES)")).await;
    world.take(sales).await;
    assert!(client.ok("LIST \"\" \"Other Users*\"").await.is_empty());
    // Where the client is, nothing has changed.
    client.ok("FETCH 1:* FLAGS").await;
}

#[tokio::test]
async fn who_is_in_a_mailbox_whose_access_goes_is_sent_away_and_finds_the_others_again() {
    let world = World::new().await;
    let sales = world.address("sales@example.test", "devices").await;
    let (actor, proof) = world.anna().await;
    let made = world.identity.add_account_device(&actor, &proof, "laptop").await.unwrap();
    let login = format!("LOGIN {ANNA} {}", made.secret.reveal());
    let mut inside = world.connect().await;
    inside.ok(&login).await;
    inside.ok(&format!("SELECT \"{SALES}/INBOX\"")).await;
    let mut waiting = world.connect().await;
    waiting.ok(&login).await;
    waiting.ok(&format!("SELECT \"{SALES}/INBOX\"")).await;
    waiting.begin("IDLE").await;
    waiting.line().await;
    let mut elsewhere = world.connect().await;
    elsewhere.ok(&login).await;
    elsewhere.ok("SELECT INBOX").await;
    world.take(sales).await;
    for client in [&mut inside, &mut waiting] {
        assert_eq!(
            client.line().await.unwrap(),
            "* BYE [UNAVAILABLE] The access to this mailbox was removed."
        );
        assert_eq!(client.line().await, None);
    }
    elsewhere.ok("NOOP").await;
    let mut again = world.connect().await;
    again.ok(&login).await;
    assert!(again.status(&format!("SELECT \"{SALES}/INBOX\"")).await.starts_with("NO [NONEXISTENT]"));
    again.ok("SELECT INBOX").await;
}

#[tokio::test]
async fn a_password_for_all_addresses_ends_everything_when_it_is_revoked() {
    let world = World::new().await;
    let (actor, proof) = world.anna().await;
    let made = world.identity.add_account_device(&actor, &proof, "laptop").await.unwrap();
    let login = format!("LOGIN {ANNA} {}", made.secret.reveal());
    let (mut unselected, mut selected) = (world.connect().await, world.connect().await);
    unselected.ok(&login).await;
    selected.ok(&login).await;
    selected.ok("SELECT INBOX").await;
    world.identity.revoke_account_device(&actor, made.id).await.unwrap();
    for client in [&mut unselected, &mut selected] {
        assert_eq!(client.line().await.unwrap(), "* BYE [UNAVAILABLE] This device password was revoked.");
    }
    let mut again = world.connect().await;
    assert!(again.status(&login).await.starts_with("NO [AUTHENTICATIONFAILED]"));
}

#[tokio::test]
async fn without_a_mailbox_of_ones_own_there_is_an_inbox_that_cannot_be_selected() {
    let world = World::new().await;
    world.remove_access().await;
    let mut client = world.for_all().await;
    assert_eq!(client.ok("LIST \"\" *").await, ["* LIST (\\Noselect \\HasNoChildren) \"/\" INBOX"]);
    assert!(client.status("SELECT INBOX").await.starts_with("NO [NONEXISTENT]"));
    assert!(client.status("CREATE Notes").await.starts_with("NO [NONEXISTENT]"));
    assert!(client.status("FETCH 1 FLAGS").await.starts_with("BAD "));
}

#[tokio::test]
async fn each_password_opens_what_it_is_for() {
    let world = World::new().await;
    world.address("sales@example.test", "devices").await;
    // The device password of one address stays with that address (D3).
    let mut one = world.sign_in().await;
    assert_eq!(one.ok("NAMESPACE").await, ["* NAMESPACE ((\"\" \"/\")) NIL NIL"]);
    assert!(!one.ok("LIST \"\" *").await.iter().any(|line| line.contains("Other Users")));
    assert!(one.status(&format!("SELECT \"{SALES}/INBOX\"")).await.starts_with("NO [NONEXISTENT]"));
    let (actor, proof) = world.anna().await;
    let made = world.identity.add_account_device(&actor, &proof, "laptop").await.unwrap();
    let mut client = world.connect().await;
    for wrong in [format!("LOGIN {INFO} {}", made.secret.reveal()), format!("LOGIN {ANNA} {}", world.secret)]
    {
        assert!(client.status(&wrong).await.starts_with("NO [AUTHENTICATIONFAILED]"), "{wrong}");
    }
}

#[tokio::test]
async fn the_quota_of_each_address_has_a_root_of_its_own() {
    let world = World::with_quota(Some(10_500)).await;
    world.address("sales@example.test", "devices").await;
    let mut client = world.for_all().await;
    assert_eq!(
        client.ok("GETQUOTAROOT INBOX").await,
        ["* QUOTAROOT INBOX \"\"", "* QUOTA \"\" (STORAGE 0 10)"]
    );
    let told = client.ok(&format!("GETQUOTAROOT \"{SALES}/INBOX\"")).await;
    assert_eq!(told[1], format!("* QUOTA \"{SALES}\" (STORAGE 0 10)"));
    assert_eq!(client.ok(&format!("GETQUOTA \"{SALES}\"")).await, [told[1].clone()]);
}
