//! The last step: the second factor works, and the account is made.

use domain::{EmailAddress, InvitationId, Language, MailboxId, OrganizationId, PersonName, Secret, UserId};
use store::{StoreError, Tx};

use super::{Beginning, SignUp, SignUpError, SignUpStep, hash, load};
use crate::actor::Origin;
use crate::browsers::BrowserMark;
use crate::identity::Identity;
use crate::invitations::{self, InvitationError};
use crate::sessions::{self, NewSession, Stage};
use crate::sign_in::arrived;
use crate::throttle::Tried;
use crate::users::{self, NewUser};
use crate::{audit, organizations, totp};

/// Where somebody who has just signed up goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Landing {
    /// To the Manager of their own organization.
    Manager(OrganizationId),
    /// To the mailbox that they were invited to.
    Mailbox(MailboxId),
    /// To the Mail app: the invitation came to nothing meanwhile.
    Mail,
}

/// What somebody gets who has just signed up.
#[derive(Debug)]
pub struct Welcome {
    /// They are signed in.
    pub session: NewSession,
    /// For the day their phone is lost; shown once.
    pub recovery_codes: Vec<Secret<String>>,
    /// Where they go.
    pub landing: Landing,
}

/// From where somebody arrives, and where their account will be looked after.
struct Arrival<'a> {
    origin: &'a Origin,
    page: &'a str,
}

/// Whose sign-up is complete.
struct Newcomer<'a> {
    user: UserId,
    name: &'a str,
    origin: &'a Origin,
}

impl Identity {
    /// Gives the first code of the authenticator app: the account is made, and they are signed in.
    pub async fn complete_sign_up(
        &self,
        token: &str,
        code: &str,
        language: Language,
        origin: &Origin,
    ) -> Result<Welcome, SignUpError> {
        let account = format!("sign-up {token}");
        self.attempt_once(Tried::Code, &account, origin.ip)?;
        let (hash, code, from) = (hash(token), code.to_owned(), origin.clone());
        let page = self.account_page();
        let complete = move |tx: &mut Tx<'_>| {
            let sign_up = load(tx, hash)?;
            sign_up.expect(SignUpStep::SecondFactor)?;
            let secret = sign_up.totp_secret.as_deref().unwrap_or_default();
            let step = totp::step(secret, &code, tx.now()).ok_or(SignUpError::Code)?;
            complete(tx, &sign_up, step, language, &Arrival { origin: &from, page: &page })
        };
        let welcome = self.parts.store.write(complete).await;
        if !matches!(welcome, Err(SignUpError::Code)) {
            self.parts.throttle.succeeded(Tried::Code, &account, origin.ip);
        }
        welcome
    }
}

fn complete(
    tx: &mut Tx<'_>,
    sign_up: &SignUp,
    totp_step: u64,
    language: Language,
    arrival: &Arrival<'_>,
) -> Result<Welcome, SignUpError> {
    let (first, last) = (name(sign_up.first_name.as_deref())?, name(sign_up.last_name.as_deref())?);
    let address: EmailAddress = sign_up.address.as_deref().unwrap_or_default().parse()?;
    let new = NewUser {
        first_name: &first,
        last_name: &last,
        address: &address,
        language,
        phone: sign_up.phone.as_deref(),
        password_hash: sign_up.password_hash.as_deref().unwrap_or_default(),
        terms: sign_up.terms.as_ref().map(|(version, at)| (version.as_str(), *at)),
        totp: sign_up.totp_secret.as_deref().map(|secret| (secret, totp_step)),
    };
    // Somebody signed up with the same address meanwhile, or people share its mailbox now.
    if users::is_shared(tx, &address.key(), None)? {
        return Err(SignUpError::AddressIsShared);
    }
    let user = users::insert(tx, &new)?.ok_or(SignUpError::Unknown)?;
    tx.execute("DELETE FROM sign_ups WHERE token_hash = $1", &[&sign_up.hash])?;
    let recovery_codes = totp::make_recovery_codes(tx, user)?;
    let origin = arrival.origin;
    let session = sessions::begin(tx, user, Stage::Full, origin)?;
    let session = arrived(tx, user, session, origin, &BrowserMark::none(), arrival.page)?;
    let full_name = format!("{first} {last}");
    let newcomer = Newcomer { user, name: &full_name, origin };
    let landing = match sign_up.from {
        Beginning::First => found(tx, &newcomer)?,
        Beginning::Invitation(invitation) => accept(tx, &newcomer, invitation)?,
    };
    Ok(Welcome { session, recovery_codes, landing })
}

/// Founds the organization of somebody who came by themselves.
fn found(tx: &mut Tx<'_>, newcomer: &Newcomer<'_>) -> Result<Landing, StoreError> {
    let organization = organizations::create(tx, newcomer.name, newcomer.user)?;
    newcomer.note(tx, organization, "organization.create", newcomer.name)?;
    Ok(Landing::Manager(organization))
}

/// Gives what the invitation promised, if it still does: the account is made either way.
fn accept(
    tx: &mut Tx<'_>,
    newcomer: &Newcomer<'_>,
    invitation: InvitationId,
) -> Result<Landing, SignUpError> {
    let sql = "SELECT token_hash FROM invitations WHERE invitation_id = $1";
    let Some(hash) = tx.find(sql, &[&invitation], |row| row.get::<[u8; 32]>(0))? else {
        return Ok(Landing::Mail);
    };
    match invitations::accept(tx, newcomer.user, &hash, None) {
        Ok(landing) => {
            let (organization, address) = invitations::object(tx, &hash)?;
            let object = if address.is_empty() { newcomer.name } else { &address };
            newcomer.note(tx, organization, "invitation.accept", object)?;
            Ok(landing)
        }
        Err(InvitationError::Unavailable) => Err(SignUpError::Unavailable),
        Err(
            InvitationError::Unknown
            | InvitationError::Dead(_)
            | InvitationError::HasAccess
            | InvitationError::IsMember
            | InvitationError::AddressIsLogin,
        ) => Ok(Landing::Mail),
    }
}

impl Newcomer<'_> {
    fn note(
        &self,
        tx: &mut Tx<'_>,
        organization: OrganizationId,
        verb: &str,
        object: &str,
    ) -> Result<(), StoreError> {
        let ip = self.origin.ip.to_string();
        audit::append(tx, organization, Some(self.user), self.name, &ip, verb, object, "{}")
    }
}

fn name(kept: Option<&str>) -> Result<PersonName, SignUpError> {
    kept.unwrap_or_default().parse().map_err(|_| SignUpError::OutOfOrder)
}
