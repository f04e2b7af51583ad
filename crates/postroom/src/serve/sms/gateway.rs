//! Asking the gateway to send one SMS.
//!
//! **Invariant:** the name of the gateway is looked up once and the connection goes to an address that was looked at:
//! into a private network only where the operator allows it. What a value holds stays inside of its place.

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use net::dns::Resolver;
use net::stream::Connection;
use net::tls::ClientTls;
use net::{connect, timer};

use crate::config::{BodyType, Reach, SmsGateway, Transport};

/// How long one request may take in all.
const ANSWERED_WITHIN: Duration = Duration::from_secs(30);
/// How long opening the connection may take.
const OPENED_WITHIN: Duration = Duration::from_secs(10);
/// How long a line of the answer may be, in bytes.
const LINE: usize = 8 * 1024;
/// How many lines may come before the answer that counts: interim answers with their headers (RFC 9110 §15.2).
const LINES: usize = 100;

/// Why an SMS was not sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum SendFault {
    /// It may work later.
    #[error("{0}")]
    ForNow(String),
    /// It will not: the gateway says so, or the configuration.
    #[error("{0}")]
    ForGood(String),
}

/// Sends the text to the number.
pub(super) async fn send(
    gateway: &SmsGateway,
    resolver: &Resolver,
    to: &str,
    text: &str,
) -> Result<(), SendFault> {
    let asked = timer::within(ANSWERED_WITHIN, ask(gateway, resolver, to, text)).await;
    let status = asked.unwrap_or_else(|_| Err(SendFault::ForNow("no answer in time".to_owned())))?;
    match status {
        200..=299 => Ok(()),
        // The client was too early, or too much at once (RFC 9110 §15.5.9, RFC 8470 §5.2, RFC 6585 §4).
        408 | 425 | 429 | 500..=599 => Err(SendFault::ForNow(format!("the gateway answered {status}"))),
        other => Err(SendFault::ForGood(format!("the gateway answered {other}"))),
    }
}

async fn ask(gateway: &SmsGateway, resolver: &Resolver, to: &str, text: &str) -> Result<u16, SendFault> {
    let address = address(gateway, resolver).await?;
    let for_now = |what: &dyn std::fmt::Display| SendFault::ForNow(what.to_string());
    let mut connection = connect::connect(address, OPENED_WITHIN).await.map_err(|error| for_now(&error))?;
    if gateway.transport == Transport::Encrypted {
        let tls = ClientTls::verifying().map_err(|error| for_now(&error))?;
        connection =
            connection.start_tls_client(&tls, &gateway.host).await.map_err(|error| for_now(&error))?;
    }
    let request = request(gateway, to, text);
    connection.write_all(request.as_bytes()).await.map_err(|error| for_now(&error))?;
    connection.flush().await.map_err(|error| for_now(&error))?;
    let status = status(&mut connection).await;
    connection.close().await;
    status
}

/// Where the connection goes.
async fn address(gateway: &SmsGateway, resolver: &Resolver) -> Result<SocketAddr, SendFault> {
    let all = match gateway.host.parse::<IpAddr>() {
        Ok(ip) => vec![ip],
        Err(_) => {
            let found = resolver.addresses(&gateway.host).await;
            found.map_err(|fault| SendFault::ForNow(format!("{}: {fault}", gateway.host)))?
        }
    };
    let allowed = |ip: &IpAddr| gateway.reach == Reach::Private || is_public(*ip);
    match all.into_iter().find(allowed) {
        Some(ip) => Ok(SocketAddr::new(ip, gateway.port)),
        None => Err(SendFault::ForNow(format!(
            "{} is in no public network; sms.reach would have to be “private”",
            gateway.host
        ))),
    }
}

/// Whether an address is one of the public network: neither this machine, nor its own network, nor one that is set
/// aside (RFC 6890).
fn is_public(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let is_shared = a == 100 && (64..128).contains(&b);
    let is_benchmark = a == 198 && (b == 18 || b == 19);
    let is_protocol = a == 192 && b == 0 && c == 0;
    !(ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_multicast()
        || ip.is_documentation()
        || a == 0
        || a >= 240
        || is_shared
        || is_benchmark
        || is_protocol)
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [first, second, ..] = ip.segments();
    // Of the whole space only 2000::/3 is given out; a few blocks of it lead elsewhere, or into IPv4.
    let is_given_out = first & 0xe000 == 0x2000;
    let is_set_aside = first == 0x2002 || (first == 0x2001 && (second < 0x0200 || second == 0x0db8));
    is_given_out && !is_set_aside
}

/// The request, whole (RFC 9112).
fn request(gateway: &SmsGateway, to: &str, text: &str) -> String {
    let target = filled(&gateway.target, to, text, percent);
    let (body, content_type) = match gateway.body_type {
        BodyType::Json => (filled(gateway.body.reveal(), to, text, json), "application/json"),
        BodyType::Form => {
            (filled(gateway.body.reveal(), to, text, percent), "application/x-www-form-urlencoded")
        }
        BodyType::Text => {
            (filled(gateway.body.reveal(), to, text, str::to_owned), "text/plain; charset=utf-8")
        }
    };
    let host = if gateway.host.contains(':') { format!("[{}]", gateway.host) } else { gateway.host.clone() };
    let (method, port) = (gateway.method.name(), gateway.port);
    let mut request = format!("{method} {target} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n");
    for (name, value) in &gateway.headers {
        request += &format!("{name}: {}\r\n", value.reveal());
    }
    let is_typed = gateway.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    if !is_typed && !body.is_empty() {
        request += &format!("Content-Type: {content_type}\r\n");
    }
    request += &format!("Content-Length: {}\r\n\r\n", body.len());
    request + &body
}

/// A template with its values. A value is not looked at for further placeholders.
fn filled(template: &str, to: &str, text: &str, written: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(template.len() + text.len());
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        rest = match (from.strip_prefix("{to}"), from.strip_prefix("{text}")) {
            (Some(after), _) => {
                out.push_str(&written(to));
                after
            }
            (None, Some(after)) => {
                out.push_str(&written(text));
                after
            }
            (None, None) => {
                out.push('{');
                &from[1..]
            }
        };
    }
    out + rest
}

fn percent(value: &str) -> String {
    let mut out = String::new();
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            // Writing into a text cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// As the inside of a JSON string.
fn json(value: &str) -> String {
    let quoted = serde_json::Value::from(value).to_string();
    quoted.trim_start_matches('"').strip_suffix('"').unwrap_or_default().to_owned()
}

/// The status of the answer that counts.
async fn status(connection: &mut Connection) -> Result<u16, SendFault> {
    for _ in 0..LINES {
        let line = connection.read_line(LINE).await;
        let line = line.map_err(|error| SendFault::ForNow(error.to_string()))?;
        let text = String::from_utf8_lossy(&line.bytes);
        let code = text.strip_prefix("HTTP/1.").and_then(|rest| rest.get(2..5)).map(str::parse::<u16>);
        match code {
            Some(Ok(100..=199)) | None => {}
            Some(Ok(code)) => return Ok(code),
            Some(Err(_)) => break,
        }
    }
    Err(SendFault::ForNow("the answer is no HTTP".to_owned()))
}

#[cfg(test)]
mod tests {
    use domain::Secret;

    use super::*;
    use crate::config::Method;

    fn gateway(body: &str, body_type: BodyType) -> SmsGateway {
        SmsGateway {
            transport: Transport::Clear,
            host: "127.0.0.1".to_owned(),
            port: 8081,
            target: "/send?to={to}".to_owned(),
            method: Method::Post,
            headers: vec![("Authorization".to_owned(), Secret::new("Bearer x".to_owned()))],
            body: Secret::new(body.to_owned()),
            body_type,
            reach: Reach::Private,
        }
    }

    #[test]
    fn a_value_stays_inside_of_its_place() {
        let hostile = "a\"},{text}\r\nX: y&to=1";
        let json =
            request(&gateway("{\"text\": \"{text}\", \"n\": {}}", BodyType::Json), "+41446681800", hostile);
        let (head, body) = json.split_once("\r\n\r\n").unwrap();
        assert!(
            head.starts_with("POST /send?to=%2B41446681800 HTTP/1.1\r\nHost: 127.0.0.1:8081\r\n"),
            "{head}"
        );
        assert!(head.contains(&format!("Content-Length: {}", body.len())), "{head}");
        assert_eq!(body, "{\"text\": \"a\\\"},{text}\\r\\nX: y&to=1\", \"n\": {}}");
        let form = request(&gateway("text={text}", BodyType::Form), "1", hostile);
        assert!(form.ends_with("\r\n\r\ntext=a%22%7D%2C%7Btext%7D%0D%0AX%3A%20y%26to%3D1"), "{form}");
    }

    #[test]
    fn a_text_that_ends_in_a_quote_keeps_it() {
        assert_eq!(json("say \"hi\""), "say \\\"hi\\\"");
        assert_eq!(json("\"hi\""), "\\\"hi\\\"");
    }

    #[test]
    fn only_the_public_network_is_public() {
        for ip in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "224.0.0.1",
            "198.18.0.1",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "2001:db8::1",
            "2002:7f00:1::",
            "64:ff9b::7f00:1",
            "2001::1",
        ] {
            assert!(!is_public(ip.parse().unwrap()), "{ip}");
        }
        for ip in ["9.9.9.9", "2620:fe::fe", "172.32.0.1"] {
            assert!(is_public(ip.parse().unwrap()), "{ip}");
        }
    }
}
