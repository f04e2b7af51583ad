//! Plain-text dialogs, `crates/tests/dialogs/<front>/*.txt`, held against the real servers.
//!
//! `C:` lines are sent; `S:` lines are expected, where `*` stands for any text; `S: …` skips lines until the next one
//! fits; `X:` says that the server closes. `{secret}` is Anna's device password.

use std::path::PathBuf;

use tests::{Database, Lines, Server};

use crate::support::{ANNA, INFO, device, message, stranger, world};

#[test]
fn the_servers_answer_as_written() {
    let server = world(Database::Sqlite);
    let secret = device(&server, ANNA);
    let mut held = 0;
    for front in ["smtp", "submission", "imap"] {
        stranger(&server).deliver("stranger@far.example", &[INFO], &message("dialog"));
        for file in files(front) {
            hold(&server, front, &file, &secret);
            held += 1;
        }
    }
    assert!(held >= 3, "the dialogs are missing");
}

fn files(front: &str) -> Vec<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("dialogs").join(front);
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn hold(server: &Server, front: &str, file: &PathBuf, secret: &str) {
    let mut lines = Lines::connect(server.listens(front));
    let text = std::fs::read_to_string(file).unwrap();
    let mut skipping = false;
    for (number, written) in text.lines().enumerate() {
        let place = format!("{}:{}", file.display(), number + 1);
        if written == "S: …" {
            skipping = true;
        } else if let Some(sent) = written.strip_prefix("C: ") {
            lines.send(unescaped(&sent.replace("{secret}", secret)));
        } else if let Some(expected) = written.strip_prefix("S: ") {
            loop {
                let line = lines.line().unwrap_or_else(|| panic!("{place}: closed instead of {expected:?}"));
                if fits(expected, &line) {
                    break;
                }
                assert!(skipping, "{place}: expected {expected:?}, got {line:?}");
            }
            skipping = false;
        } else if written == "X:" {
            assert_eq!(lines.line(), None, "{place}: the server should close");
        } else {
            assert!(written.is_empty() || written.starts_with('#'), "{place}: not a line of a dialog");
        }
    }
}

/// What is sent: the text and CRLF, or, where the text has escapes of its own (`\r \n \0`), exactly what they say.
fn unescaped(text: &str) -> String {
    let plain = text.replace("\\r", "\r").replace("\\n", "\n").replace("\\0", "\0");
    if plain == text { format!("{text}\r\n") } else { plain }
}

/// Whether `line` is `pattern`, in which each `*` stands for any text; a pattern that begins with `* ` means the star.
fn fits(pattern: &str, line: &str) -> bool {
    let (fixed, pattern) = if pattern.starts_with("* ") { pattern.split_at(2) } else { ("", pattern) };
    let Some(mut rest) = line.strip_prefix(fixed) else { return false };
    let mut parts = pattern.split('*');
    let Some(after) = parts.next().and_then(|first| rest.strip_prefix(first)) else { return false };
    rest = after;
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    pattern.ends_with('*') || rest.is_empty()
}
