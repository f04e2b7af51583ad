use proptest::prelude::*;

use super::*;

const PROXY: &str = "10.0.0.5:40000";

/// A header with that second half of the start and that rest.
fn header(command: u8, family: u8, rest: &[u8]) -> Vec<u8> {
    let length = u16::try_from(rest.len()).unwrap().to_be_bytes();
    [&SIGNATURE[..], &[command, family], &length, rest].concat()
}

/// The rest of a header for IPv4.
fn v4(from: [u8; 4]) -> Vec<u8> {
    [&from[..], &[10, 0, 0, 1], &4711_u16.to_be_bytes(), &25_u16.to_be_bytes()].concat()
}

fn v6(from: Ipv6Addr) -> Vec<u8> {
    let to = Ipv6Addr::LOCALHOST.octets();
    [&from.octets()[..], &to, &4711_u16.to_be_bytes(), &25_u16.to_be_bytes()].concat()
}

/// What is read of `bytes` that come from a proxy, and what is left for the protocol.
async fn read_from(proxy: &str, bytes: &[u8]) -> (Result<SocketAddr, ProxyFault>, Vec<u8>) {
    let mut stream = bytes;
    let client = client_of(&mut stream, proxy.parse().unwrap()).await;
    (client, stream.to_vec())
}

async fn read(bytes: &[u8]) -> Result<String, String> {
    read_from(PROXY, bytes).await.0.map(|client| client.to_string()).map_err(|fault| fault.to_string())
}

#[tokio::test]
async fn a_proxy_says_for_whom_it_comes_and_the_protocol_begins_behind_that() {
    let bytes = [header(0x21, 0x11, &v4([192, 0, 2, 7])), b"EHLO far.example\r\n".to_vec()].concat();
    let (client, left) = read_from(PROXY, &bytes).await;
    assert_eq!(client.unwrap().to_string(), "192.0.2.7:4711");
    assert_eq!(left, b"EHLO far.example\r\n");
    let ip: Ipv6Addr = "2001:db8::7".parse().unwrap();
    assert_eq!(read(&header(0x21, 0x21, &v6(ip))).await.unwrap(), "[2001:db8::7]:4711");
    let mapped = Ipv4Addr::new(192, 0, 2, 7).to_ipv6_mapped();
    assert_eq!(read(&header(0x21, 0x21, &v6(mapped))).await.unwrap(), "192.0.2.7:4711");
}

#[tokio::test]
async fn what_stands_behind_the_addresses_is_skipped() {
    let rest = [v4([192, 0, 2, 7]), vec![0x20, 0, 3, 1, 2, 3]].concat();
    let (client, left) = read_from(PROXY, &[header(0x21, 0x11, &rest), b"x".to_vec()].concat()).await;
    assert_eq!((client.unwrap().to_string().as_str(), left), ("192.0.2.7:4711", b"x".to_vec()));
}

#[tokio::test]
async fn a_proxy_may_come_for_itself() {
    for (command, family, rest) in [(0x20, 0x00, vec![]), (0x20, 0x11, v4([192, 0, 2, 7]))] {
        assert_eq!(read(&header(command, family, &rest)).await.unwrap(), PROXY);
    }
}

#[tokio::test]
async fn somebody_whom_a_proxy_cannot_name_is_not_taken_for_the_proxy() {
    for (family, rest) in [(0x00, vec![]), (0x31, vec![0; 216])] {
        assert_eq!(read(&header(0x21, family, &rest)).await, Err(ProxyFault::Address.to_string()));
    }
}

#[tokio::test]
async fn a_program_of_the_proxys_machine_is_none_of_this_one() {
    let bytes = header(0x21, 0x11, &v4([127, 0, 0, 1]));
    assert_eq!(read(&bytes).await.unwrap(), PROXY);
    let (client, _) = read_from("127.0.0.1:9", &bytes).await;
    assert_eq!(client.unwrap().to_string(), "127.0.0.1:4711");
}

#[tokio::test]
async fn what_is_no_header_of_version_2_is_refused_and_says_why() {
    for (bytes, words) in [
        (b"PROXY TCP4 192.0.2.7 10.0.0.1 4711 25\r\n".to_vec(), "version 1"),
        (b"EHLO far.example\r\n".to_vec(), "is no header"),
        (header(0x11, 0x11, &v4([192, 0, 2, 7])), "unknown version"),
        (header(0x22, 0x11, &v4([192, 0, 2, 7])), "unknown version"),
        (header(0x21, 0x11, &[1; 11]), "wrong length"),
        (header(0x21, 0x21, &v4([192, 0, 2, 7])), "wrong length"),
        (header(0x21, 0x11, &vec![0; REST_LIMIT + 1]), "wrong length"),
        (header(0x21, 0x11, &v4([0; 4])), "nobody"),
        (header(0x21, 0x11, &v4([255; 4])), "nobody"),
        (header(0x21, 0x11, &v4([224, 0, 0, 1])), "nobody"),
        (header(0x21, 0x11, &v4([192, 0, 2, 7]))[..20].to_vec(), "connection failed"),
        (Vec::new(), "connection failed"),
    ] {
        let refused = read(&bytes).await.unwrap_err();
        assert!(refused.contains(words), "{refused} for {bytes:?}");
    }
}

#[test]
fn a_network_holds_what_begins_as_it_does() {
    let holds =
        |network: &str, address: &str| network.parse::<Network>().unwrap().holds(address.parse().unwrap());
    assert!(holds("10.0.0.0/8", "10.255.0.1") && !holds("10.0.0.0/8", "11.0.0.1"));
    assert!(holds("10.0.0.0/8", "::ffff:10.1.1.1") && !holds("10.0.0.0/8", "2001:db8::1"));
    assert!(holds("192.0.2.1", "192.0.2.1") && !holds("192.0.2.1", "192.0.2.2"));
    assert!(holds("2001:db8::/32", "2001:db8:1::1") && !holds("2001:db8::/32", "2001:db9::1"));
    assert!(holds("0.0.0.0/0", "198.51.100.1") && holds("::1", "::1"));
    for wrong in
        ["", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/+8", "10.0.0/8", "::/129", "::ffff:10.0.0.1", "all"]
    {
        assert!(wrong.parse::<Network>().is_err(), "{wrong}");
    }
}

proptest! {
    /// Whatever a proxy sends, it is read within its length or refused.
    #[test]
    fn any_bytes_are_a_header_or_none(command in any::<u8>(), family in any::<u8>(), rest in proptest::collection::vec(any::<u8>(), 0..300), cut in 0_usize..320) {
        let mut bytes = header(command, family, &rest);
        let whole = bytes.len();
        bytes.extend_from_slice(b"behind");
        bytes.truncate(cut);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let (client, left) = runtime.block_on(read_from(PROXY, &bytes));
        if client.is_ok() {
            prop_assert!(bytes.len() >= whole);
            prop_assert_eq!(left.len(), bytes.len() - whole);
        }
    }

    #[test]
    fn every_client_is_named_as_it_is(ip in any::<u128>(), port in any::<u16>()) {
        let ip = Ipv6Addr::from_bits(ip);
        prop_assume!(!ip.is_unspecified() && !ip.is_multicast() && !ip.is_loopback() && ip.to_ipv4_mapped().is_none());
        let rest = [&ip.octets()[..], &[0; 16], &port.to_be_bytes(), &[0; 2]].concat();
        let start: [u8; START] = header(0x21, 0x21, &rest)[..START].try_into().unwrap();
        let client = Start::read(&start).unwrap().client(&rest).unwrap();
        prop_assert_eq!(client, Client::At(SocketAddr::new(IpAddr::V6(ip), port)));
    }
}
