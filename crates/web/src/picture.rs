//! Pictures of people and logos of organizations: where they are, and why one was refused.

use domain::{PICTURE_BYTES, PictureFault, PictureId};
use identity::PictureError;
use ui::Locale;

use crate::Fault;

/// Where a picture is.
pub fn picture_path(picture: PictureId) -> String {
    format!("/picture/{picture}")
}

/// What kind of file is taken as a picture, in words.
pub fn picture_hint(l: Locale) -> String {
    l.t_with("profile-picture-hint", [("limit", &kibibytes())])
}

fn kibibytes() -> String {
    (PICTURE_BYTES / 1024).to_string()
}

/// Why a picture was refused, in words.
pub fn picture_fault(l: Locale, error: PictureError) -> Result<String, Fault> {
    match error {
        PictureError::Fault(PictureFault::Missing) => Ok(l.t("profile-picture-missing")),
        PictureError::Fault(PictureFault::Unknown) => Ok(l.t("profile-picture-unknown")),
        PictureError::Fault(PictureFault::TooLarge) => {
            Ok(l.t_with("profile-picture-large", [("limit", &kibibytes())]))
        }
        PictureError::TooOften => Ok(l.t("profile-picture-often")),
        PictureError::Ended => Err(Fault::SignedOut),
        PictureError::Unavailable => Err(Fault::Unavailable),
    }
}
