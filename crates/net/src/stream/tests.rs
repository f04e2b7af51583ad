use tokio::net::TcpListener;

use super::*;
use crate::timer::within;

/// Longer than anything here takes.
const LONG: Duration = Duration::from_secs(60);

/// A connection and the bare stream at its other end.
async fn pair() -> (Connection, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (accepted, peer) = listener.accept().await.unwrap();
    (Connection::new(accepted, peer), client)
}

async fn two_connections() -> (Connection, Connection) {
    let (server, client) = pair().await;
    let peer = client.peer_addr().unwrap();
    (server, Connection::new(client, peer))
}

fn certificate() -> ServerTls {
    let directory = tempfile::tempdir().unwrap();
    ServerTls::self_signed(directory.path(), "mail.example").unwrap()
}

fn line(text: &str, ending: Ending) -> Line {
    Line { bytes: text.as_bytes().to_vec(), ending }
}

#[tokio::test]
async fn lines_say_how_they_ended() {
    let (mut server, mut client) = pair().await;
    client.write_all(b"one\r\ntwo\nthr\ree\r\n\r\n").await.unwrap();
    assert_eq!(server.read_line(100).await.unwrap(), line("one", Ending::CrLf));
    assert_eq!(server.read_line(100).await.unwrap(), line("two", Ending::BareLf));
    assert_eq!(server.read_line(100).await.unwrap(), line("thr\ree", Ending::CrLf));
    assert_eq!(server.read_line(100).await.unwrap(), line("", Ending::CrLf));
}

#[tokio::test]
async fn a_line_begun_survives_a_dropped_read() {
    let (mut server, mut client) = pair().await;
    client.write_all(b"first ").await.unwrap();
    assert_eq!(server.fill(LONG).await.unwrap(), 6);
    assert!(within(Duration::ZERO, server.read_line(100)).await.is_err());
    client.write_all(b"second\r\n").await.unwrap();
    assert_eq!(server.read_line(100).await.unwrap(), line("first second", Ending::CrLf));
}

#[tokio::test]
async fn a_connection_makes_no_more_room_than_it_is_told_to() {
    let (mut server, mut client) = pair().await;
    client.write_all(&[b'x'; 1000]).await.unwrap();
    server.set_read_size(100);
    assert!(server.fill(LONG).await.unwrap() <= 100);
    while server.buffered().len() < 1000 {
        server.fill(LONG).await.unwrap();
    }
}

#[tokio::test]
async fn a_line_of_exactly_the_limit_passes_and_one_more_does_not() {
    let (mut server, mut client) = pair().await;
    client.write_all(b"12345678\r\n123456789\r\nnext\r\n").await.unwrap();
    assert_eq!(server.read_line(10).await.unwrap(), line("12345678", Ending::CrLf));
    assert!(matches!(server.read_line(10).await, Err(ReadError::TooLong)));
    assert_eq!(server.read_line(10).await.unwrap(), line("next", Ending::CrLf));
}

#[tokio::test]
async fn a_line_that_is_too_long_is_skipped_without_being_kept() {
    let (mut server, client) = pair().await;
    let (mut reading, mut writing) = client.into_split();
    let sender = tokio::spawn(async move {
        writing.write_all(&vec![b'x'; 300_000]).await.unwrap();
        writing.write_all(b"\r\nnext\r\n").await.unwrap();
        writing
    });
    assert!(matches!(server.read_line(512).await, Err(ReadError::TooLong)));
    assert!(server.input.capacity() < 300_000);
    assert_eq!(server.read_line(512).await.unwrap(), line("next", Ending::CrLf));
    drop(sender.await.unwrap());
    server.close().await;
    assert_eq!(reading.read(&mut [0; 8]).await.unwrap(), 0);
}

#[tokio::test]
async fn skipping_goes_on_after_a_dropped_read() {
    let (mut server, mut client) = pair().await;
    client.write_all(b"0123456789").await.unwrap();
    server.fill(LONG).await.unwrap();
    assert!(within(Duration::ZERO, server.read_line(5)).await.is_err());
    client.write_all(b"x\r\nnext\r\n").await.unwrap();
    assert!(matches!(server.read_line(5).await, Err(ReadError::TooLong)));
    assert_eq!(server.read_line(6).await.unwrap(), line("next", Ending::CrLf));
}

#[tokio::test]
async fn a_closed_connection_yields_no_half_line() {
    let (mut server, mut client) = pair().await;
    client.write_all(b"half").await.unwrap();
    drop(client);
    assert!(matches!(server.read_line(100).await, Err(ReadError::Closed)));
    assert_eq!(server.fill(LONG).await.unwrap(), 0);
    assert_eq!(server.buffered(), b"half");
}

#[tokio::test]
async fn silence_ends_when_patience_does() {
    let (mut server, _client) = pair().await;
    server.set_patience(Duration::ZERO);
    assert!(matches!(server.read_line(100).await, Err(ReadError::TimedOut)));
    assert!(matches!(server.fill(Duration::ZERO).await, Err(ReadError::TimedOut)));
}

#[tokio::test]
async fn bytes_and_lines_share_one_buffer() {
    let (mut server, mut client) = pair().await;
    client.write_all(b"BDAT 4\r\nabcdQUIT\r\n").await.unwrap();
    assert_eq!(server.read_line(100).await.unwrap(), line("BDAT 4", Ending::CrLf));
    while server.buffered().len() < 10 {
        server.fill(LONG).await.unwrap();
    }
    assert_eq!(server.buffered(), b"abcdQUIT\r\n");
    server.consume(4);
    assert_eq!(server.read_line(100).await.unwrap(), line("QUIT", Ending::CrLf));
    server.consume(1000);
    assert_eq!(server.buffered(), b"");
}

#[tokio::test]
async fn what_is_not_consumed_does_not_pile_up_for_ever() {
    let (mut server, client) = pair().await;
    let (_reading, mut writing) = client.into_split();
    let sender = tokio::spawn(async move { writing.write_all(&vec![b'x'; 2 * MOST_BUFFERED]).await });
    let ended = loop {
        match server.fill(LONG).await {
            Ok(count) => assert_ne!(count, 0),
            Err(error) => break error,
        }
    };
    assert!(matches!(ended, ReadError::TooLong));
    assert!(server.buffered().len() < MOST_BUFFERED + 4 * READ_SIZE);
    drop(server);
    sender.abort();
}

#[tokio::test]
async fn encryption_begins_in_the_middle_of_a_connection() {
    let (mut server, mut client) = two_connections().await;
    client.write_all(b"STARTTLS\r\n").await.unwrap();
    server.read_line(100).await.unwrap();
    assert!(!server.is_encrypted());
    let tls = certificate();
    let believing = ClientTls::opportunistic().unwrap();
    let (server, client) =
        tokio::join!(server.start_tls_server(&tls), client.start_tls_client(&believing, "other.example"));
    let (mut server, mut client) = (server.unwrap(), client.unwrap());
    assert!(server.is_encrypted() && client.is_encrypted());
    client.write_all(b"secret\r\n").await.unwrap();
    client.flush().await.unwrap();
    assert_eq!(server.read_line(100).await.unwrap(), line("secret", Ending::CrLf));
    server.close().await;
    assert!(matches!(client.read_line(100).await, Err(ReadError::Closed)));
    assert!(matches!(client.start_tls_server(&tls).await, Err(HandshakeError::AlreadyEncrypted)));
}

#[tokio::test]
async fn a_connection_may_be_encrypted_from_its_first_byte() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let client = Connection::new(TcpStream::connect(address).await.unwrap(), address);
    let (accepted, peer) = listener.accept().await.unwrap();
    let tls = certificate();
    let believing = ClientTls::opportunistic().unwrap();
    let (server, client) = tokio::join!(
        Connection::accept_tls(accepted, peer, &tls),
        client.start_tls_client(&believing, "127.0.0.1")
    );
    assert!(server.unwrap().is_encrypted());
    assert_eq!(client.unwrap().peer(), address);
}

#[tokio::test]
async fn a_command_slipped_in_before_the_encryption_ends_the_connection() {
    let (mut server, mut client) = pair().await;
    client.write_all(b"STARTTLS\r\nRSET\r\n").await.unwrap();
    server.read_line(100).await.unwrap();
    while server.buffered().is_empty() {
        server.fill(LONG).await.unwrap();
    }
    let refused = server.start_tls_server(&certificate()).await;
    assert!(matches!(refused, Err(HandshakeError::PlaintextBuffered)));
}

#[tokio::test]
async fn an_unknown_authority_is_believed_only_by_who_believes_anybody() {
    let (server, client) = two_connections().await;
    let tls = certificate();
    let verifying = ClientTls::verifying().unwrap();
    let (server, client) =
        tokio::join!(server.start_tls_server(&tls), client.start_tls_client(&verifying, "mail.example"));
    assert!(matches!(client, Err(HandshakeError::Failed(_))));
    assert!(matches!(server, Err(HandshakeError::Failed(_))));
}

#[tokio::test]
async fn what_cannot_be_a_name_is_no_name_for_a_certificate() {
    let (_server, client) = two_connections().await;
    let believing = ClientTls::opportunistic().unwrap();
    let refused = client.start_tls_client(&believing, "not a name").await;
    assert!(matches!(refused, Err(HandshakeError::BadName)));
}

#[tokio::test]
async fn writing_to_a_peer_that_has_gone_says_so() {
    let (mut server, client) = pair().await;
    drop(client);
    let ended = loop {
        if let Err(error) = server.write_all(&[b'x'; 4096]).await {
            break error;
        }
    };
    assert!(matches!(ended, WriteError::Closed));
}

#[tokio::test]
async fn both_ends_of_an_encrypted_connection_derive_the_same_and_no_two_connections_do() {
    let folder = tempfile::tempdir().unwrap();
    let tls = ServerTls::self_signed(folder.path(), "mx.example.test").unwrap();
    let mut all = Vec::new();
    for _ in 0..2 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let client = async {
            let stream = crate::connect::connect(address, Duration::from_secs(60)).await.unwrap();
            assert_eq!(stream.channel_binding(), None);
            stream.start_tls_client(&ClientTls::opportunistic().unwrap(), "mx.example.test").await.unwrap()
        };
        let server = async {
            let (stream, peer) = listener.accept().await.unwrap();
            Connection::accept_tls(stream, peer, &tls).await.unwrap()
        };
        let (client, server) = tokio::join!(client, server);
        assert!(client.channel_binding().is_some());
        assert_eq!(client.channel_binding(), server.channel_binding());
        all.push(client.channel_binding());
    }
    assert_ne!(all[0], all[1]);
}
