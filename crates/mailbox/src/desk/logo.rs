//! The logo of an organization (O2): an owner sets it, its members see it.

use bytes::Bytes;
use domain::PictureId;
use domain::role::Verb;
use identity::PictureError;
use identity::pictures::{self, NewPicture, PictureOf};
use store::{StoreError, Tx};

use super::{DeskError, OrganizationDesk, check_verb_to_write};

/// Why a logo was not set.
#[derive(Debug, thiserror::Error)]
pub enum LogoError {
    /// The file is no picture, or too many were set.
    #[error(transparent)]
    Picture(PictureError),
    /// Something else.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl From<StoreError> for LogoError {
    fn from(error: StoreError) -> Self {
        Self::Desk(error.into())
    }
}

impl OrganizationDesk {
    /// Sets the logo.
    pub async fn set_logo(&self, content: Bytes) -> Result<(), LogoError> {
        // Asked first as well, so that nobody else's bytes are kept.
        self.record().await?;
        let new = NewPicture::keep(self.access.store(), content).await.map_err(LogoError::Picture)?;
        let desk = self.clone();
        let set = move |tx: &mut Tx<'_>| {
            check_verb_to_write(tx, &desk.actor, desk.organization, Verb::ChangeOrganization)?;
            if pictures::is_too_often(tx, desk.actor.user())? {
                return Err(LogoError::Picture(PictureError::TooOften));
            }
            pictures::replace(tx, PictureOf::Organization(desk.organization), &new)?;
            Ok(desk.note(tx, "organization.logo", &desk.name, "{}")?)
        };
        self.access.store().write(set).await
    }

    /// Takes the logo away.
    pub async fn remove_logo(&self) -> Result<(), DeskError> {
        let desk = self.clone();
        let remove = move |tx: &mut Tx<'_>| {
            check_verb_to_write(tx, &desk.actor, desk.organization, Verb::ChangeOrganization)?;
            if pictures::erase(tx, PictureOf::Organization(desk.organization))? {
                desk.note(tx, "organization.logo_remove", &desk.name, "{}")?;
            }
            Ok::<_, DeskError>(())
        };
        self.access.store().write(remove).await
    }

    /// The id of the logo, for whoever may change it.
    pub async fn logo(&self) -> Result<Option<PictureId>, DeskError> {
        let desk = self.clone();
        let read = move |tx: &mut Tx<'_>| {
            super::check_verb(tx, &desk.actor, desk.organization, Verb::ChangeOrganization)?;
            Ok::<_, DeskError>(pictures::id_of(tx, PictureOf::Organization(desk.organization))?)
        };
        self.access.store().read(read).await
    }
}
