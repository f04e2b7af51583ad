//! What is wrong with a file of addresses.

use super::super::DeskError;
use super::sheet::Column;

/// What whoever sent a file should know although it could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// It was not in UTF-8, but read as this encoding.
    Encoding(&'static str),
    /// Between its cells stands this instead of a comma.
    Separator(char),
}

/// What is wrong in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineFault {
    /// The line of the file, from 1.
    pub line: u64,
    /// The column.
    pub column: Column,
    /// What it is.
    pub kind: FaultKind,
}

/// What can be wrong in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// It has more cells than the first line has headings.
    TooManyCells,
    /// There is no name.
    Missing,
    /// There is a whole address instead of what stands before its @.
    WholeAddress,
    /// The name cannot be one.
    BadName,
    /// The name is reserved.
    Reserved,
    /// It stands in this line already.
    Twice(u64),
    /// There is such an address.
    Taken,
    /// There is one in the bin.
    InBin,
    /// Somebody signs in with it, or with a variant of it.
    AddressIsLogin,
    /// A spreadsheet would calculate it.
    Formula,
    /// It cannot be shown as a name.
    BadDisplayName,
    /// Mailbox passwords are not set by a file.
    Password,
    /// It is no email address.
    BadAddress,
    /// They are too many.
    TooManyTargets,
    /// The target is the address itself.
    OwnAddress,
    /// Mail would come back over other lines.
    Loop,
    /// The mail service has no such address, and the file makes none.
    NoSuchTarget,
    /// It is neither yes nor no.
    NotYesOrNo,
    /// No copy is kept of mail that goes nowhere else.
    CopyOfNothing,
    /// It is none of the permissions.
    BadPermissions,
    /// Nobody is named who would have them.
    PermissionsOfNobody,
    /// It is no number of megabytes.
    BadQuota,
}

/// Why a file was not taken.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// It is too large.
    #[error("the file is too large")]
    TooLarge,
    /// It is no text.
    #[error("the file is not a text")]
    NotText,
    /// It is no table, from this line on.
    #[error("the file cannot be read from line {0} on")]
    NotCsv(u64),
    /// It has no column `local_part`.
    #[error("the file has no column local_part")]
    NoLocalPart,
    /// It has a column that nobody knows.
    #[error("there is no column {0}")]
    Column(String),
    /// It has a column twice.
    #[error("a column stands there twice")]
    ColumnTwice(Column),
    /// It has no lines.
    #[error("the file has no addresses")]
    Empty,
    /// It has more lines than one file may have.
    #[error("the file has too many addresses")]
    TooMany,
    /// Something is wrong in its lines.
    #[error("there are faults in the file")]
    Faults(Vec<LineFault>),
    /// The mail service has no such domain that is proved and stands for itself.
    #[error("there is no such domain")]
    Domain,
    /// As many files wait as may.
    #[error("too many files wait")]
    TooManyFiles,
    /// Something else.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl From<store::StoreError> for SheetError {
    fn from(error: store::StoreError) -> Self {
        Self::Desk(error.into())
    }
}

#[cfg(test)]
impl PartialEq for SheetError {
    fn eq(&self, other: &Self) -> bool {
        format!("{self:?}") == format!("{other:?}")
    }
}
