//! What an address offers its user: other programs (P1), and inviting others (I4).

use askama::Template;
use axum::response::{IntoResponse, Response};
use domain::{Permission, Right};
use identity::devices::DeviceView;
use mailbox::OpenError;
use mailbox::desk::AddReason;
use ui::{
    Banner, Button, ButtonLook, CopyLine, Disabled, ErrorSummary, Field, FieldFault, Html, Locale, Tone,
};
use web::{Entrance, Fault};

use crate::asked::Asked;
use crate::here::Here;
use crate::moments::Moments;
use crate::text::shown;

/// The field for the name of a device.
pub(crate) const NAME: &str = "name";
/// How long that name may be, in characters.
const NAME_CHARACTERS: usize = 60;

/// `GET /mail/{mailbox}/settings`
pub(crate) async fn page(here: Here) -> Result<Response, Fault> {
    let asked = Asked::of(&here.signed_in.visitor);
    let revoked = asked.text("revoked") == "on";
    html(&here, State { was_revoked: revoked, ..State::default() }).await
}

/// What the page shows beside what is always there.
#[derive(Default)]
pub(crate) struct State {
    /// What was typed as the name of a device.
    pub(crate) name: String,
    /// What is wrong with that.
    pub(crate) faults: Vec<FieldFault>,
    /// A secret that was just made.
    pub(crate) secret: Option<String>,
    /// Whether a device password was just taken away.
    pub(crate) was_revoked: bool,
}

/// The page in a state.
pub(crate) async fn html(here: &Here, state: State) -> Result<Response, Fault> {
    let (l, address) = (here.l(), here.mailbox.address().to_string());
    let may_add = here.mailbox.rights().await?.allow(Right::Permission(Permission::Devices));
    let no_devices = (!may_add).then(|| no_devices(l, &address));
    let moments = Moments::of(&here.signed_in);
    let devices = here.mailbox.devices().await?;
    let secret = state.secret.map(|secret| CopyLine {
        l,
        id: "device-secret".to_owned(),
        label: l.t("mail-device-secret"),
        value: secret,
        button: String::new(),
    });
    let settings = Settings {
        l,
        csrf: here.csrf(),
        path: here.path(),
        links: crate::address_settings::links(l, &here.path(), None),
        setup: format!("/setup/{}", here.mailbox.id()),
        incoming: server(here, &here.web().clients().incoming()),
        outgoing: server(here, &here.web().clients().outgoing()),
        invite: invite(here).await?,
        own: crate::own::section(here).await?,
        secret: secret.map(|line| line.html()),
        revoked: revoked(l, state.was_revoked),
        devices: devices.iter().map(|device| Row::of(l, &moments, device)).collect(),
        summary: ErrorSummary { l, faults: &state.faults }.html(),
        field: field(l, state.name, &state.faults),
        add: add(l, no_devices.as_deref()),
        may_add,
        address,
    };
    let title = l.t_with("mail-settings-of", [("address", &settings.address)]);
    Ok(here.whole(&title, Html::of(&settings)).into_response())
}

/// Why no device password can be made.
pub(crate) fn no_devices(l: Locale, address: &str) -> String {
    l.t_with("mail-no-devices-allowed", [("address", address)])
}

fn revoked(l: Locale, was_revoked: bool) -> Html {
    if !was_revoked {
        return Html::empty();
    }
    Banner { tone: Tone::Ok, words: l.t("mail-device-revoked"), lines: Vec::new() }.html()
}

/// The way to invite somebody, or why there is none.
async fn invite(here: &Here) -> Result<Html, Fault> {
    let (l, mailbox) = (here.l(), here.mailbox.id());
    let address = here.mailbox.address().to_string();
    let because = match here.web().access().address_desk(&here.signed_in.actor, mailbox).await {
        Ok(desk) => desk.add_reason().await?.map(|reason| match reason {
            AddReason::AddressIsLogin => l.t_with("mail-invite-login", [("address", &address)]),
        }),
        Err(OpenError::NotFound) => Some(l.t_with("mail-invite-not-yours", [("address", &address)])),
        Err(error) => return Err(error.into()),
    };
    let disabled = because.map(|because| Disabled { because });
    Ok(Html::of(&Invite { l, path: format!("/manager/addresses/{mailbox}/add"), disabled }))
}

fn field(l: Locale, value: String, faults: &[FieldFault]) -> Html {
    let field = Field {
        id: NAME,
        label: l.t("mail-device-name"),
        value,
        hint: Some(l.t("mail-device-name-hint")),
        fault: ErrorSummary::of_field(faults, NAME),
        limit: NAME_CHARACTERS,
        ..Field::default()
    };
    field.html()
}

fn add(l: Locale, no_devices: Option<&str>) -> Html {
    let button = Button {
        id: "add-device".to_owned(),
        label: l.t("mail-device-add"),
        look: ButtonLook::Primary,
        disabled: no_devices.map(|because| Disabled { because: because.to_owned() }),
        ..Button::default()
    };
    button.html()
}

/// A device password in the list.
struct Row {
    id: domain::DeviceId,
    name: String,
    made: String,
    used: String,
    revoke: String,
}

impl Row {
    fn of(l: Locale, moments: &Moments, device: &DeviceView) -> Self {
        let used = match (device.last_used_at, &device.last_ip) {
            (Some(at), Some(ip)) => {
                l.t_with("mail-device-used-from", [("when", &moments.whole(at)), ("from", ip)])
            }
            (Some(at), None) => l.t_with("mail-device-used", [("when", &moments.whole(at))]),
            (None, _) => l.t("mail-device-unused"),
        };
        let made = l.t_with("mail-device-made", [("when", &moments.whole(device.created_at))]);
        let name = shown(&device.name);
        let revoke = l.t_with("mail-device-revoke-named", [("name", &name)]);
        Self { id: device.id, name, made, used, revoke }
    }
}

#[derive(Template)]
#[template(path = "invite.html")]
struct Invite {
    l: Locale,
    path: String,
    disabled: Option<Disabled>,
}

#[derive(Template)]
#[template(path = "settings.html")]
struct Settings {
    l: Locale,
    csrf: String,
    path: String,
    links: Html,
    setup: String,
    address: String,
    incoming: Option<Server>,
    outgoing: Option<Server>,
    invite: Html,
    own: Html,
    secret: Option<Html>,
    revoked: Html,
    devices: Vec<Row>,
    summary: Html,
    field: Html,
    add: Html,
    may_add: bool,
}

/// Where a program connects.
struct Server {
    host: String,
    port: String,
}

/// The best way to this server; none where it does not listen for programs.
fn server(here: &Here, entrances: &[Entrance]) -> Option<Server> {
    let Entrance { port, security } = entrances.first()?;
    let port = port.to_string();
    let port = here.l().t_with("setup-port", [("port", port.as_str()), ("security", security.words())]);
    Some(Server { host: here.web().access().host_name().to_owned(), port })
}

#[cfg(test)]
mod tests {
    use domain::{Id, Language};

    use super::*;

    fn settings(l: Locale, faults: &[FieldFault], no_devices: Option<&str>) -> String {
        let settings = Settings {
            l,
            csrf: "token".to_owned(),
            path: "/mail/m".to_owned(),
            links: Html::empty(),
            setup: "/setup/1".to_owned(),
            address: "info@example.test".to_owned(),
            incoming: Some(Server { host: "mail.example.test".to_owned(), port: "port 2993".to_owned() }),
            outgoing: None,
            invite: Html::of(&Invite { l, path: "/manager/addresses/m/add".to_owned(), disabled: None }),
            own: Html::empty(),
            secret: Some(Html::text("the-secret")),
            revoked: Html::empty(),
            devices: vec![Row {
                id: domain::DeviceId::from_bytes([1; 16]),
                name: "<Phone>".to_owned(),
                made: String::new(),
                used: String::new(),
                revoke: String::new(),
            }],
            summary: ErrorSummary { l, faults }.html(),
            field: field(l, "typed".to_owned(), faults),
            add: add(l, no_devices),
            may_add: no_devices.is_none(),
        };
        Html::of(&settings).as_str().to_owned()
    }

    #[test]
    fn a_secret_is_shown_with_all_that_a_program_asks_for() {
        let html = settings(Locale::of(Language::En), &[], None);
        for piece in [
            "the-secret",
            "info@example.test",
            "mail.example.test",
            "port 2993",
            "Name of the device",
            ">Create a device password<",
            ">Invite a user<",
            "/manager/addresses/m/add",
        ] {
            assert!(html.contains(piece), "{piece} in {html}");
        }
        assert!(!html.contains("<Phone>"), "{html}");
        assert_eq!(html.matches("<h1").count(), 1, "{html}");
    }

    #[test]
    fn what_cannot_be_done_says_why() {
        let l = Locale::of(Language::Fr);
        let html = settings(l, &[], Some(&no_devices(l, "info@example.test")));
        assert!(
            html.contains("aria-describedby=\"add-device-reason\"")
                && html.contains("«\u{a0}Appareils\u{a0}»"),
            "{html}"
        );
        let invite = Html::of(&Invite {
            l,
            path: "/x".to_owned(),
            disabled: Some(Disabled { because: "Non.".to_owned() }),
        });
        assert!(invite.as_str().contains("disabled aria-describedby=\"invite-reason\""), "{invite}");
        assert!(!invite.as_str().contains("/x"), "{invite}");
    }

    #[test]
    fn a_fault_leads_to_its_field() {
        let faults = [FieldFault { field: NAME, words: "Name it.".to_owned() }];
        let html = settings(Locale::of(Language::En), &faults, None);
        assert!(html.contains("href=\"#name\"") && html.contains("id=\"name-fault\""), "{html}");
        assert!(html.contains("value=\"typed\""), "{html}");
    }
}
