//! The proof of presence (A7): a sensitive act asks for one's own password, and gives the form back as it was.
//!
//! Any form may carry the field `proof-password`. Without a fresh proof, the answer is a page that asks for it, and that
//! sends everything that was filled in once more, to the same address.

use askama::Template;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use domain::Secret;
use identity::{Actor, Confirmed, SignInError};
use ui::{Html, Locale, PasskeyAct, PasskeyButton};

use crate::{Fault, Posted, SignedIn, Visitor};

/// The field of the password.
const PASSWORD: &str = "proof-password";
/// The field of a passkey's answer.
const PASSKEY: &str = "proof-passkey";
/// Where it is said what the passkey is to do.
const QUESTION: &str = "/account/confirm/question";
/// Fields that are not given back: they belong to the page, not to what was filled in.
const OWN: [&str; 4] = ["csrf", PASSWORD, PASSKEY, "proof-address"];

/// A form sent by somebody who is signed in and has just proved that they are there.
pub struct Proof {
    /// Who.
    pub signed_in: SignedIn,
    /// The proof.
    pub confirmed: Confirmed,
}

impl Posted {
    /// Who sent the form; the answer when nobody is signed in.
    pub fn signed_in(&self) -> Result<SignedIn, Fault> {
        match self.visitor.actor() {
            Some(_) if self.visitor.owes_factor() => Err(crate::visitor::factor_first(&self.visitor, false)),
            Some(actor) => Ok(SignedIn { visitor: self.visitor.clone(), actor: actor.clone() }),
            None => Err(crate::visitor::sign_in_first(&self.visitor, false)),
        }
    }

    /// The proof of whoever sent the form; the page that asks for it when there is none.
    pub async fn proof(&self) -> Result<Proof, Fault> {
        let signed_in = self.signed_in()?;
        let identity = signed_in.web().identity();
        let (password, passkey) = (self.text(PASSWORD), self.text(PASSKEY));
        if !passkey.is_empty() {
            let (by, origin) = (self.visitor.asked_by(), self.visitor.origin());
            let confirmed = identity.confirm_with_passkey(&signed_in.actor, by, passkey, origin).await;
            return self.judged(signed_in, confirmed, "proof-passkey-wrong");
        }
        if password.is_empty() {
            return match identity.confirmed(&signed_in.actor).await? {
                Some(confirmed) => Ok(Proof { signed_in, confirmed }),
                None => Err(self.ask(&signed_in.actor, None)),
            };
        }
        let confirmed = identity.confirm(&signed_in.actor, &Secret::new(password.to_owned())).await;
        match confirmed {
            Err(SignInError::Expired) => Err(Fault::SignedOut),
            confirmed => self.judged(signed_in, confirmed, "proof-wrong"),
        }
    }

    /// The proof, or the question once more with what was wrong.
    fn judged(
        &self,
        signed_in: SignedIn,
        confirmed: Result<Confirmed, SignInError>,
        wrong: &str,
    ) -> Result<Proof, Fault> {
        match confirmed {
            Ok(confirmed) => Ok(Proof { signed_in, confirmed }),
            Err(SignInError::Unavailable) => Err(Fault::Unavailable),
            Err(SignInError::Wrong | SignInError::Expired) => {
                Err(self.ask(&signed_in.actor, Some(self.visitor.l().t(wrong))))
            }
            Err(SignInError::Throttled(wait)) => {
                let l = self.visitor.l();
                let words = l.t_with("proof-throttled", [("wait", &l.duration(wait.as_secs()))]);
                Err(self.ask(&signed_in.actor, Some(words)))
            }
        }
    }

    fn ask(&self, actor: &Actor, fault: Option<String>) -> Fault {
        let fields = self.fields.iter().filter(|(name, _)| !OWN.contains(&name.as_str())).cloned().collect();
        let path = self.visitor.path().to_owned();
        Fault::page(page(&self.visitor, actor, path, fields, fault))
    }
}

/// The page that asks for the password before `path` is shown: for pages that begin a sensitive act. The answer is sent
/// to `/account/confirm`, which leads back.
pub fn confirm_page(signed_in: &SignedIn, path: &str) -> Response {
    let fields = vec![("next".to_owned(), path.to_owned())];
    page(&signed_in.visitor, &signed_in.actor, "/account/confirm".to_owned(), fields, None)
}

#[derive(Template)]
#[template(path = "proof.html")]
struct Question {
    l: Locale,
    csrf: String,
    action: String,
    address: String,
    fields: Vec<(String, String)>,
    fault: Option<String>,
    passkey: Html,
    is_dialog: bool,
}

fn page(
    visitor: &Visitor,
    actor: &Actor,
    action: String,
    fields: Vec<(String, String)>,
    fault: Option<String>,
) -> Response {
    let l = visitor.l();
    let is_dialog = visitor.is_fragment();
    let question = Question {
        l,
        csrf: visitor.csrf(),
        action,
        address: actor.address().to_owned(),
        fields,
        fault,
        passkey: by_passkey(visitor, actor),
        is_dialog,
    };
    let body = Html::of(&question);
    if !is_dialog {
        return visitor.outside(&l.t("proof-title"), body);
    }
    // A part of a page was asked for: the question comes as a dialog over the page instead.
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(HeaderName::from_static("hx-retarget"), HeaderValue::from_static("#dialog"));
    headers.insert(HeaderName::from_static("hx-reswap"), HeaderValue::from_static("innerHTML"));
    response
}

/// The way by passkey, for whoever has one.
fn by_passkey(visitor: &Visitor, actor: &Actor) -> Html {
    if !actor.has_passkeys() || !visitor.web().identity().has_passkeys() {
        return Html::default();
    }
    let l = visitor.l();
    let label = l.t("proof-passkey");
    let act = PasskeyAct::Use;
    PasskeyButton { l, act, question: QUESTION, field: PASSKEY, label, is_primary: false }.html()
}
