//! A DNS server that knows what the test tells it (RFC 1035 §4.1).

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::OnceLock;

const MX: u16 = 15;
const A: u16 = 1;
const TXT: u16 = 16;

/// One record of the zone.
#[derive(Debug, Clone)]
pub struct Record {
    name: String,
    kind: u16,
    data: Vec<u8>,
}

/// A mail exchanger of `name`.
pub fn mx(name: &str, preference: u16, host: &str) -> Record {
    let mut data = preference.to_be_bytes().to_vec();
    data.extend(labels(host));
    Record { name: name.to_owned(), kind: MX, data }
}

/// An address of `name`.
pub fn a(name: &str, address: Ipv4Addr) -> Record {
    Record { name: name.to_owned(), kind: A, data: address.octets().to_vec() }
}

/// A text of `name`.
pub fn txt(name: &str, text: &str) -> Record {
    let data = text
        .as_bytes()
        .chunks(255)
        .flat_map(|chunk| std::iter::once(chunk.len() as u8).chain(chunk.iter().copied()))
        .collect();
    Record { name: name.to_owned(), kind: TXT, data }
}

/// A DNS server on a loopback port. It answers over UDP, and says NXDOMAIN to names that it does not know.
pub struct FakeDns {
    address: SocketAddr,
}

/// A DNS server that is out of order: it says so (SERVFAIL) whatever it is asked. With it no test asks the real DNS.
pub fn out_of_order() -> SocketAddr {
    static ADDRESS: OnceLock<SocketAddr> = OnceLock::new();
    *ADDRESS.get_or_init(|| serve(refuse))
}

impl FakeDns {
    /// Starts with these records.
    pub fn start(records: Vec<Record>) -> Self {
        Self { address: serve(move |query| answer(query, &records)) }
    }

    /// Where it answers.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

/// Answers what comes to a free port, as long as this process lives.
fn serve(answer: impl Fn(&[u8]) -> Option<Vec<u8>> + Send + 'static) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    std::thread::spawn(move || {
        let mut question = [0; 512];
        while let Ok((length, from)) = socket.recv_from(&mut question) {
            if let Some(answer) = answer(&question[..length]) {
                let _ = socket.send_to(&answer, from);
            }
        }
    });
    address
}

fn refuse(query: &[u8]) -> Option<Vec<u8>> {
    let (_, end) = question_name(query)?;
    let mut out = query.get(..2)?.to_vec();
    out.extend([0x81, 0x82, 0, 1, 0, 0, 0, 0, 0, 0]);
    out.extend(query.get(12..end + 4)?);
    Some(out)
}

fn answer(query: &[u8], records: &[Record]) -> Option<Vec<u8>> {
    let (name, end) = question_name(query)?;
    let kind = u16::from_be_bytes([*query.get(end)?, *query.get(end + 1)?]);
    let known = records.iter().any(|record| record.name.eq_ignore_ascii_case(&name));
    let found: Vec<_> = records
        .iter()
        .filter(|record| record.kind == kind && record.name.eq_ignore_ascii_case(&name))
        .collect();
    let mut out = query.get(..2)?.to_vec();
    // A response, authoritative, recursion desired and available; NXDOMAIN for names that are not in the zone.
    out.extend([0x85, if known { 0x80 } else { 0x83 }, 0, 1]);
    out.extend((found.len() as u16).to_be_bytes());
    out.extend([0, 0, 0, 0]);
    out.extend(query.get(12..end + 4)?);
    for record in found {
        out.extend([0xc0, 12]);
        out.extend(kind.to_be_bytes());
        out.extend([0, 1, 0, 0, 0, 60]);
        out.extend((record.data.len() as u16).to_be_bytes());
        out.extend(&record.data);
    }
    Some(out)
}

/// The name in the question, and where it ends.
fn question_name(query: &[u8]) -> Option<(String, usize)> {
    let mut at = 12;
    let mut name = Vec::new();
    loop {
        let length = usize::from(*query.get(at)?);
        at += 1;
        if length == 0 {
            return Some((name.join("."), at));
        }
        name.push(String::from_utf8_lossy(query.get(at..at + length)?).into_owned());
        at += length;
    }
}

fn labels(name: &str) -> Vec<u8> {
    let mut bytes: Vec<u8> =
        name.split('.').flat_map(|label| std::iter::once(label.len() as u8).chain(label.bytes())).collect();
    bytes.push(0);
    bytes
}
