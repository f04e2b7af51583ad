//! The file as a browser sends it.

use axum::extract::multipart::Multipart;
use axum::extract::{FromRequest, FromRequestParts, Request};
use mailbox::desk::ServiceDesk;
use web::{Fault, Id, SignedIn, Visitor, Web};

/// How long a field may be, in bytes.
const FIELD_BYTES: usize = 1_000;
/// How many fields the form may have.
const FIELDS: usize = 10;

/// A file that one of our own pages sent.
pub(super) struct Upload {
    /// Who sent it.
    pub(super) signed_in: SignedIn,
    /// The desk of the mail service that it is for.
    pub(super) desk: ServiceDesk,
    /// The domain that was chosen.
    pub(super) domain: String,
    /// What it holds; none when it is too large.
    pub(super) file: Option<Vec<u8>>,
}

impl FromRequest<Web> for Upload {
    type Rejection = Fault;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Fault> {
        let (mut parts, body) = request.into_parts();
        let signed_in = SignedIn::from_request_parts(&mut parts, web).await?;
        let Ok(id) = Id::from_request_parts(&mut parts, web).await;
        // Asked before the file is read: nobody sends one to a mail service that they do not manage.
        let desk = crate::service::desk(&signed_in, &id).await?;
        let headers = parts.headers.clone();
        let visitor: &Visitor = &signed_in.visitor;
        let form = Multipart::from_request(Request::from_parts(parts, body), web).await;
        let mut form = form.map_err(|_| Fault::TooLarge)?;
        let (mut is_ours, mut domain, mut file) = (false, String::new(), None);
        for _ in 0..FIELDS {
            // The token stands first: nobody else's page makes this server hold a file.
            let Ok(Some(field)) = form.next_field().await else { break };
            let name = field.name().unwrap_or_default().to_owned();
            if name == "file" && is_ours {
                file = field.bytes().await.ok().map(|bytes| bytes.to_vec());
                continue;
            }
            let text = field.text().await.map_err(|_| Fault::TooLarge)?;
            if text.len() > FIELD_BYTES {
                return Err(Fault::TooLarge);
            }
            match name.as_str() {
                "csrf" => {
                    visitor.check_form(&headers, &text)?;
                    is_ours = true;
                }
                "domain" => domain = text,
                _ => {}
            }
        }
        if is_ours { Ok(Self { signed_in, desk, domain, file }) } else { Err(Fault::Forged) }
    }
}
