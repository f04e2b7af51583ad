//! One's own picture (A9), and every picture that one may see.

use askama::Template;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect, Response};
use domain::{PICTURE_BYTES, PictureId};
use identity::PictureError;
use ui::{Button, ErrorSummary, FieldFault, Html, Locale, Person, Place, Width};
use web::{Fault, Id, Posted, PostedFile, SignedIn, Visitor, picture_fault};

/// Where the page is.
pub(super) const PATH: &str = "/account/picture";
/// How large the form may be, in bytes: the largest picture, and a little for its fields.
pub(super) const FORM_BYTES: usize = PICTURE_BYTES + 64 * 1024;

pub(super) async fn page(signed_in: SignedIn) -> Result<Response, Fault> {
    Ok(shown(&signed_in, Vec::new()))
}

pub(super) async fn set(sent: PostedFile) -> Result<Response, Fault> {
    let signed_in = sent.posted.signed_in()?;
    let identity = signed_in.web().identity();
    let words = match identity.set_picture(&signed_in.actor, sent.file.unwrap_or_default()).await {
        Ok(()) => return Ok(Redirect::to(PATH).into_response()),
        Err(error) => picture_fault(signed_in.l(), error)?,
    };
    Ok(Visitor::refused(shown(&signed_in, vec![FieldFault { field: "file", words }])))
}

pub(super) async fn remove(posted: Posted) -> Result<Response, Fault> {
    let signed_in = posted.signed_in()?;
    match signed_in.web().identity().remove_picture(&signed_in.actor).await {
        Ok(()) => Ok(Redirect::to(PATH).into_response()),
        Err(PictureError::Ended) => Err(Fault::SignedOut),
        Err(PictureError::Fault(_) | PictureError::TooOften | PictureError::Unavailable) => {
            Err(Fault::Unavailable)
        }
    }
}

/// The bytes of a picture, as what they are and nothing else: no page, no script, whatever they hold.
pub(super) async fn bytes(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    let picture: PictureId = id.of("picture")?;
    let found = signed_in.web().identity().picture(&signed_in.actor, picture).await?;
    let picture = found.ok_or(Fault::NotFound)?;
    let name = format!("inline; filename=\"picture.{}\"", picture.kind.name());
    let headers = [
        (CONTENT_TYPE, picture.kind.media_type().to_owned()),
        (CONTENT_DISPOSITION, name),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox".to_owned()),
        // A picture never changes under its id; no other browser may hold it.
        (CACHE_CONTROL, "private, max-age=3600".to_owned()),
    ];
    Ok((headers, picture.content).into_response())
}

fn shown(signed_in: &SignedIn, faults: Vec<FieldFault>) -> Response {
    let (l, visitor) = (signed_in.l(), &signed_in.visitor);
    let person = visitor.person().unwrap_or_default();
    let page = PicturePage { l, csrf: &visitor.csrf(), person: &person, faults: &faults };
    visitor.page(Place::Account, Width::Column, &l.t("profile-picture"), page.html())
}

/// The page.
#[derive(Template)]
#[template(path = "picture.html")]
pub(crate) struct PicturePage<'a> {
    pub(crate) l: Locale,
    pub(crate) csrf: &'a str,
    pub(crate) person: &'a Person,
    pub(crate) faults: &'a [FieldFault],
}

impl PicturePage<'_> {
    /// Rendered.
    pub(crate) fn html(&self) -> Html {
        Html::of(self)
    }

    fn errors(&self) -> Html {
        ErrorSummary { l: self.l, faults: self.faults }.html()
    }

    fn fault(&self) -> Option<String> {
        ErrorSummary::of_field(self.faults, "file")
    }

    fn hint(&self) -> String {
        web::picture_hint(self.l)
    }

    fn save(&self) -> Html {
        Button::primary(self.l.t("profile-picture-save")).html()
    }

    fn remove(&self) -> Html {
        Button { label: self.l.t("profile-picture-remove"), ..Button::default() }.html()
    }
}
