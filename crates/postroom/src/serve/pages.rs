//! HTTP/1.1 on one connection.
//!
//! **Invariant:** a page is told the address of whoever asks, which only a proxy on this machine can name for another.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use net::Shutdown;
use net::patient::Patient;
use tokio::net::TcpStream;
use tower::ServiceExt;

/// How long a request's header may take, and how long a connection may wait for its next request.
const HEADER_WITHIN: Duration = Duration::from_secs(30);
/// How long a browser may take nothing of an answer.
const WRITE_PATIENCE: Duration = Duration::from_secs(60);
/// How many fields the header of a request may have: browsers send some twenty.
const FIELDS: usize = 100;
/// How large the header of a request may be, in bytes.
const HEADER_LIMIT: usize = 64 * 1024;
/// Where a proxy writes for whom it asks.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// Answers one connection until it ends; after the shutdown began, when its request is answered.
pub(super) async fn serve(stream: TcpStream, peer: SocketAddr, pages: Router, shutdown: Shutdown) {
    let service = service_fn(move |request| answer(pages.clone(), peer, request));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEADER_WITHIN)
        .max_headers(FIELDS)
        .max_buf_size(HEADER_LIMIT);
    let connection = http.serve_connection(TokioIo::new(Patient::new(stream, WRITE_PATIENCE)), service);
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = shutdown.begun() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%peer, %error, "a browser's connection broke");
    }
}

async fn answer(pages: Router, peer: SocketAddr, request: Request<Incoming>) -> Result<Response, Infallible> {
    let mut request = request.map(Body::new);
    let client = client(peer, request.headers());
    request.extensions_mut().insert(ConnectInfo(client));
    pages.oneshot(request).await
}

/// Who asks: whoever is connected, or, where that is a proxy on this machine, the last one it names. What stands before
/// that, the client may have written itself.
fn client(peer: SocketAddr, headers: &HeaderMap) -> SocketAddr {
    if !peer.ip().to_canonical().is_loopback() {
        return peer;
    }
    let last = headers.get_all(FORWARDED_FOR).iter().next_back().and_then(|value| value.to_str().ok());
    let named =
        last.and_then(|list| list.rsplit(',').next()).and_then(|entry| entry.trim().parse::<IpAddr>().ok());
    named.map_or(peer, |ip| SocketAddr::new(ip, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(peer: &str, forwarded: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(FORWARDED_FOR, value.parse().unwrap());
        }
        client(peer.parse().unwrap(), &headers).ip().to_string()
    }

    #[test]
    fn a_proxy_on_this_machine_says_for_whom_it_asks() {
        assert_eq!(told("127.0.0.1:5", &["192.0.2.7"]), "192.0.2.7");
        assert_eq!(told("[::1]:5", &["10.0.0.1, 2001:db8::1"]), "2001:db8::1");
        assert_eq!(told("127.0.0.1:5", &["10.0.0.1", "192.0.2.7"]), "192.0.2.7");
        assert_eq!(told("127.0.0.1:5", &["unknown"]), "127.0.0.1");
    }

    #[test]
    fn nobody_else_names_another() {
        assert_eq!(told("198.51.100.9:5", &["192.0.2.7"]), "198.51.100.9");
        assert_eq!(told("198.51.100.9:5", &[]), "198.51.100.9");
    }
}
