//! A security key made of software: it makes credentials and signs with them, as a browser would have it do.
//!
//! What it is told to do wrong, it does wrong: tests show by it what a server has to refuse.
#![expect(clippy::unwrap_used, reason = "a test that asks it for nonsense may fail here")]

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// What the key says of whoever used it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Person {
    /// It knows them.
    Verified,
    /// Somebody touched it.
    Present,
    /// Nobody touched it.
    Absent,
}

/// A key, and the browser that it is plugged into.
pub struct Authenticator {
    /// Which page the browser shows.
    pub origin: String,
    /// Who uses it.
    pub person: Person,
    /// How often it was used, as it says; a key that does not count says 0.
    pub count: u32,
    credentials: Vec<Credential>,
}

struct Credential {
    id: Vec<u8>,
    pair: EcdsaKeyPair,
    user: String,
}

impl Authenticator {
    /// A key that does not count, used by its owner.
    pub fn new(origin: &str) -> Self {
        Self { origin: origin.to_owned(), person: Person::Verified, count: 0, credentials: Vec::new() }
    }

    /// Makes a credential, as the question asks.
    pub fn make(&mut self, question: &str) -> String {
        let question: Value = serde_json::from_str(question).unwrap();
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        let user = question["user"]["id"].as_str().unwrap().to_owned();
        let mut id = digest(&SHA256, pair.public_key().as_ref()).as_ref().to_vec();
        id.truncate(20);
        let point = pair.public_key().as_ref();
        let key = [
            &[0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 32][..],
            &point[1..33],
            &[0x22, 0x58, 32],
            &point[33..],
        ]
        .concat();
        let length = u16::try_from(id.len()).unwrap().to_be_bytes();
        let mut data = self.data(question["rp"]["id"].as_str().unwrap(), 0x40);
        data.extend([&[0; 16], &length[..], &id, &key].concat());
        self.credentials.push(Credential { id: id.clone(), pair, user });
        let short = u8::try_from(data.len()).unwrap();
        let object = [b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58", &[short][..], &data].concat();
        json!({
            "id": URL_SAFE_NO_PAD.encode(id), "transports": ["usb"],
            "clientDataJSON": URL_SAFE_NO_PAD.encode(self.client_data("webauthn.create", &question)),
            "attestationObject": URL_SAFE_NO_PAD.encode(object),
        })
        .to_string()
    }

    /// Signs with the credential made last.
    pub fn sign(&mut self, question: &str) -> String {
        let question: Value = serde_json::from_str(question).unwrap();
        let data = self.data(question["rpId"].as_str().unwrap(), 0);
        let client_data = self.client_data("webauthn.get", &question);
        let message = [&data, digest(&SHA256, &client_data).as_ref()].concat();
        let Some(credential) = self.credentials.last() else { panic!("the key holds no credential") };
        let signature = credential.pair.sign(&SystemRandom::new(), &message).unwrap();
        json!({
            "id": URL_SAFE_NO_PAD.encode(&credential.id), "userHandle": credential.user,
            "clientDataJSON": URL_SAFE_NO_PAD.encode(client_data),
            "authenticatorData": URL_SAFE_NO_PAD.encode(data),
            "signature": URL_SAFE_NO_PAD.encode(signature),
        })
        .to_string()
    }

    fn data(&self, party: &str, more: u8) -> Vec<u8> {
        let flags = more
            | match self.person {
                Person::Verified => 0x05,
                Person::Present => 0x01,
                Person::Absent => 0x00,
            };
        [digest(&SHA256, party.as_bytes()).as_ref(), &[flags], &self.count.to_be_bytes()].concat()
    }

    fn client_data(&self, kind: &str, question: &Value) -> Vec<u8> {
        json!({ "type": kind, "challenge": question["challenge"], "origin": self.origin, "crossOrigin": false })
            .to_string()
            .into_bytes()
    }
}
