//! How one is called and spoken to (A9).

use axum::response::{IntoResponse, Redirect, Response};
use domain::Language;
use identity::{Profile, ProfileError, ProfileFaults};
use ui::{ErrorSummary, Field, FieldFault, Html, Locale, Pick, Picks, time_zones};
use web::{Fault, Posted, SignedIn, Visitor};

use crate::form::FormPage;
use crate::sign_up::name_fault;

/// Where the page is.
pub(super) const PATH: &str = "/account/profile";
const FIRST: &str = "first-name";
const LAST: &str = "last-name";
const LANGUAGE: &str = "language";
const ZONE: &str = "zone";

pub(super) async fn page(signed_in: SignedIn) -> Result<Response, Fault> {
    let profile = signed_in.web().identity().profile(&signed_in.actor).await?;
    Ok(shown(&signed_in, &profile, &[]))
}

pub(super) async fn change(posted: Posted) -> Result<Response, Fault> {
    let signed_in = posted.signed_in()?;
    let profile = typed(&posted)?;
    match signed_in.web().identity().set_profile(&signed_in.actor, &profile).await {
        Ok(()) => Ok(Redirect::to(super::PATH).into_response()),
        Err(ProfileError::Faults(faults)) => {
            let faults = words(signed_in.l(), &faults);
            Ok(Visitor::refused(shown(&signed_in, &profile, &faults)))
        }
        Err(ProfileError::Ended) => Err(Fault::SignedOut),
        Err(ProfileError::Unavailable) => Err(Fault::Unavailable),
    }
}

/// What was typed. Only a page that is not ours names a language or a zone that there is none of.
fn typed(posted: &Posted) -> Result<Profile, Fault> {
    let zone = posted.text(ZONE);
    if !time_zones().iter().any(|known| known == zone) {
        return Err(Fault::NotFound);
    }
    Ok(Profile {
        first_name: posted.text(FIRST).to_owned(),
        last_name: posted.text(LAST).to_owned(),
        language: posted.text(LANGUAGE).parse().map_err(|_| Fault::NotFound)?,
        time_zone: zone.to_owned(),
    })
}

fn words(l: Locale, faults: &ProfileFaults) -> Vec<FieldFault> {
    let name = |field, fault, empty| FieldFault { field, words: name_fault(l, fault, empty) };
    let first = faults.first_name.map(|fault| name(FIRST, fault, "sign-up-fault-first-name-empty"));
    let last = faults.last_name.map(|fault| name(LAST, fault, "sign-up-fault-last-name-empty"));
    first.into_iter().chain(last).collect()
}

fn shown(signed_in: &SignedIn, profile: &Profile, faults: &[FieldFault]) -> Response {
    let (l, csrf) = (signed_in.l(), signed_in.visitor.csrf());
    let page = ProfilePage { l, csrf: &csrf, profile, faults };
    super::in_card(signed_in, &l.t("account-names-title"), page.html())
}

/// The form.
pub(crate) struct ProfilePage<'a> {
    pub(crate) l: Locale,
    pub(crate) csrf: &'a str,
    pub(crate) profile: &'a Profile,
    pub(crate) faults: &'a [FieldFault],
}

impl ProfilePage<'_> {
    /// Rendered.
    pub(crate) fn html(&self) -> Html {
        let (l, profile) = (self.l, self.profile);
        let text = |id, key, value: &str, autocomplete| {
            Field {
                id,
                label: l.t(key),
                value: value.to_owned(),
                fault: ErrorSummary::of_field(self.faults, id),
                autocomplete,
                ..Field::default()
            }
            .html()
        };
        let fields = [
            text(FIRST, "account-first-name", &profile.first_name, "given-name"),
            text(LAST, "account-last-name", &profile.last_name, "family-name"),
            self.languages(),
            self.zones(),
        ];
        FormPage {
            l,
            csrf: self.csrf,
            title: l.t("account-names-title"),
            faults: self.faults,
            action: PATH.to_owned(),
            fields: Html::join(fields),
            button: l.t("common-save"),
            instead: Some((super::PATH.to_owned(), l.t("common-cancel"))),
            ..FormPage::default()
        }
        .html()
    }

    fn languages(&self) -> Html {
        let pick = |language: Language| Pick {
            value: language.code().to_owned(),
            label: language.own_name().to_owned(),
        };
        let picks = Language::ALL.into_iter().map(pick).collect();
        let picked = self.profile.language.code().to_owned();
        Picks { id: LANGUAGE, label: self.l.t("account-language"), picks, picked, fault: None }.html()
    }

    fn zones(&self) -> Html {
        let pick = |zone: &String| Pick { value: zone.clone(), label: zone.replace('_', " ") };
        let picks = time_zones().iter().map(pick).collect();
        let picked = self.profile.time_zone.clone();
        Picks { id: ZONE, label: self.l.t("account-zone"), picks, picked, fault: None }.html()
    }
}
