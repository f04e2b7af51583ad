//! Every front gives the same answer (P13): each act by each front, with its permission, without it, with the permission
//! taken away in mid-session, and with the whole access taken away in mid-session.
//!
//! **Invariant:** a new front or a new permission does not compile until it stands in [`act`].

use bus::Protocol;
use domain::{Permission, Permissions};
use tests::http::Http;
use tests::{Database, ImapClient, Server, SmtpClient};

use crate::support::{BEN, DATABASES, INFO, PASSWORD, device, give_access, world};

/// What is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Needs {
    /// Nothing but an access.
    Reading,
    /// A permission.
    Permission(Permission),
}

/// How a front was asked, in its own words; none: it has no such act.
const fn act(needs: Needs, front: Protocol) -> Option<&'static str> {
    use Permission as P;
    match (needs, front) {
        (Needs::Reading, Protocol::Web) => Some("open the page of the address"),
        (Needs::Reading, Protocol::Imap) => Some("SELECT INBOX"),
        (Needs::Reading, Protocol::Submission) => Some("NOOP, signed in"),
        (Needs::Permission(P::Devices), Protocol::Web) => Some("make a device password"),
        (Needs::Permission(P::Redirections), Protocol::Web) => Some("add a redirection"),
        (Needs::Permission(P::Send), Protocol::Web) => Some("send a mail"),
        (Needs::Permission(P::Send), Protocol::Submission) => Some("MAIL FROM"),
        (Needs::Permission(P::Folders), Protocol::Imap) => Some("CREATE"),
        // Their pages are the same forms from the same settings, which the tests of `mailbox` go through act by act.
        (
            Needs::Permission(
                P::AutoReplies
                | P::Signatures
                | P::Aliases
                | P::History
                | P::Restorations
                | P::Filters
                | P::Rules
                | P::Folders
                | P::Security,
            ),
            Protocol::Web,
        )
        | (
            Needs::Permission(
                P::Devices
                | P::AutoReplies
                | P::Signatures
                | P::Redirections
                | P::Aliases
                | P::History
                | P::Restorations
                | P::Filters
                | P::Rules
                | P::Security
                | P::Send,
            ),
            Protocol::Imap,
        )
        | (
            Needs::Permission(
                P::Devices
                | P::AutoReplies
                | P::Signatures
                | P::Redirections
                | P::Aliases
                | P::History
                | P::Restorations
                | P::Filters
                | P::Rules
                | P::Folders
                | P::Security,
            ),
            Protocol::Submission,
        ) => None,
    }
}

/// Every front, each at its place.
const FRONTS: [Protocol; 3] = [Protocol::Web, Protocol::Imap, Protocol::Submission];

const fn place(front: Protocol) -> usize {
    match front {
        Protocol::Web => 0,
        Protocol::Imap => 1,
        Protocol::Submission => 2,
    }
}

/// What became of an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// It was done.
    Done,
    /// It was refused, and the session goes on.
    Refused,
    /// There is nothing to ask any more.
    Ended,
}

impl Answer {
    const fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Ended => "ended",
        }
    }
}

/// When an act is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Case {
    With,
    Without,
    SwitchedOff,
    AccessRemoved,
}

const CASES: [Case; 4] = [Case::With, Case::Without, Case::SwitchedOff, Case::AccessRemoved];

/// What every front must answer.
const fn expected(needs: Needs, case: Case) -> Option<Answer> {
    match (needs, case) {
        (_, Case::With) => Some(Answer::Done),
        (_, Case::AccessRemoved) => Some(Answer::Ended),
        (Needs::Permission(_), Case::Without | Case::SwitchedOff) => Some(Answer::Refused),
        // Reading is what an access is: it cannot be switched off.
        (Needs::Reading, Case::Without | Case::SwitchedOff) => None,
    }
}

fn all_needs() -> Vec<Needs> {
    [Needs::Reading].into_iter().chain(Permission::ALL.map(Needs::Permission)).collect()
}

fn name(needs: Needs) -> &'static str {
    match needs {
        Needs::Reading => "reading",
        Needs::Permission(permission) => permission.name(),
    }
}

/// The table as it is printed.
fn table() -> String {
    let mut table = String::from(
        "| permission | front | act | with it | without it | switched off in mid-session | access removed in mid-session |\n\
         |---|---|---|---|---|---|---|\n",
    );
    for needs in all_needs() {
        let acts = FRONTS.into_iter().filter_map(|front| Some((front, act(needs, front)?)));
        for (front, act) in acts {
            let answers = CASES.map(|case| expected(needs, case).map_or("–", Answer::name)).join(" | ");
            table += &format!("| {} | {front:?} | {act} | {answers} |\n", name(needs));
        }
    }
    table
}

#[test]
fn the_parity_table_is_as_it_was_reviewed() {
    for front in FRONTS {
        assert_eq!(FRONTS[place(front)], front);
    }
    let table = table();
    assert_eq!(table, include_str!("../../golden/parity.txt"), "\n{table}");
    let document = include_str!("../../../../docs/parity.md");
    assert!(document.ends_with(&table), "docs/parity.md does not end with the table:\n{table}");
}

#[test]
fn every_front_gives_the_same_answer() {
    for database in DATABASES {
        let mut trial = Trial::new(database);
        let mut table = Vec::new();
        for needs in all_needs() {
            for front in FRONTS.into_iter().filter(|front| act(needs, *front).is_some()) {
                for case in CASES {
                    let Some(expected) = expected(needs, case) else { continue };
                    let answer = trial.tried(needs, front, case);
                    table.push((name(needs), front, case, answer, expected));
                }
            }
        }
        let wrong: Vec<_> = table.iter().filter(|(.., answer, expected)| answer != expected).collect();
        assert!(wrong.is_empty(), "on {database:?}: {wrong:#?}");
    }
}

/// Ben, whose access to the shared address is given and taken.
struct Trial {
    server: Server,
    pages: Http,
    mailbox: String,
    count: usize,
}

/// What is open while the access changes.
enum Session {
    Web,
    Imap(Box<ImapClient>),
    Submission(Box<SmtpClient>),
}

impl Trial {
    fn new(database: Database) -> Self {
        let server = world(database);
        give_access(&server, BEN, "all");
        let mut pages = Http::signed_in(server.listens("web"), BEN, PASSWORD);
        let mail = pages.get("/mail").location().trim_start_matches("/mail/").to_owned();
        let mailbox = mail.split('/').next().unwrap().to_owned();
        Self { server, pages, mailbox, count: 0 }
    }

    /// Opens a session, lets happen what the case says, and tries.
    fn tried(&mut self, needs: Needs, front: Protocol, case: Case) -> Answer {
        let less = match needs {
            Needs::Reading => Permissions::NONE,
            Needs::Permission(permission) => Permissions::ALL.without(permission),
        };
        give_access(&self.server, BEN, "all");
        let secret = device(&self.server, BEN);
        if case == Case::Without {
            give_access(&self.server, BEN, &less.to_string());
        }
        let mut session = self.open(front, &secret);
        match case {
            Case::With | Case::Without => {}
            Case::SwitchedOff => give_access(&self.server, BEN, &less.to_string()),
            Case::AccessRemoved => {
                self.server.command(&["access", "remove", INFO, "--user", BEN]);
            }
        }
        self.count += 1;
        match &mut session {
            Session::Web => self.on_pages(needs),
            Session::Imap(client) => on_imap(client, needs, self.count),
            Session::Submission(client) => on_submission(client, needs),
        }
    }

    fn open(&mut self, front: Protocol, secret: &str) -> Session {
        match front {
            Protocol::Web => {
                let settings = self.pages.get(&format!("/mail/{}/settings", self.mailbox));
                assert_eq!(settings.status, 200, "{settings:?}");
                Session::Web
            }
            Protocol::Imap => {
                Session::Imap(Box::new(ImapClient::sign_in(self.server.listens("imap"), INFO, secret)))
            }
            Protocol::Submission => {
                let mut client = SmtpClient::connect(self.server.listens("submission"));
                client.sign_in(INFO, secret, 235);
                Session::Submission(Box::new(client))
            }
        }
    }

    fn on_pages(&mut self, needs: Needs) -> Answer {
        let base = format!("/mail/{}", self.mailbox);
        let target = format!("somebody{}@far.example", self.count);
        let page = match needs {
            Needs::Reading => self.pages.get(&format!("{base}/settings")),
            Needs::Permission(Permission::Devices) => {
                self.pages.post(&format!("{base}/devices"), &[("name", "Laptop")])
            }
            Needs::Permission(Permission::Redirections) => {
                self.pages.post(&format!("{base}/redirections"), &[("target", &target)])
            }
            Needs::Permission(Permission::Send) => {
                let once = format!("once-{}", self.count);
                let fields = [("to", target.as_str()), ("subject", "x"), ("text", "x"), ("once", &once)];
                self.pages.post_parts(&format!("{base}/compose"), &fields)
            }
            Needs::Permission(other) => panic!("the pages are not asked for {other}"),
        };
        match page.status {
            200 | 303 => Answer::Done,
            422 => Answer::Refused,
            404 => Answer::Ended,
            status => panic!("{needs:?} was answered {status}: {}", page.body),
        }
    }
}

fn on_imap(client: &mut ImapClient, needs: Needs, count: usize) -> Answer {
    let command = match needs {
        Needs::Reading => "SELECT INBOX".to_owned(),
        Needs::Permission(Permission::Folders) => format!("CREATE folder{count}"),
        Needs::Permission(other) => panic!("IMAP is not asked for {other}"),
    };
    let tag = client.begin(&command);
    while let Some(line) = client.logical_line() {
        if line.starts_with("* BYE") {
            return Answer::Ended;
        }
        if let Some(status) = line.strip_prefix(&tag) {
            return if status.trim_start().starts_with("OK") { Answer::Done } else { Answer::Refused };
        }
    }
    Answer::Ended
}

fn on_submission(client: &mut SmtpClient, needs: Needs) -> Answer {
    match needs {
        Needs::Reading => client.lines().send_line("NOOP"),
        Needs::Permission(Permission::Send) => client.lines().send_line(&format!("MAIL FROM:<{INFO}>")),
        Needs::Permission(other) => panic!("submission is not asked for {other}"),
    };
    match client.reply() {
        Some((250, _)) => Answer::Done,
        Some((421, _)) | None => Answer::Ended,
        Some((550 | 553, _)) => Answer::Refused,
        Some((code, text)) => panic!("{needs:?} was answered {code} {text}"),
    }
}
