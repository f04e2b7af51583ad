//! The mail itself in pieces: `BDAT` (RFC 3030).
//!
//! **Invariant:** a piece is read to its end whatever is answered, so that nothing in it is ever taken for a command.

use wire::smtp::{Chunk, ChunkReceiver, DataFault, Place, Reply};

use crate::budget::Share;
use crate::conversation::{Conversation, Ending};
use crate::envelope::Envelope;

/// The pieces of a mail so far.
pub(crate) struct Pieces {
    receiver: ChunkReceiver,
    share: Share,
}

impl Conversation {
    /// `BDAT`: reads a piece; after the last one the mail is kept.
    pub(crate) async fn bdat(&mut self, chunk: Chunk) -> Result<Reply, Ending> {
        let refusal = self.no_content();
        let begun = self.envelope.as_mut().and_then(Envelope::take_pieces);
        let Pieces { mut receiver, mut share } = match &refusal {
            // Nothing is kept for whom the answer is no already.
            Some(_) => Pieces { receiver: ChunkReceiver::new(0), share: self.share() },
            None => begun.unwrap_or_else(|| self.no_pieces()),
        };
        receiver.begin(chunk);
        let take = &mut |input: &[u8]| {
            let progress = receiver.receive(input);
            if share.grow(receiver.held()).is_err() {
                receiver.refuse(DataFault::NoRoom);
                share.let_go();
            }
            progress
        };
        self.receive(take).await?;
        if let Some(refusal) = refusal {
            return Ok(refusal);
        }
        if let Some(fault) = receiver.fault() {
            // What follows of this mail is refused for want of a mail (RFC 3030 §2).
            self.envelope = None;
            return Ok(fault.reply());
        }
        let Some(mut envelope) = self.envelope.take() else { return Err(Ending::Gone) };
        match chunk.place {
            Place::Before => {
                envelope.keep_pieces(Pieces { receiver, share });
                self.envelope = Some(envelope);
                Ok(Reply::new(250, "2.0.0", &format!("{} bytes taken.", chunk.size)))
            }
            Place::Last => {
                self.mails += 1;
                match receiver.finish() {
                    Ok(content) => Ok(self.keep(envelope, content, share).await),
                    Err(fault) => Ok(fault.reply()),
                }
            }
        }
    }

    fn no_pieces(&self) -> Pieces {
        let receiver = ChunkReceiver::after(self.trace(), self.content_limit());
        Pieces { receiver, share: self.share() }
    }
}
