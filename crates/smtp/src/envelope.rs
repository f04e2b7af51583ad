//! From whom, and to whom: `MAIL` and `RCPT`.

use domain::{EmailAddress, Recipient, ReportWishes};
use mailbox::{Delivery, RECIPIENTS, RecipientError, SendAs};
use wire::smtp::{DataFault, Fault, MailFrom, Rcpt, RcptTo, Reply};

use crate::chunks::Pieces;
use crate::conversation::Conversation;
use crate::rates::Deed;
use crate::{Service, replies};

/// A mail that was begun.
pub(crate) struct Envelope {
    pub(crate) sender: Option<EmailAddress>,
    pub(crate) recipients: Vec<Recipient>,
    pub(crate) wishes: ReportWishes,
    is_utf8: bool,
    pub(crate) road: Road,
    /// The content so far, when it comes in pieces.
    pieces: Option<Pieces>,
}

impl Envelope {
    /// Whether its content has begun to come in pieces.
    pub(crate) const fn is_in_pieces(&self) -> bool {
        self.pieces.is_some()
    }

    /// The pieces so far.
    pub(crate) const fn take_pieces(&mut self) -> Option<Pieces> {
        self.pieces.take()
    }

    /// Keeps the pieces until there are more.
    pub(crate) fn keep_pieces(&mut self, pieces: Pieces) {
        self.pieces = Some(pieces);
    }
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
    pub(crate) async fn mail(&mut self, mail: MailFrom) -> Reply {
        let MailFrom { sender, size, utf8: is_utf8, wishes, body: _ } = mail;
        if self.greeting.is_none() {
            return replies::out_of_order("Greet first: EHLO.");
        }
        if self.envelope.is_some() {
            return replies::out_of_order("A mail is begun already.");
        }
        if size.is_some_and(|size| size > self.smtp.parts.access.message_limit_bytes()) {
            return replies::too_large();
        }
        let announced = size.and_then(|size| usize::try_from(size).ok()).unwrap_or_default();
        if !self.smtp.parts.budget.has_room(self.holder(), announced) {
            return DataFault::NoRoom.reply();
        }
        if sender.as_ref().is_some_and(|sender| !sender.is_ascii()) && !is_utf8 {
            return Fault::NeedsUtf8.reply();
        }
        let road = match self.road(sender.as_ref()).await {
            Ok(road) => road,
            Err(reply) => return reply,
        };
        let recipients = Vec::new();
        self.envelope = Some(Envelope { sender, recipients, wishes, is_utf8, road, pieces: None });
        Reply::new(250, "2.1.0", "Go on.")
    }

    async fn road(&self, sender: Option<&EmailAddress>) -> Result<Road, Reply> {
        let access = &self.smtp.parts.access;
        if self.service == Service::Reception {
            return Ok(Road::In(match sender {
                Some(sender) => access.delivery().of_sender(sender.clone()),
                None => access.bounce_delivery(),
            }));
        }
        let (Some(actor), Some(sender)) = (&self.actor, sender) else {
            return Err(Reply::new(550, "5.7.1", "Say which address you send from."));
        };
        let send_as = access.send_as(actor, sender).await.map_err(|error| replies::of_sender(&error))?;
        Ok(Road::Out(send_as))
    }

    /// `RCPT TO`.
    pub(crate) async fn rcpt(&mut self, rcpt: RcptTo) -> Reply {
        let RcptTo { recipient, notify, original } = rcpt;
        let host = self.smtp.host_name().to_owned();
        let Some(envelope) = &mut self.envelope else {
            return replies::out_of_order("Say first whom it is from: MAIL.");
        };
        if envelope.is_in_pieces() {
            return replies::out_of_order("The content has begun.");
        }
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
            return self.recipient_refused(error);
        }
        envelope.recipients.push(Recipient { address: recipient, notify, original });
        Reply::new(250, "2.1.5", "Taken.")
    }

    /// Who names many that are not here guesses addresses.
    fn recipient_refused(&self, error: RecipientError) -> Reply {
        let counted = match error {
            RecipientError::Unknown => self.count(Deed::UnknownRecipient),
            RecipientError::NotHere
            | RecipientError::OnlySends
            | RecipientError::SenderBlocked
            | RecipientError::OverQuota
            | RecipientError::Unavailable => Ok(()),
        };
        counted.err().unwrap_or_else(|| replies::of_recipient(error))
    }
}
