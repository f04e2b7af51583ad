//! Whether the addresses of a file can be made, asked before anything is.

use std::collections::{HashMap, HashSet};

use domain::{DomainName, EmailAddress, MailServiceId};
use store::{StoreError, Tx};

use super::fault::{FaultKind, LineFault};
use super::sheet::{Column, IMPORT_FAULTS, Line};
use crate::variants;

/// What stands in the way of the lines of a file.
pub(super) fn faults(
    tx: &mut Tx<'_>,
    service: MailServiceId,
    domain: &DomainName,
    lines: &[Line],
) -> Result<Vec<LineFault>, StoreError> {
    let bases = signed_in_bases(tx, domain)?;
    let new: HashSet<String> = lines.iter().filter_map(|line| key(&line.address)).collect();
    let inside = domains(tx, service)?;
    let mut faults = Vec::new();
    for line in lines {
        let fault = |column, kind| LineFault { line: line.line, column, kind };
        faults.extend(of_address(tx, line, &bases)?.map(|kind| fault(Column::LocalPart, kind)));
        for target in &line.redirect_to {
            let kind = of_target(tx, line, target, &inside, &new)?;
            faults.extend(kind.map(|kind| fault(Column::RedirectTo, kind)));
        }
        if faults.len() > IMPORT_FAULTS {
            return Ok(faults);
        }
    }
    if faults.iter().all(|fault| fault.kind != FaultKind::OwnAddress) {
        faults.extend(loops(lines));
    }
    Ok(faults)
}

/// The names for which somebody signs in with a variant: what stands before the first plus of each.
pub(super) fn signed_in_bases(tx: &mut Tx<'_>, domain: &DomainName) -> Result<HashSet<String>, StoreError> {
    let sql = "SELECT address_key FROM login_identifiers WHERE address_key LIKE $1 ESCAPE '!'";
    let pattern = format!("%+%@{}", domain.as_str().replace('_', "!_"));
    let keys = tx.query(sql, &[&pattern], |row| row.get::<String>(0))?;
    Ok(keys.iter().filter_map(|key| key.split_once('+')).map(|(base, _)| base.to_owned()).collect())
}

fn of_address(
    tx: &mut Tx<'_>,
    line: &Line,
    bases: &HashSet<String>,
) -> Result<Option<FaultKind>, StoreError> {
    let Ok(address) = line.address.parse::<EmailAddress>() else { return Ok(Some(FaultKind::BadName)) };
    let sql = "SELECT b.deleted_at FROM addresses a JOIN mailboxes b ON b.mailbox_id = a.mailbox_id \
               WHERE a.address_key = $1";
    if let Some(deleted_at) = tx.find(sql, &[&address.key()], |row| row.get::<Option<i64>>(0))? {
        return Ok(Some(if deleted_at.is_some() { FaultKind::InBin } else { FaultKind::Taken }));
    }
    if bases.contains(&address.local_key()) {
        return Ok(Some(FaultKind::AddressIsLogin));
    }
    let login = identity::users::by_identifier(tx, &address.key())?;
    let is_theirs = match (&login, &line.user) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(owner), Some(user)) => {
            key(user).map_or(Ok(None), |key| identity::users::by_identifier(tx, &key))?.as_ref()
                == Some(owner)
        }
    };
    Ok((!is_theirs).then_some(FaultKind::AddressIsLogin))
}

fn of_target(
    tx: &mut Tx<'_>,
    line: &Line,
    target: &str,
    inside: &HashSet<String>,
    new: &HashSet<String>,
) -> Result<Option<FaultKind>, StoreError> {
    let Ok(target) = target.parse::<EmailAddress>() else { return Ok(Some(FaultKind::BadAddress)) };
    let base = target.without_plus().unwrap_or_else(|| target.clone());
    if key(&line.address).is_some_and(|own| own == base.key() || own == target.key()) {
        return Ok(Some(FaultKind::OwnAddress));
    }
    let is_there = !inside.contains(target.domain().as_str())
        || new.contains(&target.key())
        || new.contains(&base.key())
        || variants::mailbox_of(tx, &target)?.is_some();
    Ok((!is_there).then_some(FaultKind::NoSuchTarget))
}

fn domains(tx: &mut Tx<'_>, service: MailServiceId) -> Result<HashSet<String>, StoreError> {
    let sql = "SELECT name FROM domains WHERE mail_service_id = $1 AND verified_at IS NOT NULL";
    Ok(tx.query(sql, &[&service], |row| row.get(0))?.into_iter().collect())
}

/// Lines that redirect to one another in a ring. What is there already cannot lead to what the file makes.
fn loops(lines: &[Line]) -> Vec<LineFault> {
    let targets: HashMap<String, Vec<String>> = lines
        .iter()
        .filter_map(|line| {
            Some((key(&line.address)?, line.redirect_to.iter().filter_map(|one| base(one)).collect()))
        })
        .collect();
    let comes_back = |line: &&Line| {
        let Some(own) = key(&line.address) else { return false };
        let (mut next, mut seen) = (targets.get(&own).cloned().unwrap_or_default(), HashSet::new());
        while let Some(one) = next.pop() {
            if one == own {
                return true;
            }
            // A ring has as many lines at most as are followed for one; a longer one ends by what mail goes through.
            if seen.len() < FOLLOWED && seen.insert(one.clone()) {
                next.extend(targets.get(&one).into_iter().flatten().cloned());
            }
        }
        false
    };
    let redirecting = lines.iter().filter(|line| !line.redirect_to.is_empty());
    let rings = redirecting.filter(comes_back);
    rings
        .map(|line| LineFault { line: line.line, column: Column::RedirectTo, kind: FaultKind::Loop })
        .collect()
}

/// How many addresses are followed from one line.
const FOLLOWED: usize = 500;

fn key(address: &str) -> Option<String> {
    address.parse::<EmailAddress>().ok().map(|address| address.key())
}

/// The key of an address without a plus.
fn base(address: &str) -> Option<String> {
    let address = address.parse::<EmailAddress>().ok()?;
    Some(address.without_plus().unwrap_or(address).key())
}
