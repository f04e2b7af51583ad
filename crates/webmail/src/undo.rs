//! The way back of a message that was just moved.

use axum::response::Redirect;
use domain::FolderId;
use mailbox::{MailError, Uid, UidSet};
use web::{Fault, Posted};

use crate::done::Done;
use crate::here::Here;

/// `POST /mail/{mailbox}/undo`: moves it back to the folder where it was, if it still lies where it was put.
pub(crate) async fn undo(here: Here, posted: Posted) -> Result<Redirect, Fault> {
    let now_in: FolderId = posted.text("in").parse().map_err(|_| Fault::NotFound)?;
    let to: FolderId = posted.text("to").parse().map_err(|_| Fault::NotFound)?;
    let uid: u32 = posted.text("uid").parse().map_err(|_| Fault::NotFound)?;
    // Asked for first, so that the answer can be shown there.
    here.mailbox.folder(to).await?;
    let done = match here.mailbox.move_to(now_in, &UidSet::one(Uid(uid)), to).await {
        Ok(moved) if !moved.pairs.is_empty() => Done::Undone,
        Ok(_) | Err(MailError::NotFound(_)) => Done::Gone,
        Err(error) => return Err(error.into()),
    };
    Ok(Redirect::to(&format!("{}/{to}{}", here.path(), done.query())))
}
