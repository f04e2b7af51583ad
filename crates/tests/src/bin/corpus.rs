//! Sends every file of a folder through the whole server: in by SMTP, out by IMAP byte for byte, and onto the page.
//!
//! `cargo xtask corpus DIR` builds the server and runs this. The last line is `N passed, N failed`.

#![expect(clippy::print_stdout, reason = "a program of the command line says what it found")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use tests::server::Options;
use tests::{Database, ImapClient, Server, SmtpClient};

const ADDRESS: &str = "corpus@example.test";
const OWNER: &str = "anna@home.example";
const PASSWORD: &str = "correct horse battery staple 42";
/// How large a file may be, in bytes: the server's own limit is a little higher.
const FILE_BYTES: u64 = 40 * 1024 * 1024;
/// What must not be left in a shown message, in lower case.
const FORBIDDEN: [&str; 12] = [
    "<script",
    "<iframe",
    "<object",
    "<embed",
    "<form",
    "<base",
    "<meta",
    "<link",
    " onload=",
    " onerror=",
    "src=\"http",
    "javascript:",
];

fn main() -> ExitCode {
    let Some(folder) = std::env::args().nth(1) else {
        println!("usage: corpus DIR");
        return ExitCode::FAILURE;
    };
    let mut files = Vec::new();
    collect(Path::new(&folder), &mut files);
    files.sort();
    if files.is_empty() {
        println!("{folder} holds no file");
        return ExitCode::FAILURE;
    }
    let mut way = Way::open();
    let (mut passed, mut failed) = (0, 0);
    for file in &files {
        match way.send(file) {
            Ok(()) => passed += 1,
            Err(fault) => {
                println!("{}: {fault}", file.display());
                failed += 1;
            }
        }
    }
    println!("{passed} passed, {failed} failed");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Every file below a folder but the descriptions of it.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            collect(&path, files);
        } else if path.file_name().is_none_or(|name| name != "README.md") {
            files.push(path);
        }
    }
}

/// The way of a message through a server.
struct Way {
    server: Server,
    secret: String,
    imap: ImapClient,
    count: usize,
}

impl Way {
    fn open() -> Self {
        let server = Server::start(Database::Sqlite, Options::default());
        let user = ["user", "add", "--email", OWNER, "--name", "Anna Muster", "--password-stdin"];
        server.command_with(&user, PASSWORD);
        server.command(&["organization", "add", "--name", "Acme", "--owner", OWNER]);
        server.command(&["service", "add", "--organization", "Acme", "--domain", "example.test"]);
        server.command(&["domain", "trust", "example.test"]);
        server.command(&["address", "add", ADDRESS, "--for", OWNER]);
        let device = ["--json", "device", "add", ADDRESS, "--user", OWNER, "--name", "corpus"];
        let printed = server.command(&device);
        let secret = tests::http::between(&printed, "\"secret\": \"", "\"").unwrap_or_default().to_owned();
        let mut imap = ImapClient::sign_in(server.listens("imap"), ADDRESS, &secret);
        imap.ok("SELECT INBOX");
        Self { server, secret, imap, count: 0 }
    }

    fn send(&mut self, file: &Path) -> Result<(), String> {
        let size = std::fs::metadata(file).map_err(|error| error.to_string())?.len();
        if size > FILE_BYTES {
            return Err(format!("{size} bytes are more than this run sends"));
        }
        let message = lines_of(&std::fs::read(file).map_err(|error| error.to_string())?);
        let mut smtp = SmtpClient::connect(self.server.listens("smtp"));
        let (code, text) = smtp.deliver("stranger@far.example", &[ADDRESS], &message);
        if code != 250 {
            return Err(format!("SMTP answers {}", text.trim()));
        }
        self.count += 1;
        self.imap.ok("NOOP");
        let kept = self.imap.literal(&format!("FETCH {} BODY.PEEK[]", self.count));
        // The server's own trace stands above what was sent.
        if !kept.ends_with(&message) {
            return Err(format!("{} bytes were sent, and others came back", message.len()));
        }
        self.ask(&kept)
    }

    /// Everything that clients ask of a message; a fault of the server ends the connection.
    fn ask(&mut self, kept: &[u8]) -> Result<(), String> {
        let number = self.count;
        let items = "ENVELOPE BODY BODYSTRUCTURE RFC822.SIZE BODY.PEEK[HEADER] BODY.PEEK[1] BODY.PEEK[1.MIME] \
                     BODY.PEEK[TEXT]<0.100>";
        for item in [format!("FETCH {number} ({items})"), format!("FETCH {number} BINARY.PEEK[1]")] {
            let answer = self.imap.command(&item);
            // An unknown encoding is the message's fault (RFC 3516 §4.3), and said.
            if !answer.status.starts_with("OK") && !answer.status.contains("UNKNOWN-CTE") {
                self.sign_in_again();
                return Err(format!("{item} is answered {}", answer.status));
            }
        }
        let summary = message::summarize(kept);
        let word = summary.search_text.split_whitespace().find(|word| is_plain(word));
        if let Some(word) = word {
            let found = self.imap.ok(&format!("SEARCH {number} TEXT \"{word}\""));
            if !found.untagged.iter().any(|line| line.ends_with(&format!(" {number}"))) {
                return Err(format!("it is not found by its word {word:?}: {found:?}"));
            }
        }
        let view = message::view(kept);
        let shown = view.body.as_str().to_lowercase();
        match FORBIDDEN.iter().find(|piece| tag_holds(&shown, piece)) {
            Some(piece) => Err(format!("{piece:?} is left in what is shown")),
            None => Ok(()),
        }
    }

    fn sign_in_again(&mut self) {
        self.imap = ImapClient::sign_in(self.server.listens("imap"), ADDRESS, &self.secret);
        self.imap.ok("SELECT INBOX");
    }
}

/// A word that both the index and a quoted string take as it is.
fn is_plain(word: &str) -> bool {
    (4..20).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Whether a piece stands inside a tag: in the text of a message, it is only talked about.
fn tag_holds(html: &str, piece: &str) -> bool {
    html.split('<').skip(1).any(|rest| {
        let tag = rest.split('>').next().unwrap_or_default();
        format!("<{tag}").contains(piece)
    })
}

/// The bytes with CRLF at the end of each line, and at the end.
fn lines_of(bytes: &[u8]) -> Vec<u8> {
    let mut lines = Vec::with_capacity(bytes.len() + bytes.len() / 30);
    let mut last = 0;
    for &byte in bytes {
        match (byte, last) {
            (b'\n', b'\r') => {}
            (b'\n' | b'\r', _) => lines.extend_from_slice(b"\r\n"),
            (byte, _) => lines.push(byte),
        }
        last = byte;
    }
    if !lines.ends_with(b"\r\n") {
        lines.extend_from_slice(b"\r\n");
    }
    lines
}
