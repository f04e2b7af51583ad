//! The content of a mail in pieces, each of which says its length before it (RFC 3030).
//!
//! **Invariant:** what comes in pieces is held to the same lines as what comes after DATA: a CR or LF alone refuses the
//! whole mail. A mail taken in one way can therefore be sent on in the other, and ends where it ended.

use super::command::{Chunk, Place};
use super::data::{DataFault, Progress};

/// Takes the pieces.
#[derive(Debug)]
pub struct ChunkReceiver {
    content: Vec<u8>,
    /// How much of it stood there before.
    start: usize,
    limit: usize,
    /// What is missing of the piece at hand.
    missing: u64,
    place: Place,
    after_cr: bool,
    fault: Option<DataFault>,
}

impl ChunkReceiver {
    /// Takes up to `limit` bytes of content in all; beyond that it reads on and keeps nothing.
    pub const fn new(limit: usize) -> Self {
        Self::after(Vec::new(), limit)
    }

    /// The same after `start`, as in [`DataReceiver::after`](super::DataReceiver::after).
    pub const fn after(start: Vec<u8>, limit: usize) -> Self {
        let (missing, place, after_cr) = (0, Place::Before, false);
        Self { start: start.len(), content: start, limit, missing, place, after_cr, fault: None }
    }

    /// How much memory the content holds, in bytes.
    pub const fn held(&self) -> usize {
        self.content.capacity()
    }

    /// A piece begins.
    pub const fn begin(&mut self, chunk: Chunk) {
        self.missing = chunk.size;
        self.place = chunk.place;
    }

    /// Takes what arrived, up to the end of the piece at hand.
    pub fn receive(&mut self, input: &[u8]) -> Progress {
        let wanted = usize::try_from(self.missing).unwrap_or(usize::MAX);
        let piece = input.get(..wanted.min(input.len())).unwrap_or_default();
        self.keep(piece);
        self.missing -= u64::try_from(piece.len()).unwrap_or(self.missing);
        Progress { consumed: piece.len(), done: self.missing == 0 }
    }

    /// Why the mail will be refused, as far as that is known.
    pub const fn fault(&self) -> Option<DataFault> {
        self.fault
    }

    /// The content, with CRLF at the end of each line, or why it is refused.
    pub fn finish(mut self) -> Result<Vec<u8>, DataFault> {
        if self.after_cr {
            self.refuse(DataFault::BareCarriageReturn);
        }
        match (self.fault, self.missing, self.place) {
            (Some(fault), _, _) => Err(fault),
            (None, 0, Place::Last) => {
                if !self.content.is_empty() && !self.content.ends_with(b"\r\n") {
                    self.content.extend_from_slice(b"\r\n");
                }
                Ok(self.content)
            }
            (None, _, Place::Last | Place::Before) => Err(DataFault::Unfinished),
        }
    }

    fn keep(&mut self, piece: &[u8]) {
        if self.fault.is_some() {
            return;
        }
        if (self.content.len() - self.start).saturating_add(piece.len()) > self.limit {
            return self.refuse(DataFault::TooLarge { limit: self.limit });
        }
        for byte in piece {
            match (self.after_cr, *byte) {
                (false, b'\n') => return self.refuse(DataFault::BareLineFeed),
                (true, b'\n') | (false, _) => {}
                (true, _) => return self.refuse(DataFault::BareCarriageReturn),
            }
            self.after_cr = *byte == b'\r';
        }
        self.content.extend_from_slice(piece);
    }

    /// Reads on and keeps nothing. The first fault stays, and what was kept goes.
    pub fn refuse(&mut self, fault: DataFault) {
        self.fault.get_or_insert(fault);
        self.content = Vec::new();
        self.after_cr = false;
    }
}
