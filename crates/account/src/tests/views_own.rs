use domain::{Language, Timestamp};
use identity::{ActivityEntry, IdentifierView, Identifiers, Leaving, PhoneView, Profile};

use ui::Locale;

use super::views::{HOSTILE, draw, fault, leads_to_fault};
use crate::forgot::{AskForm, ChooseForm};
use crate::own::{
    ActivityPage, AddressesPage, DeletePage, DevicesPage, PasswordPage, PhonesPage, PicturePage, ProfilePage,
    TypedPhone,
};

#[test]
fn a_forgotten_password_takes_two_forms_of_one_field() {
    let html = draw(|l| AskForm { l, csrf: "t", address: HOSTILE, faults: &fault("address") }.html());
    leads_to_fault(&html, "address");
    let html = draw(|l| ChooseForm { l, csrf: "t", token: "abc", faults: &fault("password") }.html());
    leads_to_fault(&html, "password");
    assert!(html.contains("action=\"/forgot/abc\"") && html.contains("new-password"), "{html}");
    let html = draw(|l| PasswordPage { l, csrf: "t", faults: &fault("password") }.html());
    leads_to_fault(&html, "password");
}

#[test]
fn a_profile_is_one_form() {
    let profile = Profile {
        first_name: HOSTILE.to_owned(),
        last_name: "Muster".to_owned(),
        language: Language::Fr,
        time_zone: "UTC".to_owned(),
    };
    let html = draw(|l| ProfilePage { l, csrf: "t", profile: &profile, faults: &fault("first-name") }.html());
    leads_to_fault(&html, "first-name");
    assert!(html.contains("value=\"UTC\" selected"), "{html}");
}

#[test]
fn phone_numbers_show_what_can_be_done_with_each() {
    let own = |number: &str, is_primary| PhoneView {
        number: number.to_owned(),
        label: domain::PhoneLabel::Work,
        is_primary,
    };
    let all: Vec<_> = (0..5).map(|last| own(&format!("+4144668180{last}"), last == 0)).collect();
    let typed = TypedPhone { number: HOSTILE.to_owned(), ..TypedPhone::default() };
    let faults = fault("number");
    let html =
        draw(|l| PhonesPage { l, csrf: "t", phones: &all[..2], typed: &typed, faults: &faults }.html());
    leads_to_fault(&html, "number");
    assert!(html.contains("?of=41446681801#number") && html.contains("/account/phones/add"), "{html}");
    assert_eq!(html.matches("action=\"/account/phones/primary\"").count(), 1, "{html}");
    let html = draw(|l| PhonesPage { l, csrf: "t", phones: &all, typed: &typed, faults: &[] }.html());
    assert!(!html.contains("/account/phones/add"), "{html}");
    let typed = TypedPhone { of: "+41446681801".to_owned(), ..TypedPhone::default() };
    let html = draw(|l| PhonesPage { l, csrf: "t", phones: &all, typed: &typed, faults: &[] }.html());
    assert!(html.contains("action=\"/account/phones/change\""), "{html}");
}

#[test]
fn a_picture_is_chosen_and_taken_away_and_initials_stand_for_it() {
    let mut person = ui::Person { name: "Anna <b>".to_owned(), ..ui::Person::default() };
    let html = draw(|l| PicturePage { l, csrf: "t", person: &person, faults: &fault("file") }.html());
    leads_to_fault(&html, "file");
    assert!(!html.contains("/account/picture/remove") && html.contains("class=\"avatar\""), "{html}");
    person.picture = Some("/picture/1".to_owned());
    let html = PicturePage { l: Locale::default(), csrf: "t", person: &person, faults: &[] }.html();
    let html = html.as_str();
    assert!(html.contains("/account/picture/remove") && html.contains("src=\"/picture/1\""), "{html}");
}

#[test]
fn addresses_show_what_can_be_done_with_each() {
    let own = |is_primary| IdentifierView {
        address: HOSTILE.to_owned(),
        is_primary,
        confirmed_at: Timestamp::from_secs(1_790_000_000),
    };
    let known = Identifiers {
        all: vec![own(true), own(false)],
        released: None,
        waiting: Some(HOSTILE.to_owned()),
        recovery: Some(HOSTILE.to_owned()),
        recovery_waiting: Some("ben@far.test".to_owned()),
    };
    for field in ["address", "code", "recovery", "recovery-code"] {
        let html = draw(|l| {
            let (csrf, zone, next, typed) = ("t", "UTC", "/mail", Some(("address", HOSTILE)));
            AddressesPage { l, csrf, zone, known: &known, next, typed, faults: &fault(field) }.html()
        });
        leads_to_fault(&html, field);
        assert_eq!(html.matches("/account/addresses/remove").count(), 1, "not of the primary one: {html}");
        assert!(html.contains("name=\"next\" value=\"/mail\""), "{html}");
    }
    let known = Identifiers { released: Some(HOSTILE.to_owned()), ..Identifiers::default() };
    draw(|l| {
        let (csrf, zone, next) = ("t", "UTC", "");
        AddressesPage { l, csrf, zone, known: &known, next, typed: None, faults: &[] }.html()
    });
}

#[test]
fn what_one_did_is_said_in_words() {
    let entry = |verb: &str| ActivityEntry {
        at: Timestamp::from_secs(1_790_000_000),
        verb: verb.to_owned(),
        object: HOSTILE.to_owned(),
        ip: "192.0.2.1".to_owned(),
        organization: HOSTILE.to_owned(),
    };
    let entries = ["sign-in", "password.reset", "identifier.release", "access.add", "what.ever"].map(entry);
    let html = draw(|l| ActivityPage { l, zone: "UTC", entries: &entries }.html());
    for said in ["Signed in", "Chose a new password with a link", "Added a user", "what.ever", "5 entries"] {
        assert!(html.contains(said), "{said} in {html}");
    }
}

#[test]
fn a_deletion_says_what_goes_or_what_is_in_its_way() {
    let free = Leaving { accesses: 2, ..Leaving::default() };
    let html = draw(|l| DeletePage { l, csrf: "t", held: &free, faults: &fault("sure") }.html());
    leads_to_fault(&html, "sure");
    assert!(html.contains("your access to 2 email addresses"), "{html}");
    let held = Leaving {
        only_owner_of: vec![HOSTILE.to_owned()],
        only_opener_of: vec![HOSTILE.to_owned()],
        ..Leaving::default()
    };
    let html = draw(|l| DeletePage { l, csrf: "t", held: &held, faults: &[] }.html());
    assert!(!html.contains("<form"), "{html}");
}

#[test]
fn a_device_password_for_all_addresses_is_shown_once_and_revoked_by_name() {
    let device = identity::AccountDeviceView {
        id: domain::Id::from_bytes([7; 16]),
        name: HOSTILE.to_owned(),
        created_at: Timestamp::from_secs(1_790_000_000),
        last_used_at: Some(Timestamp::from_secs(1_790_000_000)),
        last_ip: Some("192.0.2.1".to_owned()),
    };
    let page = |made| {
        draw(|l| {
            let (csrf, zone, user, typed, devices) = ("t", "UTC", HOSTILE, HOSTILE, [device.clone()]);
            DevicesPage { l, csrf, zone, user, devices: &devices, made, typed, faults: &fault("name") }.html()
        })
    };
    let html = page(Some("the-secret"));
    leads_to_fault(&html, "name");
    assert!(
        html.contains("the-secret") && html.contains(&format!("/account/devices/{}/revoke", device.id)),
        "{html}"
    );
    assert!(!page(None).contains("the-secret"));
}
