//! The pages of every front as one service.
//!
//! **Invariant:** whatever a page does, its request ends: its size, its time and a panic in it have their limits here.

use std::any::Any;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use store::{StoreError, Tx};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::RequestBodyTimeoutLayer;
use web::{ClientPorts, Pages, Web};

use crate::office::Office;

/// The most that any request may carry, in bytes: the largest message as a form sends it, with room for the other
/// fields. Pages that take no files have the far smaller limit of their framework.
const BODY_LIMIT: usize = 64 * 1024 * 1024;
/// How long a browser may send nothing in the middle of a request.
const BODY_PATIENCE: Duration = Duration::from_secs(30);

/// Everything that is served over HTTP, on a server that mail programs reach at the ports `clients`.
pub(crate) fn router(office: &Office, clients: ClientPorts) -> Router {
    let web =
        Web::new(office.identity.clone(), office.access.clone(), office.bus.clone(), office.ambient.clone());
    let web = web.with_clients(clients);
    Router::new()
        .merge(pages().router(web.clone()))
        // Only what holds no secret is compressed: the length of a page could tell what is in it.
        .merge(ui::assets().layer(CompressionLayer::new()))
        .route("/healthz", get(health).with_state(office.clone()))
        .layer(RequestBodyLimitLayer::new(BODY_LIMIT))
        .layer(RequestBodyTimeoutLayer::new(BODY_PATIENCE))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(web, web::dress))
}

/// Every page of every front.
fn pages() -> Pages {
    account::pages().and(manager::pages()).and(webmail::pages()).and(setup::pages())
}

/// Whether the server can do its work: for a proxy or a watchdog.
async fn health(State(office): State<Office>) -> Response {
    let asked = office.store.read(|tx: &mut Tx<'_>| tx.load("SELECT 1", &[], |row| row.get::<i64>(0))).await;
    match asked {
        Ok(_) => (StatusCode::OK, PLAIN, "ok\n").into_response(),
        Err(error) => unwell(&error),
    }
}

fn unwell(error: &StoreError) -> Response {
    tracing::warn!(%error, "the server is not well");
    (StatusCode::SERVICE_UNAVAILABLE, PLAIN, "the storage is unavailable\n").into_response()
}

fn panicked(_cause: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a page ended in a panic");
    (StatusCode::INTERNAL_SERVER_ERROR, PLAIN, "internal fault\n").into_response()
}

const PLAIN: [(axum::http::HeaderName, &str); 1] = [(CONTENT_TYPE, "text/plain; charset=utf-8")];

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use tower::ServiceExt;

    use super::*;

    async fn answers(request: Request<Body>) -> Response {
        let folder = tempfile::tempdir().unwrap();
        let (office, _held) = Office::in_folder(folder.path()).await;
        router(&office, ClientPorts::default()).oneshot(request).await.unwrap()
    }

    #[test]
    fn who_may_use_each_route_is_as_reviewed() {
        let table: String = pages().rows().iter().map(|row| format!("{row}\n")).collect();
        assert_eq!(table, include_str!("../golden/routes.txt"), "the table is now:\n{table}");
    }

    #[tokio::test]
    async fn a_watchdog_learns_that_all_is_well() {
        let answer = answers(Request::get("/healthz").body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
    }

    #[tokio::test]
    async fn a_request_beyond_all_measure_is_refused_before_it_is_read() {
        let request = Request::post("/healthz").header("content-length", BODY_LIMIT + 1);
        let answer = answers(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
    }

    #[tokio::test]
    async fn a_panic_ends_in_an_answer() {
        async fn panics() {
            panic!("a fault of the page")
        }
        let pages = Router::new().route("/", get(panics)).layer(CatchPanicLayer::custom(panicked));
        let answer = pages.oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    }
}
