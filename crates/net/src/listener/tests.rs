use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::JoinHandle;

use super::*;

const LIMITS: Limits =
    Limits { connections: 3, per_address: 2, refused: b"421 later\r\n", grace: Duration::from_secs(60) };

/// Repeats what it hears, panics at an exclamation mark, and goes when the peer goes.
async fn repeat(mut stream: TcpStream, _peer: SocketAddr, _slot: Slot) {
    let mut byte = [0];
    while let Ok(1) = stream.read(&mut byte).await {
        assert_ne!(byte, *b"!");
        if stream.write_all(&byte).await.is_err() {
            return;
        }
    }
}

/// A listener at work.
async fn started(limits: Limits) -> (SocketAddr, ShutdownTrigger, JoinHandle<()>) {
    let listener = Listener::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = listener.local_addr().unwrap();
    let (trigger, shutdown) = Shutdown::new();
    (address, trigger, tokio::spawn(listener.serve(limits, Proxies::default(), shutdown, repeat)))
}

/// What a proxy says of a client at this address (PROXY protocol, version 2).
fn header(client: [u8; 4]) -> Vec<u8> {
    let start = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c";
    [&start[..], &client, &[10, 0, 0, 1], &4711_u16.to_be_bytes(), &25_u16.to_be_bytes()].concat()
}

/// A listener that believes the programs of this machine, and says who each client is.
async fn started_behind_a_proxy() -> (SocketAddr, ShutdownTrigger) {
    let listener = Listener::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = listener.local_addr().unwrap();
    let (trigger, shutdown) = Shutdown::new();
    let say_who = |mut stream: TcpStream, peer: SocketAddr, slot: Slot| async move {
        stream.write_all(format!("{peer}\r\n").as_bytes()).await.unwrap();
        // As long as the client stays.
        let _ = stream.read_u8().await;
        drop(slot);
    };
    let proxies = Proxies::at(&["127.0.0.0/8".parse().unwrap()]);
    tokio::spawn(listener.serve(LIMITS, proxies, shutdown, say_who));
    (address, trigger)
}

async fn come(address: SocketAddr, words: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(words).await.unwrap();
    stream
}

async fn heard(stream: &mut TcpStream) -> String {
    let mut line = String::new();
    while let Ok(byte) = stream.read_u8().await {
        line.push(char::from(byte));
        if byte == b'\n' {
            break;
        }
    }
    line
}

#[tokio::test]
async fn behind_a_proxy_each_client_has_its_own_share() {
    let (address, _trigger) = started_behind_a_proxy().await;
    let mut first = come(address, &header([192, 0, 2, 1])).await;
    let mut second = come(address, &header([192, 0, 2, 1])).await;
    assert_eq!(heard(&mut first).await, "192.0.2.1:4711\r\n");
    assert_eq!(heard(&mut second).await, "192.0.2.1:4711\r\n");
    let mut third = come(address, &header([192, 0, 2, 1])).await;
    assert_eq!(heard(&mut third).await, "421 later\r\n");
    let mut other = come(address, &header([192, 0, 2, 2])).await;
    assert_eq!(heard(&mut other).await, "192.0.2.2:4711\r\n");
    drop(first);
    // The place is free a little after the client has gone.
    loop {
        let mut again = come(address, &header([192, 0, 2, 1])).await;
        if heard(&mut again).await == "192.0.2.1:4711\r\n" {
            break;
        }
    }
}

#[tokio::test]
async fn a_proxy_that_does_not_say_for_whom_it_comes_is_not_attended() {
    let (address, _trigger) = started_behind_a_proxy().await;
    for words in [&b"EHLO somebody.example\r\n"[..], b"PROXY TCP4 192.0.2.1 10.0.0.1 4711 25\r\n"] {
        assert_eq!(heard(&mut come(address, words).await).await, "");
    }
}

#[tokio::test]
async fn who_is_no_proxy_speaks_only_to_the_protocol() {
    let (address, _trigger, _serving) = started(LIMITS).await;
    // What `repeat` fails at is the command of that header: this one has another.
    let mut header = header([192, 0, 2, 1]);
    header[12] = 0x20;
    let mut stream = come(address, &header).await;
    let mut repeated = vec![0; header.len()];
    stream.read_exact(&mut repeated).await.unwrap();
    assert_eq!(repeated, header);
}

async fn answered(stream: &mut TcpStream) {
    stream.write_all(b"x").await.unwrap();
    assert_eq!(stream.read_u8().await.unwrap(), b'x');
}

async fn all_of(mut stream: TcpStream) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    text
}

#[tokio::test]
async fn one_address_gets_no_more_than_its_share() {
    let (address, _trigger, _serving) = started(LIMITS).await;
    let mut first = TcpStream::connect(address).await.unwrap();
    let mut second = TcpStream::connect(address).await.unwrap();
    answered(&mut first).await;
    answered(&mut second).await;
    assert_eq!(all_of(TcpStream::connect(address).await.unwrap()).await, "421 later\r\n");
    answered(&mut first).await;
}

#[tokio::test]
async fn a_panic_ends_one_connection_and_frees_its_place() {
    let (address, _trigger, _serving) = started(LIMITS).await;
    for _ in 0..2 * LIMITS.connections {
        let mut stream = TcpStream::connect(address).await.unwrap();
        answered(&mut stream).await;
        stream.write_all(b"!").await.unwrap();
        assert_eq!(all_of(stream).await, "");
    }
    answered(&mut TcpStream::connect(address).await.unwrap()).await;
}

#[tokio::test]
async fn a_shutdown_accepts_no_more_and_waits_for_the_rest() {
    let (address, trigger, serving) = started(LIMITS).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    answered(&mut stream).await;
    trigger.begin();
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    answered(&mut stream).await;
    assert!(!serving.is_finished());
    drop(stream);
    serving.await.unwrap();
}

#[tokio::test]
async fn a_shutdown_cuts_off_who_does_not_finish() {
    let (address, trigger, serving) = started(Limits { grace: Duration::ZERO, ..LIMITS }).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    answered(&mut stream).await;
    trigger.begin();
    serving.await.unwrap();
    assert!(stream.read_u8().await.is_err());
}

#[tokio::test]
async fn a_shutdown_begins_once_and_for_all() {
    let (trigger, shutdown) = Shutdown::new();
    assert!(!shutdown.is_begun());
    trigger.begin();
    shutdown.begun().await;
    assert!(shutdown.clone().is_begun());
}

#[tokio::test]
async fn a_shutdown_without_its_trigger_has_begun() {
    let (trigger, shutdown) = Shutdown::new();
    drop(trigger);
    shutdown.begun().await;
    assert!(shutdown.is_begun());
}

#[test]
fn all_addresses_together_get_no_more_than_the_listener_takes() {
    let places = Arc::new(Places::default());
    let peer = |last| IpAddr::from([192, 0, 2, last]);
    let held: Vec<Slot> = (1..=3).filter_map(|last| places.take(&LIMITS)?.of(peer(last), &LIMITS)).collect();
    assert_eq!(held.len(), 3);
    assert!(places.take(&LIMITS).is_none());
    drop(held);
    assert!(places.take(&LIMITS).is_some());
    assert!(places.taken.lock().unwrap().by_network.is_empty());
}

#[test]
fn an_ipv6_network_counts_as_one_peer() {
    let network = |text: &str| network_of(text.parse().unwrap());
    assert_eq!(network("2001:db8:0:1::1"), network("2001:db8:0:1:ffff::2"));
    assert_ne!(network("2001:db8:0:1::1"), network("2001:db8:0:2::1"));
    assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
    assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
}
