//! Why somebody can or cannot do something with an address (P14), and who would lose what with a team.
//!
//! **Invariant:** an explanation adds up by the same rule as the door: [`domain::grant::effective`].

use domain::grant::{Opening, Source, effective};
use domain::{MailboxId, Permission, Permissions, Rights, Standing, TeamId, Timestamp, UserId};
use identity::grants::{self, Giver};
use identity::members::{self, Person};
use store::Tx;

use super::address::AddressDesk;
use super::{DeskError, OrganizationDesk};

/// Everything that decides what somebody may do with an address.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// Who.
    pub person: Person,
    /// What they are in the organization, with their right on the mail service; externals are nothing there.
    pub standing: Option<Standing>,
    /// Whether the address can be opened at all.
    pub state: AddressState,
    /// Every source of rights, their own access first.
    pub sources: Vec<SourceView>,
    /// When this was so.
    pub at: Timestamp,
}

/// Whether an address can be opened by those who have access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressState {
    /// It can.
    Active,
    /// It is in the bin, or kept closed.
    Closed,
}

/// A source of somebody's rights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceView {
    /// Where it comes from.
    pub giver: Giver,
    /// What is switched on.
    pub permissions: Permissions,
    /// Whether it gives that now.
    pub holds: Holds,
}

/// Whether a source gives what it has switched on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// It does.
    Now,
    /// It ended.
    Ended(Timestamp),
    /// It is outside of its weekly hours.
    Closed,
}

/// Why somebody can or cannot do something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Because<'a> {
    /// They can, through these.
    Through(Vec<&'a Giver>),
    /// They cannot: the address is closed for everybody.
    AddressClosed,
    /// They cannot: they have no access at all.
    NoAccess,
    /// They cannot: nothing that they have holds now.
    NotNow,
    /// They cannot: they may read, and this is switched off in everything that they have.
    SwitchedOff,
}

impl Explanation {
    /// Why they can or cannot read mail here; a permission comes on top of that.
    pub fn reading(&self) -> Because<'_> {
        self.because(|_| true)
    }

    /// Why they can or cannot do what a permission allows.
    pub fn of(&self, permission: Permission) -> Because<'_> {
        self.because(|source| source.permissions.has(permission))
    }

    fn because(&self, gives: impl Fn(&SourceView) -> bool) -> Because<'_> {
        let holding = || self.sources.iter().filter(|source| source.holds == Holds::Now);
        let through: Vec<&Giver> =
            holding().filter(|source| gives(source)).map(|source| &source.giver).collect();
        match self.state {
            AddressState::Closed => Because::AddressClosed,
            AddressState::Active if self.sources.is_empty() => Because::NoAccess,
            AddressState::Active if !through.is_empty() => Because::Through(through),
            AddressState::Active if holding().next().is_none() => Because::NotNow,
            AddressState::Active => Because::SwitchedOff,
        }
    }

    /// What they may do now; none: they may not open it.
    pub fn rights(&self) -> Option<Rights> {
        self.add_up(|_| true)
    }

    /// What would be left without one of the sources.
    pub fn without(&self, gone: &Giver) -> Option<Rights> {
        self.add_up(|source| source.giver != *gone)
    }

    fn add_up(&self, counts: impl Fn(&SourceView) -> bool) -> Option<Rights> {
        let sources = self.sources.iter().filter(|source| counts(source)).map(|source| Source {
            permissions: source.permissions,
            ends_at: None,
            opening: if source.holds == Holds::Now { Opening::Open } else { Opening::Closed },
        });
        match self.state {
            AddressState::Active => effective(sources, self.at),
            AddressState::Closed => None,
        }
    }
}

impl AddressDesk {
    /// Why somebody of the organization can or cannot do something with the address.
    pub async fn explain(&self, user: UserId) -> Result<Explanation, DeskError> {
        let desk = self.clone();
        self.read(move |tx| {
            let person = members::find(tx, desk.organization, user)?.ok_or(DeskError::NotFound)?;
            let sql = "SELECT state FROM mailboxes WHERE mailbox_id = $1";
            let is_active = tx.load(sql, &[&desk.mailbox], |row| Ok(row.text(0)? == "active"))?;
            Ok::<_, DeskError>(Explanation {
                person,
                standing: identity::rights::standing(tx, user, desk.organization, Some(desk.service))?,
                state: if is_active { AddressState::Active } else { AddressState::Closed },
                sources: sources(tx, desk.mailbox, user)?,
                at: tx.now(),
            })
        })
        .await
    }
}

fn sources(tx: &mut Tx<'_>, mailbox: MailboxId, user: UserId) -> Result<Vec<SourceView>, DeskError> {
    let now = tx.now();
    let view = |(giver, source): (Giver, Source)| SourceView {
        giver,
        permissions: source.permissions,
        holds: match source.ends_at {
            Some(end) if end <= now => Holds::Ended(end),
            Some(_) | None if source.opening == Opening::Closed => Holds::Closed,
            Some(_) | None => Holds::Now,
        },
    };
    Ok(grants::sources(tx, mailbox, user)?.into_iter().map(view).collect())
}

/// What somebody would lose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// Who.
    pub name: String,
    /// On which address.
    pub address: String,
    /// The permissions that they would lose.
    pub permissions: Permissions,
    /// Whether they could still open it.
    pub rest: Rest,
}

/// What is left of somebody's rights on an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rest {
    /// They could read it, by what else they have.
    Opens,
    /// They could not open it any more; their device passwords would go.
    Nothing,
}

/// How many losses are listed.
const LOSSES: usize = 1_000;

impl OrganizationDesk {
    /// Who would lose what if a team were deleted, by address and name. Who would lose nothing is not among them.
    pub async fn losses_with_team(&self, team: TeamId) -> Result<Vec<Loss>, DeskError> {
        let desk = self.clone();
        self.read_people(move |tx| {
            desk.own_team(tx, team)?;
            let now = tx.now();
            let mut losses = Vec::new();
            for reached in grants::reached_by(tx, team, LOSSES)? {
                let all = reached.sources.iter().map(|(_, source)| *source);
                let others = reached.sources.iter().filter(|(from, _)| *from != Some(team));
                let Some(before) = effective(all, now) else { continue };
                let after = effective(others.map(|(_, source)| *source), now);
                let kept = after.map_or(Permissions::NONE, Rights::permissions);
                let permissions: Permissions =
                    before.permissions().iter().filter(|permission| !kept.has(*permission)).collect();
                let rest = if after.is_some() { Rest::Opens } else { Rest::Nothing };
                if rest == Rest::Nothing || permissions != Permissions::NONE {
                    losses.push(Loss { name: reached.name, address: reached.address, permissions, rest });
                }
            }
            Ok::<_, DeskError>(losses)
        })
        .await
    }
}
