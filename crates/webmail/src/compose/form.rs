//! The sheet as a browser sends it: fields and files.

use axum::extract::multipart::{Field, Multipart};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::HeaderMap;
use bytes::Bytes;
use web::{Fault, Visitor, Web};

use super::begin::{self, Carried, Written};

/// How large a sheet with its files may be, in bytes: the largest message as usually configured, and its fields.
pub(crate) const FORM_BYTES: usize = 60 * 1024 * 1024;
/// How many fields and files a sheet may have: a draft with a hundred attachments fits.
const PIECES: usize = 300;
/// How long a field may be, in bytes: far beyond what anybody types.
const FIELD_BYTES: usize = 4 * 1024 * 1024;

/// A sheet that one of our own pages sent.
pub(crate) struct Sent {
    pub(super) act: WrittenAct,
    pub(super) written: Written,
    pub(super) files: Vec<File>,
}

/// Which button was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WrittenAct {
    Send,
    Draft,
}

/// A file that was chosen.
pub(super) struct File {
    pub(super) name: String,
    pub(super) media_type: String,
    pub(super) content: Bytes,
}

impl FromRequest<Web> for Sent {
    type Rejection = Fault;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Fault> {
        let (mut parts, body) = request.into_parts();
        let visitor = Visitor::from_request_parts(&mut parts, web).await?;
        let headers = parts.headers.clone();
        let form = Multipart::from_request(Request::from_parts(parts, body), web).await;
        let mut form = form.map_err(|_| Fault::TooLarge)?;
        let mut pieces = Pieces::new(visitor, headers);
        while let Some(field) = form.next_field().await.map_err(|_| Fault::TooLarge)? {
            pieces.take(field).await?;
        }
        pieces.sent()
    }
}

/// What was read so far.
struct Pieces {
    visitor: Visitor,
    headers: HeaderMap,
    is_ours: bool,
    fields: Vec<(String, String)>,
    files: Vec<File>,
}

impl Pieces {
    fn new(visitor: Visitor, headers: HeaderMap) -> Self {
        Self { visitor, headers, is_ours: false, fields: Vec::new(), files: Vec::new() }
    }

    async fn take(&mut self, field: Field<'_>) -> Result<(), Fault> {
        if self.fields.len() + self.files.len() >= PIECES {
            return Err(Fault::TooLarge);
        }
        let name = field.name().unwrap_or_default().to_owned();
        if name == "files" {
            return self.take_file(field).await;
        }
        let value = text(field).await?;
        if name == "csrf" {
            self.visitor.check_form(&self.headers, &value)?;
            self.is_ours = true;
        }
        self.fields.push((name, value));
        Ok(())
    }

    async fn take_file(&mut self, field: Field<'_>) -> Result<(), Fault> {
        // The token stands before the files: nobody else's page makes this server hold any.
        if !self.is_ours {
            return Err(Fault::Forged);
        }
        let name = field.file_name().unwrap_or_default().to_owned();
        let media_type = field.content_type().unwrap_or_default().to_owned();
        let content = field.bytes().await.map_err(|_| Fault::TooLarge)?;
        // A browser sends a file without name and content for a field in which none was chosen.
        if !name.is_empty() || !content.is_empty() {
            self.files.push(File { name, media_type, content });
        }
        Ok(())
    }

    fn sent(self) -> Result<Sent, Fault> {
        if !self.is_ours {
            return Err(Fault::Forged);
        }
        let act = if text_of(&self.fields, "act") == "draft" { WrittenAct::Draft } else { WrittenAct::Send };
        Ok(Sent { act, written: written(&self.fields), files: self.files })
    }
}

fn written(fields: &[(String, String)]) -> Written {
    let text = |name| text_of(fields, name);
    let carried = fields.iter().filter(|(name, _)| name == "carry");
    Written {
        from: text("from").parse().ok(),
        to: text("to").to_owned(),
        cc: text("cc").to_owned(),
        bcc: text("bcc").to_owned(),
        subject: text("subject").to_owned(),
        text: text("text").to_owned(),
        signature: begin::signature(text("signature")),
        answers: text("answers").parse().ok(),
        forwards: text("forwards").parse().ok(),
        draft: text("draft").parse().ok(),
        folder: text("folder").parse().ok(),
        once: text("once").to_owned(),
        carried: carried.filter_map(|(_, value)| Carried::read(value)).collect(),
    }
}

fn text_of<'a>(fields: &'a [(String, String)], name: &str) -> &'a str {
    fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
}

async fn text(mut field: Field<'_>) -> Result<String, Fault> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|_| Fault::TooLarge)? {
        if bytes.len() + chunk.len() > FIELD_BYTES {
            return Err(Fault::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_is_read_and_nonsense_in_it_is_nothing() {
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let id = "018bcfe5-687b-7bab-abab-abababababab";
        let written = written(&[
            field("to", "ben@example.test"),
            field("answers", id),
            field("draft", "nonsense"),
            field("carry", &format!("{id}.3")),
            field("carry", "nonsense"),
        ]);
        assert_eq!(written.to, "ben@example.test");
        assert!(written.answers.is_some() && written.draft.is_none());
        assert_eq!(written.carried.len(), 1);
    }
}
