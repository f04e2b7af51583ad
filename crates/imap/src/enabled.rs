//! What a client has switched on, by `ENABLE` or by asking for it (RFC 9051 §6.3.1).

use wire::imap::{Encoding, Writer};

use crate::answer::Done;
use crate::connection::Connection;
use crate::session::Session;

/// What a client has switched on. Nothing is ever switched off again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Enabled {
    /// `MODSEQ` is told with flags (RFC 7162 §3.1).
    pub(crate) condstore: bool,
    /// What is gone is told by UID (RFC 7162 §3.2).
    pub(crate) qresync: bool,
    /// Names are written in UTF-8, and no search names a character set (RFC 6855 §3).
    pub(crate) utf8: bool,
    /// The answers are those of IMAP4rev2 (RFC 9051 appendix E).
    pub(crate) rev2: bool,
}

impl Enabled {
    const fn encoding(self) -> Encoding {
        if self.utf8 || self.rev2 { Encoding::Utf8 } else { Encoding::ModifiedUtf7 }
    }

    /// Switches a word of `ENABLE` on; whether it is known.
    fn switch_on(&mut self, word: &str) -> bool {
        match word {
            "CONDSTORE" => self.condstore = true,
            // RFC 7162 §3.2.3: QRESYNC brings CONDSTORE with it.
            "QRESYNC" => (self.condstore, self.qresync) = (true, true),
            "UTF8=ACCEPT" => self.utf8 = true,
            "IMAP4REV2" => self.rev2 = true,
            _ => return false,
        }
        true
    }
}

/// `ENABLE`: what is not known is passed over.
pub(crate) fn enable(session: &mut Session, connection: &mut Connection, words: &[String]) -> Done {
    let known: Vec<&str> =
        words.iter().filter(|word| session.enabled.switch_on(word)).map(String::as_str).collect();
    let encoding = session.enabled.encoding();
    connection.commands.set_encoding(encoding);
    connection.writer.set_encoding(encoding);
    write(&mut connection.writer, &known);
    Done::new("Enabled.")
}

fn write(out: &mut Writer, known: &[&str]) {
    out.line(|line| {
        line.word("ENABLED");
        known.iter().for_each(|word| line.word(if *word == "IMAP4REV2" { "IMAP4rev2" } else { word }));
    });
}
