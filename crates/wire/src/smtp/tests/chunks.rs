use proptest::prelude::*;

use crate::smtp::{Chunk, ChunkReceiver, DataFault, DataReceiver, Place, stuff};

/// What comes of `pieces`, each read `size` bytes at a time, with other commands behind the last.
fn receive(pieces: &[&[u8]], size: usize, limit: usize) -> Result<Vec<u8>, DataFault> {
    let mut receiver = ChunkReceiver::new(limit);
    for (at, piece) in pieces.iter().enumerate() {
        let place = if at + 1 == pieces.len() { Place::Last } else { Place::Before };
        receiver.begin(Chunk { size: piece.len() as u64, place });
        let mut input = piece.to_vec();
        input.extend_from_slice(b"QUIT\r\n");
        let mut consumed = 0;
        loop {
            let end = input.len().min(consumed + size);
            let progress = receiver.receive(&input[consumed..end]);
            consumed += progress.consumed;
            if progress.done {
                break;
            }
        }
        assert_eq!(consumed, piece.len(), "exactly the piece is taken");
    }
    receiver.finish()
}

#[test]
fn pieces_are_put_together_whatever_stands_in_them() {
    let whole = receive(&[b"Subject: x\r", b"\n\r\n.\r", b"", b"\n..\r\nBDAT 5\r\n"], 3, 100);
    assert_eq!(whole, Ok(b"Subject: x\r\n\r\n.\r\n..\r\nBDAT 5\r\n".to_vec()));
    assert_eq!(receive(&[b"a\r\n", b""], 9, 100), Ok(b"a\r\n".to_vec()));
    assert_eq!(receive(&[b""], 9, 100), Ok(Vec::new()));
    assert_eq!(receive(&[b"no end"], 9, 100), Ok(b"no end\r\n".to_vec()));
}

#[test]
fn a_line_end_that_is_none_refuses_the_whole_mail() {
    for (pieces, fault) in [
        (&[&b"a\n"[..]][..], DataFault::BareLineFeed),
        (&[b"a\r", b"b"], DataFault::BareCarriageReturn),
        (&[b"a\r"], DataFault::BareCarriageReturn),
        (&[b"a\r\r\n"], DataFault::BareCarriageReturn),
        (&[b"a\r\n.\n", b"b\r\n"], DataFault::BareLineFeed),
        (&[b"a\r\n", b"\n.\r\n"], DataFault::BareLineFeed),
    ] {
        assert_eq!(receive(pieces, 2, 100), Err(fault), "{pieces:?}");
    }
}

#[test]
fn pieces_beyond_the_limit_are_read_and_refused() {
    assert_eq!(receive(&[b"12345\r\n", b"678\r\n"], 4, 11), Err(DataFault::TooLarge { limit: 11 }));
    assert!(receive(&[b"12345\r\n", b"678\r\n"], 4, 12).is_ok());
}

#[test]
fn without_the_last_piece_nothing_is_finished() {
    let mut receiver = ChunkReceiver::new(100);
    receiver.begin(Chunk { size: 5, place: Place::Before });
    assert!(receiver.receive(b"abcde").done);
    assert_eq!(receiver.finish(), Err(DataFault::Unfinished));
    let mut receiver = ChunkReceiver::new(100);
    receiver.begin(Chunk { size: u64::MAX, place: Place::Last });
    assert!(!receiver.receive(b"abcde").done);
    assert_eq!(receiver.finish(), Err(DataFault::Unfinished));
}

proptest! {
    /// Nobody who reads what we send on sees another mail than the one that came in pieces.
    #[test]
    fn what_comes_in_pieces_ends_where_it_ended(
        content in proptest::collection::vec(proptest::sample::select(&b"\r\n.\r\n.a\0"[..]), 0..60),
        size in 1_usize..9,
    ) {
        let pieces: Vec<&[u8]> = content.chunks(7).collect();
        if let Ok(content) = receive(if pieces.is_empty() { &[b""] } else { &pieces }, size, 1000) {
            let mut sent = stuff(&content);
            sent.extend_from_slice(b".\r\n");
            let mut receiver = DataReceiver::new(1000);
            let progress = receiver.receive(&sent);
            prop_assert_eq!((progress.consumed, progress.done), (sent.len(), true));
            prop_assert_eq!(receiver.finish(), Ok(content));
        }
    }
}
