//! What is said when something is refused.

use bus::EndReason;
use mailbox::{DeliveryError, MailError, RECIPIENTS_PER_DAY, RecipientError, SendError, SubmitError};
use wire::smtp::Reply;

use crate::conversation::Ending;

/// Why a recipient is refused, to a stranger.
pub(crate) fn of_recipient(error: RecipientError) -> Reply {
    match error {
        RecipientError::NotHere => Reply::new(550, "5.7.1", "Mail for this domain is not taken here."),
        RecipientError::Unknown => Reply::new(550, "5.1.1", "There is no such address here."),
        RecipientError::OnlySends => Reply::new(550, "5.7.1", "This address takes no mail."),
        RecipientError::SenderBlocked => {
            Reply::new(550, "5.7.1", "This address takes no mail from this sender.")
        }
        RecipientError::OverQuota => Reply::new(452, "4.2.2", "The mailbox is full."),
        RecipientError::Unavailable => unavailable(),
    }
}

/// Why a stranger's mail was not kept.
pub(crate) fn of_delivery(error: DeliveryError) -> Reply {
    match error {
        DeliveryError::TooLarge => too_large(),
        DeliveryError::OverQuota => Reply::new(452, "4.2.2", "The mailbox is full."),
        DeliveryError::DiskFull => disk_full(),
        DeliveryError::Unavailable => unavailable(),
    }
}

/// Why an address cannot be sent from.
pub(crate) fn of_sender(error: &SendError) -> Reply {
    match error {
        SendError::NotFound => {
            Reply::new(550, "5.7.1", "This device password does not open the address that you send from.")
        }
        SendError::Mail(error) => of_mail(error),
    }
}

/// Why a mail was not taken for sending.
pub(crate) fn of_submission(error: &SubmitError) -> Reply {
    match error {
        SubmitError::FromMismatch => {
            Reply::new(550, "5.7.1", "The From header must name exactly the address that you send from.")
        }
        SubmitError::NoRecipient => Reply::new(554, "5.5.1", "There is no recipient."),
        SubmitError::TooManyRecipients => too_many_recipients(),
        SubmitError::SentAlready => Reply::new(554, "5.6.0", "This mail was sent already."),
        SubmitError::TooManyToday => {
            let words =
                format!("This address may write to {RECIPIENTS_PER_DAY} recipients a day: try again later.");
            Reply::new(550, "5.7.1", &words)
        }
        SubmitError::Mail(error) => of_mail(error),
    }
}

fn of_mail(error: &MailError) -> Reply {
    match error {
        MailError::MayNot(_) => {
            Reply::new(550, "5.7.1", "Your access to this address does not include sending.")
        }
        MailError::Ended(reason) => farewell(*reason),
        MailError::TooLarge(_) => too_large(),
        MailError::OverQuota => Reply::new(452, "4.2.2", "The mailbox is full."),
        MailError::DiskFull => disk_full(),
        MailError::Unavailable | MailError::Internal => unavailable(),
        MailError::NotFound(_)
        | MailError::Exists
        | MailError::Fixed
        | MailError::HasChildren
        | MailError::BadName
        | MailError::TooMany(_) => Reply::new(554, "5.3.0", "The mail could not be sent."),
    }
}

/// Said to somebody whose access ends, before the connection does.
pub(crate) fn farewell(reason: EndReason) -> Reply {
    let text = match reason {
        EndReason::AccessRemoved => "Your access to this address was removed.",
        EndReason::DeviceRevoked => "This device password was revoked.",
        EndReason::SessionEnded => "Your session has ended.",
    };
    Reply::new(421, "4.7.0", text)
}

pub(crate) fn too_large() -> Reply {
    Reply::new(552, "5.3.4", "The message is larger than this server takes.")
}

pub(crate) fn too_many_recipients() -> Reply {
    Reply::new(452, "4.5.3", "Too many recipients: send to the others with another mail.")
}

pub(crate) fn out_of_order(text: &str) -> Reply {
    Reply::new(503, "5.5.1", text)
}

/// Content that takes too long.
pub(crate) fn too_slow_content() -> Ending {
    Ending::Said(Reply::new(421, "4.4.2", "The mail took too long."))
}

fn disk_full() -> Reply {
    Reply::new(452, "4.3.1", "The disk is full: try again later.")
}

fn unavailable() -> Reply {
    Reply::new(451, "4.3.0", "The storage cannot be reached: try again later.")
}
