//! A small world that most tests begin with, made by the command line as an operator would.

use tests::server::Options;
use tests::{Database, ImapClient, Server, SmtpClient};

/// The address that everybody here shares.
pub(crate) const INFO: &str = "info@example.test";
/// The owner of the organization, who has every permission on the address.
pub(crate) const ANNA: &str = "anna@home.example";
/// An outsider.
pub(crate) const BEN: &str = "ben@far.example";
/// What both chose as their password.
pub(crate) const PASSWORD: &str = "correct horse battery staple 42";

/// Both databases, for scenarios that must be the same on each; the embedded one alone in a quick run.
pub(crate) const DATABASES: Databases = Databases;

/// See [`DATABASES`].
pub(crate) struct Databases;

impl IntoIterator for Databases {
    type Item = Database;
    type IntoIter = std::iter::Chain<std::iter::Once<Database>, std::option::IntoIter<Database>>;

    fn into_iter(self) -> Self::IntoIter {
        let postgres = testkit::postgres::is_wanted().then_some(Database::Postgres);
        std::iter::once(Database::Sqlite).chain(postgres)
    }
}

/// An organization "Acme" of Anna's with a mail service, the domain `example.test`, and `info@` opened by Anna.
pub(crate) fn world(database: Database) -> Server {
    world_with(database, Options::default())
}

/// The same with further options.
pub(crate) fn world_with(database: Database, options: Options) -> Server {
    let server = Server::start(database, options);
    server.command_with(
        &["user", "add", "--email", ANNA, "--name", "Anna Muster", "--password-stdin"],
        PASSWORD,
    );
    server.command_with(&["user", "add", "--email", BEN, "--name", "Ben Far", "--password-stdin"], PASSWORD);
    server.command(&["organization", "add", "--name", "Acme", "--owner", ANNA]);
    server.command(&["service", "add", "--organization", "Acme", "--domain", "example.test"]);
    server.command(&["domain", "trust", "example.test"]);
    server.command(&["address", "add", INFO, "--for", ANNA]);
    server
}

/// A new device password of `user` for the shared address.
pub(crate) fn device(server: &Server, user: &str) -> String {
    let printed = server.command(&["--json", "device", "add", INFO, "--user", user, "--name", "phone"]);
    let value: serde_json::Value = serde_json::from_str(&printed).unwrap();
    value["secret"].as_str().unwrap().to_owned()
}

/// Gives `user` an access to the shared address.
pub(crate) fn give_access(server: &Server, user: &str, permissions: &str) {
    server.command(&["access", "add", INFO, "--user", user, "--permissions", permissions]);
}

/// An IMAP connection of `user`'s new device.
pub(crate) fn imap(server: &Server, user: &str) -> ImapClient {
    let secret = device(server, user);
    ImapClient::sign_in(server.listens("imap"), INFO, &secret)
}

/// A stranger's connection to the reception.
pub(crate) fn stranger(server: &Server) -> SmtpClient {
    SmtpClient::connect(server.listens("smtp"))
}

/// A plain message with that subject.
pub(crate) fn message(subject: &str) -> Vec<u8> {
    format!(
        "From: Stranger <stranger@far.example>\r\nTo: {INFO}\r\nSubject: {subject}\r\n\
         Date: Mon, 23 Nov 2026 10:00:00 +0000\r\nMessage-ID: <{}@far.example>\r\n\r\nHello,\r\nthis is {subject}.\r\n",
        subject.replace(|character: char| !character.is_ascii_alphanumeric(), "-")
    )
    .into_bytes()
}
