//! Pictures of users, and logos of organizations (A9, O2).
//!
//! The bytes are kept as they came: what they are was read from their beginning, and they are served as that alone. A
//! larger one lies in the blob store, flushed before the transaction that speaks of it, and is collected when it was
//! replaced.
//!
//! **Invariant:** a user's picture is seen by whoever is in an organization or opens an address with them, a logo by the
//! members of its organization; to others it is not there.

use bytes::Bytes;
use domain::{Id, OrganizationId, PictureFault, PictureId, PictureKind, Timestamp, UserId, duration};
use store::{BlobFault, BlobRef, Row, Store, StoreError, Tx};

use crate::actor::{Actor, Way};
use crate::identity::{Identity, Unavailable};
use crate::{account_log, organizations, users};

/// How many pictures and logos somebody may set in a day: replaced ones lie about until they are collected.
pub const PICTURES_A_DAY: u64 = 20;

/// Whose a picture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureOf {
    /// A user's.
    User(UserId),
    /// An organization's: its logo.
    Organization(OrganizationId),
}

/// A picture to be shown.
#[derive(Debug, Clone)]
pub struct Picture {
    /// How it is coded.
    pub kind: PictureKind,
    /// Its bytes.
    pub content: Bytes,
}

/// A picture whose bytes are safe, and which nothing speaks of yet.
#[derive(Debug, Clone)]
pub struct NewPicture {
    kind: PictureKind,
    blob: BlobRef,
}

/// Why a picture was not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// The file is none.
    #[error(transparent)]
    Fault(PictureFault),
    /// Too many were set today.
    #[error("{PICTURES_A_DAY} pictures were set within a day")]
    TooOften,
    /// Only a browser that is still signed in changes it.
    #[error("the session has ended")]
    Ended,
    /// The storage failed.
    #[error("the storage is unavailable")]
    Unavailable,
}

impl From<StoreError> for PictureError {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "a picture could not be written");
        Self::Unavailable
    }
}

impl NewPicture {
    /// Looks at the bytes, and keeps those of a picture.
    pub async fn keep(store: &Store, content: Bytes) -> Result<Self, PictureError> {
        let kind = PictureKind::of(&content).map_err(PictureError::Fault)?;
        let blob = store.blobs().put(content).await.map_err(failed)?;
        Ok(Self { kind, blob })
    }
}

impl Identity {
    /// A picture that the actor may see.
    pub async fn picture(&self, actor: &Actor, picture: PictureId) -> Result<Option<Picture>, Unavailable> {
        let viewer = actor.user();
        let look = move |tx: &mut Tx<'_>| -> Result<_, StoreError> {
            let Some((owner, kind, blob)) = load(tx, picture)? else { return Ok(None) };
            Ok(is_seen(tx, viewer, owner)?.then_some((kind, blob)))
        };
        let Some((kind, blob)) = self.parts.store.read(look).await? else { return Ok(None) };
        Ok(Some(Picture { kind, content: self.read_picture(&blob).await? }))
    }

    pub(crate) async fn read_picture(&self, blob: &BlobRef) -> Result<Bytes, Unavailable> {
        self.parts.store.blobs().read(blob).await.map_err(|fault| {
            tracing::error!(%fault, "the bytes of a picture could not be read");
            Unavailable
        })
    }

    /// The id of the actor's own picture.
    pub async fn own_picture(&self, actor: &Actor) -> Result<Option<PictureId>, Unavailable> {
        let user = actor.user();
        self.parts.store.read(move |tx| Ok(id_of(tx, PictureOf::User(user))?)).await
    }

    /// Sets the actor's picture.
    pub async fn set_picture(&self, actor: &Actor, content: Bytes) -> Result<(), PictureError> {
        let new = NewPicture::keep(&self.parts.store, content).await?;
        let who = actor.clone();
        let set = move |tx: &mut Tx<'_>| {
            check_own(tx, &who)?;
            if is_too_often(tx, who.user())? {
                return Err(PictureError::TooOften);
            }
            replace(tx, PictureOf::User(who.user()), &new)?;
            Ok(account_log::note_by(tx, &who, "picture.set", "")?)
        };
        self.parts.store.write(set).await
    }

    /// Takes the actor's picture away.
    pub async fn remove_picture(&self, actor: &Actor) -> Result<(), PictureError> {
        let who = actor.clone();
        let remove = move |tx: &mut Tx<'_>| {
            check_own(tx, &who)?;
            if erase(tx, PictureOf::User(who.user()))? {
                account_log::note_by(tx, &who, "picture.remove", "")?;
            }
            Ok(())
        };
        self.parts.store.write(remove).await
    }
}

fn check_own(tx: &mut Tx<'_>, who: &Actor) -> Result<(), PictureError> {
    users::lock(tx, who.user())?;
    if !matches!(who.way(), Way::Browser(_)) || who.ended(tx)?.is_some() {
        return Err(PictureError::Ended);
    }
    Ok(())
}

/// Whether a user set as many pictures and logos within a day as they may.
pub fn is_too_often(tx: &mut Tx<'_>, user: UserId) -> Result<bool, StoreError> {
    let since: Timestamp = tx.now().minus(duration::days(1));
    let sql = "SELECT (SELECT count(*) FROM account_entries WHERE user_id = $1 AND at > $2 AND verb = 'picture.set') \
               + (SELECT count(*) FROM audit_entries WHERE actor = $1 AND at > $2 AND verb = 'organization.logo')";
    Ok(tx.load(sql, &[&user, &since], |row| row.get::<u64>(0))? >= PICTURES_A_DAY)
}

/// Puts a picture in the place of the one that was there. The caller has checked the right.
pub fn replace(tx: &mut Tx<'_>, owner: PictureOf, new: &NewPicture) -> Result<PictureId, StoreError> {
    erase(tx, owner)?;
    let (id, now) = (tx.id::<PictureId>(), tx.now());
    let (user, organization) = owner.columns();
    let (content, hash) = new.blob.columns();
    store::blobs::claim(tx, &new.blob, id.bytes())?;
    let sql = "INSERT INTO pictures (picture_id, user_id, organization_id, kind, size, content, blob_hash, created_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let (kind, size) = (new.kind.name(), new.blob.size());
    tx.execute(sql, &[&id, &user, &organization, &kind, &size, &content, &hash, &now])?;
    Ok(id)
}

/// Takes a picture away, if there is one. The caller has checked the right.
pub fn erase(tx: &mut Tx<'_>, owner: PictureOf) -> Result<bool, StoreError> {
    let Some(id) = id_of(tx, owner)? else { return Ok(false) };
    store::blobs::release(tx, id.bytes())?;
    tx.execute("DELETE FROM pictures WHERE picture_id = $1", &[&id])?;
    Ok(true)
}

/// The id of somebody's picture.
pub fn id_of(tx: &mut Tx<'_>, owner: PictureOf) -> Result<Option<PictureId>, StoreError> {
    match owner {
        PictureOf::User(user) => {
            tx.find("SELECT picture_id FROM pictures WHERE user_id = $1", &[&user], |row| row.get(0))
        }
        PictureOf::Organization(organization) => {
            let sql = "SELECT picture_id FROM pictures WHERE organization_id = $1";
            tx.find(sql, &[&organization], |row| row.get(0))
        }
    }
}

impl PictureOf {
    const fn columns(self) -> (Option<UserId>, Option<OrganizationId>) {
        match self {
            Self::User(user) => (Some(user), None),
            Self::Organization(organization) => (None, Some(organization)),
        }
    }
}

/// How a picture is coded, and where its bytes are.
pub(crate) type Kept = (PictureKind, BlobRef);

/// The picture of a user, with where its bytes are.
pub(crate) fn of_user(tx: &mut Tx<'_>, user: UserId) -> Result<Option<Kept>, StoreError> {
    let Some(id) = id_of(tx, PictureOf::User(user))? else { return Ok(None) };
    Ok(load(tx, id)?.map(|(_, kind, blob)| (kind, blob)))
}

fn load(tx: &mut Tx<'_>, id: PictureId) -> Result<Option<(PictureOf, PictureKind, BlobRef)>, StoreError> {
    let sql =
        "SELECT user_id, organization_id, kind, size, content, blob_hash FROM pictures WHERE picture_id = $1";
    tx.find(sql, &[&id], |row| {
        let owner = match (row.get::<Option<UserId>>(0)?, row.get::<Option<OrganizationId>>(1)?) {
            (Some(user), _) => PictureOf::User(user),
            (None, Some(organization)) => PictureOf::Organization(organization),
            (None, None) => return Err(StoreError::Corrupt("a picture of nobody".to_owned())),
        };
        let kind = PictureKind::named(row.text(2)?);
        let kind = kind.ok_or_else(|| StoreError::Corrupt("the kind of a picture".to_owned()))?;
        Ok((owner, kind, blob(row)?))
    })
}

fn blob(row: &Row<'_>) -> Result<BlobRef, StoreError> {
    match (row.get::<Option<Vec<u8>>>(4)?, row.get(5)?) {
        (Some(content), _) => Ok(BlobRef::Inline(content.into())),
        (None, Some(hash)) => Ok(BlobRef::Stored { hash, size: row.get(3)? }),
        (None, None) => Err(StoreError::Corrupt("a picture without bytes".to_owned())),
    }
}

fn is_seen(tx: &mut Tx<'_>, viewer: UserId, owner: PictureOf) -> Result<bool, StoreError> {
    match owner {
        PictureOf::Organization(organization) => {
            Ok(organizations::role_of(tx, viewer, organization)?.is_some())
        }
        PictureOf::User(user) if user == viewer => Ok(true),
        PictureOf::User(user) => {
            Ok(share_organization(tx, viewer, user)? || share_address(tx, viewer, user)?)
        }
    }
}

fn share_organization(tx: &mut Tx<'_>, one: UserId, other: UserId) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM memberships a JOIN memberships b ON b.organization_id = a.organization_id \
               WHERE a.user_id = $1 AND b.user_id = $2 LIMIT 1";
    Ok(tx.find(sql, &[&one, &other], |_| Ok(()))?.is_some())
}

fn share_address(tx: &mut Tx<'_>, one: UserId, other: UserId) -> Result<bool, StoreError> {
    let opened = |user: &str| {
        format!(
            "SELECT mailbox_id FROM grants WHERE user_id = {user} AND (ends_at IS NULL OR ends_at > $3) UNION \
             SELECT t.mailbox_id FROM team_grants t JOIN team_members m ON m.team_id = t.team_id \
             WHERE m.user_id = {user}"
        )
    };
    let sql = format!(
        "SELECT 1 FROM ({} INTERSECT {}) shared LIMIT 1",
        nested(&opened("$1")),
        nested(&opened("$2"))
    );
    let now = tx.now();
    Ok(tx.find(&sql, &[&one, &other, &now], |_| Ok(()))?.is_some())
}

/// A query within another, on both databases.
fn nested(sql: &str) -> String {
    format!("SELECT mailbox_id FROM ({sql}) opened")
}

fn failed(fault: BlobFault) -> PictureError {
    tracing::error!(%fault, "the bytes of a picture could not be kept");
    PictureError::Unavailable
}
