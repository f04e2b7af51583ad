//! What the command line does to accounts and organizations.
//!
//! **Invariant:** each of these asks for the operator, whom only [`Identity::operator`] makes.

use domain::{EmailAddress, Language, OrganizationId, PersonName, Role, Secret, UserId};
use store::{StoreError, Tx};

use crate::actor::{Actor, Way};
use crate::audit::{self, Broken, Entry};
use crate::identity::{Identity, Unavailable};
use crate::mails::{self, MailTemplate};
use crate::passwords::{self, PasswordFault};
use crate::users::{self, NewUser, UserView};
use crate::{account_log, organizations, sessions, sign_up};

/// How many users a list shows.
const LISTED: usize = 10_000;

/// How many entries of an activity log a list shows.
const ENTRIES: usize = 1_000;

/// Why the operator was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OperatorError {
    /// Whoever asks is not the operator.
    #[error("only the operator may do this")]
    NotOperator,
    /// Somebody signs in with this address.
    #[error("somebody signs in with {0} already")]
    AddressTaken(EmailAddress),
    /// Several people open the mailbox of this address: nobody can sign in with it (I8).
    #[error("{0} is a mailbox that several people open: nobody can sign in with it")]
    AddressIsShared(EmailAddress),
    /// The password is not good enough.
    #[error(transparent)]
    Password(#[from] PasswordFault),
    /// The name is not one.
    #[error("the name {0}")]
    Name(#[from] domain::TextFault),
    /// Nobody signs in with this address.
    #[error("nobody signs in with {0}")]
    NoUser(EmailAddress),
    /// There is no organization of that name.
    #[error("there is no organization {0}")]
    NoOrganization(String),
    /// There is an organization of that name.
    #[error("there is an organization {0} already")]
    OrganizationExists(String),
    /// The storage failed.
    #[error("the storage is unavailable")]
    Unavailable,
}

impl From<StoreError> for OperatorError {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "an order of the command line failed");
        Self::Unavailable
    }
}

/// An organization in the operator's list.
#[derive(Debug, Clone)]
pub struct OrganizationRow {
    /// Which.
    pub id: OrganizationId,
    /// Its name.
    pub name: String,
    /// How many members it has.
    pub members: u64,
}

/// The state of an activity log.
#[derive(Debug, Clone)]
pub struct AuditState {
    /// Whose.
    pub organization: String,
    /// How many entries fit, or where the chain is broken.
    pub outcome: Result<i64, Broken>,
}

impl Identity {
    /// Makes an account that signs in with a password and reads English; its second factor is set up at the first sign-in.
    pub async fn add_user(
        &self,
        operator: &Actor,
        address: EmailAddress,
        name: &str,
        password: &Secret<String>,
    ) -> Result<UserId, OperatorError> {
        self.add_user_speaking(operator, address, name, Language::En, password).await
    }

    /// Makes an account, as [`Self::add_user`] does, for somebody who reads pages and mails in a language.
    pub async fn add_user_speaking(
        &self,
        operator: &Actor,
        address: EmailAddress,
        name: &str,
        language: Language,
        password: &Secret<String>,
    ) -> Result<UserId, OperatorError> {
        check(operator)?;
        let (first, last) = halves(name)?;
        passwords::judge(password, &[first.as_str(), last.as_str(), address.local()])?;
        let mut salt = [0; 16];
        self.parts.ambient.random.fill(&mut salt);
        let kept = self.parts.passwords.hash(password, salt).await.ok_or(OperatorError::Unavailable)?;
        let add = move |tx: &mut Tx<'_>| {
            if users::is_shared(tx, &address.key(), None)? {
                return Err(OperatorError::AddressIsShared(address.clone()));
            }
            let now = tx.now();
            let new = NewUser {
                first_name: &first,
                last_name: &last,
                address: &address,
                language,
                phone: None,
                password_hash: &kept,
                terms: Some((sign_up::TERMS_VERSION, now)),
                totp: None,
            };
            users::insert(tx, &new)?.ok_or_else(|| OperatorError::AddressTaken(address.clone()))
        };
        self.parts.store.write(add).await
    }

    /// Takes a user's second factor away: for whoever lost their phone and their recovery codes. They are told by mail;
    /// every session ends.
    pub async fn reset_second_factor(
        &self,
        operator: &Actor,
        address: EmailAddress,
    ) -> Result<(), OperatorError> {
        check(operator)?;
        let (operator, link) = (operator.clone(), self.account_page());
        let reset = move |tx: &mut Tx<'_>| {
            let user = user_of(tx, &address)?;
            tx.execute("UPDATE users SET totp_secret = NULL WHERE user_id = $1", &[&user])?;
            tx.execute("DELETE FROM passkeys WHERE user_id = $1", &[&user])?;
            tx.execute("DELETE FROM recovery_codes WHERE user_id = $1", &[&user])?;
            sessions::end_all(tx, user, None)?;
            let view = users::by_id(tx, user)?.ok_or_else(|| OperatorError::NoUser(address.clone()))?;
            for to in users::reached_at(tx, user)? {
                let values = [("link", link.as_str())];
                mails::send(tx, MailTemplate::SecondFactorReset, view.language, &to, &values)?;
            }
            Ok(account_log::note_of(tx, user, &operator, "second_factor.reset", "")?)
        };
        self.parts.store.write(reset).await
    }

    /// Every user.
    pub async fn list_users(&self, operator: &Actor) -> Result<Vec<UserView>, OperatorError> {
        check(operator)?;
        self.parts.store.read(|tx| Ok(users::list(tx, LISTED)?)).await
    }

    /// The user who signs in with an address.
    pub async fn user_of(&self, operator: &Actor, address: EmailAddress) -> Result<UserId, OperatorError> {
        check(operator)?;
        self.parts.store.read(move |tx| user_of(tx, &address)).await
    }

    /// Makes an organization.
    pub async fn add_organization(
        &self,
        operator: &Actor,
        name: &str,
        owner: EmailAddress,
    ) -> Result<OrganizationId, OperatorError> {
        check(operator)?;
        let (name, operator): (PersonName, _) = (name.parse()?, operator.clone());
        let add = move |tx: &mut Tx<'_>| {
            if !organizations::named(tx, name.as_str())?.is_empty() {
                return Err(OperatorError::OrganizationExists(name.to_string()));
            }
            let owner = user_of(tx, &owner)?;
            let organization = organizations::create(tx, name.as_str(), owner)?;
            audit::write(tx, organization, &operator, "organization.create", name.as_str(), "{}")?;
            Ok(organization)
        };
        self.parts.store.write(add).await
    }

    /// Makes a user a member of an organization.
    pub async fn add_member(
        &self,
        operator: &Actor,
        organization: &str,
        user: EmailAddress,
        role: Role,
    ) -> Result<(), OperatorError> {
        check(operator)?;
        let (name, operator) = (organization.to_owned(), operator.clone());
        let add = move |tx: &mut Tx<'_>| {
            let organization = organization_of(tx, &name)?;
            let member = user_of(tx, &user)?;
            organizations::add_member(tx, organization, member, role)?;
            audit::write(tx, organization, &operator, "member.add", &user.to_string(), "{}")?;
            Ok(())
        };
        self.parts.store.write(add).await
    }

    /// The organization of that name.
    pub async fn organization_named(
        &self,
        operator: &Actor,
        name: &str,
    ) -> Result<OrganizationId, OperatorError> {
        check(operator)?;
        let name = name.to_owned();
        self.parts.store.read(move |tx| organization_of(tx, &name)).await
    }

    /// Every organization.
    pub async fn list_organizations(&self, operator: &Actor) -> Result<Vec<OrganizationRow>, OperatorError> {
        check(operator)?;
        let all = self.parts.store.read(|tx| Ok::<_, OperatorError>(organizations::all(tx)?)).await?;
        Ok(all.into_iter().map(|(id, name, members)| OrganizationRow { id, name, members }).collect())
    }

    /// The newest entries of an organization's activity log, the newest first.
    pub async fn list_audit(
        &self,
        operator: &Actor,
        organization: &str,
    ) -> Result<Vec<Entry>, OperatorError> {
        check(operator)?;
        let name = organization.to_owned();
        let list = move |tx: &mut Tx<'_>| {
            let organization = organization_of(tx, &name)?;
            Ok(audit::list(tx, organization, None, ENTRIES)?)
        };
        self.parts.store.read(list).await
    }

    /// Checks the activity log of every organization, or of one.
    pub async fn verify_audit(
        &self,
        operator: &Actor,
        organization: Option<String>,
    ) -> Result<Vec<AuditState>, OperatorError> {
        check(operator)?;
        let verify = move |tx: &mut Tx<'_>| {
            let mut states = Vec::new();
            for (id, name, _) in organizations::all(tx)? {
                if organization.as_ref().is_none_or(|wanted| *wanted == name) {
                    states.push(AuditState { outcome: audit::verify(tx, id)?, organization: name });
                }
            }
            match &organization {
                Some(wanted) if states.is_empty() => Err(OperatorError::NoOrganization(wanted.clone())),
                Some(_) | None => Ok(states),
            }
        };
        self.parts.store.read(verify).await
    }
}

impl From<Unavailable> for OperatorError {
    fn from(_: Unavailable) -> Self {
        Self::Unavailable
    }
}

fn check(operator: &Actor) -> Result<(), OperatorError> {
    match operator.way() {
        Way::Operator => Ok(()),
        Way::Browser(_) | Way::Device { .. } | Way::AllAddresses { .. } | Way::Task => {
            Err(OperatorError::NotOperator)
        }
    }
}

fn user_of(tx: &mut Tx<'_>, address: &EmailAddress) -> Result<UserId, OperatorError> {
    users::by_identifier(tx, &address.key())?.ok_or_else(|| OperatorError::NoUser(address.clone()))
}

fn organization_of(tx: &mut Tx<'_>, name: &str) -> Result<OrganizationId, OperatorError> {
    let found = organizations::named(tx, name)?.into_iter().next();
    found.ok_or_else(|| OperatorError::NoOrganization(name.to_owned()))
}

/// First and last name: what stands before the last space, and behind it.
fn halves(name: &str) -> Result<(PersonName, PersonName), domain::TextFault> {
    let name = name.trim();
    let (first, last) = name.rsplit_once(char::is_whitespace).unwrap_or((name, name));
    Ok((first.parse()?, last.parse()?))
}
