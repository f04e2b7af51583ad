//! A mail program that proves a password by SCRAM-SHA-256 (RFC 5802), written apart from the server's side of it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// The nonce of the program: a test needs no other.
const NONCE: &str = "fyko+d2lbbFgONRv9qkxdawL";

/// One attempt to sign in.
#[derive(Debug)]
pub struct ScramClient {
    header: String,
    bound: Vec<u8>,
    bare: String,
    password: String,
    /// What the server will prove itself by.
    expected: String,
    /// The salt that the server told, in base64.
    pub salt: String,
}

impl ScramClient {
    /// An attempt of `user`; `flag` says how the channel is bound (`n`, `y`, `p=tls-exporter`), `bound` by what.
    pub fn new(flag: &str, bound: &[u8], user: &str, password: &str) -> Self {
        Self {
            header: format!("{flag},,"),
            bound: bound.to_vec(),
            bare: format!("n={user},r={NONCE}"),
            password: password.to_owned(),
            expected: String::new(),
            salt: String::new(),
        }
    }

    /// The first message, in base64.
    pub fn first(&self) -> String {
        STANDARD.encode(format!("{}{}", self.header, self.bare))
    }

    /// The last message, in base64, after the server's first; none when that is none.
    pub fn last(&mut self, answer: &str) -> Option<String> {
        let answer = String::from_utf8(STANDARD.decode(answer.trim()).ok()?).ok()?;
        let mut parts = answer.split(',');
        let nonce = parts.next()?.strip_prefix("r=")?;
        let salt = parts.next()?.strip_prefix("s=")?;
        let iterations = parts.next()?.strip_prefix("i=")?.parse().ok()?;
        let channel = STANDARD.encode([self.header.as_bytes(), &self.bound].concat());
        let without_proof = format!("c={channel},r={nonce}");
        let message = format!("{},{answer},{without_proof}", self.bare);
        let salted = salted(&self.password, &STANDARD.decode(salt).ok()?, iterations);
        let key = keyed(&salted, b"Client Key");
        let signature = keyed(&Sha256::digest(key), message.as_bytes());
        let proof: Vec<u8> = key.iter().zip(signature).map(|(key, signature)| key ^ signature).collect();
        let server = keyed(&keyed(&salted, b"Server Key"), message.as_bytes());
        self.expected = format!("v={}", STANDARD.encode(server));
        self.salt = salt.to_owned();
        Some(STANDARD.encode(format!("{without_proof},p={}", STANDARD.encode(proof))))
    }

    /// Whether this proves that the server knows the password too.
    pub fn is_proof(&self, answer: &str) -> bool {
        STANDARD.decode(answer.trim()).is_ok_and(|proof| proof == self.expected.as_bytes())
    }
}

/// The password, hashed as often as the server says (RFC 5802 §2.2).
fn salted(password: &str, salt: &[u8], iterations: u32) -> [u8; 32] {
    let mut last = keyed(password.as_bytes(), &[salt, &[0, 0, 0, 1]].concat());
    let mut all = last;
    for _ in 1..iterations {
        last = keyed(password.as_bytes(), &last);
        all.iter_mut().zip(last).for_each(|(byte, new)| *byte ^= new);
    }
    all
}

fn keyed(key: &[u8], message: &[u8]) -> [u8; 32] {
    // HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    mac.update(message);
    mac.finalize().into_bytes().into()
}
