//! The name of a folder: its whole path.

/// The name of the folder where mail arrives, in any case (RFC 9051 §5.1).
pub const INBOX: &str = "INBOX";
/// How long a path may be, in bytes: fits the names of real trees, and a line of IMAP.
const PATH_BYTES: usize = 512;
/// How long one name may be, in characters.
const NAME_CHARACTERS: usize = 100;
/// How deep folders may lie.
const DEPTH: usize = 10;

/// A name that a folder can have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderName(String);

impl FolderName {
    /// Reads a path; nothing when it cannot be a folder's: empty parts, controls, wildcards of LIST, too long, too deep.
    /// `inbox` in any case is INBOX; a trailing `/` is dropped (RFC 9051 §6.3.4).
    pub fn parse(path: &str) -> Option<Self> {
        let path = path.strip_suffix('/').unwrap_or(path);
        let good = |name: &str| {
            !name.is_empty()
                && name.chars().count() <= NAME_CHARACTERS
                && name.trim() == name
                && !name.chars().any(|letter| letter.is_control() || matches!(letter, '%' | '*'))
        };
        let names: Vec<&str> = path.split('/').collect();
        if path.len() > PATH_BYTES || names.len() > DEPTH || !names.iter().all(|name| good(name)) {
            return None;
        }
        let mut names = names.into_iter();
        let first = names.next()?;
        let first = if first.eq_ignore_ascii_case(INBOX) { INBOX } else { first };
        Some(Self(std::iter::once(first).chain(names).collect::<Vec<_>>().join("/")))
    }

    /// The path.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The paths of the folders above, the highest first.
    pub(crate) fn parents(&self) -> impl Iterator<Item = &str> {
        self.0.match_indices('/').map(|(end, _)| &self.0[..end])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inbox_is_inbox_in_any_case() {
        assert_eq!(FolderName::parse("inBox").unwrap().as_str(), "INBOX");
        assert_eq!(FolderName::parse("Inbox/2026").unwrap().as_str(), "INBOX/2026");
        assert_eq!(FolderName::parse("Work/inbox").unwrap().as_str(), "Work/inbox");
    }

    #[test]
    fn what_cannot_be_a_name_is_refused() {
        for bad in ["", "/", "a//b", "/a", " a", "a\nb", "50%", "*", &"x".repeat(101), &["d"; 11].join("/")] {
            assert_eq!(FolderName::parse(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn parents_come_from_above() {
        let name = FolderName::parse("a/b/c").unwrap();
        assert_eq!(name.parents().collect::<Vec<_>>(), ["a", "a/b"]);
    }
}
