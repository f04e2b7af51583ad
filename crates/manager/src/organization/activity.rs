//! The activity log of an organization (O9): who did what, when, from where.

use askama::Template;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::response::Response;
use domain::{OrganizationId, Permissions};
use identity::audit::Entry;
use serde::Deserialize;
use ui::{EmptyState, Html, Locale};
use web::{Fault, Id, SignedIn};

use crate::frame::{Frame, Section};

/// How many entries a page has.
const PAGE: usize = 200;

/// Where the list begins.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    before: Option<i64>,
}

/// Lists the newest entries.
pub(super) async fn list(
    signed_in: SignedIn,
    id: Id,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let organization: OrganizationId = id.of("organization")?;
    let desk = signed_in.web().access().organization_desk(&signed_in.actor, organization).await?;
    let before = asked.unwrap_or_default().0.before;
    let mut entries = desk.activity(before, PAGE + 1).await?;
    let has_more = entries.len() > PAGE;
    entries.truncate(PAGE);
    let (l, zone) = (signed_in.l(), signed_in.visitor.zone());
    let view = View { l, zone, organization, entries, has_more, is_newest: before.is_none() };
    let frame = Frame::of(&signed_in, organization).await?;
    Ok(frame.page(Section::Activity, &l.t("manager-activity"), Html::of(&view)))
}

#[derive(Template)]
#[template(path = "activity.html")]
struct View<'a> {
    l: Locale,
    zone: &'a str,
    organization: OrganizationId,
    entries: Vec<Entry>,
    has_more: bool,
    is_newest: bool,
}

impl View<'_> {
    fn nothing(&self) -> Html {
        let (title, hint) = (self.l.t("manager-no-activity"), self.l.t("manager-no-activity-hint"));
        EmptyState { title, hint, action: None }.html()
    }

    fn what(&self, entry: &Entry) -> String {
        match ACTS.iter().find(|(verb, _)| *verb == entry.verb) {
            Some((_, key)) => self.l.t(key),
            None => entry.verb.clone(),
        }
    }

    fn more(&self, entry: &Entry) -> String {
        said(self.l, &entry.detail)
    }

    fn last(&self) -> i64 {
        self.entries.last().map_or(0, |entry| entry.seq)
    }
}

/// What is written into the log, and the words for it. What is not here is shown as it was written.
const ACTS: &[(&str, &str)] = &[
    ("access.add", "manager-act-access-add"),
    ("access.change", "manager-act-access-change"),
    ("access.disconnect", "sharing-act-access-disconnect"),
    ("access.end", "sharing-act-access-end"),
    ("access.limits", "sharing-act-access-limits"),
    ("access.remove", "manager-act-access-remove"),
    ("address.create", "manager-act-address-create"),
    ("address.delete", "manager-act-address-delete"),
    ("address.destroy", "manager-act-address-destroy"),
    ("address.display_name", "manager-act-address-display-name"),
    ("address.import", "manager-act-address-import"),
    ("address.many_delete", "manager-act-address-many-delete"),
    ("address.many_permissions", "manager-act-address-many-permissions"),
    ("address.many_redirections", "manager-act-address-many-redirections"),
    ("address.restore", "manager-act-address-restore"),
    ("address.no_reply", "manager-act-address-no-reply"),
    ("address.time_zone", "manager-act-address-time-zone"),
    ("alias.add", "manager-act-alias-add"),
    ("alias.remove", "manager-act-alias-remove"),
    ("auto_reply.activate", "manager-act-auto-reply-activate"),
    ("auto_reply.add", "manager-act-auto-reply-add"),
    ("auto_reply.change", "manager-act-auto-reply-change"),
    ("auto_reply.delete", "manager-act-auto-reply-delete"),
    ("auto_reply.pause", "manager-act-auto-reply-pause"),
    ("device.add", "manager-act-device-add"),
    ("device.revoke", "manager-act-device-revoke"),
    ("domain.add", "manager-act-domain-add"),
    ("domain.alias", "manager-act-domain-alias"),
    ("domain.alias_end", "manager-act-domain-alias-end"),
    ("domain.keys", "manager-act-domain-keys"),
    ("domain.keys_switch", "manager-act-domain-keys-switch"),
    ("domain.trust", "manager-act-domain-trust"),
    ("domain.verify", "manager-act-domain-verify"),
    ("invitation.accept", "manager-act-invitation-accept"),
    ("invitation.change", "manager-act-invitation-change"),
    ("invitation.create", "manager-act-invitation-create"),
    ("invitation.delete", "manager-act-invitation-delete"),
    ("invitation.send", "manager-act-invitation-send"),
    ("invitation.text", "organizations-act-invitation-text"),
    ("mail_service.create", "manager-act-mail-service-create"),
    ("mail_service.give", "organizations-act-service-give"),
    ("mail_service.offer", "organizations-act-service-offer"),
    ("mail_service.take", "organizations-act-service-take"),
    ("mail_service.withdraw", "organizations-act-service-withdraw"),
    ("member.add", "manager-act-member-add"),
    ("member.leave", "users-act-member-leave"),
    ("member.notices", "organizations-act-member-notices"),
    ("member.remove", "users-act-member-remove"),
    ("member.rights", "organizations-act-member-rights"),
    ("member.role", "users-act-member-role"),
    ("organization.change", "organizations-act-change"),
    ("organization.create", "manager-act-organization-create"),
    ("organization.delete", "organizations-act-delete"),
    ("organization.factor_ask", "manager-act-factor-ask"),
    ("organization.factor_free", "manager-act-factor-free"),
    ("passkey.add", "manager-act-passkey-add"),
    ("passkey.remove", "manager-act-passkey-remove"),
    ("second_factor.remove", "manager-act-second-factor-remove"),
    ("queue.cancel", "queue-act-cancel"),
    ("queue.retry", "queue-act-retry"),
    ("redirection.add", "manager-act-redirection-add"),
    ("redirection.agree", "manager-act-redirection-agree"),
    ("redirection.ask", "manager-act-redirection-ask"),
    ("redirection.code", "manager-act-redirection-code"),
    ("redirection.decline", "manager-act-redirection-decline"),
    ("redirection.keep", "manager-act-redirection-keep"),
    ("redirection.pass", "manager-act-redirection-pass"),
    ("redirection.remove", "manager-act-redirection-remove"),
    ("place.create", "users-act-place-create"),
    ("place.delete", "users-act-place-delete"),
    ("place.send", "users-act-place-send"),
    ("place.text", "organizations-act-place-text"),
    ("folder.use", "manager-act-folder-use"),
    ("sender.blocked_mail", "manager-act-sender-blocked-mail"),
    ("sender.list", "manager-act-sender-list"),
    ("sender.unlist", "manager-act-sender-unlist"),
    ("signature.add", "manager-act-signature-add"),
    ("signature.change", "manager-act-signature-change"),
    ("signature.delete", "manager-act-signature-delete"),
    ("signature_model.add", "manager-act-signature-model-add"),
    ("signature_model.change", "manager-act-signature-model-change"),
    ("signature_model.delete", "manager-act-signature-model-delete"),
    ("team.access", "users-act-team-access"),
    ("team.access_remove", "users-act-team-access-remove"),
    ("team.change", "users-act-team-change"),
    ("team.create", "users-act-team-create"),
    ("team.delete", "users-act-team-delete"),
    ("team.join", "users-act-team-join"),
    ("team.leave", "users-act-team-leave"),
];

/// The details of an entry that people understand: whom it was about, where it was sent, what is allowed since.
fn said(l: Locale, detail: &str) -> String {
    let Ok(detail) = serde_json::from_str::<serde_json::Value>(detail) else { return String::new() };
    let text = |name: &str| detail.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
    let mut parts: Vec<String> = ["name", "to", "domain"].map(|name| text(name).to_owned()).into();
    if let (Some(_), Ok(permissions)) =
        (detail.get("permissions"), text("permissions").parse::<Permissions>())
    {
        parts.push(crate::words::permissions(l, permissions));
    }
    if let Ok(role) = text("role").parse::<domain::Role>() {
        parts.push(crate::people::role(l, role));
    }
    parts.retain(|part| !part.is_empty());
    parts.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shown;
    use domain::{Id as _, Timestamp};

    fn entry(verb: &str, detail: &str) -> Entry {
        Entry {
            seq: 7,
            at: Timestamp::from_secs(1_796_079_900),
            actor: None,
            actor_name: "Anna <Muster>".to_owned(),
            verb: verb.to_owned(),
            object: "info@example.org".to_owned(),
            detail: detail.to_owned(),
            ip: "192.0.2.1".to_owned(),
        }
    }

    #[test]
    fn an_entry_says_who_did_what_to_whom_when_and_from_where() {
        for l in shown::locales() {
            let detail = r#"{"user":"x","name":"Ben <b>","permissions":"send"}"#;
            let view = View {
                l,
                zone: "UTC",
                organization: OrganizationId::from_bytes([1; 16]),
                entries: vec![entry("access.add", detail), entry("what.ever", "no json")],
                has_more: true,
                is_newest: false,
            };
            let html = Html::of(&view);
            shown::check(&html);
            for piece in ["2026, 23:05", "info@example.org", "192.0.2.1", "what.ever", "?before=7", "Ben "] {
                assert!(html.as_str().contains(piece), "{piece} in {html}");
            }
            assert!(html.as_str().contains(&l.t("manager-act-access-add")), "{html}");
            assert!(html.as_str().contains(&l.t("permission-send")), "{html}");
            assert!(!html.as_str().contains("<b>") && !html.as_str().contains("<Muster>"), "{html}");
        }
    }

    #[test]
    fn every_act_has_its_words() {
        for l in shown::locales() {
            for (verb, key) in ACTS {
                assert_ne!(&l.t(key), key, "{verb}");
            }
        }
    }
}
