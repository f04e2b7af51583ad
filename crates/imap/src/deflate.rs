//! A connection that is compressed (RFC 4978): raw deflate in both directions.
//!
//! **Invariant:** what comes out at once is limited, however little comes in; and while nothing is being sent, nothing
//! is held for sending: each answer is compressed by itself, with a window that begins empty.

use bytes::{Buf as _, BytesMut};
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

/// How much is compressed at once, in bytes.
const PIECE: usize = 16 * 1024;

/// What came in is not compressed, or the stream has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unreadable;

/// Reads what a client compresses.
pub(crate) struct Inflater {
    state: Decompress,
    /// What has arrived and is not read yet.
    rest: BytesMut,
}

impl Inflater {
    pub(crate) fn new() -> Self {
        Self { state: Decompress::new(false), rest: BytesMut::new() }
    }

    /// Takes what has arrived.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.rest.extend_from_slice(bytes);
    }

    /// Reads on, into `out`; how many bytes there are. None means that more must arrive.
    pub(crate) fn read(&mut self, out: &mut [u8]) -> Result<usize, Unreadable> {
        let (read, written) = (self.state.total_in(), self.state.total_out());
        let status = self.state.decompress(&self.rest, out, FlushDecompress::None);
        // Both count within one buffer.
        let read = usize::try_from(self.state.total_in() - read).unwrap_or(usize::MAX);
        let written = usize::try_from(self.state.total_out() - written).unwrap_or(0);
        self.rest.advance(read.min(self.rest.len()));
        match status {
            Ok(Status::Ok | Status::BufError) => Ok(written),
            Ok(Status::StreamEnd) if written > 0 => Ok(written),
            Ok(Status::StreamEnd) | Err(_) => Err(Unreadable),
        }
    }
}

/// Compresses one answer. Pieces are handed to `send` as they are ready.
pub(crate) struct Deflater {
    state: Compress,
    out: Vec<u8>,
}

impl Deflater {
    pub(crate) fn new() -> Self {
        Self { state: Compress::new(Compression::fast(), false), out: Vec::with_capacity(PIECE) }
    }

    /// Compresses `bytes`; the rest of them, once a piece is full.
    pub(crate) fn push<'a>(&mut self, bytes: &'a [u8]) -> Result<&'a [u8], Unreadable> {
        let before = self.state.total_in();
        self.state.compress_vec(bytes, &mut self.out, FlushCompress::None).map_err(|_| Unreadable)?;
        let read = usize::try_from(self.state.total_in() - before).unwrap_or(usize::MAX);
        Ok(bytes.get(read..).unwrap_or_default())
    }

    /// Ends the answer, so that the client can read all of it (RFC 4978 §3); whether there is more to take.
    pub(crate) fn finish(&mut self) -> Result<bool, Unreadable> {
        self.state.compress_vec(&[], &mut self.out, FlushCompress::Sync).map_err(|_| Unreadable)?;
        Ok(self.out.len() == self.out.capacity())
    }

    /// Takes what is ready.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        std::mem::replace(&mut self.out, Vec::with_capacity(PIECE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Several answers, as they go over the line.
    fn compressed(answers: &[&[u8]]) -> Vec<u8> {
        let mut all = Vec::new();
        for answer in answers {
            let mut deflater = Deflater::new();
            let mut rest = *answer;
            while !rest.is_empty() {
                rest = deflater.push(rest).unwrap();
                all.extend(deflater.take());
            }
            while deflater.finish().unwrap() {
                all.extend(deflater.take());
            }
            all.extend(deflater.take());
        }
        all
    }

    fn inflated(inflater: &mut Inflater) -> Vec<u8> {
        let mut all = Vec::new();
        let mut out = [0; 1000];
        loop {
            match inflater.read(&mut out).unwrap() {
                0 => return all,
                count => all.extend_from_slice(&out[..count]),
            }
        }
    }

    #[test]
    fn answers_that_are_compressed_alone_are_one_stream() {
        let noise: Vec<u8> =
            (0..200_000u32).map(|number| (number.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        let same = vec![b'x'; 100_000];
        let mut inflater = Inflater::new();
        inflater.push(&compressed(&[b"* OK\r\n", &noise, &same, b"a"]));
        assert_eq!(inflated(&mut inflater), [b"* OK\r\n".as_slice(), &noise, &same, b"a"].concat());
    }

    #[test]
    fn what_grows_comes_out_in_small_pieces() {
        let mut inflater = Inflater::new();
        let small = compressed(&[&vec![0; 10_000_000]]);
        assert!(small.len() < 100_000, "{}", small.len());
        inflater.push(&small);
        assert_eq!(inflater.read(&mut [0; 16]), Ok(16));
    }

    #[test]
    fn what_is_not_compressed_is_found_out() {
        let mut inflater = Inflater::new();
        inflater.push(b"a NOOP\r\nb NOOP\r\n");
        let mut out = [0; 100];
        assert!((0..4).any(|_| inflater.read(&mut out) == Err(Unreadable)));
    }
}
