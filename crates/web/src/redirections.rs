//! The redirections of an address (S10), as the Manager and the Mail app both show them.

use askama::Template;
use domain::{RedirectionId, Timestamp};
use mailbox::{KeptCopy, RedirectionError, RedirectionState, RedirectionView, Redirections};
use ui::{
    Button, ButtonLook, Disabled, EmptyState, ErrorSummary, Field, FieldFault, FieldKind, Html, Locale, Tag,
    Tick, Tone,
};

use crate::Fault;

/// The field of a new target.
pub const TARGET: &str = "target";
/// The field of the code that a target has told.
pub const CODE: &str = "code";
/// The box that keeps a copy.
pub const COPY: &str = "copy";

/// The redirections of an address with the forms that change them.
#[derive(Template)]
#[template(path = "redirections.html")]
pub struct RedirectionsPart<'a> {
    /// The words around.
    pub l: Locale,
    /// The time zone of whoever looks.
    pub zone: &'a str,
    /// The token against forged requests.
    pub csrf: String,
    /// Where the forms are sent: below it, `copy`, and `{redirection}/ask`, `/code` and `/end`.
    pub path: String,
    /// What there is.
    pub all: Redirections,
    /// What was typed as a target.
    pub typed: String,
    /// What was wrong.
    pub faults: Vec<FieldFault>,
    /// Why nothing can be changed.
    pub disabled: Option<Disabled>,
}

impl RedirectionsPart<'_> {
    /// Rendered.
    pub fn html(&self) -> Html {
        Html::of(self)
    }

    /// What was wrong, for the top of the page.
    pub fn summary(&self) -> Html {
        ErrorSummary { l: self.l, faults: &self.faults }.html()
    }

    fn nothing(&self) -> Html {
        let (title, hint) = (self.l.t("more-redirect-none"), self.l.t("more-redirect-none-hint"));
        EmptyState { title, hint, action: None }.html()
    }

    fn state(&self, one: &RedirectionView) -> Html {
        let (tone, key, at) = match one.state {
            RedirectionState::Active(at) => (Tone::Ok, "more-redirect-active", Some(at)),
            RedirectionState::Waiting(at) => (Tone::Warn, "more-redirect-waiting", Some(at)),
            RedirectionState::Expired => (Tone::Danger, "more-redirect-expired", None),
        };
        let day = at.map(|at: Timestamp| self.l.day(at, self.zone)).unwrap_or_default();
        Tag { tone, words: self.l.t_with(key, [("day", &day)]) }.html()
    }

    fn waits(&self, one: &RedirectionView) -> bool {
        matches!(one.state, RedirectionState::Waiting(_))
    }

    fn is_active(&self, one: &RedirectionView) -> bool {
        matches!(one.state, RedirectionState::Active(_))
    }

    fn made(&self, one: &RedirectionView) -> String {
        let day = self.l.day(one.created_at, self.zone);
        self.l.t_with("more-redirect-made", [("name", one.made_by.as_str()), ("day", day.as_str())])
    }

    fn named(&self, key: &str, one: &RedirectionView) -> String {
        self.l.t_with(key, [("target", one.target.as_str())])
    }

    fn code_id(&self, id: &RedirectionId) -> String {
        format!("code-{id}")
    }

    fn target(&self) -> Html {
        let field = Field {
            id: TARGET,
            label: self.l.t("more-redirect-target"),
            kind: FieldKind::Email,
            value: self.typed.clone(),
            hint: Some(self.l.t("more-redirect-target-hint")),
            fault: ErrorSummary::of_field(&self.faults, TARGET),
            limit: 320,
            ..Field::default()
        };
        field.html()
    }

    fn add(&self) -> Html {
        let (label, look) = (self.l.t("more-redirect-add"), ButtonLook::Primary);
        Button {
            id: "add-redirection".to_owned(),
            label,
            look,
            disabled: self.disabled.clone(),
            ..Button::default()
        }
        .html()
    }

    fn copy(&self) -> Html {
        let (label, is_ticked) = (self.l.t("more-redirect-copy"), self.all.copy == KeptCopy::Kept);
        let fault = ErrorSummary::of_field(&self.faults, COPY);
        Tick { id: COPY, label, is_ticked, fault, ..Tick::default() }.html()
    }
}

/// The words for a redirection that was refused, under the field that they belong to.
pub fn redirection_fault(l: Locale, error: RedirectionError) -> Result<String, Fault> {
    let key = match error {
        RedirectionError::OwnAddress => "more-redirect-own",
        RedirectionError::Twice => "more-redirect-twice",
        RedirectionError::TooMany => "more-redirect-many",
        RedirectionError::Loop => "more-redirect-loop",
        RedirectionError::NoSuchAddress => "more-redirect-no-address",
        RedirectionError::AddressIsLogin => "more-redirect-login",
        RedirectionError::AskedTooOften => "more-redirect-asked",
        RedirectionError::Code => "more-redirect-code-over",
        RedirectionError::BeingDeleted => "more-redirect-deleted",
        RedirectionError::Mail(error) => return Err(error.into()),
        RedirectionError::Desk(error) => return Err(error.into()),
    };
    Ok(l.t(key))
}

#[cfg(test)]
mod tests {
    use domain::{Id, Language};

    use super::*;

    fn part(l: Locale, targets: Vec<RedirectionView>, faults: Vec<FieldFault>) -> String {
        let part = RedirectionsPart {
            l,
            zone: "UTC",
            csrf: "token".to_owned(),
            path: "/mail/m/redirections".to_owned(),
            all: Redirections { copy: KeptCopy::Passed, targets },
            typed: "<typed>".to_owned(),
            faults,
            disabled: None,
        };
        part.html().as_str().to_owned()
    }

    fn view(number: u8, state: RedirectionState) -> RedirectionView {
        RedirectionView {
            id: RedirectionId::from_bytes([number; 16]),
            target: format!("b<{number}>@far.test"),
            state,
            made_by: "Olga <i>".to_owned(),
            created_at: Timestamp::from_secs(1),
        }
    }

    #[test]
    fn each_target_says_where_it_stands_and_what_can_be_done() {
        for language in [Language::En, Language::Fr] {
            let l = Locale::of(language);
            let targets = vec![
                view(1, RedirectionState::Active(Timestamp::from_secs(1))),
                view(2, RedirectionState::Waiting(Timestamp::from_secs(1))),
                view(3, RedirectionState::Expired),
            ];
            let faults = vec![FieldFault { field: TARGET, words: l.t("more-redirect-own") }];
            let html = part(l, targets, faults);
            assert_eq!(html.matches("/end\"").count(), 3, "{html}");
            assert_eq!(html.matches("/ask\"").count(), 2, "whoever has not agreed is asked again: {html}");
            assert_eq!(html.matches("/code\"").count(), 1, "{html}");
            assert!(html.contains("id=\"target-fault\"") && html.contains("for=\"code-"), "{html}");
            assert!(!html.contains("<i>") && !html.contains("<typed>") && !html.contains("b<"), "{html}");
            assert!(!html.contains(">more-"), "{html}");
            assert!(part(l, Vec::new(), Vec::new()).contains(&l.t("more-redirect-none")));
        }
    }
}
