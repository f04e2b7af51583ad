//! The headers of messages, without the rest.

use bytes::Bytes;
use domain::MessageId;

use crate::content;
use crate::error::Missing;
use crate::handle::Mailbox;
use crate::{Act, MailError};

/// How much of a large message is read in search of the end of its header, in bytes: few headers are longer.
const START_BYTES: usize = 64 * 1024;

impl Mailbox {
    /// The header of a message, with the empty line. Of a large message the rest is not read.
    pub async fn header_of(&self, message: MessageId) -> Result<Bytes, MailError> {
        let mailbox = self.id();
        let found = self.read(Act::ReadMessage, move |tx| Ok(content::find(tx, mailbox, message)?)).await?;
        let blob = found.ok_or(MailError::NotFound(Missing::Message))?;
        let start = self.store().blobs().read_start(&blob, START_BYTES).await?;
        let end = message::header::end(&start);
        if end < start.len() || start.len() as u64 == blob.size() {
            return Ok(start.slice(..end));
        }
        let whole = self.store().blobs().read(&blob).await?;
        Ok(whole.slice(..message::header::end(&whole)))
    }
}
