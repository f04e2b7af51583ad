//! The steps of a sign-up as a line above its form.

use askama::Template;
use identity::SignUpStep;
use ui::{Html, Locale};

/// Somebody invited: their address is proven by a code.
const INVITED: &[SignUpStep] =
    &[SignUpStep::Address, SignUpStep::Code, SignUpStep::Names, SignUpStep::Phone, SignUpStep::SecondFactor];
/// The first user of a server, who needs no code.
const FIRST: &[SignUpStep] =
    &[SignUpStep::Address, SignUpStep::Names, SignUpStep::Phone, SignUpStep::SecondFactor];

/// The line of steps.
#[derive(Template)]
#[template(path = "steps.html")]
pub(super) struct Steps {
    l: Locale,
    all: Vec<Step>,
    said: String,
}

struct Step {
    name: String,
    is_done: bool,
    is_current: bool,
}

impl Steps {
    /// The steps of a sign-up that stands at `current`.
    pub(super) fn html(l: Locale, is_invited: bool, current: SignUpStep) -> Html {
        let steps = if is_invited { INVITED } else { FIRST };
        let at = steps.iter().position(|step| *step == current).unwrap_or(0);
        let number = (at + 1).to_string();
        let count = steps.len().to_string();
        let said = [("number", number.as_str()), ("all", count.as_str()), ("name", &name(l, current))];
        let step = |(index, step): (usize, &SignUpStep)| Step {
            name: name(l, *step),
            is_done: index < at,
            is_current: index == at,
        };
        let all = steps.iter().enumerate().map(step).collect();
        Html::of(&Self { l, all, said: l.t_with("sign-up-step", said) })
    }
}

fn name(l: Locale, step: SignUpStep) -> String {
    l.t(match step {
        SignUpStep::Address => "sign-up-name-address",
        SignUpStep::Code => "sign-up-name-code",
        SignUpStep::Names => "sign-up-name-names",
        SignUpStep::Phone => "sign-up-name-phone",
        SignUpStep::SecondFactor => "sign-up-name-second-factor",
    })
}
