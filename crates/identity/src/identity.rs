//! The service that signs people in and up, and answers who they are.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use bus::Bus;
use domain::{Ambient, EmailAddress, Id, InvitationId, Language, OrganizationId, Secret, Timestamp, UserId};
use store::{Store, StoreError, Tx};

use crate::actor::{Actor, Known, Origin, Parts as ActorParts, Way};
use crate::invitations::{self, InvitationError, InvitationView, Invited, NewInvitation};
use crate::mails::{self, MailTemplate};
use crate::organizations::OrganizationView;
use crate::passwords::Passwords;
use crate::server_key::ServerKey;
use crate::sign_up::Landing;
use crate::throttle::Throttle;

/// What the identities of this server obey.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the pages are: `https://mail.example.org`, without a slash at the end.
    pub origin: String,
}

/// A question to somebody whether mail may be sent on to them.
#[derive(Debug)]
pub struct RedirectionAsked<'a> {
    /// The address whose mail it is.
    pub address: &'a str,
    /// The name of its organization.
    pub organization: &'a str,
    /// Who is asked.
    pub target: &'a EmailAddress,
    /// What the link is made of.
    pub token: &'a str,
    /// What can be told instead of opening the link.
    pub code: &'a str,
    /// When both run out.
    pub expires_at: Timestamp,
}

/// The service that signs people in and up. Clones share it.
#[derive(Clone)]
pub struct Identity {
    pub(crate) parts: Arc<Parts>,
}

pub(crate) struct Parts {
    pub(crate) store: Store,
    pub(crate) bus: Bus,
    pub(crate) ambient: Ambient,
    pub(crate) key: ServerKey,
    pub(crate) settings: Settings,
    pub(crate) throttle: Throttle,
    pub(crate) passwords: Passwords,
    pub(crate) has_sms_gateway: AtomicBool,
}

/// Something failed in the server; its log has the cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the storage is unavailable")]
pub struct Unavailable;

impl From<StoreError> for Unavailable {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the storage failed");
        Self
    }
}

impl Identity {
    /// The service over a store.
    pub fn new(store: Store, bus: Bus, ambient: Ambient, key: ServerKey, settings: Settings) -> Self {
        let passwords = Passwords::new(&*ambient.random);
        let throttle = Throttle::default();
        let has_sms_gateway = AtomicBool::new(false);
        let parts = Parts { store, bus, ambient, key, settings, throttle, passwords, has_sms_gateway };
        Self { parts: Arc::new(parts) }
    }

    /// Whoever runs the server, at the command line: manages everything, reads no mail. For the program's own command
    /// line and nothing else.
    pub fn operator() -> Actor {
        Actor::new(ActorParts {
            user: UserId::from_bytes([0; 16]),
            name: "operator".to_owned(),
            address: String::new(),
            language: Language::En,
            time_zone: "UTC".to_owned(),
            ip: None,
            way: Way::Operator,
            lease: None,
            known: Known::default(),
        })
    }

    /// Where the pages are.
    pub fn origin(&self) -> &str {
        &self.parts.settings.origin
    }

    /// The organizations that the actor is a member of.
    pub async fn organizations(&self, actor: &Actor) -> Result<Vec<OrganizationView>, Unavailable> {
        let user = actor.user();
        self.parts.store.read(move |tx| Ok(crate::organizations::of_user(tx, user)?)).await
    }

    /// Makes an invitation. The caller has checked the right.
    pub fn invite(&self, tx: &mut Tx<'_>, new: &NewInvitation) -> Result<Invited, StoreError> {
        let (id, _) = invitations::insert(tx, new, |id| self.invitation_token(id))?;
        Ok(Invited { id, link: self.invitation_link(id) })
    }

    /// The link of an invitation: the same one each time.
    pub fn invitation_link(&self, invitation: InvitationId) -> String {
        format!("{}/invite/{}", self.parts.settings.origin, self.invitation_token(invitation))
    }

    /// A secret of this server for one use, made from its key: `purpose` keeps those of different uses apart.
    pub fn secret_for(&self, purpose: &str) -> Secret<String> {
        Secret::new(self.parts.key.token("secret", purpose.as_bytes()))
    }

    /// Asks somebody by mail whether the mail of an address may be sent on to them. The caller has checked the right.
    pub fn mail_redirection(
        &self,
        tx: &mut Tx<'_>,
        by: &Actor,
        redirection: &RedirectionAsked<'_>,
    ) -> Result<(), StoreError> {
        let RedirectionAsked { address, organization, target, token, code, expires_at } = redirection;
        let link = format!("{}/redirections/{token}", self.origin());
        let expires = expires_at.millis().to_string();
        let values = [
            ("inviter", by.name()),
            ("organization", organization),
            ("address", address),
            ("link", &link),
            ("code", code),
            ("expires", &expires),
        ];
        mails::send(tx, MailTemplate::RedirectionAsked, by.language(), target, &values)
    }

    /// Sends an invitation by mail, and begins its time anew. The caller has checked the right.
    pub fn mail_invitation(
        &self,
        tx: &mut Tx<'_>,
        by: &Actor,
        invitation: InvitationId,
        to: &EmailAddress,
        language: Language,
    ) -> Result<(), StoreError> {
        invitations::mark_sent(tx, invitation, to, language)?;
        let hash = invitations::hash(&self.invitation_token(invitation));
        let (organization, address) = invitations::object(tx, &hash)?;
        let sql = "SELECT name FROM organizations WHERE organization_id = $1";
        let name: String = tx.load(sql, &[&organization], |row| row.get(0))?;
        let link = self.invitation_link(invitation);
        let expires = tx.now().plus(invitations::WAITS).millis().to_string();
        let values = [
            ("inviter", by.name()),
            ("organization", &name),
            ("address", &address),
            ("link", &link),
            ("expires", &expires),
        ];
        mails::send(tx, MailTemplate::Invitation, language, to, &values)
    }

    /// What a link is. Changes nothing.
    pub async fn invitation(&self, token: &str) -> Result<InvitationView, InvitationError> {
        let token = token.to_owned();
        let found = self.parts.store.read(move |tx| invitations::find(tx, &token)).await?;
        Ok(found?)
    }

    /// Notes that a person saw the page of an invitation.
    pub async fn invitation_seen(&self, token: &str) -> Result<(), Unavailable> {
        let token = token.to_owned();
        self.parts.store.write(move |tx| Ok(invitations::seen(tx, &token)?)).await
    }

    /// Gives a user who is signed in what an invitation promises; where they go then.
    pub async fn accept(
        &self,
        actor: &Actor,
        token: &str,
        appears_under: Option<OrganizationId>,
    ) -> Result<Landing, InvitationError> {
        let (actor, hash) = (actor.clone(), invitations::hash(token));
        let accept = move |tx: &mut Tx<'_>| {
            if actor.ended(tx)?.is_some() || !matches!(actor.way(), Way::Browser(_)) {
                return Err(InvitationError::Unknown);
            }
            let own = match appears_under {
                Some(organization) => {
                    crate::organizations::role_of(tx, actor.user(), organization)?.map(|_| organization)
                }
                None => None,
            };
            let opened = invitations::opened_by_its_maker(tx, actor.user(), &hash)?;
            let closed = crate::taking::closed_to(tx, &actor, opened)?;
            let landing = invitations::accept(tx, actor.user(), &hash, own)?;
            let (organization, address) = invitations::object(tx, &hash)?;
            crate::taking::tell(tx, &actor, organization, closed)?;
            let object = if address.is_empty() { actor.address() } else { &address };
            crate::audit::write(tx, organization, &actor, "invitation.accept", object, "{}")?;
            Ok(landing)
        };
        self.parts.store.write(accept).await
    }

    pub(crate) fn invitation_token(&self, invitation: InvitationId) -> String {
        self.parts.key.token("invitation", invitation.bytes())
    }
}

impl Origin {
    /// What the browser calls itself, as much of it as is kept.
    pub(crate) fn browser_kept(&self) -> String {
        self.browser.chars().filter(|letter| !letter.is_control()).take(200).collect()
    }
}
