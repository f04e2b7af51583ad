//! What a browser sends back: what the key said, and what the browser was asked (WebAuthn §5.2, §6.1).
//!
//! **Invariant:** an answer counts for one challenge, one purpose and one origin, and only when the person was there.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::cbor::Item;
use super::key::PublicKey;

/// How long an answer may be, in bytes: the longest, with a certificate of its maker, has some thousand.
const ANSWER_BYTES: usize = 32 * 1024;
/// How long the id of a credential may be, in bytes (WebAuthn §4, Credential ID).
const CREDENTIAL_BYTES: usize = 1023;
/// How long its public key may be, in bytes: RSA of 8192 bits and its names.
const KEY_BYTES: usize = 1100;
/// How many ways to reach a key are kept.
const TRANSPORTS: usize = 8;

/// The flags of an authenticator: somebody touched it.
const PRESENT: u8 = 0x01;
/// It knows who: by a fingerprint, a face, a PIN.
const VERIFIED: u8 = 0x04;
/// A credential follows.
const CREDENTIAL: u8 = 0x40;
/// Extensions follow.
const EXTENSIONS: u8 = 0x80;

/// The answer is none, or not to what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refused(pub(super) &'static str);

/// Whether the key has to know who uses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verification {
    /// It is the only proof there is.
    Required,
    /// A password came first: touching it is enough.
    Unneeded,
}

/// Whom an answer has to be for.
#[derive(Debug, Clone)]
pub(super) struct Party {
    /// Where the pages are.
    pub(super) origin: String,
    /// The name that keys know this server by: the host.
    pub(super) id: String,
}

impl Party {
    /// The party of an origin; none of a bare network address, which keys do not accept as a name.
    pub(super) fn of(origin: &str) -> Option<Self> {
        let (scheme, authority) = origin.split_once("://")?;
        let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
        let is_name =
            !host.is_empty() && !host.starts_with('[') && host.parse::<std::net::Ipv4Addr>().is_err();
        // Browsers have no keys for pages that others could change on the way.
        let is_safe = scheme == "https" || host == "localhost" || host.ends_with(".localhost");
        (is_name && is_safe).then(|| Self { origin: origin.to_owned(), id: host.to_owned() })
    }
}

/// A new key, as the browser sends it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Made {
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    attestation_object: String,
    #[serde(default)]
    transports: Vec<String>,
}

/// A use of a key, as the browser sends it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Used {
    id: String,
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    authenticator_data: String,
    signature: String,
    #[serde(default)]
    user_handle: Option<String>,
}

/// What the browser says of the ceremony (WebAuthn §5.8.1).
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
}

/// A credential just made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NewCredential {
    /// Its id.
    pub(super) id: Vec<u8>,
    /// Its public key, as it came.
    pub(super) public_key: Vec<u8>,
    /// How often it was used.
    pub(super) sign_count: u32,
    /// How it is reached: names with blanks between.
    pub(super) transports: String,
}

/// A use of a credential, not judged yet.
#[derive(Debug, Clone)]
pub(super) struct Assertion {
    /// The id of the credential.
    pub(super) id: Vec<u8>,
    /// Whom the key takes the user for.
    pub(super) user_handle: Option<Vec<u8>>,
    client_data: Vec<u8>,
    authenticator_data: Vec<u8>,
    signature: Vec<u8>,
}

/// Takes a new credential (WebAuthn §7.1). Who made the key is not asked, so its attestation is not looked at.
pub(super) fn made(text: &str, party: &Party, challenge: &[u8]) -> Result<NewCredential, Refused> {
    let made: Made = parsed(text)?;
    client_data(&decoded(&made.client_data)?, "webauthn.create", party, challenge)?;
    let object = decoded(&made.attestation_object)?;
    let (object, _) = Item::read(&object).ok_or(Refused("the attestation is no CBOR"))?;
    let data =
        object.named("authData").and_then(Item::bytes).ok_or(Refused("the attestation has no data"))?;
    let data = Data::read(data).ok_or(Refused("the authenticator data cannot be read"))?;
    data.check(party, Verification::Unneeded)?;
    let (id, public_key) = data.credential.ok_or(Refused("there is no credential"))?;
    let good = !id.is_empty() && id.len() <= CREDENTIAL_BYTES && public_key.len() <= KEY_BYTES;
    if !good || PublicKey::parse(public_key).is_none() {
        return Err(Refused("the credential has no key that we know"));
    }
    let is_name = |name: &&String| {
        name.len() <= 20
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    let transports: Vec<String> = made.transports.iter().filter(is_name).take(TRANSPORTS).cloned().collect();
    Ok(NewCredential {
        id: id.to_vec(),
        public_key: public_key.to_vec(),
        sign_count: data.sign_count,
        transports: transports.join(" "),
    })
}

impl Assertion {
    /// Reads a use of a credential.
    pub(super) fn read(text: &str) -> Result<Self, Refused> {
        let used: Used = parsed(text)?;
        let user_handle = match used.user_handle.as_deref() {
            None | Some("") => None,
            Some(handle) => Some(decoded(handle)?),
        };
        Ok(Self {
            id: decoded(&used.id)?,
            user_handle,
            client_data: decoded(&used.client_data)?,
            authenticator_data: decoded(&used.authenticator_data)?,
            signature: decoded(&used.signature)?,
        })
    }

    /// Judges it (WebAuthn §7.2); how often the key says that it was used.
    pub(super) fn judge(
        &self,
        party: &Party,
        challenge: &[u8],
        verification: Verification,
        key: &PublicKey,
    ) -> Result<u32, Refused> {
        client_data(&self.client_data, "webauthn.get", party, challenge)?;
        let data =
            Data::read(&self.authenticator_data).ok_or(Refused("the authenticator data cannot be read"))?;
        data.check(party, verification)?;
        let message = [self.authenticator_data.as_slice(), &Sha256::digest(&self.client_data)].concat();
        if !key.signed(&message, &self.signature) {
            return Err(Refused("the signature is wrong"));
        }
        Ok(data.sign_count)
    }
}

/// What an authenticator signs (WebAuthn §6.1).
struct Data<'a> {
    party: [u8; 32],
    flags: u8,
    sign_count: u32,
    credential: Option<(&'a [u8], &'a [u8])>,
}

impl<'a> Data<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let (party, rest) = bytes.split_first_chunk::<32>()?;
        let ([flags], rest) = rest.split_first_chunk::<1>()?;
        let (count, mut rest) = rest.split_first_chunk::<4>()?;
        let mut credential = None;
        if flags & CREDENTIAL != 0 {
            // The model of the authenticator, which is not asked.
            let (_, after) = rest.split_at_checked(16)?;
            let (length, after) = after.split_first_chunk::<2>()?;
            let (id, key) = after.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
            let (_, after) = Item::read(key)?;
            credential = Some((id, key.get(..key.len() - after.len())?));
            rest = after;
        }
        if flags & EXTENSIONS != 0 {
            (_, rest) = Item::read(rest)?;
        }
        let sign_count = u32::from_be_bytes(*count);
        rest.is_empty().then_some(Self { party: *party, flags: *flags, sign_count, credential })
    }

    fn check(&self, party: &Party, verification: Verification) -> Result<(), Refused> {
        if self.party != <[u8; 32]>::from(Sha256::digest(party.id.as_bytes())) {
            return Err(Refused("the answer is for another server"));
        }
        if self.flags & PRESENT == 0 {
            return Err(Refused("nobody touched the key"));
        }
        if verification == Verification::Required && self.flags & VERIFIED == 0 {
            return Err(Refused("the key does not know who used it"));
        }
        Ok(())
    }
}

fn client_data(bytes: &[u8], kind: &str, party: &Party, challenge: &[u8]) -> Result<(), Refused> {
    let said: ClientData =
        serde_json::from_slice(bytes).map_err(|_| Refused("the client data is no JSON"))?;
    if said.kind != kind {
        return Err(Refused("the answer is to another question"));
    }
    if decoded(&said.challenge)? != challenge {
        return Err(Refused("the answer is to another challenge"));
    }
    if said.origin != party.origin || said.cross_origin {
        return Err(Refused("the answer comes from another origin"));
    }
    Ok(())
}

fn parsed<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, Refused> {
    if text.len() > ANSWER_BYTES {
        return Err(Refused("the answer is too long"));
    }
    serde_json::from_str(text).map_err(|_| Refused("the answer is no JSON"))
}

fn decoded(text: &str) -> Result<Vec<u8>, Refused> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| Refused("a part of the answer is no base64url"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_without_a_name_or_without_tls_has_no_passkeys() {
        let id = |origin| Party::of(origin).map(|party| party.id);
        assert_eq!(id("https://mail.example.org").as_deref(), Some("mail.example.org"));
        assert_eq!(id("https://mail.example.org:8443").as_deref(), Some("mail.example.org"));
        assert_eq!(id("http://localhost:8080").as_deref(), Some("localhost"));
        for origin in
            ["http://mail.example.org", "https://192.0.2.1", "https://[::1]:8080", "mail.example.org"]
        {
            assert_eq!(id(origin), None, "{origin}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_authenticator_data_is_read_or_refused(bytes: Vec<u8>) {
            let _read = Data::read(&bytes);
        }
    }
}
