//! Making the addresses of a file, a piece at a time.

use std::collections::HashSet;

use domain::{
    EmailAddress, Event, ImportId, Language, MailServiceId, MailboxId, OrganizationId, Permissions, UserId,
};
use identity::grants::NewGrant;
use identity::invitations::NewInvitation;
use identity::mails::MailTemplate;
use store::{StoreError, Tx};

use super::sheet::Line;
use super::{ImportAct, actor_of, checking};
use crate::access::Access;
use crate::desk::bulk::Change;
use crate::desk::create::{CreateAddressError, verified_domain};
use crate::desk::service::ServiceDesk;
use crate::desk::{DeskError, organization_of_service};
use crate::folder;
use crate::redirections::{KeptCopy, RedirectionError, redirect_from_file};

/// How many steps one transaction does: it holds the writer for some tens of milliseconds.
const PIECE: usize = 200;

/// Does the next steps of a file; whether there are more.
pub(super) fn piece(tx: &mut Tx<'_>, access: &Access, import: ImportId) -> Result<bool, DeskError> {
    let Some(running) = locked(tx, import)? else { return Ok(false) };
    let organization = organization_of_service(tx, running.service)?;
    tx.publish(Event::Organization { organization });
    let Some(desk) = running.desk(tx, access, organization)? else {
        end(tx, import, "stopped")?;
        return Ok(false);
    };
    let steps = steps(tx, import, running.done)?;
    let makes = steps.iter().any(|step| matches!(step.work, Work::Address(_)));
    let bases = match running.domain(tx)?.filter(|_| makes) {
        Some(domain) => checking::signed_in_bases(tx, &domain)?,
        None => HashSet::new(),
    };
    let mut made = 0_u64;
    for step in &steps {
        let outcome = desk.step(tx, (import, running.act), step, &bases)?;
        made += u64::from(!matches!(step.work, Work::Redirection(_)) && outcome == MADE);
        let sql = "UPDATE address_task_steps SET outcome = $3 WHERE import_id = $1 AND number = $2";
        tx.execute(sql, &[&import, &step.number, &outcome])?;
    }
    let sql = "UPDATE address_tasks SET done = done + $2, made = made + $3 WHERE import_id = $1 \
               RETURNING total - done";
    let left: u64 = tx.load(sql, &[&import, &steps.len(), &made], |row| row.get(0))?;
    if left == 0 || steps.is_empty() {
        end(tx, import, "done")?;
        return Ok(false);
    }
    Ok(true)
}

/// What became of a step that did what it should.
const MADE: &str = "made";

struct Running {
    service: MailServiceId,
    act: ImportAct,
    domain: Option<domain::DomainId>,
    user: UserId,
    done: u64,
}

/// A file whose addresses are being made, locked: of two workers one does the next piece, and the other the one after.
fn locked(tx: &mut Tx<'_>, import: ImportId) -> Result<Option<Running>, StoreError> {
    let sql = format!(
        "SELECT mail_service_id, domain_id, created_by, done, act FROM address_tasks \
         WHERE import_id = $1 AND state = 'running'{}",
        tx.for_update()
    );
    tx.find(&sql, &[&import], |row| {
        let name = row.text(4)?;
        let act = ImportAct::ALL.into_iter().find(|act| act.name() == name);
        let act = act.ok_or_else(|| StoreError::Corrupt("a task does what nobody knows".to_owned()))?;
        Ok(Running { service: row.get(0)?, act, domain: row.get(1)?, user: row.get(2)?, done: row.get(3)? })
    })
}

impl Running {
    /// The desk at which the task works; none when its user may not any more.
    fn desk(
        &self,
        tx: &mut Tx<'_>,
        access: &Access,
        organization: OrganizationId,
    ) -> Result<Option<ServiceDesk>, DeskError> {
        let Some(actor) = actor_of(tx, self.user)? else { return Ok(None) };
        let desk = ServiceDesk::of_task(access.clone(), actor, organization, self.service);
        match desk.check_to_write(tx) {
            Ok(()) => Ok(Some(desk)),
            Err(DeskError::NotFound | DeskError::Ended(_)) => Ok(None),
            Err(error @ (DeskError::Unavailable | DeskError::Internal)) => Err(error),
        }
    }

    /// The domain of the addresses of a file.
    fn domain(&self, tx: &mut Tx<'_>) -> Result<Option<domain::DomainName>, DeskError> {
        let Some(domain) = self.domain else { return Ok(None) };
        let sql = "SELECT name FROM domains WHERE domain_id = $1";
        let name: Option<String> = tx.find(sql, &[&domain], |row| row.get(0))?;
        name.map(|name| name.parse().map_err(|_| DeskError::Internal)).transpose()
    }
}

/// What a step does.
enum Work {
    Address(Line),
    Redirection(Line),
    Change(Change),
}

struct Step {
    number: u64,
    work: Work,
}

fn steps(tx: &mut Tx<'_>, import: ImportId, done: u64) -> Result<Vec<Step>, StoreError> {
    let sql = "SELECT number, kind, cells FROM address_task_steps WHERE import_id = $1 AND number >= $2 \
               ORDER BY number LIMIT $3";
    tx.query(sql, &[&import, &done, &PIECE], |row| {
        let corrupt = |fault: serde_json::Error| StoreError::Corrupt(format!("a step of a task: {fault}"));
        let cells = row.text(2)?;
        let work = match row.text(1)? {
            "change" => Work::Change(serde_json::from_str(cells).map_err(corrupt)?),
            "redirection" => Work::Redirection(serde_json::from_str(cells).map_err(corrupt)?),
            _ => Work::Address(serde_json::from_str(cells).map_err(corrupt)?),
        };
        Ok(Step { number: row.get(0)?, work })
    })
}

fn end(tx: &mut Tx<'_>, import: ImportId, state: &str) -> Result<(), StoreError> {
    let now = tx.now();
    let sql = "UPDATE address_tasks SET state = $2, finished_at = $3 WHERE import_id = $1";
    tx.execute(sql, &[&import, &state, &now]).map(drop)
}

impl ServiceDesk {
    /// Does a step whole or not at all; what became of it.
    fn step(
        &self,
        tx: &mut Tx<'_>,
        (import, act): (ImportId, ImportAct),
        step: &Step,
        bases: &HashSet<String>,
    ) -> Result<&'static str, DeskError> {
        tx.execute("SAVEPOINT step", &[])?;
        let outcome = match &step.work {
            Work::Address(line) => self.make_line(tx, line, bases).map_err(|error| of_address(&error)),
            Work::Redirection(line) => {
                self.redirect_line(tx, import, line).map_err(|error| of_redirection(&error))
            }
            Work::Change(change) => self.change_one(tx, act, *change).map_err(|error| of_change(&error)),
        };
        let outcome = match outcome {
            Ok(()) => MADE,
            Err(Refused::Because(name)) => {
                tx.execute("ROLLBACK TO SAVEPOINT step", &[])?;
                name
            }
            Err(Refused::Temporary) => return Err(DeskError::Unavailable),
            Err(Refused::Internal) => return Err(DeskError::Internal),
        };
        tx.execute("RELEASE SAVEPOINT step", &[])?;
        Ok(outcome)
    }

    fn make_line(
        &self,
        tx: &mut Tx<'_>,
        line: &Line,
        bases: &HashSet<String>,
    ) -> Result<(), CreateAddressError> {
        let address: EmailAddress = line.address.parse().map_err(|_| CreateAddressError::BadName)?;
        crate::desk::create::check_name(&address)?;
        let domain = verified_domain(tx, self.service, &address)?;
        if bases.contains(&address.local_key()) {
            return Err(CreateAddressError::AddressIsLogin);
        }
        let mailbox = self.insert(tx, domain, &address)?;
        folder::create_first(tx, mailbox)?;
        if !line.display_name.is_empty() || line.quota_bytes.is_some() {
            let sql = "UPDATE mailboxes SET display_name = $2, quota_bytes = $3 WHERE mailbox_id = $1";
            tx.execute(sql, &[&mailbox, &line.display_name, &line.quota_bytes])?;
        }
        let object = address.to_string();
        identity::audit::write(tx, self.organization, &self.actor, "address.create", &object, "{}")?;
        self.let_user_in(tx, mailbox, &address, line)
    }

    /// Gives a member access, and sends anybody else an invitation.
    fn let_user_in(
        &self,
        tx: &mut Tx<'_>,
        mailbox: MailboxId,
        address: &EmailAddress,
        line: &Line,
    ) -> Result<(), CreateAddressError> {
        let login = identity::users::by_identifier(tx, &address.key())?;
        let to: Option<EmailAddress> = line.user.as_deref().and_then(|user| user.parse().ok());
        let known = match &to {
            Some(to) => identity::users::by_identifier(tx, &to.key())?,
            None => None,
        };
        if login.is_some() && login != known {
            return Err(CreateAddressError::AddressIsLogin);
        }
        let Some(to) = to else { return Ok(()) };
        let permissions = Permissions::from_bits(line.permissions);
        let organization = self.organization;
        let is_member = match known {
            Some(user) => identity::organizations::role_of(tx, user, organization)?.is_some(),
            None => false,
        };
        let verb = match known.filter(|_| is_member || login.is_some()) {
            Some(user) => {
                let (ends_at, appears_under, created_by) = (None, None, Some(self.actor.user()));
                identity::grants::add(
                    tx,
                    &NewGrant { mailbox, user, permissions, ends_at, appears_under, created_by },
                )?;
                let (told, what) = (MailTemplate::AccessGiven, address.to_string());
                identity::members::tell(tx, organization, &self.actor, user, told, &what)?;
                "access.add"
            }
            None => {
                self.invite_line(tx, mailbox, address, &to, permissions)?;
                "invitation.create"
            }
        };
        let detail = serde_json::json!({ "name": to.to_string(), "permissions": permissions.to_string() });
        let object = address.to_string();
        identity::audit::write(tx, organization, &self.actor, verb, &object, &detail.to_string())?;
        Ok(())
    }

    fn invite_line(
        &self,
        tx: &mut Tx<'_>,
        mailbox: MailboxId,
        address: &EmailAddress,
        to: &EmailAddress,
        permissions: Permissions,
    ) -> Result<(), StoreError> {
        let language: Language = self.actor.language();
        let new = NewInvitation {
            organization: self.organization,
            mailbox,
            address: address.clone(),
            permissions,
            language,
            created_by: self.actor.user(),
        };
        let identity = self.access.identity();
        let invited = identity.invite(tx, &new)?;
        identity.mail_invitation(tx, &self.actor, invited.id, to, language)
    }

    fn redirect_line(&self, tx: &mut Tx<'_>, import: ImportId, line: &Line) -> Result<(), RedirectionError> {
        let address: EmailAddress = line.address.parse().map_err(|_| RedirectionError::NoSuchAddress)?;
        // Only an address that this file made: what somebody else made meanwhile is not changed by it.
        let sql = "SELECT b.mailbox_id FROM mailboxes b JOIN address_task_steps s ON s.import_id = $1 \
                   AND s.line = $2 AND s.kind = 'address' AND s.outcome = 'made' \
                   WHERE b.mail_service_id = $3 AND b.address_key = $4 AND b.deleted_at IS NULL";
        let made = tx.find(sql, &[&import, &line.line, &self.service, &address.key()], |row| row.get(0))?;
        let mailbox: MailboxId = made.ok_or(RedirectionError::NoSuchAddress)?;
        let targets: Vec<EmailAddress> = line.redirect_to.iter().filter_map(|one| one.parse().ok()).collect();
        let copy = if line.keeps_copy { KeptCopy::Kept } else { KeptCopy::Passed };
        redirect_from_file(tx, self.access.identity(), &self.actor, mailbox, &targets, copy)
    }
}

/// Why a step did nothing.
enum Refused {
    /// Something stands in its way.
    Because(&'static str),
    /// The database is away: the piece is done again.
    Temporary,
    /// The server is at fault.
    Internal,
}

fn of_address(error: &CreateAddressError) -> Refused {
    Refused::Because(match error {
        CreateAddressError::BadName => "bad-name",
        CreateAddressError::Reserved => "reserved",
        CreateAddressError::Taken => "taken",
        CreateAddressError::InBin => "in-bin",
        CreateAddressError::AddressIsLogin => "login",
        CreateAddressError::NoSuchDomain
        | CreateAddressError::DomainUnverified
        | CreateAddressError::DomainIsAlias => "domain",
        CreateAddressError::Desk(error) => return of_desk(error),
    })
}

fn of_redirection(error: &RedirectionError) -> Refused {
    Refused::Because(match error {
        RedirectionError::OwnAddress => "own-address",
        RedirectionError::Twice => "twice",
        RedirectionError::TooMany => "targets",
        RedirectionError::Loop => "loop",
        RedirectionError::NoSuchAddress | RedirectionError::BeingDeleted => "no-target",
        RedirectionError::AddressIsLogin => "login",
        RedirectionError::AskedTooOften => "asked",
        RedirectionError::Code | RedirectionError::Mail(_) => return Refused::Internal,
        RedirectionError::Desk(error) => return of_desk(error),
    })
}

fn of_change(error: &DeskError) -> Refused {
    match error {
        DeskError::NotFound => Refused::Because("gone"),
        DeskError::Ended(_) | DeskError::Unavailable | DeskError::Internal => of_desk(error),
    }
}

fn of_desk(error: &DeskError) -> Refused {
    match error {
        DeskError::NotFound | DeskError::Ended(_) => Refused::Because("domain"),
        DeskError::Unavailable => Refused::Temporary,
        DeskError::Internal => Refused::Internal,
    }
}
