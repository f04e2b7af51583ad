//! MAIL and RCPT with their parameters (RFC 5321 §4.1.1.2, §4.1.1.3).

use domain::{AddressError, EnvelopeId, Notify, OriginalRecipient, ReportWishes, Returned};

use super::command::{BodyKind, Command, Fault, MailFrom, Rcpt, RcptTo};
use super::path::{Path, path};
use super::xtext;

/// `FROM:<path>` and what follows it.
pub(super) fn mail(rest: &str) -> Result<Command, Fault> {
    let text = after_keyword(rest, "FROM:", "FROM: is missing")?;
    let (path, parameters) = path(text)?;
    let sender = match path {
        Path::Null => None,
        Path::Postmaster => return Err(Fault::Address(AddressError::NoAt)),
        Path::Address(address) => Some(address),
    };
    let (mut size, mut body, mut utf8, mut returned, mut envelope_id) = (None, None, None, None, None);
    for (name, value) in pairs(parameters) {
        match (name.as_str(), value) {
            ("SIZE", Some(value)) => once(&mut size, number(value)?)?,
            ("BODY", Some(value)) => once(&mut body, body_kind(value)?)?,
            ("SMTPUTF8", None) => once(&mut utf8, ())?,
            ("RET", Some(value)) => once(&mut returned, how_much(value)?)?,
            ("ENVID", Some(value)) => once(&mut envelope_id, envelope_id_of(value)?)?,
            // Whoever offers AUTH takes this parameter, and need not believe it (RFC 4954 §5).
            ("AUTH", Some(_)) => {}
            ("SIZE" | "BODY" | "AUTH" | "SMTPUTF8" | "RET" | "ENVID", _) => return Err(WRONG_VALUE),
            _ => return Err(Fault::Parameter),
        }
    }
    if utf8.is_none() && !rest.is_ascii() {
        return Err(Fault::NeedsUtf8);
    }
    let wishes = ReportWishes { envelope_id, returned };
    Ok(Command::Mail(MailFrom { sender, size, body: body.unwrap_or_default(), utf8: utf8.is_some(), wishes }))
}

/// `TO:<path>` and what follows it.
pub(super) fn rcpt(rest: &str) -> Result<Command, Fault> {
    let text = after_keyword(rest, "TO:", "TO: is missing")?;
    let (path, parameters) = path(text)?;
    let (mut notify, mut original) = (None, None);
    for (name, value) in pairs(parameters) {
        match (name.as_str(), value) {
            ("NOTIFY", Some(value)) => once(&mut notify, notices(value)?)?,
            ("ORCPT", Some(value)) => once(&mut original, original_of(value)?)?,
            ("NOTIFY" | "ORCPT", None) => return Err(WRONG_VALUE),
            _ => return Err(Fault::Parameter),
        }
    }
    let recipient = match path {
        Path::Null => return Err(Fault::Address(AddressError::Empty)),
        Path::Postmaster => Rcpt::Postmaster,
        Path::Address(address) => Rcpt::Recipient(address),
    };
    Ok(Command::Rcpt(RcptTo { recipient, notify: notify.unwrap_or_default(), original }))
}

/// At most twenty digits (RFC 1870 §3).
pub(super) fn number(value: &str) -> Result<u64, Fault> {
    if value.is_empty() || value.len() > 20 || !value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Fault::Syntax("the size is not a number"));
    }
    value.parse().map_err(|_| Fault::Syntax("the size is not a number"))
}

const WRONG_VALUE: Fault = Fault::Syntax("the parameter's value is wrong");

/// The parameters, their names in upper case.
fn pairs(parameters: &str) -> impl Iterator<Item = (String, Option<&str>)> {
    parameters.split_ascii_whitespace().map(|parameter| match parameter.split_once('=') {
        Some((name, value)) => (name.to_ascii_uppercase(), Some(value)),
        None => (parameter.to_ascii_uppercase(), None),
    })
}

fn after_keyword<'a>(rest: &'a str, keyword: &str, fault: &'static str) -> Result<&'a str, Fault> {
    match rest.get(..keyword.len()) {
        Some(start) if start.eq_ignore_ascii_case(keyword) => {
            Ok(rest.get(keyword.len()..).unwrap_or_default())
        }
        Some(_) | None => Err(Fault::Syntax(fault)),
    }
}

fn once<T>(place: &mut Option<T>, value: T) -> Result<(), Fault> {
    if place.replace(value).is_some() { Err(Fault::Syntax("a parameter comes twice")) } else { Ok(()) }
}

fn body_kind(value: &str) -> Result<BodyKind, Fault> {
    match value.to_ascii_uppercase().as_str() {
        "7BIT" => Ok(BodyKind::SevenBit),
        "8BITMIME" => Ok(BodyKind::EightBit),
        _ => Err(Fault::Syntax("the body is neither 7BIT nor 8BITMIME")),
    }
}

fn how_much(value: &str) -> Result<Returned, Fault> {
    match value.to_ascii_uppercase().as_str() {
        "FULL" => Ok(Returned::Full),
        "HDRS" => Ok(Returned::Headers),
        _ => Err(WRONG_VALUE),
    }
}

fn envelope_id_of(value: &str) -> Result<EnvelopeId, Fault> {
    xtext::decode(value).and_then(|text| EnvelopeId::new(&text)).ok_or(WRONG_VALUE)
}

fn original_of(value: &str) -> Result<OriginalRecipient, Fault> {
    xtext::decode(value).and_then(|text| OriginalRecipient::new(&text)).ok_or(WRONG_VALUE)
}

fn notices(value: &str) -> Result<Notify, Fault> {
    let mut all = None;
    for word in value.split(',') {
        let one = match word.to_ascii_uppercase().as_str() {
            "NEVER" => Notify::NEVER,
            "SUCCESS" => Notify::SUCCESS,
            "FAILURE" => Notify::FAILURE,
            "DELAY" => Notify::DELAY,
            _ => return Err(WRONG_VALUE),
        };
        all = Some(all.unwrap_or(one).and(one).ok_or(WRONG_VALUE)?);
    }
    all.ok_or(WRONG_VALUE)
}
