//! The mail itself: `DATA`.

use std::time::Duration;

use bytes::Bytes;
use mailbox::{BroughtBy, IncomingMail, Outgoing, SentCopy};
use wire::smtp::{DataFault, DataReceiver, Progress, Reply};

use crate::budget::{Holder, Share};
use crate::conversation::{Conversation, Ending};
use crate::envelope::{Envelope, Road};
use crate::trace::Trace;
use crate::{Service, replies};

/// The longest that one mail may take: a client that sends a byte now and then holds a place of others.
const CONTENT_WITHIN: Duration = Duration::from_secs(60 * 60);
/// How many servers a mail may have come through: more is a loop (RFC 5321 §6.3).
const HOPS: usize = 50;

/// Takes what has arrived of the content.
pub(crate) type Take<'a> = dyn FnMut(&[u8]) -> Progress + Send + 'a;

/// How much of the content has arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Received {
    /// All of it.
    All,
    /// Enough for now.
    Some,
}

impl Conversation {
    /// `DATA`: reads the mail to its end, and keeps it.
    pub(crate) async fn data(&mut self) -> Result<Reply, Ending> {
        if let Some(refusal) = self.no_content() {
            return Ok(refusal);
        }
        if self.envelope.as_ref().is_some_and(Envelope::is_in_pieces) {
            return Ok(replies::out_of_order("This mail comes in pieces: go on with BDAT."));
        }
        self.say_raw(b"354 Go on; end with a line of a single dot.\r\n").await?;
        let mut receiver = DataReceiver::after(self.trace(), self.content_limit());
        let mut share = self.share();
        let take = &mut |input: &[u8]| {
            let progress = receiver.receive(input);
            if share.grow(receiver.held()).is_err() {
                receiver.refuse(DataFault::NoRoom);
                share.let_go();
            }
            progress
        };
        self.receive(take).await?;
        let Some(envelope) = self.envelope.take() else { return Err(Ending::Gone) };
        self.mails += 1;
        let content = match receiver.finish() {
            Ok(content) => content,
            Err(fault) => return Ok(fault.reply()),
        };
        Ok(self.keep(envelope, content, share).await)
    }

    /// What this mail holds of the memory for all that is being received: nothing yet.
    pub(crate) fn share(&self) -> Share {
        self.smtp.parts.budget.share(self.holder())
    }

    /// For whom content is held.
    pub(crate) fn holder(&self) -> Holder {
        match self.service {
            Service::Reception => Holder::stranger(self.peer().ip()),
            Service::Submission | Service::Submissions => Holder::Person,
        }
    }

    /// Gives what arrives to `take` until that says that it is done.
    pub(crate) async fn receive(&mut self, take: &mut Take<'_>) -> Result<(), Ending> {
        let pace = self.smtp.parts.pace;
        let all = async {
            loop {
                match net::timer::within(pace.within, self.receive_some(take, pace.bytes)).await {
                    Ok(Ok(Received::All)) => return Ok(()),
                    Ok(Ok(Received::Some)) => {}
                    Ok(Err(ending)) => return Err(ending),
                    Err(_) => return Err(replies::too_slow_content()),
                }
            }
        };
        net::timer::within(CONTENT_WITHIN, all).await.unwrap_or_else(|_| Err(replies::too_slow_content()))
    }

    async fn receive_some(&mut self, take: &mut Take<'_>, enough: usize) -> Result<Received, Ending> {
        let mut taken = 0;
        loop {
            let connection = self.connection.as_mut().ok_or(Ending::Gone)?;
            let progress = take(connection.buffered());
            connection.consume(progress.consumed);
            taken += progress.consumed;
            if progress.done {
                return Ok(Received::All);
            }
            if taken >= enough {
                return Ok(Received::Some);
            }
            self.fill().await?;
        }
    }

    /// Why there is no mail to take the content of, if so.
    pub(crate) fn no_content(&self) -> Option<Reply> {
        match &self.envelope {
            None => Some(replies::out_of_order("Say first whom it is from: MAIL.")),
            Some(envelope) if envelope.recipients.is_empty() => {
                Some(replies::out_of_order("There is no recipient: RCPT."))
            }
            Some(_) => None,
        }
    }

    /// The largest mail taken.
    pub(crate) fn content_limit(&self) -> usize {
        usize::try_from(self.smtp.parts.access.message_limit_bytes()).unwrap_or(usize::MAX)
    }

    /// Keeps a mail with its trace, which was `share` of what is being received.
    pub(crate) async fn keep(&self, envelope: Envelope, content: Vec<u8>, mut share: Share) -> Reply {
        // This server's own is among them.
        if message::header::all(&content, "Received").len() > HOPS {
            return Reply::new(554, "5.4.6", "This mail goes in a circle.");
        }
        // Filing it makes a copy.
        if share.grow(content.capacity().saturating_add(content.len())).is_err() {
            return DataFault::NoRoom.reply();
        }
        let content = Bytes::from(content);
        match envelope.road {
            Road::In(mut delivery) => {
                delivery.report(envelope.wishes, &envelope.recipients);
                let brought_by = self.stranger();
                let mail = IncomingMail { sender: envelope.sender, content, received_at: None, brought_by };
                match delivery.complete(mail).await {
                    Ok(()) => Reply::new(250, "2.0.0", "Kept."),
                    Err(error) => replies::of_delivery(error),
                }
            }
            Road::Out(send_as) => {
                let (recipients, wishes) = (envelope.recipients, envelope.wishes);
                let sent_copy = SentCopy::Save;
                let mail = Outgoing { recipients, wishes, content, sent_copy, answers: None };
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

    /// The trace of the mail begun.
    pub(crate) fn trace(&self) -> Vec<u8> {
        let only = match self.envelope.as_ref().map(|envelope| envelope.recipients.as_slice()) {
            Some([one]) => Some(one.address.to_string()),
            Some(_) | None => None,
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
        .into_bytes()
    }
}
