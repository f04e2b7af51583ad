//! The reverse-path of mail that is sent on: rewritten, so that the next server finds this one allowed to send it, and
//! undone when a bounce comes back (the sender rewriting scheme, SRS0 and SRS1).
//!
//! `SRS0=hash=day=domain=local@ours` says the sender; `SRS1=code=theirs=rest@ours` says a path that another server
//! has rewritten before. A sender too long for a local part (RFC 5321 §4.5.3.1.1) is told by a name under which the
//! caller keeps it: `SRS0=hash=day==name@ours`.
//!
//! **Invariant:** only what this server has rewritten itself, within the last three weeks, is undone: without its key
//! nobody can make it send a bounce anywhere.

use domain::{DomainName, EmailAddress, Secret, Timestamp};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// How long a bounce can be sent back, in days: longer than any server tries to deliver.
const VALID_DAYS: u64 = 21;
/// The days are counted round: ten bits, two letters.
const DAYS: u64 = 1_024;
/// How many letters of the code are written: forty bits, each guess a recipient that is refused.
const HASH_LETTERS: usize = 8;
/// How many letters a kept sender's name has: eighty bits, so that two senders have two names.
const NAME_LETTERS: usize = 16;
/// What the code of a path rewritten twice begins with: that of one is none of the other.
const SECOND: &str = "again";
/// RFC 4648 §6: letters that survive a server which changes their case.
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Rewrites reverse-paths with the key of this server.
#[derive(Clone)]
pub struct Rewriter {
    key: Secret<String>,
}

/// A reverse-path under which mail is sent on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewritten {
    /// The path.
    pub path: EmailAddress,
    /// The name under which the sender must be kept, where the path does not say it.
    pub kept_as: Option<String>,
}

/// To whom a bounce goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Undone {
    /// To this address.
    Sender(EmailAddress),
    /// To the sender kept under this name.
    KeptAs(String),
}

/// Why a path is not undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RewriteFault {
    /// It is no rewritten path.
    #[error("this is no rewritten path")]
    NotRewritten,
    /// This server has not made it.
    #[error("this server has not rewritten this path")]
    Forged,
    /// It is too old.
    #[error("this path is too old")]
    TooOld,
}

impl Rewriter {
    /// A rewriter with a key that nobody else knows.
    pub const fn new(key: Secret<String>) -> Self {
        Self { key }
    }

    /// The path under which mail of `sender` is sent on from `domain`; none when that cannot be written at all.
    pub fn rewrite(&self, sender: &EmailAddress, domain: &DomainName, now: Timestamp) -> Option<Rewritten> {
        let path = |local: &str| EmailAddress::new(local, domain.clone()).ok();
        let today = letters_of_day(day_of(now));
        if let Some((theirs, rest)) = rewritten_before(sender) {
            let hash = self.hash(&[SECOND, &today, &theirs, &rest]);
            if let Some(path) = path(&format!("SRS1={hash}{today}={theirs}={rest}")) {
                return Some(Rewritten { path, kept_as: None });
            }
        }
        let (day, whose) = (today, sender.domain().as_str());
        let hash = self.hash(&[&day, whose, sender.local()]);
        if let Some(path) = path(&format!("SRS0={hash}={day}={whose}={}", sender.local())) {
            return Some(Rewritten { path, kept_as: None });
        }
        let name: String = self.mac(&["kept", &sender.to_string()]).chars().take(NAME_LETTERS).collect();
        let hash = self.hash(&[&day, "", &name]);
        path(&format!("SRS0={hash}={day}=={name}")).map(|path| Rewritten { path, kept_as: Some(name) })
    }

    /// To whom a bounce to `path` goes.
    pub fn undo(&self, path: &EmailAddress, now: Timestamp) -> Result<Undone, RewriteFault> {
        match tagged(path.local()) {
            Some((Tag::Srs0, rest)) => self.undo_first(rest, now),
            Some((Tag::Srs1, rest)) => self.undo_second(rest, now),
            None => Err(RewriteFault::NotRewritten),
        }
    }

    fn undo_first(&self, rest: &str, now: Timestamp) -> Result<Undone, RewriteFault> {
        let mut parts = rest.splitn(4, '=');
        let (Some(hash), Some(day), Some(domain), Some(local)) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(RewriteFault::NotRewritten);
        };
        self.check(hash, &[day, domain, local])?;
        check_age(day, now)?;
        if domain.is_empty() {
            return Ok(Undone::KeptAs(local.to_ascii_uppercase()));
        }
        sender(local, domain)
    }

    fn undo_second(&self, rest: &str, now: Timestamp) -> Result<Undone, RewriteFault> {
        let mut parts = rest.splitn(3, '=');
        let (Some(code), Some(theirs), Some(local)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(RewriteFault::NotRewritten);
        };
        // Other servers read this form as well, and have no place in it for the day: it stands behind the hash.
        let (hash, day) = code.split_at_checked(HASH_LETTERS).ok_or(RewriteFault::NotRewritten)?;
        self.check(hash, &[SECOND, day, theirs, local])?;
        check_age(day, now)?;
        sender(&format!("SRS0{local}"), theirs)
    }

    fn check(&self, hash: &str, parts: &[&str]) -> Result<(), RewriteFault> {
        // The answer to a guess is the same after the first letter as after the last.
        let (given, right) = (hash.to_ascii_uppercase(), self.hash(parts));
        let differs = given.bytes().zip(right.bytes()).fold(0, |all, (one, other)| all | (one ^ other));
        if given.len() == right.len() && differs == 0 { Ok(()) } else { Err(RewriteFault::Forged) }
    }

    fn hash(&self, parts: &[&str]) -> String {
        self.mac(parts).chars().take(HASH_LETTERS).collect()
    }

    /// The whole code of some texts, whatever their case.
    fn mac(&self, parts: &[&str]) -> String {
        // HMAC takes keys of any length: this cannot fail, and an empty code would match nothing.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.key.reveal().as_bytes()) else {
            return String::new();
        };
        for part in parts {
            mac.update(part.to_lowercase().as_bytes());
            mac.update(&[0]);
        }
        base32(&mac.finalize().into_bytes())
    }
}

/// Which of the two forms a path has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tag {
    Srs0,
    Srs1,
}

/// The form of a local part, and what follows its first separator.
fn tagged(local: &str) -> Option<(Tag, &str)> {
    let (tag, rest) = local.split_at_checked(4)?;
    let tag = match tag {
        tag if tag.eq_ignore_ascii_case("SRS0") => Tag::Srs0,
        tag if tag.eq_ignore_ascii_case("SRS1") => Tag::Srs1,
        _ => return None,
    };
    rest.strip_prefix(['=', '+', '-']).map(|rest| (tag, rest))
}

/// What SRS1 says of a path that others have rewritten: the server that did it first, and the rest of its local part
/// from the separator on.
fn rewritten_before(sender: &EmailAddress) -> Option<(String, String)> {
    let local = sender.local();
    match tagged(local)? {
        (Tag::Srs0, _) => Some((sender.domain().as_str().to_owned(), local.get(4..)?.to_owned())),
        (Tag::Srs1, rest) => {
            let (_, rest) = rest.split_once('=')?;
            let (theirs, rest) = rest.split_once('=')?;
            Some((theirs.to_owned(), rest.to_owned()))
        }
    }
}

fn sender(local: &str, domain: &str) -> Result<Undone, RewriteFault> {
    let domain = domain.parse::<DomainName>().map_err(|_| RewriteFault::NotRewritten)?;
    EmailAddress::new(local, domain).map(Undone::Sender).map_err(|_| RewriteFault::NotRewritten)
}

fn day_of(now: Timestamp) -> u64 {
    u64::try_from(now.secs() / 86_400).unwrap_or_default() % DAYS
}

fn letters_of_day(day: u64) -> String {
    [day / 32, day % 32].into_iter().map(letter).collect()
}

fn day_of_letters(letters: &str) -> Option<u64> {
    let value = |byte: u8| ALPHABET.iter().position(|letter| *letter == byte.to_ascii_uppercase());
    match letters.as_bytes() {
        [high, low] => u64::try_from(value(*high)? * 32 + value(*low)?).ok(),
        _ => None,
    }
}

/// Bytes as letters, five bits each (RFC 4648 §6), without what does not fill a letter.
fn base32(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 8 / 5);
    let (mut bits, mut count) = (0_u64, 0_u32);
    for byte in bytes {
        bits = (bits << 8) | u64::from(*byte);
        count += 8;
        while count >= 5 {
            count -= 5;
            text.push(letter((bits >> count) & 31));
        }
        bits &= (1 << count) - 1;
    }
    text
}

fn letter(value: u64) -> char {
    let at = usize::try_from(value % 32).unwrap_or_default();
    ALPHABET.get(at).copied().map_or('A', char::from)
}

/// Whether a path of that day still counts.
fn check_age(day: &str, now: Timestamp) -> Result<(), RewriteFault> {
    let age = (day_of(now) + DAYS - day_of_letters(day).ok_or(RewriteFault::NotRewritten)?) % DAYS;
    // The clocks of two nodes may disagree about midnight.
    if age > VALID_DAYS && age != DAYS - 1 { Err(RewriteFault::TooOld) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);

    fn rewriter(key: &str) -> Rewriter {
        Rewriter::new(Secret::new(key.to_owned()))
    }

    fn email(text: &str) -> EmailAddress {
        text.parse().unwrap()
    }

    fn rewritten(sender: &str, domain: &str) -> EmailAddress {
        rewriter("key").rewrite(&email(sender), &domain.parse().unwrap(), NOW).unwrap().path
    }

    fn later(days: i64) -> Timestamp {
        Timestamp::from_secs(1_790_000_000 + days * 86_400)
    }

    #[test]
    fn a_rewritten_path_says_the_sender_and_is_undone() {
        let rewriter = rewriter("key");
        for sender in ["bob@far.test", "B.o-b+x=y@sub.far.test", "\"a b\"@far.test", "a=b=c@far.test"] {
            let path = rewritten(sender, "acme.test");
            assert_eq!(path.domain().as_str(), "acme.test");
            assert!(path.local().starts_with("SRS0="), "{path}");
            assert_eq!(rewriter.undo(&path, NOW), Ok(Undone::Sender(email(sender))), "{path}");
        }
    }

    #[test]
    fn a_server_that_changes_the_case_does_not_break_it() {
        let path = rewritten("bob@far.test", "acme.test");
        let lower = email(&path.to_string().to_lowercase());
        assert_eq!(rewriter("key").undo(&lower, NOW), Ok(Undone::Sender(email("bob@far.test"))));
    }

    #[test]
    fn what_another_has_rewritten_goes_back_to_them_at_once() {
        let first = rewritten("bob@far.test", "one.test");
        let second = rewritten(&first.to_string(), "two.test");
        assert!(second.local().starts_with("SRS1="), "{second}");
        assert_eq!(rewriter("key").undo(&second, NOW), Ok(Undone::Sender(first.clone())));
        assert_eq!(rewriter("key").undo(&second, later(22)), Err(RewriteFault::TooOld));
        let other = email(&second.to_string().replacen("SRS1", "SRS0", 1));
        assert!(rewriter("key").undo(&other, NOW).is_err(), "the code of one form is none of the other");
        let third = rewritten(&second.to_string(), "three.test");
        assert_eq!(rewriter("key").undo(&third, NOW), Ok(Undone::Sender(first)), "two.test is left out");
    }

    #[test]
    fn a_sender_too_long_to_be_written_is_kept_under_a_name() {
        let long = email("bounces+1234567-8a9b-somebody=example.org@em1234.mail.example.com");
        let made = rewriter("key").rewrite(&long, &"acme.test".parse().unwrap(), NOW).unwrap();
        let name = made.kept_as.unwrap();
        assert!(made.path.local().len() <= 64 && name.len() == NAME_LETTERS, "{}", made.path);
        assert_eq!(rewriter("key").undo(&made.path, NOW), Ok(Undone::KeptAs(name)));
    }

    #[test]
    fn only_what_this_server_made_lately_is_undone() {
        let rewriter = rewriter("key");
        let path = rewritten("bob@far.test", "acme.test");
        let undo = |text: &str, at| rewriter.undo(&email(text), at);
        assert_eq!(super::tests::rewriter("other").undo(&path, NOW), Err(RewriteFault::Forged));
        let aimed = path.to_string().replace("bob", "eve");
        assert_eq!(undo(&aimed, NOW), Err(RewriteFault::Forged));
        assert!(undo(&path.to_string(), later(21)).is_ok());
        assert_eq!(undo(&path.to_string(), later(22)), Err(RewriteFault::TooOld));
        for other in [
            "info@acme.test",
            "SRS0@acme.test",
            "SRS0=a=b@acme.test",
            "SRS1=a=b@acme.test",
            "SR\u{e9}S@acme.test",
        ] {
            assert_eq!(undo(other, NOW), Err(RewriteFault::NotRewritten), "{other}");
        }
    }

    #[test]
    fn days_are_counted_round() {
        assert_eq!(day_of_letters(&letters_of_day(1_023)), Some(1_023));
        assert_eq!(letters_of_day(0), "AA");
        assert_eq!(base32(b"foobar"), "MZXW6YTBO");
    }
}
