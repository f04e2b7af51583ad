//! The bundled script and style, served from memory under names that hold the hash of their content.

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName};
use axum::response::IntoResponse;
use axum::routing::get;

/// One served file.
struct Asset {
    path: &'static str,
    content: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/bundle.rs"));

const ICON_PATH: &str = "/assets/postroom.svg";
const ICON: &str = include_str!("../web/postroom.svg");

/// The name of a bundled file changes with its content, so what a browser holds never grows old.
const FOREVER: &str = "public, max-age=31536000, immutable";
const A_DAY: &str = "public, max-age=86400";

/// The path of the script.
pub const fn script() -> &'static str {
    SCRIPT.path
}

/// The path of the style sheet; pages that bring their own document (a mail's frame) link it too.
pub const fn stylesheet() -> &'static str {
    STYLE.path
}

/// The path of the icon.
pub const fn icon() -> &'static str {
    ICON_PATH
}

/// Serves the bundle under `/assets`.
pub fn assets() -> Router {
    Router::new()
        .route(SCRIPT.path, get(|| async { file("text/javascript; charset=utf-8", FOREVER, SCRIPT.content) }))
        .route(STYLE.path, get(|| async { file("text/css; charset=utf-8", FOREVER, STYLE.content) }))
        .route(ICON_PATH, get(|| async { file("image/svg+xml", A_DAY, ICON.as_bytes()) }))
}

/// The frame of a mail has no origin, and uses the style sheet all the same; nothing here is a secret.
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

fn file(kind: &'static str, caching: &'static str, content: &'static [u8]) -> impl IntoResponse {
    ([(CONTENT_TYPE, kind), (CACHE_CONTROL, caching), (RESOURCE_POLICY, "cross-origin")], content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_page_stays_far_below_a_hundred_kilobytes() {
        // Uncompressed; what goes over the wire is about a third of it.
        assert!(SCRIPT.content.len() + STYLE.content.len() < 150_000);
        assert!(SCRIPT.path.starts_with("/assets/app-") && STYLE.path.starts_with("/assets/app-"));
    }
}
