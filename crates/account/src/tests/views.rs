use domain::{Id, InvitationId, Language, MailboxId, OrganizationId, Permission, Permissions, Role, Secret};
use domain::{SessionId, Timestamp};
use identity::{
    Gives, InvitationView, OrganizationView, SecondFactorState, SecondStepWays, SessionView, SignUpStep,
    SignUpView, TotpOffer,
};
use ui::{FieldFault, Html, Locale, Person};

use crate::form::Typed;
use crate::invite::{InvitePage, SwitchAccount, has_access_page, page_of};
use crate::own::{AccountPage, RecoveryCodes, SecondFactorPage};
use crate::sign_in::{CodeForm, PasswordForm};
use crate::sign_up::SignUpPage;

/// Somebody's name who tries to put markup on a page.
pub(super) const HOSTILE: &str = "<img src=x onerror=alert(1)>\"'";

/// Draws a page in both languages, and checks what holds for every page.
pub(super) fn draw(page: impl Fn(Locale) -> Html) -> String {
    let all = Language::ALL.map(|language| page(Locale::of(language)).as_str().to_owned());
    assert_ne!(all[0], all[1], "it is translated");
    for html in &all {
        assert_eq!(html.matches("<h1").count(), 1, "{html}");
        assert!(!html.contains("<img"), "{html}");
        for key in ["sign-in-", "sign-up-", "account-", "invite-", "forgot-"] {
            assert!(!words(html).contains(key), "a key is shown instead of a text: {key} in {html}");
        }
        for field in fields(html) {
            assert!(html.contains(&format!("<label for=\"{field}\"")), "{field} has no label: {html}");
        }
    }
    all[0].clone()
}

/// What is left of a page without its tags.
fn words(html: &str) -> String {
    html.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, words)| words)).collect()
}

/// The ids of the fields that are to be filled in.
fn fields(html: &str) -> Vec<String> {
    let tags = html.split('<').filter(|tag| tag.starts_with("input") || tag.starts_with("select"));
    let seen = tags.filter(|tag| !tag.contains("type=\"hidden\"") && !tag.contains("aria-hidden"));
    seen.map(|tag| tag.split_once(" id=\"").unwrap().1.split('"').next().unwrap().to_owned()).collect()
}

pub(super) fn fault(field: &'static str) -> [FieldFault; 1] {
    [FieldFault { field, words: "What is wrong.".to_owned() }]
}

/// A form with a fault leads from its summary to the field, and says it there.
pub(super) fn leads_to_fault(html: &str, field: &str) {
    assert!(html.contains(&format!("<a href=\"#{field}\">What is wrong.")), "{html}");
    assert!(html.contains(&format!("id=\"{field}-fault\">What is wrong.")), "{html}");
    assert!(html.contains("aria-invalid=\"true\""), "{html}");
}

#[test]
fn signing_in_is_a_form_of_two_fields() {
    let html = draw(|l| {
        PasswordForm {
            l,
            csrf: "t",
            next: "/mail",
            address: HOSTILE,
            is_another: false,
            others: &[],
            has_passkeys: true,
            faults: &fault("address"),
        }
        .html()
    });
    leads_to_fault(&html, "address");
    assert!(html.contains(">E-mail address</label>") && html.contains(">Password</label>"), "{html}");
    assert!(html.contains(">Sign in</button>") && html.contains("name=\"next\" value=\"/mail\""), "{html}");
    let ways = SecondStepWays { by_app: true, by_passkey: true };
    let html = draw(|l| CodeForm { l, csrf: "t", next: "", ways, faults: &fault("code") }.html());
    leads_to_fault(&html, "code");
    assert!(html.contains(">Code from your authenticator app</label>"), "{html}");
    assert!(!html.contains("inputmode"), "a recovery code has letters");
}

fn offer() -> TotpOffer {
    let secret = Secret::new("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP".to_owned());
    TotpOffer { secret, url: Secret::new("otpauth://totp/Postroom:a?secret=JBSWY3DP&issuer=P".to_owned()) }
}

#[test]
fn each_step_of_a_sign_up_is_a_form() {
    for (step, field, said) in [
        (SignUpStep::Address, "address", "Step 1 of 5: address"),
        (SignUpStep::Code, "code", "Step 2 of 5: code"),
        (SignUpStep::Names, "first-name", "Step 3 of 5: name and password"),
        (SignUpStep::Phone, "accept-terms", "Step 4 of 5: phone"),
        (SignUpStep::SecondFactor, "code", "Step 5 of 5: second factor"),
    ] {
        let is_last = step == SignUpStep::SecondFactor;
        let view =
            SignUpView { step, address: HOSTILE.to_owned(), is_invited: true, offer: is_last.then(offer) };
        let typed =
            Typed::default().with("first-name", HOSTILE).with("phone", HOSTILE).with("address", HOSTILE);
        let faults = fault(field);
        let html = draw(|l| {
            SignUpPage { l, csrf: "t", token: "abc", view: &view, step, typed: &typed, faults: &faults }
                .html()
        });
        leads_to_fault(&html, field);
        assert!(html.contains(said), "{html}");
        assert_eq!(html.matches("aria-current=\"step\"").count(), 1);
        let button = if is_last { ">Create my account</button>" } else { ">Continue</button>" };
        assert!(html.contains(button), "{html}");
    }
}

#[test]
fn recovery_codes_can_be_copied_and_kept() {
    let codes = [Secret::new("abcd-efgh-jkmn-pqrs".to_owned())];
    let html = draw(|l| RecoveryCodes { l, codes: &codes, next: "/mail" }.html());
    assert!(html.contains("<li>abcd-efgh-jkmn-pqrs</li>"), "{html}");
    assert!(html.contains("data-copy=\"#recovery-codes\"") && html.contains("data-of=\"#recovery-codes\""));
}

#[test]
fn a_second_factor_is_offered_to_scan_to_open_and_to_type() {
    let (offer, faults) = (offer(), fault("code"));
    for (state, said) in [
        (SecondFactorState::Off, "Your password alone"),
        (SecondFactorState::On { recovery_codes: 1 }, "The old app"),
    ] {
        let html = draw(|l| {
            SecondFactorPage { l, csrf: "t", offer: &offer, state, next: "/mail", faults: &faults }.html()
        });
        assert!(html.contains(said) && html.contains("href=\"otpauth://"), "{html}");
        assert!(html.contains("value=\"JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP\""), "{html}");
        leads_to_fault(&html, "code");
    }
}

fn session(is_current: bool) -> SessionView {
    SessionView {
        id: SessionId::from_bytes([1; 16]),
        created_at: Timestamp::from_secs(1_790_000_000),
        last_used_at: Timestamp::from_secs(1_790_000_000),
        ip: "192.0.2.1".to_owned(),
        browser: HOSTILE.to_owned(),
        is_current,
    }
}

#[test]
fn the_account_says_who_one_is_and_where_one_is_signed_in() {
    let person = Person { name: HOSTILE.to_owned(), address: "anna@home.test".to_owned(), picture: None };
    let draw_with = |sessions: &[SessionView], second_factor| {
        draw(|l| {
            AccountPage {
                l,
                csrf: "t",
                person: &person,
                zone: "UTC",
                sessions,
                remembered: &[],
                second_factor,
                passkeys: 2,
            }
            .html()
        })
    };
    let html = draw_with(&[session(true), session(false)], SecondFactorState::Off);
    assert!(html.contains("End all others") && html.contains("this one"), "{html}");
    assert_eq!(html.matches("/end\"").count(), 1, "{html}");
    assert!(html.contains("Set up a second factor") && html.contains("192.0.2.1"), "{html}");
    for (recovery_codes, said) in
        [(0, "No recovery code is left."), (1, "1 recovery code is left."), (9, "9 recovery codes are left.")]
    {
        let html = draw_with(&[session(true)], SecondFactorState::On { recovery_codes });
        assert!(html.contains(said) && !html.contains("End all others"), "{html}");
    }
}

fn invitation(inviter: &str) -> InvitationView {
    InvitationView {
        id: InvitationId::from_bytes([2; 16]),
        organization_id: OrganizationId::from_bytes([3; 16]),
        organization: HOSTILE.to_owned(),
        gives: Gives::Mailbox {
            address: "info@example.test".to_owned(),
            mailbox: MailboxId::from_bytes([4; 16]),
            permissions: Permissions::NONE.with(Permission::Send),
        },
        inviter: inviter.to_owned(),
        expires_at: Timestamp::from_secs(1_790_000_000),
    }
}

#[test]
fn an_invitation_says_who_invites_to_what_with_which_permissions_until_when() {
    let person = Person { name: HOSTILE.to_owned(), address: "ben@far.test".to_owned(), picture: None };
    let own = [OrganizationView {
        logo: None,
        id: OrganizationId::from_bytes([5; 16]),
        name: HOSTILE.to_owned(),
        role: Role::Owner,
        is_managed: true,
    }];
    let invitation = invitation("Anna Muster");
    let draw_for = |person: Option<&Person>, own: &[OrganizationView]| {
        draw(|l| {
            let (csrf, token, zone, invitation) = ("t", "abc", "UTC", &invitation);
            InvitePage { l, csrf, token, zone, invitation, person, own }.html()
        })
    };
    let html = draw_for(None, &[]);
    for said in
        ["Anna Muster invites you to info@example.test", "Read and file mail", "Send", "September 2026"]
    {
        assert!(html.contains(said), "{said} in {html}");
    }
    assert!(html.contains("href=\"/sign-in?next=/invite/abc\"") && !html.contains("Accept"), "{html}");
    let html = draw_for(Some(&person), &[]);
    assert!(html.contains(">Accept</button>") && !html.contains("Show it under"), "{html}");
    let html = draw_for(Some(&person), &own);
    assert!(html.contains("Show it under") && html.contains("Use another account"), "{html}");
}

#[test]
fn an_invitation_into_an_organization_says_as_what_and_with_which_addresses() {
    let access = identity::invitations::PlaceAccess {
        mailbox: MailboxId::from_bytes([4; 16]),
        address: "info@example.test".to_owned(),
        permissions: Permissions::NONE.with(Permission::Send),
    };
    for role in Role::ALL {
        let gives = Gives::Place { role, accesses: vec![access.clone()] };
        let invitation = InvitationView { gives, ..invitation("Anna Muster") };
        let html = draw(|l| {
            let (csrf, token, zone, invitation) = ("t", "abc", "UTC", &invitation);
            InvitePage { l, csrf, token, zone, invitation, person: None, own: &[] }.html()
        });
        assert!(html.contains("info@example.test") && html.contains("Anna Muster"), "{html}");
        assert!(!words(&html).contains("users-"), "{html}");
        let switch = |l| SwitchAccount { l, csrf: "t", token: "abc" };
        let html = draw(|l| has_access_page(l, HOSTILE, &invitation, &switch(l)));
        assert!(!words(&html).contains("users-"), "{html}");
    }
}

#[test]
fn whoever_runs_the_server_invites_in_the_name_of_the_organization() {
    let (invitation, zone) = (invitation(""), "UTC");
    let html = draw(|l| {
        let (invitation, person, own) = (&invitation, None, &[]);
        InvitePage { l, csrf: "t", token: "abc", zone, invitation, person, own }.html()
    });
    assert!(!html.contains("( "), "{html}");
}

#[test]
fn each_dead_end_has_words_of_its_own() {
    let keys = ["invite-unknown", "invite-used", "invite-expired", "invite-withdrawn", "invite-login"];
    let pages: std::collections::BTreeSet<String> = keys.map(|key| draw(|l| page_of(l, key))).into();
    assert_eq!(pages.len(), keys.len());
    let invitation = invitation("Anna Muster");
    let html = draw(|l| {
        let switch = SwitchAccount { l, csrf: "t", token: "abc" };
        has_access_page(l, HOSTILE, &invitation, &switch)
    });
    assert!(html.contains("name=\"next\" value=\"/invite/abc\""), "{html}");
    draw(crate::terms::html);
}
