//! Ids in paths.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;

use crate::Fault;

/// The ids and other pieces of a path by name; what is not one is as absent as an unknown one.
#[derive(Debug, Default)]
pub struct Id {
    pieces: Vec<(String, String)>,
}

impl Id {
    /// The piece `{name}` of the path as a `T`.
    pub fn of<T: std::str::FromStr>(&self, name: &str) -> Result<T, Fault> {
        self.text(name).parse().map_err(|_| Fault::NotFound)
    }

    /// The piece `{name}` of the path as it stands.
    pub fn text(&self, name: &str) -> &str {
        self.pieces.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let params = RawPathParams::from_request_parts(parts, state).await;
        let pieces = params
            .map(|params| params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect());
        Ok(Self { pieces: pieces.unwrap_or_default() })
    }
}
