//! A DKIM-Signature field (RFC 6376 §3.5).

use base64::Engine;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::canonical::{Canonical, push_relaxed};
use crate::fields::Field;
use crate::keys::Algorithm;
use crate::tags::{Tags, compact, words};

/// How many fields a signature may name: a message has some dozens.
const NAMES: usize = 200;
/// The longest name that the DNS knows (RFC 1035 §2.3.4).
const NAME_BYTES: usize = 253;
/// What fewer bits an RSA key may not have (RFC 8301 §3.2), in bytes of its signatures.
const RSA_BYTES: usize = 128;

/// Base64 as people write it: the padding may be missing, and left-over bits may be anything.
pub(super) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Why a signature is not looked at any further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It is not written as it must be.
    Malformed,
    /// It does not sign From, which is what people see.
    FromNotSigned,
    /// It speaks for a user of a domain that is not its own.
    ForeignIdentity,
    /// Its algorithm is no longer believed, or unknown.
    Algorithm,
    /// Its key is too short.
    ShortKey,
    /// The key is to be found in a way that is not known.
    Query,
}

/// What every signature says of itself, for the verdict; empty where it does not.
#[derive(Debug, Clone, Default)]
pub(super) struct Labels {
    pub(super) domain: String,
    pub(super) selector: String,
    pub(super) algorithm: String,
    pub(super) begins: String,
}

/// A signature that can be checked.
#[derive(Debug, Clone)]
pub(super) struct Signature {
    pub(super) algorithm: Algorithm,
    pub(super) signature: Vec<u8>,
    pub(super) body_hash: Vec<u8>,
    pub(super) header_form: Canonical,
    pub(super) body_form: Canonical,
    /// How much of the body is signed; none is all of it.
    pub(super) length: Option<u64>,
    /// After which second it does not count any more.
    pub(super) expires_secs: Option<u64>,
    pub(super) names: Vec<String>,
    /// Whether it speaks for the domain itself, and not for one below it.
    pub(super) is_exact: bool,
}

impl Signature {
    /// Reads a field; what it says of itself is told in any case.
    pub(super) fn read(field: &Field<'_>) -> (Labels, Result<Self, Refusal>) {
        let text = field.text();
        let Some(tags) = Tags::strict(&text) else { return (Labels::default(), Err(Refusal::Malformed)) };
        let labels = labels(&tags);
        let read = read(&tags, &labels);
        (labels, read)
    }
}

fn labels(tags: &Tags<'_>) -> Labels {
    let name = |tag| tags.get(tag).filter(|name| is_name(name)).unwrap_or_default().to_ascii_lowercase();
    let algorithm = tags.get("a").unwrap_or_default().to_ascii_lowercase();
    let is_word =
        algorithm.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') && algorithm.len() < 40;
    let begins = compact(tags.get("b").unwrap_or_default()).chars().take(8).collect::<String>();
    let is_base64 = begins.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte));
    Labels {
        domain: name("d"),
        selector: name("s"),
        algorithm: if is_word { algorithm } else { String::new() },
        begins: if is_base64 { begins } else { String::new() },
    }
}

fn read(tags: &Tags<'_>, labels: &Labels) -> Result<Signature, Refusal> {
    let get = |tag| tags.get(tag).ok_or(Refusal::Malformed);
    if get("v")? != "1" || labels.domain.is_empty() || labels.selector.is_empty() {
        return Err(Refusal::Malformed);
    }
    let signature = decode(get("b")?).ok_or(Refusal::Malformed)?;
    let body_hash = decode(get("bh")?).ok_or(Refusal::Malformed)?;
    let names: Vec<String> = words(get("h")?).map(str::to_ascii_lowercase).collect();
    if names.len() > NAMES || names.iter().any(String::is_empty) {
        return Err(Refusal::Malformed);
    }
    let (header_form, body_form) =
        forms(tags.get("c").unwrap_or("simple/simple")).ok_or(Refusal::Malformed)?;
    let (length, begins_secs, expires_secs) = (number(tags, "l")?, number(tags, "t")?, number(tags, "x")?);
    if begins_secs.zip(expires_secs).is_some_and(|(begins, expires)| expires < begins) {
        return Err(Refusal::Malformed);
    }
    get("a")?;
    let algorithm = Algorithm::named(&labels.algorithm).ok_or(Refusal::Algorithm)?;
    if algorithm == Algorithm::RsaSha256 && signature.len() < RSA_BYTES {
        return Err(Refusal::ShortKey);
    }
    if !names.iter().any(|name| name == "from") {
        return Err(Refusal::FromNotSigned);
    }
    if !tags
        .get("q")
        .is_none_or(|methods| words(methods).any(|method| method.eq_ignore_ascii_case("dns/txt")))
    {
        return Err(Refusal::Query);
    }
    let is_exact = identity(tags.get("i"), &labels.domain)?;
    Ok(Signature {
        algorithm,
        signature,
        body_hash,
        header_form,
        body_form,
        length,
        expires_secs,
        names,
        is_exact,
    })
}

/// Whether the identity is of the domain itself; it must be of it, or of one below (RFC 6376 §3.5).
fn identity(identity: Option<&str>, domain: &str) -> Result<bool, Refusal> {
    let Some(identity) = identity else { return Ok(true) };
    let identity = compact(identity);
    let (_, of) = identity.rsplit_once('@').ok_or(Refusal::Malformed)?;
    let of = of.to_ascii_lowercase();
    match of.strip_suffix(domain) {
        Some("") => Ok(true),
        Some(below) if below.ends_with('.') => Ok(false),
        Some(_) | None => Err(Refusal::ForeignIdentity),
    }
}

/// The forms of header and body; a body without one is simple.
fn forms(value: &str) -> Option<(Canonical, Canonical)> {
    let value = compact(value);
    let (header, body) = value.split_once('/').unwrap_or((&value, "simple"));
    Some((Canonical::named(header)?, Canonical::named(body)?))
}

/// A number; one that is too large to count is as good as the largest.
fn number(tags: &Tags<'_>, tag: &str) -> Result<Option<u64>, Refusal> {
    let Some(value) = tags.get(tag) else { return Ok(None) };
    if value.is_empty() || value.len() > 76 || !value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Refusal::Malformed);
    }
    Ok(Some(value.parse().unwrap_or(u64::MAX)))
}

/// Decodes a value that must not be empty.
fn decode(value: &str) -> Option<Vec<u8>> {
    BASE64.decode(compact(value)).ok().filter(|bytes| !bytes.is_empty())
}

/// Whether a text can be part of a name that is asked for.
fn is_name(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    text.len() <= NAME_BYTES && text.split('.').all(is_label)
}

/// Adds the signature's own field without what is in its `b` tag, and without a line end (RFC 6376 §3.7).
pub(super) fn push_unsigned(out: &mut Vec<u8>, form: Canonical, field: &Field<'_>) {
    let value = without_signature(field.value());
    match form {
        Canonical::Simple => {
            let before = field.whole().len() - field.value().len();
            out.extend_from_slice(field.whole().get(..before).unwrap_or_default());
            out.extend_from_slice(&value);
        }
        Canonical::Relaxed => push_relaxed(out, field.name(), &value),
    }
    if out.ends_with(b"\r\n") {
        out.truncate(out.len() - 2);
    }
}

/// The value of the field with an empty `b` tag.
fn without_signature(value: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(value.len());
    for (number, part) in value.split(|byte| *byte == b';').enumerate() {
        if number > 0 {
            kept.push(b';');
        }
        let equals = part.iter().position(|byte| *byte == b'=');
        match equals.and_then(|at| part.split_at_checked(at)) {
            Some((name, _)) if name.trim_ascii() == b"b" => {
                kept.extend_from_slice(name);
                kept.push(b'=');
            }
            Some(_) | None => kept.extend_from_slice(part),
        }
    }
    kept
}
