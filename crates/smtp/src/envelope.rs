//! From whom, and to whom: `MAIL` and `RCPT`.

use domain::EmailAddress;
use mailbox::{Delivery, RECIPIENTS, RecipientError, SendAs};
use wire::smtp::{Fault, Rcpt, Reply};

use crate::conversation::Conversation;
use crate::{Service, replies};

/// A mail that was begun.
pub(crate) struct Envelope {
    pub(crate) sender: Option<EmailAddress>,
    pub(crate) recipients: Vec<EmailAddress>,
    is_utf8: bool,
    pub(crate) road: Road,
}

/// Where the mail goes.
pub(crate) enum Road {
    /// To mailboxes here.
    In(Delivery),
    /// Into the queue.
    Out(SendAs),
}

impl Conversation {
    /// `MAIL FROM`.
    pub(crate) async fn mail(
        &mut self,
        sender: Option<EmailAddress>,
        size: Option<u64>,
        is_utf8: bool,
    ) -> Reply {
        if self.greeting.is_none() {
            return replies::out_of_order("Greet first: EHLO.");
        }
        if self.envelope.is_some() {
            return replies::out_of_order("A mail is begun already.");
        }
        if size.is_some_and(|size| size > self.smtp.parts.access.message_limit_bytes()) {
            return replies::too_large();
        }
        if sender.as_ref().is_some_and(|sender| !sender.is_ascii()) && !is_utf8 {
            return Fault::NeedsUtf8.reply();
        }
        let road = match self.road(sender.as_ref()).await {
            Ok(road) => road,
            Err(reply) => return reply,
        };
        self.envelope = Some(Envelope { sender, recipients: Vec::new(), is_utf8, road });
        Reply::new(250, "2.1.0", "Go on.")
    }

    async fn road(&self, sender: Option<&EmailAddress>) -> Result<Road, Reply> {
        let access = &self.smtp.parts.access;
        if self.service == Service::Reception {
            return Ok(Road::In(access.delivery()));
        }
        let (Some(actor), Some(sender)) = (&self.actor, sender) else {
            return Err(Reply::new(550, "5.7.1", "Say which address you send from."));
        };
        let send_as = access.send_as(actor, sender).await.map_err(|error| replies::of_sender(&error))?;
        Ok(Road::Out(send_as))
    }

    /// `RCPT TO`.
    pub(crate) async fn rcpt(&mut self, recipient: Rcpt) -> Reply {
        let host = self.smtp.host_name().to_owned();
        let Some(envelope) = &mut self.envelope else {
            return replies::out_of_order("Say first whom it is from: MAIL.");
        };
        let recipient = match recipient {
            Rcpt::Recipient(recipient) => recipient,
            // RFC 5321 §4.5.1: whoever looks after this server, if somebody does.
            Rcpt::Postmaster => match format!("postmaster@{host}").parse() {
                Ok(recipient) => recipient,
                Err(_) => return replies::of_recipient(RecipientError::Unknown),
            },
        };
        if !recipient.is_ascii() && !envelope.is_utf8 {
            return Fault::NeedsUtf8.reply();
        }
        if envelope.recipients.len() >= RECIPIENTS {
            return replies::too_many_recipients();
        }
        if let Road::In(delivery) = &mut envelope.road
            && let Err(error) = delivery.add(&recipient).await
        {
            return replies::of_recipient(error);
        }
        envelope.recipients.push(recipient);
        Reply::new(250, "2.1.5", "Taken.")
    }
}
