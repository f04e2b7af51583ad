//! One's own device passwords for a mailbox (P1).

use domain::DeviceId;
use identity::Confirmed;
use identity::devices::{DeviceView, NewDevice};

use crate::error::Missing;
use crate::handle::Mailbox;
use crate::{Act, MailError};

/// How many device passwords a user may have for one mailbox.
pub(crate) const DEVICES: usize = 50;

impl Mailbox {
    /// The user's own device passwords for this mailbox.
    pub async fn devices(&self) -> Result<Vec<DeviceView>, MailError> {
        let (mailbox, user) = (self.id(), self.actor().user());
        self.read(Act::ListDevices, move |tx| Ok(identity::devices::of(tx, mailbox, Some(user))?)).await
    }

    /// Makes a device password. Its secret is in the answer and nowhere else.
    pub async fn add_device(&self, proof: &Confirmed, name: &str) -> Result<NewDevice, MailError> {
        self.check_proof(proof)?;
        let (mailbox, actor) = (self.id(), self.actor().clone());
        let name = name.to_owned();
        self.write(Act::AddDevice, move |tx| {
            if identity::devices::of(tx, mailbox, Some(actor.user()))?.len() >= DEVICES {
                return Err(MailError::TooMany("device passwords"));
            }
            Ok(identity::devices::add(tx, &actor, mailbox, actor.user(), &name)?)
        })
        .await
    }

    /// Takes away one of the user's own device passwords; what was opened with it ends.
    pub async fn revoke_device(&self, device: DeviceId) -> Result<(), MailError> {
        let (mailbox, actor) = (self.id(), self.actor().clone());
        self.write(Act::RevokeDevice, move |tx| {
            let own = identity::devices::of(tx, mailbox, Some(actor.user()))?;
            if !own.iter().any(|view| view.id == device) {
                return Err(MailError::NotFound(Missing::Device));
            }
            Ok(identity::devices::revoke(tx, &actor, device)?)
        })
        .await
    }
}
