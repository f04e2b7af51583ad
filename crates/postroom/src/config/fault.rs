//! What is wrong with a configuration, and where it was said.

use std::fmt;
use std::path::PathBuf;

/// Where a value was given; in the order in which faults are reported.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// In a file, at a line (from 1).
    File(PathBuf, usize),
    /// In an environment variable.
    Variable(String),
    /// In a flag.
    Flag(&'static str),
    /// Nowhere: it is the default that clashes.
    Default,
}

/// One fault. Faults are in the order of the places where they are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fault {
    place: Place,
    what: String,
}

impl Fault {
    /// Something wrong with what was given at `place`.
    pub(crate) fn new(place: Place, what: impl Into<String>) -> Self {
        Self { place, what: what.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::File(path, line) => write!(f, "{}:{line}: {}", path.display(), self.what),
            Place::Variable(name) => write!(f, "{name}: {}", self.what),
            Place::Flag(name) => write!(f, "{name}: {}", self.what),
            Place::Default => write!(f, "default: {}", self.what),
        }
    }
}
