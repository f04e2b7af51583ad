//! What stands behind the `?` of an address.

use axum::extract::Query;
use axum::http::Uri;
use web::Visitor;

/// The pairs of a query; of one that cannot be read, none.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    pairs: Vec<(String, String)>,
}

impl Asked {
    /// What a visitor asks for.
    pub(crate) fn of(visitor: &Visitor) -> Self {
        Self::read(visitor.path())
    }

    /// The pairs behind the `?` of a path.
    pub(crate) fn read(path: &str) -> Self {
        let uri: Uri = path.parse().unwrap_or_default();
        let pairs = Query::<Vec<(String, String)>>::try_from_uri(&uri).map(|query| query.0);
        Self { pairs: pairs.unwrap_or_default() }
    }

    /// The text of that name; empty when there is none.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.pairs.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
    }

    /// The value of that name as a `T`, if it is one.
    pub(crate) fn find<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.text(name).parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_and_nonsense_is_nothing() {
        let asked = Asked::read("/mail/1/2?q=two+words%26&before=7&before=8");
        assert_eq!(asked.text("q"), "two words&");
        assert_eq!(asked.find::<u32>("before"), Some(7));
        assert_eq!(asked.find::<u32>("q"), None);
        assert_eq!(Asked::read("/mail?q=%FF").find::<u32>("q"), None);
        assert_eq!(Asked::read("no path").text("q"), "");
    }
}
