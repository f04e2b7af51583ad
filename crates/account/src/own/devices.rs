//! Device passwords for all of one's addresses: made, shown once, and taken away.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{DeviceId, Secret};
use identity::{AccountDeviceError, AccountDeviceView};
use ui::{Button, CopyLine, ErrorSummary, Field, FieldFault, Html, Locale, Place, Width};
use web::{Fault, Id, Posted, SignedIn, Visitor};

/// Where the page is.
pub(super) const PATH: &str = "/account/devices";
/// The field of the name.
const NAME: &str = "name";

pub(super) async fn page(signed_in: SignedIn) -> Result<Response, Fault> {
    shown(&signed_in, State::default()).await
}

/// Makes one; its secret is shown in the answer and never again.
pub(super) async fn add(posted: Posted) -> Result<Response, Fault> {
    let signed_in = posted.signed_in()?;
    let name = posted.text(NAME).trim().to_owned();
    if name.is_empty() {
        return refused(&signed_in, name, "mail-device-fault-name").await;
    }
    let proof = posted.proof().await?;
    let identity = proof.signed_in.web().identity();
    match identity.add_account_device(&proof.signed_in.actor, &proof.confirmed, &name).await {
        Ok(made) => shown(&proof.signed_in, State { secret: Some(made.secret), ..State::default() }).await,
        Err(AccountDeviceError::TooMany) => refused(&proof.signed_in, name, "devices-fault-many").await,
        Err(AccountDeviceError::FactorNeeded) => Ok(Redirect::to("/account/factor-needed").into_response()),
        Err(AccountDeviceError::Ended) => Err(Fault::SignedOut),
        Err(AccountDeviceError::Unavailable) => Err(Fault::Unavailable),
    }
}

/// Takes one away; what was opened with it ends.
pub(super) async fn revoke(id: Id, posted: Posted) -> Result<Response, Fault> {
    let signed_in = posted.signed_in()?;
    let device: DeviceId = id.of("device")?;
    signed_in.web().identity().revoke_account_device(&signed_in.actor, device).await?;
    Ok(Redirect::to(PATH).into_response())
}

/// What the page shows beside the list.
#[derive(Default)]
struct State {
    secret: Option<Secret<String>>,
    name: String,
    faults: Vec<FieldFault>,
}

async fn refused(signed_in: &SignedIn, name: String, key: &str) -> Result<Response, Fault> {
    let faults = vec![FieldFault { field: NAME, words: signed_in.l().t(key) }];
    Ok(Visitor::refused(shown(signed_in, State { name, faults, ..State::default() }).await?))
}

async fn shown(signed_in: &SignedIn, state: State) -> Result<Response, Fault> {
    let (l, visitor) = (signed_in.l(), &signed_in.visitor);
    let devices = signed_in.web().identity().account_devices(&signed_in.actor).await?;
    let page = DevicesPage {
        l,
        csrf: &visitor.csrf(),
        zone: visitor.zone(),
        user: signed_in.actor.address(),
        devices: &devices,
        made: state.secret.as_ref().map(|secret| secret.reveal().as_str()),
        typed: &state.name,
        faults: &state.faults,
    };
    Ok(visitor.page(Place::Account, Width::Column, &l.t("devices-title"), page.html()))
}

/// The page.
#[derive(Template)]
#[template(path = "devices.html")]
pub(crate) struct DevicesPage<'a> {
    pub(crate) l: Locale,
    pub(crate) csrf: &'a str,
    pub(crate) zone: &'a str,
    /// The user name for programs.
    pub(crate) user: &'a str,
    pub(crate) devices: &'a [AccountDeviceView],
    /// A secret that was just made.
    pub(crate) made: Option<&'a str>,
    pub(crate) typed: &'a str,
    pub(crate) faults: &'a [FieldFault],
}

impl DevicesPage<'_> {
    /// Rendered.
    pub(crate) fn html(&self) -> Html {
        Html::of(self)
    }

    fn errors(&self) -> Html {
        ErrorSummary { l: self.l, faults: self.faults }.html()
    }

    fn secret(&self) -> Option<Html> {
        let line = |secret: &str| CopyLine {
            l: self.l,
            id: "device-secret".to_owned(),
            label: self.l.t("mail-device-secret"),
            value: secret.to_owned(),
            button: String::new(),
        };
        self.made.map(|secret| line(secret).html())
    }

    fn used(&self, device: &AccountDeviceView) -> String {
        let when = device.last_used_at.map(|at| self.l.moment(at, self.zone));
        match (when, &device.last_ip) {
            (Some(when), Some(from)) => {
                self.l.t_with("mail-device-used-from", [("when", &when), ("from", from)])
            }
            (Some(when), None) => self.l.t_with("mail-device-used", [("when", &when)]),
            (None, _) => self.l.t("mail-device-unused"),
        }
    }

    fn made(&self, device: &AccountDeviceView) -> String {
        self.l.t_with("mail-device-made", [("when", &self.l.day(device.created_at, self.zone))])
    }

    fn revoke(&self, device: &AccountDeviceView) -> String {
        self.l.t_with("mail-device-revoke-named", [("name", &device.name)])
    }

    fn field(&self) -> Html {
        Field {
            id: NAME,
            label: self.l.t("mail-device-name"),
            value: self.typed.to_owned(),
            hint: Some(self.l.t("mail-device-name-hint")),
            fault: ErrorSummary::of_field(self.faults, NAME),
            limit: 60,
            ..Field::default()
        }
        .html()
    }

    fn button(&self) -> Html {
        Button { label: self.l.t("mail-device-add"), ..Button::default() }.html()
    }
}
