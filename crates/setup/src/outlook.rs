//! Outlook's autodiscover: an answer in XML to a question in XML, and a signpost in JSON that leads to it.

use askama::Template;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::{EmailAddress, Timestamp};
use serde_json::json;
use ui::Html;
use web::{Entrance, Fault, Web};

use crate::asked::Asked;
use crate::document::{XML, absent, document, xml_text};
use crate::question::{self, Question};
use crate::servers::Servers;

/// `POST /autodiscover/autodiscover.xml` ([MS-OXDSCLI] §3.1.5). Programs ask it without a session: it changes nothing.
pub(crate) async fn xml(State(web): State<Web>, body: Bytes) -> Result<Response, Fault> {
    let Ok(Question { address, schema }) = question::read(&body) else {
        return Ok(refusal(&web, INVALID_REQUEST));
    };
    if !schema.is_empty() && schema != SCHEMA {
        return Ok(refusal(&web, SCHEMA_NOT_SUPPORTED));
    }
    let Ok(address) = address.parse::<EmailAddress>() else { return Ok(refusal(&web, INVALID_REQUEST)) };
    if !web.access().takes_mail_for(address.domain()).await? {
        return Ok(absent());
    }
    Ok(document(XML, settings(&address, &Servers::of(&web))))
}

/// `GET /autodiscover/autodiscover.json`: where the document in XML is.
pub(crate) async fn json(State(web): State<Web>, asked: Asked) -> Result<Response, Fault> {
    let protocol = asked.find("protocol").unwrap_or_default();
    if protocol.is_empty() {
        return Ok(fault(
            "MandatoryParameterMissing",
            "A valid value must be provided for the query parameter 'Protocol'",
        ));
    }
    if !protocol.eq_ignore_ascii_case(VERSION_1) {
        return Ok(fault(
            "InvalidProtocol",
            "The given protocol value is invalid. Supported values are 'AutodiscoverV1'",
        ));
    }
    let Ok(address) = asked.find("email").unwrap_or_default().parse::<EmailAddress>() else {
        return Ok(fault(
            "InvalidUserId",
            "A valid smtp address must be provided for the query parameter 'Email'",
        ));
    };
    if !web.access().takes_mail_for(address.domain()).await? {
        return Ok(absent());
    }
    let url = format!("{}/autodiscover/autodiscover.xml", web.identity().origin());
    Ok(document(JSON, json!({ "Protocol": VERSION_1, "Url": url }).to_string()))
}

/// The settings for an address, be there such an address or not.
fn settings(address: &EmailAddress, servers: &Servers) -> String {
    let name = xml_text(&address.to_string());
    let protocols = [("IMAP", servers.incoming.first()), ("SMTP", servers.outgoing.first())];
    let protocols = protocols.into_iter().filter_map(|(kind, first)| Some((kind, *first?))).collect();
    Html::of(&Settings { name, host: &servers.host, protocols }).as_str().to_owned()
}

#[derive(Template)]
#[template(path = "autodiscover.xml")]
struct Settings<'a> {
    name: String,
    host: &'a str,
    protocols: Vec<(&'static str, Entrance)>,
}

/// A fault as the protocol has it ([MS-OXDSCLI] §2.2.4.1.1.3): its code, and words for a log.
type Refusal = (u16, &'static str);

const INVALID_REQUEST: Refusal = (600, "Invalid Request");
const SCHEMA_NOT_SUPPORTED: Refusal = (601, "The requested schema version is not supported");

fn refusal(web: &Web, (code, words): Refusal) -> Response {
    document(XML, Html::of(&Refused { time: time_of_day(web.now()), code, words }).as_str().to_owned())
}

#[derive(Template)]
#[template(path = "autodiscover_error.xml")]
struct Refused {
    time: String,
    code: u16,
    words: &'static str,
}

fn time_of_day(now: Timestamp) -> String {
    let secs = now.secs().rem_euclid(86_400);
    format!("{:02}:{:02}:{:02}", secs / 3600, secs / 60 % 60, secs % 60)
}

/// A fault of the signpost. What was asked is not said again.
fn fault(code: &str, words: &str) -> Response {
    let text = json!({ "ErrorCode": code, "ErrorMessage": words }).to_string();
    (StatusCode::BAD_REQUEST, document(JSON, text)).into_response()
}

/// The only schema of answers that we have.
const SCHEMA: &str = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";
/// The protocol of the document in XML.
const VERSION_1: &str = "AutodiscoverV1";
const JSON: &str = "application/json; charset=utf-8";
