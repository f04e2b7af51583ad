//! A file of addresses to be made, read: which columns it has, and what is wrong with it line by line.
//!
//! **Invariant:** no line of a sheet that is given out has a fault that can be seen without the database, and there are as
//! many lines as are taken at most.

use std::collections::HashMap;

use domain::{DomainName, EmailAddress, Permission, Permissions, PersonName};
use serde::{Deserialize, Serialize};

use super::fault::{FaultKind, LineFault, Notice, SheetError};

/// How many addresses one file makes.
pub const IMPORT_LINES: usize = 10_000;
/// How large a file may be, in bytes: four hundred for each line.
pub const IMPORT_BYTES: usize = 4 * 1024 * 1024;
/// How many faults are listed: whoever has more has one mistake many times.
pub const IMPORT_FAULTS: usize = 500;
/// The largest quota, in megabytes: a thousand terabytes.
const QUOTA_MB: u64 = 1_000_000_000;
/// How many targets a line may name.
const TARGETS: usize = 20;

/// A column of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Column {
    /// What stands before the @.
    LocalPart,
    /// The name shown with the address.
    DisplayName,
    /// The mailbox password.
    Password,
    /// Where mail goes as well: addresses with spaces between.
    RedirectTo,
    /// Whether a copy of what is sent on stays.
    KeepCopy,
    /// Who gets access.
    UserEmail,
    /// What that allows.
    Permissions,
    /// How much it may hold, in megabytes.
    QuotaMb,
}

impl Column {
    /// Every column, in the order of the template.
    pub const ALL: [Self; 8] = [
        Self::LocalPart,
        Self::DisplayName,
        Self::Password,
        Self::RedirectTo,
        Self::KeepCopy,
        Self::UserEmail,
        Self::Permissions,
        Self::QuotaMb,
    ];

    /// Its heading in the file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::LocalPart => "local_part",
            Self::DisplayName => "display_name",
            Self::Password => "password",
            Self::RedirectTo => "redirect_to",
            Self::KeepCopy => "keep_copy",
            Self::UserEmail => "user_email",
            Self::Permissions => "permissions",
            Self::QuotaMb => "quota_mb",
        }
    }

    fn named(heading: &str) -> Option<Self> {
        let heading = heading.trim().to_lowercase().replace([' ', '-'], "_");
        Self::ALL.into_iter().find(|column| column.name() == heading)
    }
}

/// One address to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Line {
    /// Where it stands in the file.
    pub(crate) line: u64,
    pub(crate) address: String,
    pub(crate) display_name: String,
    pub(crate) redirect_to: Vec<String>,
    pub(crate) keeps_copy: bool,
    pub(crate) user: Option<String>,
    pub(crate) permissions: i64,
    pub(crate) quota_bytes: Option<u64>,
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sheet {
    pub(crate) lines: Vec<Line>,
    pub(crate) faults: Vec<LineFault>,
    pub(crate) notices: Vec<Notice>,
}

/// Reads a file of addresses of a domain; what is wrong in its lines stands in the sheet, which has the others.
pub(crate) fn read(bytes: &[u8], domain: &DomainName) -> Result<Sheet, SheetError> {
    if bytes.len() > IMPORT_BYTES {
        return Err(SheetError::TooLarge);
    }
    let (text, mut notices) = decoded(bytes)?;
    let separator = separator(&text);
    if separator != b',' {
        notices.push(Notice::Separator(char::from(separator)));
    }
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .flexible(true)
        .has_headers(true)
        .from_reader(text.as_bytes());
    let columns = columns(reader.headers().map_err(|_| SheetError::NotCsv(1))?)?;
    let mut counted = Counted { text: text.as_bytes(), at: 0, line: 1 };
    let mut reading =
        Reading { domain, columns: &columns, lines: Vec::new(), faults: Vec::new(), seen: HashMap::new() };
    for record in reader.records() {
        let record =
            record.map_err(|error| SheetError::NotCsv(error.position().map_or(1, csv::Position::line)))?;
        let line = counted.line_of(record.position().map_or(0, csv::Position::byte));
        reading.take(line, &record)?;
    }
    let Reading { lines, faults, .. } = reading;
    if faults.is_empty() && lines.is_empty() {
        Err(SheetError::Empty)
    } else {
        Ok(Sheet { lines, faults, notices })
    }
}

/// The text of a file, whichever of the usual encodings it has.
fn decoded(bytes: &[u8]) -> Result<(String, Vec<Notice>), SheetError> {
    let (encoding, mark) = match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, length)) => (encoding, length),
        None if std::str::from_utf8(bytes).is_ok() => (encoding_rs::UTF_8, 0),
        // What spreadsheets in the West write that do not write UTF-8.
        None => (encoding_rs::WINDOWS_1252, 0),
    };
    let body = bytes.get(mark..).unwrap_or_default();
    let text = encoding.decode_without_bom_handling(body).0.into_owned();
    if text.contains(['\0', '\u{fffd}']) {
        return Err(SheetError::NotText);
    }
    let is_usual = encoding == encoding_rs::UTF_8;
    let notices = if is_usual { Vec::new() } else { vec![Notice::Encoding(encoding.name())] };
    Ok((text, notices))
}

/// What stands between the cells: whichever of the usual ones the first line has most of.
fn separator(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |separator: u8| first.bytes().filter(|byte| *byte == separator).count();
    [b';', b'\t'].into_iter().fold(b',', |best, one| if count(one) > count(best) { one } else { best })
}

/// Which column stands where.
fn columns(headings: &csv::StringRecord) -> Result<Vec<Column>, SheetError> {
    let mut columns = Vec::new();
    for heading in headings {
        let column = Column::named(heading).ok_or_else(|| SheetError::Column(shortened(heading)))?;
        if columns.contains(&column) {
            return Err(SheetError::ColumnTwice(column));
        }
        columns.push(column);
    }
    if columns.contains(&Column::LocalPart) { Ok(columns) } else { Err(SheetError::NoLocalPart) }
}

fn shortened(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(60).collect()
}

/// Counts the lines of a text as an editor shows them, from its beginning to its end.
struct Counted<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl Counted<'_> {
    /// The line in which the record begins that the reader found at a byte: it may count the end of the line before, and
    /// empty ones, to the record.
    fn line_of(&mut self, byte: u64) -> u64 {
        let mut end = usize::try_from(byte).unwrap_or(usize::MAX).max(self.at).min(self.text.len());
        while matches!(self.text.get(end), Some(b'\n' | b'\r')) {
            end += 1;
        }
        let passed = self.text.get(self.at..end).unwrap_or_default();
        self.line += passed.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.at = end;
        self.line
    }
}

struct Reading<'a> {
    domain: &'a DomainName,
    columns: &'a [Column],
    lines: Vec<Line>,
    faults: Vec<LineFault>,
    seen: HashMap<String, u64>,
}

impl Reading<'_> {
    fn take(&mut self, line: u64, record: &csv::StringRecord) -> Result<(), SheetError> {
        if record.iter().all(|cell| cell.trim().is_empty()) {
            return Ok(());
        }
        if self.lines.len() >= IMPORT_LINES {
            return Err(SheetError::TooMany);
        }
        let before = self.faults.len();
        if record.len() > self.columns.len() {
            self.fault(line, Column::LocalPart, FaultKind::TooManyCells);
        }
        let cells = Cells { record, columns: self.columns };
        let read = self.line(line, &cells);
        // What is wrong ends the list, not the reading: how many addresses there are is known at the end.
        if self.faults.len() > IMPORT_FAULTS {
            return Err(SheetError::Faults(std::mem::take(&mut self.faults)));
        }
        if before == self.faults.len() {
            self.lines.push(read);
        }
        Ok(())
    }

    fn fault(&mut self, line: u64, column: Column, kind: FaultKind) {
        self.faults.push(LineFault { line, column, kind });
    }

    fn line(&mut self, line: u64, cells: &Cells<'_>) -> Line {
        let address = self.address(line, cells.text(Column::LocalPart));
        let display_name = self.display_name(line, cells.text(Column::DisplayName));
        if !cells.text(Column::Password).is_empty() {
            self.fault(line, Column::Password, FaultKind::Password);
        }
        let redirect_to = self.targets(line, cells.text(Column::RedirectTo));
        let keeps_copy = self.keeps_copy(line, cells.text(Column::KeepCopy));
        if !keeps_copy && redirect_to.is_empty() {
            self.fault(line, Column::KeepCopy, FaultKind::CopyOfNothing);
        }
        let (user, permissions) =
            self.user(line, cells.text(Column::UserEmail), cells.text(Column::Permissions));
        let quota_bytes = self.quota(line, cells.text(Column::QuotaMb));
        Line { line, address, display_name, redirect_to, keeps_copy, user, permissions, quota_bytes }
    }

    fn address(&mut self, line: u64, local: &str) -> String {
        let kind = match EmailAddress::new(local, self.domain.clone()) {
            _ if local.is_empty() => FaultKind::Missing,
            _ if local.contains('@') => FaultKind::WholeAddress,
            Ok(address) => match super::super::create::check_name(&address) {
                Ok(()) => match self.seen.insert(address.key(), line) {
                    None => return address.to_string(),
                    Some(first) => FaultKind::Twice(first),
                },
                Err(super::CreateAddressError::Reserved) => FaultKind::Reserved,
                Err(_) => FaultKind::BadName,
            },
            Err(_) => FaultKind::BadName,
        };
        self.fault(line, Column::LocalPart, kind);
        String::new()
    }

    fn display_name(&mut self, line: u64, name: &str) -> String {
        if name.is_empty() {
            return String::new();
        }
        if is_formula(name) {
            self.fault(line, Column::DisplayName, FaultKind::Formula);
            return String::new();
        }
        match name.parse::<PersonName>() {
            Ok(name) => name.to_string(),
            Err(_) => {
                self.fault(line, Column::DisplayName, FaultKind::BadDisplayName);
                String::new()
            }
        }
    }

    fn targets(&mut self, line: u64, cell: &str) -> Vec<String> {
        let mut targets: Vec<String> = Vec::new();
        for target in cell.split([' ', ',', ';', '|']).filter(|target| !target.is_empty()) {
            match target.parse::<EmailAddress>() {
                Ok(target) if !targets.contains(&target.to_string()) => targets.push(target.to_string()),
                Ok(_) => {}
                Err(_) => self.fault(line, Column::RedirectTo, FaultKind::BadAddress),
            }
        }
        if targets.len() > TARGETS {
            self.fault(line, Column::RedirectTo, FaultKind::TooManyTargets);
        }
        targets
    }

    fn keeps_copy(&mut self, line: u64, cell: &str) -> bool {
        match cell.to_lowercase().as_str() {
            "" | "yes" | "true" | "1" | "on" | "oui" | "vrai" => true,
            "no" | "false" | "0" | "off" | "non" | "faux" => false,
            _ => {
                self.fault(line, Column::KeepCopy, FaultKind::NotYesOrNo);
                true
            }
        }
    }

    fn user(&mut self, line: u64, user: &str, permissions: &str) -> (Option<String>, i64) {
        if user.is_empty() {
            if !permissions.is_empty() {
                self.fault(line, Column::Permissions, FaultKind::PermissionsOfNobody);
            }
            return (None, 0);
        }
        let permissions = match permitted(permissions) {
            Some(permissions) => permissions,
            None => {
                self.fault(line, Column::Permissions, FaultKind::BadPermissions);
                Permissions::NONE
            }
        };
        match user.parse::<EmailAddress>() {
            Ok(user) => (Some(user.to_string()), permissions.bits()),
            Err(_) => {
                self.fault(line, Column::UserEmail, FaultKind::BadAddress);
                (None, 0)
            }
        }
    }

    fn quota(&mut self, line: u64, cell: &str) -> Option<u64> {
        if cell.is_empty() {
            return None;
        }
        match cell.parse::<u64>() {
            Ok(megabytes) if (1..=QUOTA_MB).contains(&megabytes) => Some(megabytes * 1_000_000),
            Ok(_) | Err(_) => {
                self.fault(line, Column::QuotaMb, FaultKind::BadQuota);
                None
            }
        }
    }
}

/// The cells of a line by their columns.
struct Cells<'a> {
    record: &'a csv::StringRecord,
    columns: &'a [Column],
}

impl<'a> Cells<'a> {
    fn text(&self, column: Column) -> &'a str {
        let at = self.columns.iter().position(|one| *one == column);
        at.and_then(|at| self.record.get(at)).unwrap_or_default().trim()
    }
}

/// Whether a spreadsheet would calculate it.
fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@'])
}

/// What a cell of permissions says: all when it says nothing.
fn permitted(cell: &str) -> Option<Permissions> {
    match cell.to_lowercase().as_str() {
        "" | "all" => Some(Permissions::ALL),
        "none" | "read" => Some(Permissions::NONE),
        names => names.split([' ', ',', ';', '|']).filter(|name| !name.is_empty()).try_fold(
            Permissions::NONE,
            |all, name| {
                let known = Permission::ALL.into_iter().find(|permission| permission.name() == name)?;
                Some(all.with(known))
            },
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn domain() -> DomainName {
        "acme.test".parse().unwrap()
    }

    fn sheet(text: &str) -> Result<Sheet, SheetError> {
        read(text.as_bytes(), &domain())
    }

    #[test]
    fn the_columns_may_come_in_any_order_and_only_the_first_is_needed() {
        let one = sheet("local_part\r\nanna\r\n\r\nben\r\n").unwrap();
        assert_eq!(one.lines.iter().map(|line| line.line).collect::<Vec<_>>(), [2, 4]);
        assert_eq!((one.lines[0].address.as_str(), one.lines[0].keeps_copy), ("anna@acme.test", true));
        let text = "quota_mb,User Email,permissions,local_part,redirect_to,keep_copy,display_name\n\
                    5,ben@far.test,send folders,ben,a@far.test b@acme.test,no,\"Ben, \"\"B\"\"\"\n";
        let line = sheet(text).unwrap().lines.remove(0);
        let expected = Line {
            line: 2,
            address: "ben@acme.test".to_owned(),
            display_name: "Ben, \"B\"".to_owned(),
            redirect_to: vec!["a@far.test".to_owned(), "b@acme.test".to_owned()],
            keeps_copy: false,
            user: Some("ben@far.test".to_owned()),
            permissions: Permissions::NONE.with(Permission::Send).with(Permission::Folders).bits(),
            quota_bytes: Some(5_000_000),
        };
        assert_eq!(line, expected);
    }

    #[test]
    fn every_usual_encoding_and_separator_is_read_and_told() {
        let text = "local_part;display_name\r\nrené;Zoë Œ\r\n";
        let utf16: Vec<u8> =
            [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let utf16_be: Vec<u8> =
            [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect();
        let western = encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
        let marked = [b"\xef\xbb\xbf".as_slice(), text.as_bytes()].concat();
        for (bytes, encoding) in [
            (text.as_bytes(), None),
            (&marked, None),
            (&utf16, Some("UTF-16LE")),
            (&utf16_be, Some("UTF-16BE")),
            (&western, Some("windows-1252")),
        ] {
            let read = read(bytes, &domain()).unwrap();
            assert_eq!(read.lines[0].address, "rené@acme.test", "{encoding:?}");
            assert_eq!(read.lines[0].display_name, "Zoë Œ");
            let told = read.notices.iter().find_map(|notice| match notice {
                Notice::Encoding(name) => Some(*name),
                Notice::Separator(_) => None,
            });
            assert_eq!(told, encoding);
            assert!(read.notices.contains(&Notice::Separator(';')));
        }
    }

    #[test]
    fn what_is_no_such_file_is_refused_with_the_reason() {
        assert_eq!(sheet(""), Err(SheetError::NoLocalPart));
        assert_eq!(sheet("local_part\n"), Err(SheetError::Empty));
        assert_eq!(sheet("local_part,phone\na,b\n"), Err(SheetError::Column("phone".to_owned())));
        assert_eq!(sheet("local_part,local_part\na,b\n"), Err(SheetError::ColumnTwice(Column::LocalPart)));
        assert_eq!(read(b"PK\x03\x04\0\0local_part", &domain()), Err(SheetError::NotText));
        assert_eq!(read(&vec![b'a'; 5 << 20], &domain()), Err(SheetError::TooLarge));
        let many =
            format!("local_part\n{}", (0..=IMPORT_LINES).map(|n| format!("n{n}\n")).collect::<String>());
        assert_eq!(sheet(&many), Err(SheetError::TooMany));
    }

    #[test]
    fn every_fault_is_listed_with_its_line_and_column() {
        let text = "local_part,display_name,redirect_to,keep_copy,user_email,permissions,quota_mb,password\n\
                    a@acme.test,,,,,,,\nno-reply,,,,,,,\nok,=1+1,,,,,,\nOK,,,,,,,\n,x,,,,,,\n\
                    b,,nowhere,,,,,\nc,,,perhaps,,,,\nd,,,no,,,,\ne,,,,nobody,,,\nf,,,,x@y.test,fly,,\n\
                    g,,,,,send,,\nh,,,,,,0,\ni,,,,,,,secret\n=j,,,,,,,\nk,,,,,,,,,\n";
        let faults = sheet(text).unwrap().faults;
        let found: Vec<_> = faults.iter().map(|fault| (fault.line, fault.column, fault.kind)).collect();
        use Column::{DisplayName, KeepCopy, LocalPart, Password, QuotaMb, RedirectTo, UserEmail};
        assert_eq!(
            found,
            [
                (2, LocalPart, FaultKind::WholeAddress),
                (3, LocalPart, FaultKind::Reserved),
                (4, DisplayName, FaultKind::Formula),
                (5, LocalPart, FaultKind::Twice(4)),
                (6, LocalPart, FaultKind::Missing),
                (7, RedirectTo, FaultKind::BadAddress),
                (8, KeepCopy, FaultKind::NotYesOrNo),
                (9, KeepCopy, FaultKind::CopyOfNothing),
                (10, UserEmail, FaultKind::BadAddress),
                (11, Column::Permissions, FaultKind::BadPermissions),
                (12, Column::Permissions, FaultKind::PermissionsOfNobody),
                (13, QuotaMb, FaultKind::BadQuota),
                (14, Password, FaultKind::Password),
                (15, LocalPart, FaultKind::BadName),
                (16, LocalPart, FaultKind::TooManyCells),
            ]
        );
    }
}
