//! Messages that are put together of others (RFC 4469).

use bytes::{BufMut as _, Bytes, BytesMut};
use mailbox::Uid;
use wire::imap::{Code, MessageUrl, Piece};

use super::fetch;
use crate::answer::Refusal;
use crate::session::Session;

/// The bytes of all pieces, of which one message is in memory at a time beside them.
pub(super) async fn catenate(session: &Session, pieces: Vec<Piece>) -> Result<Bytes, Refusal> {
    let limit = session.scope().message_limit_bytes();
    let mut whole = BytesMut::new();
    for piece in pieces {
        let bytes = match piece {
            Piece::Text(bytes) => bytes,
            Piece::Url(url) => read(session, &url).await?,
        };
        if (whole.len() + bytes.len()) as u64 > limit {
            return Err(Refusal::no(Code::TOO_BIG, "The message would be too large."));
        }
        whole.put_slice(&bytes);
    }
    Ok(whole.freeze())
}

/// What a URL names; whatever it does not lead to is not there (RFC 4469 §4).
async fn read(session: &Session, text: &str) -> Result<Bytes, Refusal> {
    let bad = || Refusal::no(Code::BadUrl(text.to_owned()), "The URL names nothing here.");
    let url = MessageUrl::parse(text).ok_or_else(bad)?;
    let (mailbox, folder) = match &url.folder {
        Some(name) => {
            let place = session.folder(name).await.map_err(|refusal| or_bad(refusal, bad()))?;
            (place.mailbox, place.folder)
        }
        None => {
            let (mailbox, selected) =
                (session.mailbox().map_err(|_| bad())?.clone(), session.selected().map_err(|_| bad())?);
            let folder = mailbox.folder(selected.folder()).await?;
            (mailbox, folder)
        }
    };
    if url.uid_validity.is_some_and(|validity| validity != folder.uid_validity.0) {
        return Err(bad());
    }
    let content = mailbox.content(folder.id, Uid(url.uid)).await;
    let content = content.map_err(|error| or_bad(error.into(), bad()))?;
    let bytes = match &url.section {
        Some(section) => fetch::section_of(content, section).await.ok_or_else(bad)?,
        None => content,
    };
    let (start, length) = url.partial.unwrap_or((0, None));
    let start = (start as usize).min(bytes.len());
    let end = length.map_or(bytes.len(), |length| start.saturating_add(length as usize).min(bytes.len()));
    Ok(bytes.slice(start..end))
}

/// What is not there makes the URL a bad one; everything else stays what it is.
fn or_bad(refusal: Refusal, bad: Refusal) -> Refusal {
    match refusal {
        Refusal::No(Some(code), _) if code == Code::NON_EXISTENT || code == Code::EXPUNGE_ISSUED => bad,
        other @ (Refusal::No(..) | Refusal::Bad(_) | Refusal::Ended(_) | Refusal::Gone) => other,
    }
}
