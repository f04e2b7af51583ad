//! The people of an organization, a page at a time: members by name, then externals by name (O5).
//!
//! **Invariant:** however many there are, a page of members costs what its rows cost: they stand in an index in the
//! order of the list, and what a row says is read for the rows of the page alone.

use std::collections::BTreeMap;

use domain::{OrganizationId, Role, UserId};
use store::{Row, StoreError, ToValue, Tx};

use crate::members::Person;
use crate::organizations;

/// How many people are read at once at most.
pub const PAGE: usize = 1_000;

/// Which people are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// Members, and externals after them.
    #[default]
    Everybody,
    /// Members alone.
    Members,
    /// Externals alone.
    Externals,
}

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// A piece of their name or address; empty for all.
    pub search: String,
    /// Which of them.
    pub kind: Kind,
    /// The last of the page before.
    pub after: Option<UserId>,
    /// How many, [`PAGE`] at most.
    pub limit: usize,
}

/// A page of the people of an organization.
pub fn list(tx: &mut Tx<'_>, organization: OrganizationId, asked: &Asked) -> Result<Vec<Person>, StoreError> {
    let limit = asked.limit.min(PAGE);
    let after = match asked.after {
        Some(user) => Some(place_of(tx, organization, user)?),
        None => None,
    };
    let mut page = Vec::new();
    let is_past_members = matches!(after, Some(Place { is_member: false, .. }));
    if asked.kind != Kind::Externals && !is_past_members {
        page = members(tx, organization, &asked.search, after.as_ref(), limit)?;
    }
    if asked.kind != Kind::Members && page.len() < limit {
        let after = after.filter(|place| !place.is_member);
        page.extend(externals(tx, organization, &asked.search, after.as_ref(), limit - page.len())?);
    }
    add_teams(tx, organization, &mut page)?;
    Ok(page)
}

/// One of them.
pub(crate) fn find(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    user: UserId,
) -> Result<Option<Person>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM (SELECT u.user_id, (SELECT m.role FROM memberships m \
         WHERE m.organization_id = $1 AND m.user_id = u.user_id) AS role FROM users u WHERE u.user_id = $2) AS p {REST}"
    );
    let found = tx.find(&sql, &[&organization, &user], read)?;
    let mut page: Vec<Person> = found.into_iter().collect();
    add_teams(tx, organization, &mut page)?;
    let is_here =
        |person: &Person| person.role != Role::External || person.accesses > 0 || !person.teams.is_empty();
    Ok(page.pop().filter(is_here))
}

/// Where somebody stands in the list.
struct Place {
    is_member: bool,
    key: String,
    user: UserId,
}

fn place_of(tx: &mut Tx<'_>, organization: OrganizationId, user: UserId) -> Result<Place, StoreError> {
    let sql = "SELECT sort_key FROM memberships WHERE organization_id = $1 AND user_id = $2";
    if let Some(key) = tx.find(sql, &[&organization, &user], |row| row.get(0))? {
        return Ok(Place { is_member: true, key, user });
    }
    let key = tx.find(&format!("SELECT {KEY} {OF_USER}"), &[&user], |row| row.get(0))?;
    Ok(Place { is_member: false, key: key.unwrap_or_default(), user })
}

/// What a user is sorted and searched by. In the database it is made of ASCII letters alone the same way.
const KEY: &str =
    "lower(u.last_name || ' ' || u.first_name || ' ' || u.last_name || ' ' || COALESCE(l.address, ''))";
const OF_USER: &str = "FROM users u LEFT JOIN login_identifiers l ON l.user_id = u.user_id AND l.is_primary = 1 \
     WHERE u.user_id = $1";

/// Brings the order of the lists after a name or an address: to be called by whoever changes one.
pub(crate) fn put_in_order(tx: &mut Tx<'_>, user: UserId) -> Result<(), StoreError> {
    let sql = format!("SELECT u.first_name, u.last_name, COALESCE(l.address, '') {OF_USER}");
    let key = tx.find(&sql, &[&user], |row| {
        let (first, last, address) = (row.text(0)?, row.text(1)?, row.text(2)?);
        Ok(format!("{last} {first} {last} {address}").to_lowercase())
    })?;
    let sql = "UPDATE memberships SET sort_key = $2 WHERE user_id = $1";
    tx.execute(sql, &[&user, &key.unwrap_or_default()]).map(drop)
}

/// What a row of the list says; $1 is the organization, `p` the rows of the page.
const COLUMNS: &str = "u.user_id, u.first_name, u.last_name, COALESCE(l.address, ''), p.role, \
     CAST(CASE WHEN u.totp_secret IS NULL AND NOT EXISTS (SELECT 1 FROM passkeys k \
     WHERE k.user_id = u.user_id) THEN 0 ELSE 1 END AS BIGINT), \
     (SELECT max(e.created_at) FROM sessions e WHERE e.user_id = p.user_id), \
     (SELECT count(*) FROM (SELECT g.mailbox_id FROM grants g JOIN mailboxes b ON b.mailbox_id = g.mailbox_id \
     JOIN mail_services s ON s.mail_service_id = b.mail_service_id \
     WHERE g.user_id = p.user_id AND s.organization_id = $1 \
     UNION SELECT tg.mailbox_id FROM team_members tm JOIN teams t ON t.team_id = tm.team_id \
     JOIN team_grants tg ON tg.team_id = tm.team_id \
     WHERE tm.user_id = p.user_id AND t.organization_id = $1) AS opened)";
const REST: &str = "JOIN users u ON u.user_id = p.user_id \
     LEFT JOIN login_identifiers l ON l.user_id = p.user_id AND l.is_primary = 1";

fn members(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    search: &str,
    after: Option<&Place>,
    limit: usize,
) -> Result<Vec<Person>, StoreError> {
    let narrow = Narrow::new(search, after);
    let sql = members_sql(&narrow.conditions("sort_key", "user_id"));
    tx.query(&sql, &narrow.params(&[&organization, &limit]), read)
}

fn members_sql(conditions: &str) -> String {
    format!(
        "SELECT {COLUMNS} FROM (SELECT user_id, role, sort_key FROM memberships \
         WHERE organization_id = $1{conditions} ORDER BY sort_key, user_id LIMIT $2) AS p {REST} \
         ORDER BY p.sort_key, p.user_id"
    )
}

/// What narrows a list: a search, and a place after which it goes on.
struct Narrow<'a> {
    pattern: Option<String>,
    after: Option<&'a Place>,
}

impl<'a> Narrow<'a> {
    fn new(search: &str, after: Option<&'a Place>) -> Self {
        Self { pattern: pattern(search), after }
    }

    /// The conditions of a question that has two parameters already, and is sorted by these two columns.
    fn conditions(&self, key: &str, user: &str) -> String {
        let (mut conditions, mut number) = (String::new(), 3);
        if self.pattern.is_some() {
            conditions += &format!(" AND {key} LIKE ${number} ESCAPE '!'");
            number += 1;
        }
        if self.after.is_some() {
            conditions += &format!(" AND ({key}, {user}) > (${number}, ${})", number + 1);
        }
        conditions
    }

    fn params<'p>(&'p self, first: &[&'p dyn ToValue]) -> Vec<&'p dyn ToValue> {
        let mut params = first.to_vec();
        params.extend(self.pattern.as_ref().map(|pattern| pattern as &dyn ToValue));
        if let Some(place) = self.after {
            params.extend([&place.key as &dyn ToValue, &place.user]);
        }
        params
    }
}

/// Whoever opens an address of the organization, or is in a team of it, without being a member.
const OUTSIDE: &str = "SELECT g.user_id FROM mail_services s JOIN mailboxes b ON b.mail_service_id = s.mail_service_id \
     JOIN grants g ON g.mailbox_id = b.mailbox_id WHERE s.organization_id = $1 AND NOT EXISTS \
     (SELECT 1 FROM memberships m WHERE m.organization_id = $1 AND m.user_id = g.user_id) \
     UNION SELECT tm.user_id FROM teams t JOIN team_members tm ON tm.team_id = t.team_id \
     WHERE t.organization_id = $1 AND NOT EXISTS \
     (SELECT 1 FROM memberships m WHERE m.organization_id = $1 AND m.user_id = tm.user_id)";

fn externals(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    search: &str,
    after: Option<&Place>,
    limit: usize,
) -> Result<Vec<Person>, StoreError> {
    let narrow = Narrow::new(search, after);
    let sql = externals_sql(&narrow.conditions(KEY, "u.user_id"));
    tx.query(&sql, &narrow.params(&[&organization, &limit]), read)
}

fn externals_sql(conditions: &str) -> String {
    format!(
        "SELECT {COLUMNS} FROM (SELECT u.user_id, CAST(NULL AS TEXT) AS role, {KEY} AS sort_key \
         FROM ({OUTSIDE}) AS outside JOIN users u ON u.user_id = outside.user_id \
         LEFT JOIN login_identifiers l ON l.user_id = u.user_id AND l.is_primary = 1 \
         WHERE 1 = 1{conditions} ORDER BY sort_key, u.user_id LIMIT $2) AS p {REST} \
         ORDER BY p.sort_key, p.user_id"
    )
}

fn read(row: &Row<'_>) -> Result<Person, StoreError> {
    let role = row.get::<Option<String>>(4)?;
    Ok(Person {
        user: row.get(0)?,
        name: format!("{} {}", row.text(1)?, row.text(2)?),
        address: row.get(3)?,
        role: role.map_or(Ok(Role::External), |name| organizations::role(&name))?,
        teams: Vec::new(),
        has_second_factor: row.get(5)?,
        signed_in_at: row.get(6)?,
        accesses: row.get(7)?,
    })
}

/// Adds to each of a page the names of their teams, by one question for all.
fn add_teams(tx: &mut Tx<'_>, organization: OrganizationId, page: &mut [Person]) -> Result<(), StoreError> {
    if page.is_empty() {
        return Ok(());
    }
    let users: Vec<UserId> = page.iter().map(|person| person.user).collect();
    let places: Vec<String> = (2..users.len() + 2).map(|number| format!("${number}")).collect();
    let sql = format!(
        "SELECT m.user_id, t.name FROM team_members m JOIN teams t ON t.team_id = m.team_id \
         WHERE m.user_id IN ({}) AND t.organization_id = $1 ORDER BY t.name",
        places.join(", ")
    );
    let mut params: Vec<&dyn ToValue> = vec![&organization];
    params.extend(users.iter().map(|user| user as &dyn ToValue));
    let mut teams: BTreeMap<UserId, Vec<String>> = BTreeMap::new();
    for (user, name) in tx.query(&sql, &params, |row| Ok((row.get(0)?, row.get(1)?)))? {
        teams.entry(user).or_default().push(name);
    }
    for person in page {
        person.teams = teams.remove(&person.user).unwrap_or_default();
    }
    Ok(())
}

/// What LIKE looks for; none: everything.
pub fn pattern(search: &str) -> Option<String> {
    let plain = search.trim().to_lowercase().replace('!', "!!").replace('%', "!%").replace('_', "!_");
    (!plain.is_empty()).then(|| format!("%{plain}%"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Id as _;

    /// How SQLite answers a question, a line for each step.
    async fn plan(narrow: Narrow<'static>, sql: fn(&Narrow<'_>) -> String) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let (ambient, _) = testkit::clock::ambient(1);
        let (_, store, _) = crate::testing::identity(&ambient, folder.path()).await;
        let explain = move |tx: &mut Tx<'_>| -> Result<Vec<String>, StoreError> {
            let organization = OrganizationId::from_bytes([1; 16]);
            let params: [&dyn ToValue; 2] = [&organization, &51usize];
            let sql = format!("EXPLAIN QUERY PLAN {}", sql(&narrow));
            tx.query(&sql, &narrow.params(&params), |row| row.get(3))
        };
        let plan = store.read(explain).await.unwrap();
        store.close().await;
        plan
    }

    fn narrows() -> Vec<Narrow<'static>> {
        let place = Place { is_member: true, key: "m".to_owned(), user: UserId::from_bytes([2; 16]) };
        let place: &'static Place = Box::leak(Box::new(place));
        vec![
            Narrow::new("", None),
            Narrow::new("ann", None),
            Narrow::new("", Some(place)),
            Narrow::new("ann", Some(place)),
        ]
    }

    /// Reads nothing from end to end but what was made for this one answer.
    fn reads_no_table_whole(plan: &[String]) -> bool {
        let made = ["p", "opened", "outside", "(subquery", "CONSTANT"];
        plan.iter().filter_map(|line| line.strip_prefix("SCAN ")).all(|what| {
            let what = what.split(' ').next().unwrap_or_default();
            made.iter().any(|one| what.starts_with(one))
        })
    }

    #[tokio::test]
    async fn a_page_of_members_is_read_along_the_index_of_their_order() {
        for narrow in narrows() {
            let plan = plan(narrow, |narrow| members_sql(&narrow.conditions("sort_key", "user_id"))).await;
            assert!(reads_no_table_whole(&plan), "{plan:#?}");
            assert!(plan.iter().any(|line| line.contains("memberships_in_order")), "{plan:#?}");
        }
    }

    #[tokio::test]
    async fn a_page_of_externals_reads_no_table_whole() {
        for narrow in narrows() {
            let plan = plan(narrow, |narrow| externals_sql(&narrow.conditions(KEY, "u.user_id"))).await;
            assert!(reads_no_table_whole(&plan), "{plan:#?}");
        }
    }

    #[test]
    fn a_search_looks_for_what_was_typed_and_for_no_pattern() {
        assert_eq!(pattern("  "), None);
        assert_eq!(pattern("Ann_%!"), Some("%ann!_!%!!%".to_owned()));
    }
}
