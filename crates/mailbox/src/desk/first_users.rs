//! Making an address for others: members and teams at once, outsiders by invitation (S2).
//!
//! **Invariant:** the address, every access, every invitation and the mails that tell of them are one transaction: there
//! is no address that only some of those it is for have.

use domain::{EmailAddress, Language, MailboxId, Permissions, TeamId, UserId};
use identity::Confirmed;
use identity::grants::NewGrant;
use identity::invitations::NewInvitation;
use identity::mails::MailTemplate;
use store::{StoreError, Tx};

use super::DeskError;
use super::create::{CreateAddressError, check_name};
use super::proof::check_proof;
use super::service::ServiceDesk;
use super::sharing::Candidate;

/// How many users an address may be made for at once: the form has that many lines.
pub const FIRST_USERS: usize = 20;

/// Somebody whom a new address is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstUser {
    /// Whom.
    pub who: Whom,
    /// What they may do.
    pub permissions: Permissions,
}

/// Whom it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    /// A member of the organization.
    Member(UserId),
    /// A team of it.
    Team(TeamId),
    /// Somebody else, who is sent an invitation.
    Outsider(EmailAddress, Account),
}

/// With which address an outsider makes their account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Account {
    /// The one to which the invitation is sent: nobody else can accept it.
    ThisAddress,
    /// One of their choice.
    AnyAddress,
}

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineFault {
    /// There is no such member or team.
    NotHere,
    /// An earlier line says the same one.
    Twice,
}

/// Why an address was not made. Nothing of it was.
#[derive(Debug, thiserror::Error)]
pub enum CreateForError {
    /// The address itself.
    #[error(transparent)]
    Address(#[from] CreateAddressError),
    /// The user of that index.
    #[error("the user of line {0} cannot be given access")]
    Line(usize, LineFault),
    /// There is nobody, or there are more than a form has.
    #[error("an address is made for 1 to {FIRST_USERS} users at once")]
    Count,
}

impl From<StoreError> for CreateForError {
    fn from(error: StoreError) -> Self {
        Self::Address(error.into())
    }
}

impl From<DeskError> for CreateForError {
    fn from(error: DeskError) -> Self {
        Self::Address(error.into())
    }
}

impl ServiceDesk {
    /// The members of the organization, by name.
    pub async fn members(&self) -> Result<Vec<Candidate>, DeskError> {
        let organization = self.organization;
        self.read_to_manage(move |tx| {
            let sql = "SELECT u.user_id, u.first_name, u.last_name, l.address FROM memberships m \
                       JOIN users u ON u.user_id = m.user_id \
                       JOIN login_identifiers l ON l.user_id = u.user_id AND l.is_primary = 1 \
                       WHERE m.organization_id = $1 ORDER BY m.sort_key, m.user_id LIMIT 500";
            let all = tx.query(sql, &[&organization], |row| {
                let name = format!("{} {}", row.text(1)?, row.text(2)?);
                Ok(Candidate { user: row.get(0)?, name, address: row.get(3)? })
            });
            Ok(all?)
        })
        .await
    }

    /// The teams of the organization, by name.
    pub async fn teams(&self) -> Result<Vec<(TeamId, String)>, DeskError> {
        let organization = self.organization;
        self.read_to_manage(move |tx| {
            let all = identity::teams::of_organization(tx, organization)?;
            Ok(all.into_iter().map(|team| (team.id, team.name)).collect())
        })
        .await
    }

    /// Makes an address for others. Members have it at once and are told by mail; outsiders are sent an invitation in
    /// `language`.
    pub async fn create_address_for(
        &self,
        proof: &Confirmed,
        address: &EmailAddress,
        users: &[FirstUser],
        language: Language,
    ) -> Result<MailboxId, CreateForError> {
        check_proof(proof, &self.actor)?;
        check_name(address)?;
        if users.is_empty() || users.len() > FIRST_USERS {
            return Err(CreateForError::Count);
        }
        if let Some(twice) = (1..users.len()).find(|at| users[..*at].iter().any(|one| one.is(&users[*at]))) {
            return Err(CreateForError::Line(twice, LineFault::Twice));
        }
        let (desk, address, users) = (self.clone(), address.clone(), users.to_vec());
        let create = move |tx: &mut Tx<'_>| {
            desk.check_to_write(tx)?;
            desk.check_login(tx, &address, &users)?;
            let mailbox = desk.make(tx, &address)?;
            for (line, user) in users.iter().enumerate() {
                let given = desk.let_in(tx, mailbox, &address, user, language)?;
                if !given {
                    return Err(CreateForError::Line(line, LineFault::NotHere));
                }
            }
            Ok(mailbox)
        };
        self.access.store().write(create).await
    }

    /// An address that somebody signs in with is for nobody but them (I8).
    fn check_login(
        &self,
        tx: &mut Tx<'_>,
        address: &EmailAddress,
        users: &[FirstUser],
    ) -> Result<(), CreateForError> {
        match (identity::users::by_identifier(tx, &address.key())?, users) {
            (None, _) => Ok(()),
            (Some(owner), [FirstUser { who: Whom::Member(only), .. }]) if *only == owner => Ok(()),
            (Some(_), _) => Err(CreateAddressError::AddressIsLogin.into()),
        }
    }

    /// Lets somebody in; whether there is such a member or team.
    fn let_in(
        &self,
        tx: &mut Tx<'_>,
        mailbox: MailboxId,
        address: &EmailAddress,
        user: &FirstUser,
        language: Language,
    ) -> Result<bool, CreateForError> {
        let (organization, permissions) = (self.organization, user.permissions);
        let (verb, whom) = match &user.who {
            Whom::Member(member) => {
                if identity::organizations::role_of(tx, *member, organization)?.is_none() {
                    return Ok(false);
                }
                let created_by = Some(self.actor.user());
                let (user, ends_at, appears_under) = (*member, None, None);
                let grant = NewGrant { mailbox, user, permissions, ends_at, appears_under, created_by };
                identity::grants::add(tx, &grant)?;
                let (told, what) = (MailTemplate::AccessGiven, address.to_string());
                identity::members::tell(tx, organization, &self.actor, user, told, &what)?;
                let name = identity::users::by_id(tx, user)?.map(|view| view.name()).unwrap_or_default();
                ("access.add", name)
            }
            Whom::Team(team) => {
                let Some(view) = identity::teams::find(tx, organization, *team)? else { return Ok(false) };
                identity::teams::set_access(tx, *team, mailbox, permissions, self.actor.user())?;
                ("access.add", view.name)
            }
            Whom::Outsider(to, account) => {
                let new = NewInvitation {
                    organization,
                    mailbox,
                    address: address.clone(),
                    permissions,
                    language,
                    created_by: self.actor.user(),
                };
                let identity = self.access.identity();
                let invited = identity.invite(tx, &new)?;
                if *account == Account::ThisAddress {
                    identity::invitations::bind(tx, invited.id, to)?;
                }
                identity.mail_invitation(tx, &self.actor, invited.id, to, language)?;
                ("invitation.create", to.to_string())
            }
        };
        let detail = serde_json::json!({ "name": whom, "permissions": permissions.to_string() }).to_string();
        identity::audit::write(tx, organization, &self.actor, verb, &address.to_string(), &detail)?;
        Ok(true)
    }
}

impl FirstUser {
    fn is(&self, other: &Self) -> bool {
        match (&self.who, &other.who) {
            (Whom::Outsider(one, _), Whom::Outsider(other, _)) => one.key() == other.key(),
            (one, other) => one == other,
        }
    }
}
