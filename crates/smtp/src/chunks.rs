//! The mail itself in pieces: `BDAT` (RFC 3030).
//!
//! **Invariant:** a piece is read to its end whatever is answered, so that nothing in it is ever taken for a command.

use wire::smtp::{Chunk, ChunkReceiver, Place, Reply};

use crate::conversation::{Conversation, Ending};
use crate::envelope::Envelope;

impl Conversation {
    /// `BDAT`: reads a piece; after the last one the mail is kept.
    pub(crate) async fn bdat(&mut self, chunk: Chunk) -> Result<Reply, Ending> {
        let limit = self.content_limit();
        let refusal = self.no_content();
        let begun = self.envelope.as_mut().and_then(Envelope::take_chunks);
        // Nothing is kept for whom the answer is no already.
        let mut receiver = match &refusal {
            Some(_) => ChunkReceiver::new(0),
            None => begun.unwrap_or_else(|| ChunkReceiver::new(limit)),
        };
        receiver.begin(chunk);
        self.receive(&mut |input| receiver.receive(input)).await?;
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
                envelope.keep_chunks(receiver);
                self.envelope = Some(envelope);
                Ok(Reply::new(250, "2.0.0", &format!("{} bytes taken.", chunk.size)))
            }
            Place::Last => {
                self.mails += 1;
                match receiver.finish() {
                    Ok(content) => Ok(self.keep(envelope, content).await),
                    Err(fault) => Ok(fault.reply()),
                }
            }
        }
    }
}
