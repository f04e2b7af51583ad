//! The proof of being there, as the desks ask for it.

use bus::EndReason;
use identity::{Actor, Confirmed};

use super::DeskError;

/// That a proof is the actor's own. Whoever shows that of another session has none.
pub(crate) fn check_proof(proof: &Confirmed, actor: &Actor) -> Result<(), DeskError> {
    if proof.belongs_to(actor) { Ok(()) } else { Err(DeskError::Ended(EndReason::SessionEnded)) }
}
