//! What is open, asked again after its end may have been missed.
//!
//! **Invariant:** whatever still has its session, its device password and its access stays open; everything else ends as
//! if it had been told at the time.

use bus::Holder;
use domain::{Event, Publish};
use store::{StoreError, Tx};

use crate::grants;
use crate::identity::{Identity, Unavailable};

/// How much is asked in one transaction: it must not be long.
const PIECE: usize = 200;

impl Identity {
    /// Asks the database about everything that is open on this node, and ends what is not to be; how many ends that were.
    pub async fn recheck_open(&self) -> Result<usize, Unavailable> {
        let (bus, mut ended) = (&self.parts.bus, 0);
        for piece in bus.open().chunks(PIECE) {
            let piece = piece.to_vec();
            let ask = move |tx: &mut Tx<'_>| -> Result<Vec<Event>, StoreError> {
                let ends: Result<Vec<_>, _> = piece.iter().map(|holder| end(tx, holder)).collect();
                Ok(ends?.into_iter().flatten().collect())
            };
            let ends = self.parts.store.read(ask).await?;
            ended += ends.len();
            bus.publish(&ends);
        }
        Ok(ended)
    }
}

/// What should have been told of something open.
fn end(tx: &mut Tx<'_>, holder: &Holder) -> Result<Option<Event>, StoreError> {
    if let Some(session) = holder.session {
        let now = tx.now();
        let sql = "SELECT 1 FROM sessions WHERE session_id = $1 AND stage = 'full' AND expires_at > $2";
        if tx.find(sql, &[&session, &now], |_| Ok(()))?.is_none() {
            return Ok(Some(Event::SessionEnded { session }));
        }
    }
    if let Some(device) = holder.device {
        let sql = "SELECT 1 FROM devices WHERE device_id = $1 \
                   UNION ALL SELECT 1 FROM account_devices WHERE device_id = $1";
        if tx.find(sql, &[&device], |_| Ok(()))?.is_none() {
            return Ok(Some(Event::DeviceEnded { device }));
        }
    }
    match holder.mailbox {
        Some(mailbox) if grants::rights(tx, holder.user, mailbox)?.is_none() => {
            Ok(Some(Event::AccessEnded { user: holder.user, mailbox, grant: None }))
        }
        Some(_) | None => Ok(None),
    }
}
