//! Signatures of arriving mail (RFC 6376 §6).
//!
//! **Invariant:** what can be said without the DNS is said once, before anybody is asked; a mail with many signatures,
//! or a header without end, costs no more than [`SIGNATURES`], [`HEADER_BYTES`] and [`HEADER_FIELDS`] allow.

mod canonical;
mod key;
mod signature;

use domain::Timestamp;

use crate::dns::{DnsFault, Questions};
use crate::fields::{Field, body_start, fields};
use crate::verdicts::{DkimResult, DkimVerdict};

use canonical::{BodyHash, Canonical, hash_body};
use key::{KeyFault, Mismatch, PublicKey};
use signature::{Labels, Refusal, Signature, push_unsigned};

/// How many signatures are looked at: a mail has one from its author, and one for each service that passed it on.
const SIGNATURES: usize = 8;
/// How large a header is hashed, in bytes: some grow to tens of kilobytes, and each signature hashes all of it.
const HEADER_BYTES: usize = 256 * 1024;
/// How many fields it may have: each name that a signature signs is looked for among all of them.
const HEADER_FIELDS: usize = 1_000;

/// A signature, as far as the message alone tells about it.
#[derive(Debug)]
pub(crate) struct Signed {
    labels: Labels,
    state: State,
}

/// How far a signature is.
#[derive(Debug)]
enum State {
    /// Its result is known.
    Judged(DkimResult, &'static str),
    /// Its key must say.
    Open { signature: Box<Signature>, header: Vec<u8> },
}

/// Looks at the signatures of a message. Hashes its body: not for the threads of the runtime if it is large.
pub(crate) fn signatures(message: &[u8]) -> Vec<Signed> {
    let is_signature = |field: &Field<'_>| field.is("DKIM-Signature");
    let found: Vec<Field<'_>> = fields(message).filter(is_signature).take(SIGNATURES).collect();
    if found.is_empty() {
        return Vec::new();
    }
    let body_at = body_start(message);
    let all: Vec<Field<'_>> = fields(message).take(HEADER_FIELDS + 1).collect();
    if body_at > HEADER_BYTES || all.len() > HEADER_FIELDS {
        let state = State::Judged(DkimResult::Policy, "the header is too large");
        return vec![Signed { labels: Labels::default(), state }];
    }
    let mut bodies = Bodies { body: message.get(body_at..).unwrap_or_default(), simple: None, relaxed: None };
    found.iter().map(|field| look_at(field, &all, &mut bodies)).collect()
}

fn look_at(field: &Field<'_>, all: &[Field<'_>], bodies: &mut Bodies<'_>) -> Signed {
    let (labels, read) = Signature::read(field);
    let state = match read {
        Err(refusal) => refused(refusal),
        Ok(signature) => match against_body(&signature, bodies) {
            Some((result, reason)) => State::Judged(result, reason),
            None => {
                let header = signed_header(&signature.names, signature.header_form, field, all);
                State::Open { signature: Box::new(signature), header }
            }
        },
    };
    Signed { labels, state }
}

const fn refused(refusal: Refusal) -> State {
    match refusal {
        Refusal::Malformed => State::Judged(DkimResult::Neutral, "the signature cannot be read"),
        Refusal::FromNotSigned => State::Judged(DkimResult::PermError, "From is not signed"),
        Refusal::ForeignIdentity => State::Judged(DkimResult::PermError, "the identity is of another domain"),
        Refusal::Algorithm => State::Judged(DkimResult::Policy, "the algorithm is not believed"),
        Refusal::ShortKey => State::Judged(DkimResult::Policy, "the key is too short"),
        Refusal::Query => State::Judged(DkimResult::PermError, "the key cannot be asked for"),
    }
}

/// What is wrong with the body, if anything. Where `l` leaves out an end of it, anybody can have written that.
fn against_body(signature: &Signature, bodies: &mut Bodies<'_>) -> Option<(DkimResult, &'static str)> {
    let body = bodies.hash(signature.body_form);
    match signature.length {
        Some(length) if length < body.length => {
            Some((DkimResult::Policy, "only the beginning of the body is signed"))
        }
        Some(length) if length > body.length => {
            Some((DkimResult::Fail, "the body is shorter than what was signed"))
        }
        Some(_) | None if body.sha256 != signature.body_hash => {
            Some((DkimResult::Fail, "the body was altered"))
        }
        Some(_) | None => None,
    }
}

/// The body, and its hash in each form that was asked for.
struct Bodies<'a> {
    body: &'a [u8],
    simple: Option<BodyHash>,
    relaxed: Option<BodyHash>,
}

impl Bodies<'_> {
    fn hash(&mut self, form: Canonical) -> &BodyHash {
        let known = match form {
            Canonical::Simple => &mut self.simple,
            Canonical::Relaxed => &mut self.relaxed,
        };
        known.get_or_insert_with(|| hash_body(form, self.body))
    }
}

/// The header as a signature signs it: of each name the last field first, and none twice (RFC 6376 §5.4.2).
fn signed_header(names: &[String], form: Canonical, own: &Field<'_>, all: &[Field<'_>]) -> Vec<u8> {
    let mut header = Vec::new();
    let mut taken = vec![false; all.len()];
    for name in names {
        let last = all.iter().zip(&taken).rposition(|(field, taken)| !taken && field.is(name));
        if let Some(at) = last
            && let (Some(field), Some(taken)) = (all.get(at), taken.get_mut(at))
        {
            *taken = true;
            form.push_field(&mut header, field);
        }
    }
    push_unsigned(&mut header, form, own);
    header
}

/// The header as we sign it.
pub(crate) fn header_to_sign(names: &[String], own: &Field<'_>, all: &[Field<'_>]) -> Vec<u8> {
    signed_header(names, Canonical::Relaxed, own, all)
}

/// The hash of the body as we sign it.
pub(crate) fn body_hash(message: &[u8]) -> Vec<u8> {
    hash_body(Canonical::Relaxed, message.get(body_start(message)..).unwrap_or_default()).sha256
}

/// What each signature is worth at that time, by the keys that the DNS has.
pub(crate) async fn judge(signed: Vec<Signed>, questions: &Questions<'_>, at: Timestamp) -> Vec<DkimVerdict> {
    let mut verdicts = Vec::with_capacity(signed.len());
    for Signed { labels, state } in signed {
        let (result, reason) = match state {
            State::Judged(result, reason) => (result, reason),
            State::Open { signature, header } => match ask(&labels, &signature, &header, questions, at).await
            {
                Ok(()) => (DkimResult::Pass, ""),
                Err(fault) => fault,
            },
        };
        let Labels { domain, selector, algorithm, begins } = labels;
        let reason = Some(reason.to_owned()).filter(|reason| !reason.is_empty());
        verdicts.push(DkimVerdict { result, domain, selector, algorithm, begins, reason });
    }
    verdicts
}

async fn ask(
    labels: &Labels,
    signature: &Signature,
    header: &[u8],
    questions: &Questions<'_>,
    at: Timestamp,
) -> Result<(), (DkimResult, &'static str)> {
    let now = u64::try_from(at.secs()).unwrap_or_default();
    if signature.expires_secs.is_some_and(|expires| expires < now) {
        return Err((DkimResult::Fail, "the signature has expired"));
    }
    let name = format!("{}._domainkey.{}", labels.selector, labels.domain);
    let records = questions.txt(&name).await.map_err(|fault| match fault {
        DnsFault::Temporary => (DkimResult::TempError, "the key could not be asked for"),
        DnsFault::NoSuchName => (DkimResult::PermError, "there is no such key"),
    })?;
    let key = any_key(&records)?;
    key.check(signature, header).map_err(|mismatch| match mismatch {
        Mismatch::Kind => (DkimResult::PermError, "the key is of another kind"),
        Mismatch::Identity => (DkimResult::PermError, "the key is not for this part of the domain"),
        Mismatch::Signature => (DkimResult::Fail, "the header was altered"),
    })
}

/// The first record that is a key: a name has one, or the domain made a mistake.
fn any_key(records: &[String]) -> Result<PublicKey, (DkimResult, &'static str)> {
    let mut fault = "there is no such key";
    for record in records {
        match PublicKey::read(record) {
            Ok(key) => return Ok(key),
            Err(KeyFault::Revoked) => fault = "the key was revoked",
            Err(KeyFault::Unusable) => fault = "the record of the key is unusable",
        }
    }
    Err((DkimResult::PermError, fault))
}
