//! SCRAM-SHA-256 and SCRAM-SHA-256-PLUS as the server reads and writes them (RFC 5802, RFC 7677, with the channel binding
//! of RFC 9266). The proof itself is checked by whoever knows the keys.
//!
//! **Invariant:** what the client proves covers every byte that both sides said, the channel included where it is bound.
//! A client that could have bound it, and was told that this server cannot, is refused: somebody stands between.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The longest message of a client: a name of 320 bytes, written with escapes, and a nonce.
const MESSAGE_LIMIT: usize = 4096;
/// The longest nonce of a client: programs use some thirty letters.
const NONCE_LIMIT: usize = 512;
/// The channel binding that is known (RFC 9266 §3).
const EXPORTER: &str = "tls-exporter";

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mechanism {
    /// SCRAM-SHA-256.
    Plain,
    /// SCRAM-SHA-256-PLUS: bound to the channel.
    Plus,
}

impl Mechanism {
    /// The mechanism of that name.
    pub fn named(name: &str) -> Option<Self> {
        match name.to_ascii_uppercase().as_str() {
            "SCRAM-SHA-256" => Some(Self::Plain),
            "SCRAM-SHA-256-PLUS" => Some(Self::Plus),
            _ => None,
        }
    }
}

/// What the channel can be bound by.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Binding {
    /// Nothing: then SCRAM-SHA-256-PLUS is not offered.
    None,
    /// What both ends of the TLS connection derive from it (RFC 9266 §2).
    Exporter([u8; 32]),
}

/// What the server brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// The salt.
    pub salt: Vec<u8>,
    /// How often the password is hashed.
    pub iterations: u32,
    /// Drawn by chance for this attempt: printable, without a comma.
    pub nonce: String,
}

/// What a client claims: that it knows the password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Everything that was said (`AuthMessage`, RFC 5802 §3).
    pub message: Vec<u8>,
    /// The proof.
    pub proof: [u8; 32],
}

/// Why an exchange ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScramFault {
    /// It does not follow the grammar, or asks for what is not known here.
    #[error("this is no message of SCRAM")]
    Malformed,
    /// The client wants to act as somebody else than who signs in.
    #[error("signing in on behalf of somebody else is not possible")]
    OnBehalf,
    /// The channel is bound in no way that is known, or not as the mechanism says, or it is another channel.
    #[error("the connection is not bound as it should be")]
    Binding,
}

/// An exchange after its first message.
#[derive(Debug)]
pub struct ScramServer {
    user: String,
    /// `client-first-message-bare`, a comma, and `server-first-message`.
    said: String,
    nonce: String,
    /// What `c=` must say.
    bound: String,
}

impl ScramServer {
    /// Reads the first message of a client, on a channel that can be bound by `binding`; the answer to it comes along.
    ///
    /// # Errors
    /// [`ScramFault`].
    pub fn begin(
        mechanism: Mechanism,
        binding: &Binding,
        first: &[u8],
        opening: &Opening,
    ) -> Result<(Self, String), ScramFault> {
        let first = text(first)?;
        let (flag, rest) = first.split_once(',').ok_or(ScramFault::Malformed)?;
        let (acting, bare) = rest.split_once(',').ok_or(ScramFault::Malformed)?;
        let bound_by = bound_by(flag, mechanism, binding)?;
        let (user, nonce) = names(bare)?;
        match acting.strip_prefix("a=") {
            None if acting.is_empty() => {}
            None => return Err(ScramFault::Malformed),
            Some(acting) if name(acting)? == user => {}
            Some(_) => return Err(ScramFault::OnBehalf),
        }
        let header = first.get(..first.len() - bare.len()).unwrap_or_default();
        let bound = STANDARD.encode([header.as_bytes(), bound_by].concat());
        let nonce = format!("{nonce}{}", opening.nonce);
        let answer = format!("r={nonce},s={},i={}", STANDARD.encode(&opening.salt), opening.iterations);
        let said = format!("{bare},{answer}");
        Ok((Self { user, said, nonce, bound }, answer))
    }

    /// Who signs in, as it was given.
    #[must_use]
    pub fn user(&self) -> &str {
        &self.user
    }

    /// Reads the last message of a client.
    ///
    /// # Errors
    /// [`ScramFault`].
    pub fn finish(self, last: &[u8]) -> Result<Claim, ScramFault> {
        let last = text(last)?;
        let (without_proof, proof) = last.rsplit_once(",p=").ok_or(ScramFault::Malformed)?;
        let mut attributes = without_proof.split(',');
        let bound = attributes.next().and_then(|one| one.strip_prefix("c=")).ok_or(ScramFault::Malformed)?;
        let nonce = attributes.next().and_then(|one| one.strip_prefix("r=")).ok_or(ScramFault::Malformed)?;
        if bound != self.bound {
            return Err(ScramFault::Binding);
        }
        if nonce != self.nonce || !attributes.all(is_extension) {
            return Err(ScramFault::Malformed);
        }
        let proof = STANDARD.decode(proof).ok().and_then(|proof| proof.try_into().ok());
        let message = format!("{},{without_proof}", self.said).into_bytes();
        Ok(Claim { message, proof: proof.ok_or(ScramFault::Malformed)? })
    }
}

/// The server's last message, by which a client sees that the server knows its password too.
#[must_use]
pub fn server_final(signature: &[u8; 32]) -> String {
    format!("v={}", STANDARD.encode(signature))
}

/// What the channel is bound by, according to the first letter of a message (RFC 5802 §6).
fn bound_by<'a>(flag: &str, mechanism: Mechanism, binding: &'a Binding) -> Result<&'a [u8], ScramFault> {
    match (mechanism, flag, binding) {
        (Mechanism::Plain, "n", _) | (Mechanism::Plain, "y", Binding::None) => Ok(&[]),
        (Mechanism::Plus, flag, Binding::Exporter(value)) if flag.strip_prefix("p=") == Some(EXPORTER) => {
            Ok(value)
        }
        (_, "n" | "y", _) => Err(ScramFault::Binding),
        (_, flag, _) if flag.starts_with("p=") => Err(ScramFault::Binding),
        (_, _, _) => Err(ScramFault::Malformed),
    }
}

/// The name and the nonce in `client-first-message-bare`.
fn names(bare: &str) -> Result<(String, &str), ScramFault> {
    let mut attributes = bare.split(',');
    // A mandatory extension (`m=`) would stand before the name, and none is known (RFC 5802 §5.1).
    let user = attributes.next().and_then(|one| one.strip_prefix("n=")).ok_or(ScramFault::Malformed)?;
    let nonce = attributes.next().and_then(|one| one.strip_prefix("r=")).ok_or(ScramFault::Malformed)?;
    let is_printable = nonce.bytes().all(|byte| byte.is_ascii_graphic());
    if nonce.is_empty() || nonce.len() > NONCE_LIMIT || !is_printable || !attributes.all(is_extension) {
        return Err(ScramFault::Malformed);
    }
    Ok((name(user)?, nonce))
}

/// A name, in which `=2C` is a comma and `=3D` an equals sign (RFC 5802 §5.1).
fn name(written: &str) -> Result<String, ScramFault> {
    let mut pieces = written.split('=');
    let mut name = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (letter, rest) = match piece.split_at_checked(2) {
            Some(("2C", rest)) => (',', rest),
            Some(("3D", rest)) => ('=', rest),
            Some(_) | None => return Err(ScramFault::Malformed),
        };
        name.push(letter);
        name.push_str(rest);
    }
    if name.is_empty() || name.contains('\0') { Err(ScramFault::Malformed) } else { Ok(name) }
}

/// An extension that may be skipped: a letter, `=`, and something.
fn is_extension(attribute: &str) -> bool {
    matches!(attribute.as_bytes(), [letter, b'=', _, ..] if letter.is_ascii_alphabetic() && *letter != b'm')
}

fn text(message: &[u8]) -> Result<&str, ScramFault> {
    if message.len() > MESSAGE_LIMIT {
        return Err(ScramFault::Malformed);
    }
    str::from_utf8(message).map_err(|_| ScramFault::Malformed)
}

/// What a channel is bound by does not print.
impl std::fmt::Debug for Binding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Exporter(_) => "Exporter",
        })
    }
}
