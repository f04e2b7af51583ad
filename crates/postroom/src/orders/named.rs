//! What orders name by words, looked up.

use domain::{EmailAddress, MailServiceId, UserId};
use identity::{Confirmed, Identity};
use mailbox::desk::{AddressDesk, AddressRow};

use super::Refusal;
use crate::office::Office;

/// The user who signs in with an address.
pub(super) async fn user(office: &Office, address: &EmailAddress) -> Result<UserId, Refusal> {
    Ok(office.identity.user_of(&Identity::operator(), address.clone()).await?)
}

/// The desk of an address.
pub(super) async fn desk(office: &Office, address: &EmailAddress) -> Result<AddressDesk, Refusal> {
    let operator = Identity::operator();
    let found = office.access.mailbox_of(&operator, address).await;
    let absent = || format!("there is no address {address}");
    let mailbox = found.map_err(|error| Refusal::from(error).or_absent(absent))?;
    let opened = office.access.address_desk(&operator, mailbox).await;
    opened.map_err(|error| Refusal::from(error).or_absent(absent))
}

/// Every address of a mail service, read `page` at a time.
pub(super) async fn addresses(
    office: &Office,
    service: MailServiceId,
    page: usize,
) -> Result<Vec<AddressRow>, Refusal> {
    let desk = office.access.service_desk(&Identity::operator(), service).await?;
    let mut all: Vec<AddressRow> = Vec::new();
    loop {
        let after = all.last().map(|row| row.address.to_lowercase());
        let next = desk.addresses("", after.as_deref(), page).await?;
        let is_last = next.len() < page;
        all.extend(next);
        if is_last {
            return Ok(all);
        }
    }
}

/// The proof that the operator is there: whoever may open the data directory is.
pub(super) async fn proof(office: &Office) -> Result<Confirmed, Refusal> {
    let proof = office.identity.confirmed(&Identity::operator()).await?;
    proof.ok_or_else(|| Refusal::Failed("the operator is not known to this server".to_owned()))
}
