//! The mail itself: `DATA`.

use std::time::Duration;

use bytes::Bytes;
use mailbox::{BroughtBy, IncomingMail, Outgoing, SentCopy};
use wire::smtp::{DataReceiver, Reply};

use crate::conversation::{Conversation, Ending};
use crate::envelope::{Envelope, Road};
use crate::trace::Trace;
use crate::{Service, replies};

/// The longest that one mail may take: a client that sends a byte now and then holds a place of others.
const CONTENT_WITHIN: Duration = Duration::from_secs(60 * 60);
/// How many servers a mail may have come through: more is a loop (RFC 5321 §6.3).
const HOPS: usize = 50;

impl Conversation {
    /// `DATA`: reads the mail to its end, and keeps it.
    pub(crate) async fn data(&mut self) -> Result<Reply, Ending> {
        match &self.envelope {
            None => return Ok(replies::out_of_order("Say first whom it is from: MAIL.")),
            Some(envelope) if envelope.recipients.is_empty() => {
                return Ok(replies::out_of_order("There is no recipient: RCPT."));
            }
            Some(_) => {}
        }
        self.say_raw(b"354 Go on; end with a line of a single dot.\r\n").await?;
        let limit = usize::try_from(self.smtp.parts.access.message_limit_bytes()).unwrap_or(usize::MAX);
        let mut receiver = DataReceiver::new(limit);
        match net::timer::within(CONTENT_WITHIN, self.receive(&mut receiver)).await {
            Ok(received) => received?,
            Err(_) => return Err(Ending::Said(Reply::new(421, "4.4.2", "The mail took too long."))),
        }
        let Some(envelope) = self.envelope.take() else { return Err(Ending::Gone) };
        self.mails += 1;
        let content = match receiver.finish() {
            Ok(content) => content,
            Err(fault) => return Ok(fault.reply()),
        };
        Ok(self.keep(envelope, content).await)
    }

    async fn receive(&mut self, receiver: &mut DataReceiver) -> Result<(), Ending> {
        loop {
            let connection = self.connection.as_mut().ok_or(Ending::Gone)?;
            let progress = receiver.receive(connection.buffered());
            connection.consume(progress.consumed);
            if progress.done {
                return Ok(());
            }
            self.fill().await?;
        }
    }

    async fn keep(&self, envelope: Envelope, content: Vec<u8>) -> Reply {
        if message::header::all(&content, "Received").len() >= HOPS {
            return Reply::new(554, "5.4.6", "This mail goes in a circle.");
        }
        let mut traced = self.trace(&envelope).into_bytes();
        traced.extend_from_slice(&content);
        let content = Bytes::from(traced);
        match envelope.road {
            Road::In(delivery) => {
                let brought_by = self.stranger();
                let mail = IncomingMail { sender: envelope.sender, content, received_at: None, brought_by };
                match delivery.complete(mail).await {
                    Ok(()) => Reply::new(250, "2.0.0", "Kept."),
                    Err(error) => replies::of_delivery(error),
                }
            }
            Road::Out(send_as) => {
                let recipients = envelope.recipients;
                let mail = Outgoing { recipients, content, sent_copy: SentCopy::Save, answers: None };
                match send_as.submit(mail).await {
                    Ok(submitted) => Reply::new(250, "2.0.0", &format!("On its way as {}.", submitted.id)),
                    Err(error) => replies::of_submission(&error),
                }
            }
        }
    }

    fn stranger(&self) -> BroughtBy {
        let greeting = self.greeting.clone().unwrap_or_default();
        BroughtBy::Stranger { ip: self.peer().ip(), greeting, at: self.smtp.parts.clock.now() }
    }

    fn trace(&self, envelope: &Envelope) -> String {
        let only = match envelope.recipients.as_slice() {
            [one] => Some(one.to_string()),
            _ => None,
        };
        let is_stranger = self.service == Service::Reception;
        Trace {
            greeting: self.greeting.as_deref().unwrap_or_default(),
            from: is_stranger.then(|| self.peer().ip()),
            host: self.smtp.host_name(),
            extended: self.is_extended,
            encrypted: self.is_encrypted(),
            recipient: only.as_deref().filter(|_| is_stranger),
            at: self.smtp.parts.clock.now(),
        }
        .line()
    }
}
