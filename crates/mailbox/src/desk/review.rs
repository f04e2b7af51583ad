//! The accesses of a whole mail service under review (I11): who opens what, through what, used when, and until when.

use bus::Live;
use domain::{Id, MailboxId, Permissions, TeamId, Timestamp, UserId};
use identity::Confirmed;
use identity::hours::Hours;
use store::{Row, StoreError, Tx};

use super::DeskError;
use super::address::RemovalReport;
use super::proof::check_proof;
use super::service::{ServiceDesk, escaped};

/// How many accesses a page may have.
const PAGE: usize = 200;
/// How many accesses are removed at once.
pub const REMOVED_AT_ONCE: usize = 200;
/// AfterAccess how long without any sign of use an access counts as unused.
const UNUSED_AFTER: std::time::Duration = domain::duration::days(90);

/// An access under review: one of a user's own, or what somebody has through a team.
#[derive(Debug, Clone)]
pub struct Reviewed {
    /// To which mailbox.
    pub mailbox: MailboxId,
    /// Its address.
    pub address: String,
    /// Whose.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// The address that they sign in with.
    pub login: String,
    /// Through which team; none: their own.
    pub team: Option<(TeamId, String)>,
    /// What is switched on.
    pub permissions: Permissions,
    /// When it ends by itself.
    pub ends_at: Option<Timestamp>,
    /// At which times it opens, if not at all.
    pub hours: Option<Hours>,
    /// When a program of theirs used the address last.
    pub device_used_at: Option<Timestamp>,
    /// When they were on the pages last, as far as a session of it is left.
    pub seen_at: Option<Timestamp>,
}

/// Which accesses are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kept {
    /// All of them.
    #[default]
    All,
    /// Those that end by themselves, or have.
    Ending,
    /// Those that come from a team.
    Teams,
    /// Those of whose users nothing was seen for 90 days, neither a program on the address nor the person on the pages.
    Unused,
}

/// Where a page of a review begins: after this access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AfterAccess {
    /// The address.
    pub address: String,
    /// The user.
    pub user: UserId,
    /// The team, if it came from one.
    pub team: Option<TeamId>,
}

impl ServiceDesk {
    /// The accesses of the mail service whose address or user has `search` in it, by address.
    pub async fn review(
        &self,
        search: &str,
        kept: Kept,
        after: Option<&AfterAccess>,
        limit: usize,
    ) -> Result<Vec<Reviewed>, DeskError> {
        let (service, limit) = (self.service, limit.min(PAGE));
        let pattern = format!("%{}%", escaped(&search.trim().to_lowercase()));
        let (key, user, team) = match after {
            Some(after) => (after.address.to_lowercase(), after.user, after.team),
            None => (String::new(), UserId::from_bytes([0; 16]), None),
        };
        let team = team.unwrap_or(TeamId::from_bytes([0; 16]));
        self.read(move |tx| {
            let unused_since = tx.now().minus(UNUSED_AFTER);
            let nobody = TeamId::from_bytes([0; 16]);
            let sql = format!("{REVIEWED} AND {} {IN_ORDER}", condition(kept));
            let rows = tx.query(
                &sql,
                &[&service, &key, &user, &team, &nobody, &pattern, &limit, &unused_since],
                reviewed,
            );
            Ok(rows?)
        })
        .await
    }

    /// Takes several accesses of users' own away at once; those that are gone already stay gone. What was closed, and
    /// how many were taken.
    pub async fn remove_accesses(
        &self,
        proof: &Confirmed,
        chosen: &[(MailboxId, UserId)],
    ) -> Result<(usize, RemovalReport), DeskError> {
        check_proof(proof, &self.actor)?;
        let mut chosen: Vec<_> = chosen.iter().copied().take(REMOVED_AT_ONCE).collect();
        // Everybody locks mailboxes in the same order.
        chosen.sort_unstable();
        let live = |(mailbox, user): &(MailboxId, UserId)| self.access.bus().live(*user, *mailbox);
        let before: Vec<Vec<Live>> = chosen.iter().map(live).collect();
        let (desk, all) = (self.clone(), chosen.clone());
        let write = move |tx: &mut Tx<'_>| -> Result<_, DeskError> {
            desk.check_to_write(tx)?;
            all.iter()
                .map(|(mailbox, user)| desk.remove_one(tx, *mailbox, *user))
                .collect::<Result<Vec<_>, _>>()
        };
        let removed: Vec<Option<OneRemoved>> = self.access.store().write(write).await?;
        let mut report = RemovalReport { closed: Vec::new(), devices: Vec::new() };
        for (one, live) in removed.iter().zip(before) {
            let Some(one) = one else { continue };
            report.devices.extend(one.devices.iter().cloned());
            if one.was_last {
                report.closed.extend(live);
            }
        }
        Ok((removed.iter().flatten().count(), report))
    }

    fn remove_one(
        &self,
        tx: &mut Tx<'_>,
        mailbox: MailboxId,
        user: UserId,
    ) -> Result<Option<OneRemoved>, DeskError> {
        let sql = "SELECT address FROM mailboxes WHERE mailbox_id = $1 AND mail_service_id = $2";
        let address = tx.find(sql, &[&mailbox, &self.service], |row| row.get::<String>(0))?;
        let address = address.ok_or(DeskError::NotFound)?;
        let Some(grant) = identity::grants::find(tx, mailbox, user)? else { return Ok(None) };
        let removed = identity::grants::remove(tx, mailbox, user)?;
        let devices: Vec<String> = removed.devices.into_iter().map(|(_, name)| name).collect();
        let detail = serde_json::json!({ "user": user.to_string(), "name": grant.name, "devices": devices });
        let organization = self.organization;
        identity::audit::write(
            tx,
            organization,
            &self.actor,
            "access.remove",
            &address,
            &detail.to_string(),
        )?;
        tx.publish(domain::Event::Organization { organization });
        let was_last = identity::grants::rights(tx, user, mailbox)?.is_none();
        Ok(Some(OneRemoved { devices, was_last }))
    }

    /// Whether the actor may still take accesses away here: for a page to say so.
    pub fn may_remove(&self) -> bool {
        self.right() == domain::ServiceRight::Manage
    }
}

/// What went with an access.
struct OneRemoved {
    devices: Vec<String>,
    /// Whether nothing else opened the address for its user.
    was_last: bool,
}

/// $1 the mail service, $2 to $4 where the page begins, $5 the id of no team, $6 the pattern.
const REVIEWED: &str = "SELECT r.mailbox_id, r.address, r.user_id, r.first_name, r.last_name, r.login, r.team_id, \
    r.team_name, r.permissions, r.ends_at, r.hours, r.device_used_at, r.seen_at FROM (\
    SELECT b.mailbox_id, b.address, b.address_key, u.user_id, u.first_name, u.last_name, \
    COALESCE(l.address, '') AS login, s.team_id, COALESCE(t.name, '') AS team_name, s.permissions, s.ends_at, \
    s.hours, (SELECT max(d.last_used_at) FROM devices d WHERE d.mailbox_id = b.mailbox_id \
    AND d.user_id = u.user_id) AS device_used_at, (SELECT max(e.last_used_at) FROM sessions e \
    WHERE e.user_id = u.user_id) AS seen_at, s.created_at \
    FROM mailboxes b JOIN (\
    SELECT mailbox_id, user_id, permissions, ends_at, hours, created_at, $5 AS team_id FROM grants \
    UNION ALL SELECT g.mailbox_id, m.user_id, g.permissions, NULL, NULL, g.created_at, g.team_id \
    FROM team_grants g JOIN team_members m ON m.team_id = g.team_id) s ON s.mailbox_id = b.mailbox_id \
    JOIN users u ON u.user_id = s.user_id LEFT JOIN teams t ON t.team_id = s.team_id \
    LEFT JOIN login_identifiers l ON l.user_id = u.user_id AND l.is_primary = 1 \
    WHERE b.mail_service_id = $1 AND b.deleted_at IS NULL AND b.address_key >= $2) r \
    WHERE (r.address_key, r.user_id, r.team_id) > ($2, $3, $4) \
    AND lower(r.address_key || ' ' || r.first_name || ' ' || r.last_name || ' ' || r.login) LIKE $6 ESCAPE '!'";

/// $7 how many.
const IN_ORDER: &str = "ORDER BY r.address_key, r.user_id, r.team_id LIMIT $7";

/// $8 since when nothing must have been seen; asked for in each, so that every statement has it.
const fn condition(kept: Kept) -> &'static str {
    match kept {
        Kept::All => "$8 IS NOT NULL",
        Kept::Ending => "$8 IS NOT NULL AND r.ends_at IS NOT NULL",
        Kept::Teams => "$8 IS NOT NULL AND r.team_id <> $5",
        Kept::Unused => {
            "r.created_at < $8 AND COALESCE(r.device_used_at, 0) < $8 AND COALESCE(r.seen_at, 0) < $8"
        }
    }
}

fn reviewed(row: &Row<'_>) -> Result<Reviewed, StoreError> {
    let team: TeamId = row.get(6)?;
    let is_own = team == TeamId::from_bytes([0; 16]);
    Ok(Reviewed {
        mailbox: row.get(0)?,
        address: row.get(1)?,
        user: row.get(2)?,
        name: format!("{} {}", row.text(3)?, row.text(4)?),
        login: row.get(5)?,
        team: if is_own { None } else { Some((team, row.get(7)?)) },
        permissions: Permissions::from_bits(row.get(8)?),
        ends_at: row.get(9)?,
        hours: identity::grants::hours(row, 10)?,
        device_used_at: row.get(11)?,
        seen_at: row.get(12)?,
    })
}
