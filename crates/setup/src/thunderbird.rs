//! Thunderbird's autoconfiguration, which Evolution, KMail, K-9 Mail and others ask for as well.

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::{DomainName, EmailAddress};
use ui::Html;
use web::{Fault, Web};

use crate::asked::Asked;
use crate::document::{XML, absent, document, xml_text};
use crate::host::domain_asked;
use crate::servers::Servers;

/// `GET /.well-known/autoconfig/mail/config-v1.1.xml` and `GET /mail/config-v1.1.xml`: by the address that the query
/// names, or by the name `autoconfig.<domain>`.
pub(crate) async fn config(
    State(web): State<Web>,
    headers: HeaderMap,
    asked: Asked,
) -> Result<Response, Fault> {
    let Some(domain) = domain(&headers, &asked) else { return Ok(absent()) };
    if !web.access().takes_mail_for(&domain).await? {
        return Ok(absent());
    }
    Ok(document(XML, text(&domain, &Servers::of(&web))))
}

fn domain(headers: &HeaderMap, asked: &Asked) -> Option<DomainName> {
    match asked.find("emailaddress") {
        Some(address) => address.parse::<EmailAddress>().ok().map(|address| address.domain().clone()),
        None => domain_asked(headers, "autoconfig"),
    }
}

/// The document. The program puts the address in, so that none is in it.
fn text(domain: &DomainName, servers: &Servers) -> String {
    Html::of(&Config { domain, shown: xml_text(&domain.to_unicode()), servers }).as_str().to_owned()
}

#[derive(Template)]
#[template(path = "config.xml")]
struct Config<'a> {
    domain: &'a DomainName,
    shown: String,
    servers: &'a Servers,
}
