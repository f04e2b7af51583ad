//! Paths: the addresses in MAIL and RCPT (RFC 5321 §4.1.2).

use domain::EmailAddress;

use super::command::Fault;

/// What stands between the angle brackets.
pub(super) enum Path {
    /// `<>`: the sender of reports, to whom nothing is to be reported (RFC 5321 §4.5.5).
    Null,
    /// `<postmaster>`, in any case and without a domain (RFC 5321 §4.5.1).
    Postmaster,
    /// An address.
    Address(EmailAddress),
}

/// Reads the path at the start of `text`, and tells what follows it.
pub(super) fn path(text: &str) -> Result<(Path, &str), Fault> {
    let text =
        text.trim_start_matches(' ').strip_prefix('<').ok_or(Fault::Syntax("an address stands in <>"))?;
    let (inside, rest) = split_at_bracket(text).ok_or(Fault::Syntax("the > is missing"))?;
    if !rest.is_empty() && !rest.starts_with(' ') {
        return Err(Fault::Syntax("a space is missing after the >"));
    }
    if inside.is_empty() {
        return Ok((Path::Null, rest));
    }
    if inside.eq_ignore_ascii_case("postmaster") {
        return Ok((Path::Postmaster, rest));
    }
    let mailbox = without_route(inside)?;
    if mailbox.trim() != mailbox {
        return Err(Fault::Syntax("there is a space in the address"));
    }
    Ok((Path::Address(mailbox.parse().map_err(Fault::Address)?), rest))
}

/// Splits at the `>` that is not in a quoted local part.
fn split_at_bracket(text: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '>' if !quoted => return Some((text.get(..at)?, text.get(at + 1..)?)),
            _ => {}
        }
    }
    None
}

/// A source route is accepted and ignored (RFC 5321 §4.1.1.3, appendix C).
fn without_route(inside: &str) -> Result<&str, Fault> {
    if !inside.starts_with('@') {
        return Ok(inside);
    }
    let (_, mailbox) = inside.split_once(':').ok_or(Fault::Syntax("the source route has no :"))?;
    Ok(mailbox)
}
