//! A form with one file.

use axum::extract::multipart::Multipart;
use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use bytes::Bytes;

use crate::{Fault, Posted, Visitor, Web};

/// How many fields such a form may have.
const FIELDS: usize = 100;

/// The fields of a form that one of this server's own pages sent, and the file that was chosen in it.
pub struct PostedFile {
    /// Everything but the file.
    pub posted: Posted,
    /// Its bytes; none when none was chosen.
    pub file: Option<Bytes>,
}

impl FromRequest<Web> for PostedFile {
    type Rejection = Fault;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Fault> {
        // A form without any file may come as every other: whoever may not see the page learns nothing from the form.
        if !is_in_pieces(request.headers()) {
            return Ok(Self { posted: Posted::from_request(request, web).await?, file: None });
        }
        let (parts, body) = request.into_parts();
        let visitor = Visitor::read(&parts, web).await?;
        let headers = parts.headers.clone();
        let form = Multipart::from_request(Request::from_parts(parts, body), web).await;
        read(visitor, &headers, form.map_err(|_| Fault::TooLarge)?).await
    }
}

fn is_in_pieces(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.trim_start().to_ascii_lowercase().starts_with("multipart/")
}

async fn read(visitor: Visitor, headers: &HeaderMap, mut form: Multipart) -> Result<PostedFile, Fault> {
    let (mut fields, mut file, mut is_ours) = (Vec::new(), None, false);
    while let Some(field) = form.next_field().await.map_err(|_| Fault::TooLarge)? {
        let name = field.name().unwrap_or_default().to_owned();
        let is_file = field.file_name().is_some();
        // The token stands before the file: nobody else's page makes this server hold one.
        if is_file && !is_ours || fields.len() >= FIELDS {
            return Err(if is_ours { Fault::TooLarge } else { Fault::Forged });
        }
        let bytes = field.bytes().await.map_err(|_| Fault::TooLarge)?;
        if is_file {
            file = file.or(Some(bytes).filter(|bytes| !bytes.is_empty()));
            continue;
        }
        let value = String::from_utf8(bytes.to_vec()).map_err(|_| Fault::TooLarge)?;
        if name == "csrf" {
            visitor.check_form(headers, &value)?;
            is_ours = true;
        }
        fields.push((name, value));
    }
    if !is_ours {
        return Err(Fault::Forged);
    }
    Ok(PostedFile { posted: Posted { visitor, fields }, file })
}
