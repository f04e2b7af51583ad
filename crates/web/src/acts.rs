//! The words for what the log of an organization says was done.

use ui::Locale;

/// What was done, in words. What has none is shown as it was written.
#[must_use]
pub fn act_words(l: Locale, verb: &str) -> String {
    match ACTS.iter().find(|(known, _)| *known == verb) {
        Some((_, key)) => l.t(key),
        None => verb.to_owned(),
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
    ("message.restore", "restorations-act-restore"),
    ("organization.change", "organizations-act-change"),
    ("organization.logo", "profile-act-logo"),
    ("organization.logo_remove", "profile-act-logo-remove"),
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

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Language;

    const LOCALES: [Locale; 2] = [Locale::of(Language::En), Locale::of(Language::Fr)];

    #[test]
    fn every_act_has_its_words() {
        for l in LOCALES {
            for (verb, key) in ACTS {
                assert_ne!(&act_words(l, verb), key, "{verb}");
            }
        }
    }

    #[test]
    fn an_act_without_words_is_shown_as_it_was_written() {
        for l in LOCALES {
            assert_eq!(act_words(l, "what.ever"), "what.ever");
        }
    }
}
