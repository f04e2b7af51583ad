//! What a membership gives besides its place: the rights on mail services, the billing right, the notification switches
//! (O2, O3).
//!
//! **Invariant:** only a collaborator holds rights one by one; whoever becomes anything else loses them, so that none
//! comes back unseen.

use domain::{
    Billing, Event, MailServiceId, Notice, Notices, OrganizationId, Role, ServiceRight, Standing, UserId,
};
use store::{StoreError, Tx};

use crate::actor::{Actor, Way};
use crate::identity::Identity;
use crate::members::{self, LeaveError};
use crate::{audit, organizations};

/// How many mail services of an organization are listed with their rights: as many as it may have.
const SERVICES: usize = 500;
/// How many people are told of one event at most.
const TOLD: usize = 200;

/// Everything that a membership gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// The role.
    pub role: Role,
    /// The billing right.
    pub billing: Billing,
    /// The notification switches, as they were set.
    pub notices: Notices,
    /// The rights on single mail services.
    pub services: Vec<(MailServiceId, ServiceRight)>,
}

impl Terms {
    /// Those of a role alone.
    pub fn of(role: Role) -> Self {
        Self { role, billing: Billing::Hidden, notices: Notices::default(), services: Vec::new() }
    }

    /// Without what the role has no use for, and in one order, so that equal terms look equal.
    #[must_use]
    pub fn settled(mut self) -> Self {
        if self.role != Role::Collaborator {
            self.billing = Billing::Hidden;
            self.services.clear();
        }
        if !domain::notice::has_notices(self.role) {
            self.notices = Notices::NONE;
        }
        self.services.sort_by_key(|(service, _)| *service);
        self.services.dedup_by_key(|(service, _)| *service);
        self
    }

    /// For the activity log.
    pub fn detail(&self) -> serde_json::Value {
        let services: Vec<String> =
            self.services.iter().map(|(service, right)| format!("{service} {}", right.name())).collect();
        serde_json::json!({
            "role": self.role.name(), "billing": self.billing == Billing::Visible,
            "notices": self.notices.to_string(), "services": services,
        })
    }
}

/// What somebody had before them when they decided on a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// The row with as many changes.
    Version(i64),
    /// Nothing: the change holds whatever there is.
    Anything,
}

impl Seen {
    /// Whether it is what there is.
    pub fn is(self, version: i64) -> bool {
        match self {
            Self::Version(seen) => seen == version,
            Self::Anything => true,
        }
    }
}

/// A member's own switches.
#[derive(Debug, Clone)]
pub struct OwnNotices {
    /// The organization's name.
    pub organization: String,
    /// As they were set.
    pub notices: Notices,
    /// Whether they are the only owner, who always hears of bills.
    pub is_only_owner: bool,
}

impl Identity {
    /// The notification switches of the actor in an organization; not found where they are no member.
    pub async fn own_notices(
        &self,
        actor: &Actor,
        organization: OrganizationId,
    ) -> Result<OwnNotices, LeaveError> {
        let actor = actor.clone();
        self.parts.store.read(move |tx| own_notices(tx, &actor, organization)).await
    }

    /// Sets them.
    pub async fn set_own_notices(
        &self,
        actor: &Actor,
        organization: OrganizationId,
        notices: Notices,
    ) -> Result<(), LeaveError> {
        let actor = actor.clone();
        let set = move |tx: &mut Tx<'_>| {
            members::lock(tx, organization)?;
            let before = own_notices(tx, &actor, organization)?;
            if before.notices == notices {
                return Ok(());
            }
            let sql = "UPDATE memberships SET notices = $3, version = version + 1 \
                       WHERE organization_id = $1 AND user_id = $2";
            tx.execute(sql, &[&organization, &actor.user(), &notices.bits()])?;
            let detail = serde_json::json!({ "notices": notices.to_string() }).to_string();
            audit::write(tx, organization, &actor, "member.notices", actor.address(), &detail)?;
            tx.publish(Event::Organization { organization });
            Ok(())
        };
        self.parts.store.write(set).await
    }
}

fn own_notices(
    tx: &mut Tx<'_>,
    actor: &Actor,
    organization: OrganizationId,
) -> Result<OwnNotices, LeaveError> {
    if let Some(reason) = actor.ended(tx)? {
        return Err(LeaveError::Ended(reason));
    }
    if !matches!(actor.way(), Way::Browser(_)) {
        return Err(LeaveError::NotFound);
    }
    let (terms, _) = load(tx, organization, actor.user())?.ok_or(LeaveError::NotFound)?;
    let is_only_owner = members::is_last_owner(tx, organization, terms.role)?;
    let sql = "SELECT name FROM organizations WHERE organization_id = $1";
    let organization = tx.load(sql, &[&organization], |row| row.get(0))?;
    Ok(OwnNotices { organization, notices: terms.notices, is_only_owner })
}

/// What somebody may do in an organization, with regard to one of its mail services, or to that of them of which they
/// may do most. None: they are no member.
pub fn standing(
    tx: &mut Tx<'_>,
    user: UserId,
    organization: OrganizationId,
    service: Option<MailServiceId>,
) -> Result<Option<Standing>, StoreError> {
    let sql = "SELECT role, has_billing FROM memberships WHERE organization_id = $1 AND user_id = $2";
    let found = tx.find(sql, &[&organization, &user], |row| {
        Ok((organizations::role(row.text(0)?)?, Billing::when(row.get(1)?)))
    })?;
    let Some((role, billing)) = found else { return Ok(None) };
    let of_all = services(tx, organization, user)?.into_iter();
    let right = of_all.filter(|(one, _)| service.is_none_or(|asked| asked == *one)).map(|(_, right)| right);
    Ok(Some(Standing { role, service: right.max(), billing }))
}

/// The rights of somebody on single mail services of an organization.
pub fn services(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    user: UserId,
) -> Result<Vec<(MailServiceId, ServiceRight)>, StoreError> {
    let sql = "SELECT r.mail_service_id, r.level FROM service_rights r JOIN mail_services s \
               ON s.mail_service_id = r.mail_service_id WHERE r.user_id = $2 AND s.organization_id = $1 \
               ORDER BY r.mail_service_id LIMIT $3";
    tx.query(sql, &[&organization, &user, &SERVICES], |row| Ok((row.get(0)?, right(row.text(1)?)?)))
}

/// Everything that somebody's membership gives, and how often it changed; none where they are no member.
pub fn load(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    user: UserId,
) -> Result<Option<(Terms, i64)>, StoreError> {
    let sql = "SELECT role, has_billing, notices, version FROM memberships \
               WHERE organization_id = $1 AND user_id = $2";
    let found = tx.find(sql, &[&organization, &user], |row| {
        let terms = Terms {
            role: organizations::role(row.text(0)?)?,
            billing: Billing::when(row.get(1)?),
            notices: Notices::from_bits(row.get(2)?),
            services: Vec::new(),
        };
        Ok((terms, row.get(3)?))
    })?;
    let Some((mut terms, version)) = found else { return Ok(None) };
    terms.services = services(tx, organization, user)?;
    Ok(Some((terms, version)))
}

/// Who of an organization wants to hear of something; the only owner always hears of bills.
pub fn told_of(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    notice: Notice,
) -> Result<Vec<UserId>, StoreError> {
    // Who always hears is asked of the rule itself; and who does is found before the list is cut, so that nobody who
    // wants to hear gives way to somebody who does not.
    let only_owner = if Notices::NONE.in_force(true).has(notice) {
        "OR (role = 'owner' AND (SELECT count(*) FROM memberships o WHERE o.organization_id = $1 \
         AND o.role = 'owner') = 1)"
    } else {
        ""
    };
    let sql = format!(
        "SELECT user_id FROM memberships WHERE organization_id = $1 AND (role = 'owner' \
         OR role = 'administrator' OR has_billing = 1) AND ((notices & $3) <> 0 {only_owner}) \
         ORDER BY user_id LIMIT $2"
    );
    tx.query(&sql, &[&organization, &TOLD, &notice.bit()], |row| row.get(0))
}

/// Sets what a membership gives besides its role. The caller has checked the right, and holds the organization.
pub fn set(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    by: Option<UserId>,
    user: UserId,
    terms: &Terms,
) -> Result<(), StoreError> {
    let sql = "UPDATE memberships SET has_billing = $3, notices = $4, version = version + 1 \
               WHERE organization_id = $1 AND user_id = $2";
    tx.execute(sql, &[&organization, &user, &terms.billing.bit(), &terms.notices.bits()])?;
    // What they invited to while they could manage more is withdrawn, as far as nobody has accepted it.
    let before = services(tx, organization, user)?;
    let is_lost = |held: &(MailServiceId, ServiceRight)| {
        held.1 == ServiceRight::Manage && !terms.services.contains(held) && terms.role == Role::Collaborator
    };
    if before.iter().any(is_lost) {
        crate::invitations::delete_made_by(tx, organization, user)?;
    }
    remove(tx, organization, user)?;
    for (service, right) in &terms.services {
        // One that moved to another organization meanwhile is left out.
        let own = "SELECT 1 FROM mail_services WHERE mail_service_id = $1 AND organization_id = $2";
        if tx.find(own, &[service, &organization], |_| Ok(()))?.is_some() {
            give(tx, *service, user, *right, by)?;
        }
    }
    tx.publish(Event::Organization { organization });
    Ok(())
}

fn give(
    tx: &mut Tx<'_>,
    service: MailServiceId,
    user: UserId,
    right: ServiceRight,
    by: Option<UserId>,
) -> Result<(), StoreError> {
    let now = tx.now();
    let sql = "INSERT INTO service_rights (mail_service_id, user_id, level, created_by, created_at) \
               VALUES ($1, $2, $3, $4, $5)";
    tx.execute(sql, &[&service, &user, &right.name(), &by, &now]).map(drop)
}

/// Takes the rights of somebody on the mail services of an organization.
pub(crate) fn remove(tx: &mut Tx<'_>, organization: OrganizationId, user: UserId) -> Result<(), StoreError> {
    let sql = "DELETE FROM service_rights WHERE user_id = $2 AND mail_service_id IN \
               (SELECT mail_service_id FROM mail_services WHERE organization_id = $1)";
    tx.execute(sql, &[&organization, &user]).map(drop)
}

pub(crate) fn right(name: &str) -> Result<ServiceRight, StoreError> {
    name.parse().map_err(|_| StoreError::Corrupt(format!("the right {name:?}")))
}
