//! SMS that the server writes: jobs, put into words and given to the gateway by a worker above this crate.
//!
//! **Invariant:** without a gateway none is asked for: whoever wants to send one is told so first.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use domain::{InvitationId, Language, PhoneNumber};
use serde::{Deserialize, Serialize};
use store::{StoreError, Tx};

use crate::identity::Identity;

/// The kind of the jobs.
pub const SMS_JOB: &str = "sms";
/// How many SMS may be sent for one invitation: each costs somebody money.
const FOR_ONE_INVITATION: u64 = 5;
/// How many SMS the invitations of one organization may send within a day.
const IN_A_DAY: u64 = 200;

/// What an SMS says: its words are in the catalogues under this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SmsTemplate {
    /// An invitation. Values: `organization`, `link`.
    Invitation,
}

impl SmsTemplate {
    /// The name in catalogue keys.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
        }
    }
}

/// An SMS that the server writes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Sms {
    /// What it says.
    pub template: SmsTemplate,
    /// In which language: its code.
    pub language: String,
    /// To which number, in E.164 form.
    pub to: String,
    /// What is filled in.
    pub values: BTreeMap<String, String>,
}

/// Why no SMS was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SmsFault {
    /// There is no gateway.
    #[error("this server has no gateway for SMS")]
    NoGateway,
    /// Too many were sent for it, or in the organization, lately.
    #[error("too many SMS were sent")]
    TooMany,
}

impl Identity {
    /// Says that SMS can be sent: a gateway is configured.
    pub fn announce_sms_gateway(&self) {
        self.parts.has_sms_gateway.store(true, Ordering::Relaxed);
    }

    /// Whether SMS can be sent.
    pub fn has_sms_gateway(&self) -> bool {
        self.parts.has_sms_gateway.load(Ordering::Relaxed)
    }

    /// Sends an invitation by SMS; its link stays the same. The caller has checked the right, and holds the organization.
    pub fn text_invitation(
        &self,
        tx: &mut Tx<'_>,
        invitation: InvitationId,
        to: &PhoneNumber,
        language: Language,
    ) -> Result<Result<(), SmsFault>, StoreError> {
        if !self.has_sms_gateway() {
            return Ok(Err(SmsFault::NoGateway));
        }
        if is_too_much(tx, invitation)? {
            return Ok(Err(SmsFault::TooMany));
        }
        let now = tx.now();
        let sql = "UPDATE invitations SET invitee_phone = $2, language = $3, texts_sent = texts_sent + 1, \
                   texted_at = $4, expires_at = $5 WHERE invitation_id = $1";
        let expires_at = now.plus(crate::invitations::WAITS);
        tx.execute(sql, &[&invitation, &to.as_str(), &language.code(), &now, &expires_at])?;
        let sql = "SELECT o.name FROM organizations o JOIN invitations i ON i.organization_id = o.organization_id \
                   WHERE i.invitation_id = $1";
        let organization: String = tx.load(sql, &[&invitation], |row| row.get(0))?;
        let link = self.invitation_link(invitation);
        let values = [("organization", organization.as_str()), ("link", link.as_str())];
        send(tx, SmsTemplate::Invitation, language, to, &values)?;
        Ok(Ok(()))
    }
}

fn is_too_much(tx: &mut Tx<'_>, invitation: InvitationId) -> Result<bool, StoreError> {
    let day_ago = tx.now().minus(domain::duration::days(1));
    let sql = "SELECT texts_sent, (SELECT CAST(COALESCE(sum(o.texts_sent), 0) AS BIGINT) FROM invitations o \
               WHERE o.organization_id = i.organization_id AND o.texted_at > $2) \
               FROM invitations i WHERE i.invitation_id = $1";
    let (of_this, of_all) =
        tx.load(sql, &[&invitation, &day_ago], |row| Ok((row.get::<u64>(0)?, row.get::<i64>(1)?)))?;
    Ok(of_this >= FOR_ONE_INVITATION || of_all.unsigned_abs() >= IN_A_DAY)
}

/// Sends an SMS: with the transaction it is on its way.
fn send(
    tx: &mut Tx<'_>,
    template: SmsTemplate,
    language: Language,
    to: &PhoneNumber,
    values: &[(&str, &str)],
) -> Result<(), StoreError> {
    let sms = Sms {
        template,
        language: language.code().to_owned(),
        to: to.as_str().to_owned(),
        values: values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
    };
    let payload = serde_json::to_string(&sms).map_err(|fault| StoreError::Internal(Box::new(fault)))?;
    let key = u128::from_be_bytes(tx.random()).to_string();
    let now = tx.now();
    store::jobs::enqueue(tx, SMS_JOB, &key, &payload, now).map(drop)
}
