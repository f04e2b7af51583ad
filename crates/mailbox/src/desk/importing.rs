//! Making many addresses from a file (S5): it is read and checked whole, somebody says yes, and a task makes them.
//!
//! **Invariant:** how far a file is stands in the transaction of what was made of it: however often the task is begun
//! anew, no line is made twice and none is left out.

mod checking;
mod fault;
mod making;
mod sheet;

use bytes::Bytes;
use domain::duration::days;
use domain::{DomainName, ImportId, JobId, Timestamp};
use identity::{Actor, Confirmed};
use serde::{Deserialize, Serialize};
use store::{StoreError, Tx};

use super::DeskError;
use super::create::{CreateAddressError, verified_domain};
use super::service::ServiceDesk;
use crate::access::Access;

pub use fault::{FaultKind, LineFault, Notice, SheetError};
pub use sheet::{Column, IMPORT_BYTES, IMPORT_FAULTS, IMPORT_LINES};

use sheet::{Line, Sheet};

/// The kind of the jobs that make, or change, many addresses.
pub const TASK_JOB: &str = "addresses";
/// How many files may wait for a yes in one mail service.
const WAITING_FILES: usize = 10;
/// How many files are listed.
const LISTED: usize = 10;
/// For how long what became of a file is kept.
const KEPT_FOR: std::time::Duration = days(30);
/// For how long a file waits for a yes: it names people.
const WAITS_FOR: std::time::Duration = days(1);

/// What a task does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Task {
    /// Makes the addresses of a file, or changes those of a list.
    Import([u8; 16]),
}

/// What a task does with its addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportAct {
    /// It makes those of a file.
    Import,
    /// It sets what accesses allow.
    Permissions,
    /// It ends redirections.
    EndRedirections,
    /// It puts them into the bin.
    Delete,
}

impl ImportAct {
    const ALL: [Self; 4] = [Self::Import, Self::Permissions, Self::EndRedirections, Self::Delete];

    /// Its name in the table, and in the catalogues.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Permissions => "permissions",
            Self::EndRedirections => "end_redirections",
            Self::Delete => "delete",
        }
    }
}

/// Where a file stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportState {
    /// It is checked, and waits for a yes.
    Checked,
    /// Its addresses are being made.
    Running,
    /// All lines were gone through.
    Done,
    /// It ended before: whoever began it may not make addresses any more.
    Stopped,
}

impl ImportState {
    const ALL: [Self; 4] = [Self::Checked, Self::Running, Self::Done, Self::Stopped];

    const fn name(self) -> &'static str {
        match self {
            Self::Checked => "checked",
            Self::Running => "running",
            Self::Done => "done",
            Self::Stopped => "stopped",
        }
    }
}

/// A file of addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportView {
    /// Which.
    pub id: ImportId,
    /// What is done.
    pub act: ImportAct,
    /// Where it stands.
    pub state: ImportState,
    /// How many addresses it makes.
    pub addresses: u64,
    /// How many of its steps there are: a line that redirects has two.
    pub total: u64,
    /// How many of them were gone through.
    pub done: u64,
    /// How many addresses were made.
    pub made: u64,
    /// Who sent it.
    pub sent_by: String,
    /// When.
    pub created_at: Timestamp,
}

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportStep {
    /// It makes an address.
    Address,
    /// It makes the redirections of one.
    Redirection,
    /// It changes one.
    Change,
}

/// What became of a step of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportOutcome {
    /// The line of the file.
    pub line: u64,
    /// The address.
    pub address: String,
    /// What the step does with it.
    pub step: ImportStep,
    /// Who was given access, or sent an invitation.
    pub user: Option<String>,
    /// `made`, or the name of what stood in the way; none while nobody knows.
    pub outcome: Option<String>,
}

impl ServiceDesk {
    /// Reads a file and checks it whole. Nothing is made; what it says is kept until somebody says yes, for a day.
    pub async fn check_import(
        &self,
        domain: &DomainName,
        file: Bytes,
    ) -> Result<(ImportId, Vec<Notice>), SheetError> {
        let name = domain.clone();
        let read = tokio::task::spawn_blocking(move || sheet::read(&file, &name)).await;
        let Sheet { lines, faults: seen, notices } =
            read.map_err(|_| SheetError::Desk(DeskError::Internal))??;
        let (desk, domain) = (self.clone(), domain.clone());
        let keep = move |tx: &mut Tx<'_>| {
            desk.check_to_write(tx)?;
            desk.prune(tx)?;
            let any = domain::EmailAddress::new("any", domain.clone()).map_err(|_| SheetError::Domain)?;
            let domain_id = verified_domain(tx, desk.service, &any).map_err(|error| match error {
                CreateAddressError::Desk(error) => SheetError::Desk(error),
                CreateAddressError::BadName
                | CreateAddressError::Reserved
                | CreateAddressError::Taken
                | CreateAddressError::InBin
                | CreateAddressError::AddressIsLogin
                | CreateAddressError::NoSuchDomain
                | CreateAddressError::DomainUnverified
                | CreateAddressError::DomainIsAlias => SheetError::Domain,
            })?;
            let mut faults = checking::faults(tx, desk.service, &domain, &lines)?;
            if !seen.is_empty() {
                // What a line with a fault would make may be what another redirects to.
                faults.retain(|fault| fault.kind != FaultKind::NoSuchTarget);
                faults.extend(seen.iter().copied());
                faults.sort_by_key(|fault| fault.line);
            }
            if !faults.is_empty() {
                return Err(SheetError::Faults(faults));
            }
            Ok(desk.keep_import(tx, domain_id, &lines)?)
        };
        Ok((self.access.store().write(keep).await?, notices))
    }

    /// Says yes to a file: its addresses are made from now on, also when nobody looks.
    pub async fn start_import(&self, proof: &Confirmed, import: ImportId) -> Result<(), DeskError> {
        super::check_proof(proof, &self.actor)?;
        let desk = self.clone();
        let start = move |tx: &mut Tx<'_>| {
            desk.check_to_write(tx)?;
            let (now, user, name) = (tx.now(), desk.actor.user(), desk.actor.name().to_owned());
            // Whoever says yes is whose it is.
            let sql = "UPDATE address_tasks SET state = 'running', started_at = $3, created_by = $4, \
                       created_by_name = $5 WHERE import_id = $1 AND mail_service_id = $2 AND state = 'checked' \
                       RETURNING total";
            let total =
                tx.find(sql, &[&import, &desk.service, &now, &user, &name], |row| row.get::<u64>(0))?;
            if total.is_none() {
                return Err(DeskError::NotFound);
            }
            begin_task(tx, Task::Import(*domain::Id::bytes(&import)), &import.to_string())?;
            let view = desk.import_in(tx, import)?;
            let detail = serde_json::json!({ "name": view.addresses.to_string() }).to_string();
            Ok(desk.note_with(tx, "address.import", &desk.service.to_string(), &detail)?)
        };
        self.access.store().write(start).await
    }

    /// Throws away a file that waits for a yes.
    pub async fn discard_import(&self, import: ImportId) -> Result<(), DeskError> {
        let desk = self.clone();
        let discard = move |tx: &mut Tx<'_>| {
            desk.check_to_write(tx)?;
            let view = desk.import_in(tx, import)?;
            if view.state != ImportState::Checked {
                return Err(DeskError::NotFound);
            }
            Ok(forget(tx, import)?)
        };
        self.access.store().write(discard).await
    }

    /// The last files, the newest first.
    pub async fn imports(&self) -> Result<Vec<ImportView>, DeskError> {
        let service = self.service;
        self.read(move |tx| {
            let sql = format!("{VIEW} WHERE i.mail_service_id = $1 ORDER BY i.created_at DESC LIMIT $2");
            Ok(tx.query(&sql, &[&service, &LISTED], view)?)
        })
        .await
    }

    /// One file.
    pub async fn import(&self, import: ImportId) -> Result<ImportView, DeskError> {
        let desk = self.clone();
        self.read(move |tx| desk.import_in(tx, import)).await
    }

    /// What became of the lines of a file after the one of that number; `limit` (≤ 1,000) at most.
    pub async fn import_outcomes(
        &self,
        import: ImportId,
        after: Option<u64>,
        limit: usize,
    ) -> Result<Vec<(u64, ImportOutcome)>, DeskError> {
        let (desk, limit) = (self.clone(), limit.min(1_000));
        self.read(move |tx| {
            desk.import_in(tx, import)?;
            let first = after.map_or(0, |after| after + 1);
            let sql = "SELECT number, line, address, kind, cells, outcome FROM address_task_steps \
                       WHERE import_id = $1 AND number >= $2 ORDER BY number LIMIT $3";
            Ok(tx.query(sql, &[&import, &first, &limit], outcome)?)
        })
        .await
    }

    /// The lines of a file that were not made, the first ones.
    pub async fn import_failures(&self, import: ImportId) -> Result<Vec<ImportOutcome>, DeskError> {
        let desk = self.clone();
        self.read(move |tx| {
            desk.import_in(tx, import)?;
            let sql = "SELECT number, line, address, kind, cells, outcome FROM address_task_steps \
                       WHERE import_id = $1 AND outcome <> 'made' ORDER BY number LIMIT $2";
            let all = tx.query(sql, &[&import, &IMPORT_FAULTS], outcome)?;
            Ok(all.into_iter().map(|(_, outcome)| outcome).collect())
        })
        .await
    }

    fn import_in(&self, tx: &mut Tx<'_>, import: ImportId) -> Result<ImportView, DeskError> {
        let sql = format!("{VIEW} WHERE i.import_id = $1 AND i.mail_service_id = $2");
        tx.find(&sql, &[&import, &self.service], view)?.ok_or(DeskError::NotFound)
    }

    /// Forgets what is old, and refuses more files than may wait.
    fn prune(&self, tx: &mut Tx<'_>) -> Result<(), SheetError> {
        let now = tx.now();
        let sql = "SELECT import_id FROM address_tasks WHERE mail_service_id = $1 AND \
                   ((state = 'checked' AND created_at < $2) OR (state IN ('done', 'stopped') AND created_at < $3)) \
                   LIMIT 5";
        let old =
            tx.query(sql, &[&self.service, &now.minus(WAITS_FOR), &now.minus(KEPT_FOR)], |row| row.get(0))?;
        for import in old {
            forget(tx, import)?;
        }
        let sql = "SELECT count(*) FROM address_tasks WHERE mail_service_id = $1 AND state IN ('checked', 'running')";
        match tx.load(sql, &[&self.service], |row| row.get::<usize>(0))? {
            ..WAITING_FILES => Ok(()),
            _ => Err(SheetError::TooManyFiles),
        }
    }

    fn keep_import(
        &self,
        tx: &mut Tx<'_>,
        domain: domain::DomainId,
        lines: &[Line],
    ) -> Result<ImportId, StoreError> {
        let (id, now) = (tx.id::<ImportId>(), tx.now());
        let redirecting = lines.iter().filter(|line| !line.redirect_to.is_empty());
        // Every address is there before one redirects to another.
        let steps: Vec<(&str, &Line)> = lines
            .iter()
            .map(|line| ("address", line))
            .chain(redirecting.map(|line| ("redirection", line)))
            .collect();
        let sql = "INSERT INTO address_tasks (import_id, mail_service_id, act, domain_id, state, addresses, total, \
                   created_by, created_by_name, created_at) VALUES ($1, $2, 'import', $3, 'checked', $4, $5, $6, $7, $8)";
        let (by, name) = (self.actor.user(), self.actor.name());
        tx.execute(sql, &[&id, &self.service, &domain, &lines.len(), &steps.len(), &by, &name, &now])?;
        let sql = "INSERT INTO address_task_steps (import_id, number, line, address, kind, cells) \
                   VALUES ($1, $2, $3, $4, $5, $6)";
        for (number, (kind, line)) in steps.into_iter().enumerate() {
            let cells = serde_json::to_string(line).map_err(|fault| StoreError::Internal(Box::new(fault)))?;
            tx.execute(sql, &[&id, &number, &line.line, &line.address, &kind, &cells])?;
        }
        Ok(id)
    }
}

impl Access {
    /// Does the next piece of a task; whether there is more of it. With the last one its job is finished.
    pub async fn continue_task(&self, job: JobId, payload: &str) -> Result<bool, DeskError> {
        let task: Option<Task> = serde_json::from_str(payload).ok();
        let access = self.clone();
        let piece = move |tx: &mut Tx<'_>| -> Result<bool, DeskError> {
            let has_more = match task {
                Some(Task::Import(import)) => making::piece(tx, &access, domain::Id::from_bytes(import))?,
                // What it says makes no sense: it never will.
                None => false,
            };
            if !has_more {
                store::jobs::finish(tx, job)?;
            }
            Ok(has_more)
        };
        self.store().write(piece).await
    }
}

const VIEW: &str = "SELECT i.import_id, i.state, i.addresses, i.total, i.done, i.made, i.created_by_name, \
                    i.created_at, i.act \
                    FROM address_tasks i";

fn view(row: &store::Row<'_>) -> Result<ImportView, StoreError> {
    let name = row.text(1)?;
    let state = ImportState::ALL.into_iter().find(|state| state.name() == name);
    let act = row.text(8)?;
    let found = ImportAct::ALL.into_iter().find(|known| known.name() == act);
    let act = found.ok_or_else(|| StoreError::Corrupt(format!("the task {act}")))?;
    Ok(ImportView {
        id: row.get(0)?,
        act,
        state: state.ok_or_else(|| StoreError::Corrupt(format!("the import state {name}")))?,
        addresses: row.get(2)?,
        total: row.get(3)?,
        done: row.get(4)?,
        made: row.get(5)?,
        sent_by: row.get(6)?,
        created_at: row.get(7)?,
    })
}

fn outcome(row: &store::Row<'_>) -> Result<(u64, ImportOutcome), StoreError> {
    let line: Option<Line> = serde_json::from_str(row.text(4)?).ok();
    let outcome = ImportOutcome {
        line: row.get(1)?,
        address: row.get(2)?,
        step: match row.text(3)? {
            "redirection" => ImportStep::Redirection,
            "change" => ImportStep::Change,
            _ => ImportStep::Address,
        },
        user: line.and_then(|line| line.user),
        outcome: row.get(5)?,
    };
    Ok((row.get(0)?, outcome))
}

fn forget(tx: &mut Tx<'_>, import: ImportId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM address_task_steps WHERE import_id = $1", &[&import])?;
    tx.execute("DELETE FROM address_tasks WHERE import_id = $1", &[&import]).map(drop)
}

/// Has a task worked on from now on.
pub(super) fn begin_task(tx: &mut Tx<'_>, task: Task, key: &str) -> Result<(), DeskError> {
    let payload = serde_json::to_string(&task).map_err(|_| DeskError::Internal)?;
    let now = tx.now();
    store::jobs::enqueue(tx, TASK_JOB, key, &payload, now)?;
    Ok(())
}

/// Whoever began a task, if they are still there.
fn actor_of(tx: &mut Tx<'_>, user: domain::UserId) -> Result<Option<Actor>, StoreError> {
    identity::Identity::task_of(tx, user)
}
