//! The device passwords of an address, whosever they are.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use domain::MailboxId;
use identity::devices::DeviceView;
use ui::{EmptyState, Html, Locale};
use web::{Fault, Id, Posted, SignedIn};

use super::Shown;

/// Lists them.
pub(super) async fn list(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    let desk = super::viewed(&signed_in, &id).await?;
    let view = View {
        l: signed_in.l(),
        zone: signed_in.visitor.zone(),
        csrf: signed_in.visitor.csrf(),
        head: super::head(&signed_in, &desk, Shown::Devices).await?,
        mailbox: desk.mailbox(),
        devices: desk.devices().await?,
    };
    super::framed(&signed_in, &desk, &view.l.t("address-devices"), Html::of(&view)).await
}

/// Takes one away.
pub(super) async fn revoke(id: Id, posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let desk = super::desk(&proof.signed_in, &id).await?;
    desk.revoke_device(id.of("device")?).await?;
    Ok(Redirect::to(&format!("{}/devices", super::path(desk.mailbox()))).into_response())
}

#[derive(Template)]
#[template(path = "address_devices.html")]
struct View<'a> {
    l: Locale,
    zone: &'a str,
    csrf: String,
    head: Html,
    mailbox: MailboxId,
    devices: Vec<DeviceView>,
}

impl View<'_> {
    fn nothing(&self) -> Html {
        let (title, hint) = (self.l.t("address-no-device"), self.l.t("address-no-device-hint"));
        EmptyState { title, hint, action: None }.html()
    }

    fn used(&self, device: &DeviceView) -> String {
        let Some(at) = device.last_used_at else { return self.l.t("address-device-unused") };
        let protocol = match device.last_protocol.as_deref() {
            Some("imap") => self.l.t("manager-protocol-imap"),
            Some("submission") => self.l.t("manager-protocol-submission"),
            Some(_) | None => String::new(),
        };
        let from = device.last_ip.clone().unwrap_or_default();
        let parts = [self.l.moment(at, self.zone), protocol, from];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shown;
    use domain::{DeviceId, Id as _, Timestamp, UserId};

    fn html(l: Locale, devices: Vec<DeviceView>) -> Html {
        let head = super::super::Head {
            crumbs: Html::empty(),
            address: "info@example.org".to_owned(),
            tabs: Html::empty(),
        };
        let mailbox = MailboxId::from_bytes([3; 16]);
        let csrf = "token".to_owned();
        Html::of(&View { l, zone: "UTC", csrf, head: Html::of(&head), mailbox, devices })
    }

    #[test]
    fn each_device_password_says_whose_it_is_and_when_it_was_used() {
        let device = DeviceView {
            id: DeviceId::from_bytes([1; 16]),
            user: UserId::from_bytes([2; 16]),
            user_name: "Ben <b>".to_owned(),
            name: "Phone <i>".to_owned(),
            created_at: Timestamp::from_secs(1),
            last_used_at: Some(Timestamp::from_secs(1_796_079_900)),
            last_ip: Some("192.0.2.1".to_owned()),
            last_protocol: Some("imap".to_owned()),
        };
        let unused = DeviceView { last_used_at: None, ..device.clone() };
        for l in shown::locales() {
            let html = html(l, vec![device.clone(), unused.clone()]);
            shown::check(&html);
            let html = html.as_str();
            assert!(html.contains("2026, 23:05 · IMAP · 192.0.2.1"), "{html}");
            assert!(html.contains(&l.t("address-device-unused")), "{html}");
            assert!(!html.contains("<b>") && !html.contains("<i>"), "{html}");
        }
    }

    #[test]
    fn without_device_passwords_the_page_says_who_makes_them() {
        let html = html(Locale::default(), Vec::new());
        shown::check(&html);
        assert!(html.as_str().contains("class=\"empty\""), "{html}");
    }
}
