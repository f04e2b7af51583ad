//! The fronts, each behind its listeners.

use std::future::Future;
use std::sync::Arc;

use ::web::ClientPorts;
use axum::Router;
use imap::Imap;
use net::Shutdown;
use net::dns::Resolver;
use net::tls::{ServerTls, TlsError};
use smtp::Smtp;

use super::listeners::{Bound, Front};
use super::outside::Outside;
use super::pages;
use crate::config::Configuration;
use crate::office::Office;
use crate::orders::Refusal;
use crate::web;

/// The folder of the certificate that the server made itself, in the data directory.
const TLS: &str = "tls";

/// Everything that speaks with the outside.
pub(super) struct Fronts {
    smtp: Smtp,
    imap: Imap,
    pages: Router,
}

impl Fronts {
    /// The fronts over an office.
    pub(super) fn new(
        configuration: &Configuration,
        office: &Office,
        resolver: Resolver,
        clients: ClientPorts,
    ) -> Result<Self, Refusal> {
        let tls = tls(configuration, office).map_err(|fault| Refusal::failed("TLS", fault))?;
        let (identity, access) = (office.identity.clone(), office.access.clone());
        // Strangers come in by SMTP; the pages ask what the DNS says of a domain.
        let checking = access.checking(Arc::new(Outside(resolver)));
        let asking = Office { access: checking.clone(), ..office.clone() };
        Ok(Self {
            smtp: Smtp::new(
                identity.clone(),
                checking,
                tls.clone(),
                office.ambient.clock.clone(),
                configuration.receiving_bytes,
            ),
            imap: Imap::new(identity, access, tls),
            pages: web::router(&asking, clients),
        })
    }

    /// Answers everybody who comes to a listener, until the shutdown.
    pub(super) fn attend(
        &self,
        bound: Bound,
        shutdown: Shutdown,
    ) -> impl Future<Output = ()> + Send + 'static {
        let (smtp, imap, pages) = (self.smtp.clone(), self.imap.clone(), self.pages.clone());
        let (limits, proxies, ending) = (bound.limits(), bound.proxies.clone(), shutdown.clone());
        async move {
            match bound.front {
                Front::Web => {
                    let attend = move |stream, peer, slot| {
                        let (pages, ending) = (pages.clone(), ending.clone());
                        async move {
                            Box::pin(pages::serve(stream, peer, pages, ending)).await;
                            drop(slot);
                        }
                    };
                    bound.listener.serve(limits, proxies, shutdown, attend).await;
                }
                Front::Smtp(service) => {
                    let attend = move |stream, peer, slot| {
                        let (smtp, ending) = (smtp.clone(), ending.clone());
                        async move {
                            Box::pin(smtp.serve(stream, peer, service, ending)).await;
                            drop(slot);
                        }
                    };
                    bound.listener.serve(limits, proxies, shutdown, attend).await;
                }
                Front::Imap(security) => {
                    let attend = move |stream, peer, slot| {
                        let (imap, ending) = (imap.clone(), ending.clone());
                        async move {
                            Box::pin(imap.serve(stream, peer, security, ending)).await;
                            drop(slot);
                        }
                    };
                    bound.listener.serve(limits, proxies, shutdown, attend).await;
                }
            }
        }
    }
}

/// The certificate that was given, or one of our own making.
fn tls(configuration: &Configuration, office: &Office) -> Result<ServerTls, TlsError> {
    match &configuration.tls {
        Some(given) => ServerTls::from_files(&given.certificate, &given.key),
        None => ServerTls::self_signed(&office.files.folder().join(TLS), configuration.host_name.as_str()),
    }
}
