//! One table: why a sign-up does not go on, in words beside the field that is meant.

use domain::{AddressError, TextFault};
use identity::{NameFaults, PasswordFault, SignUpError, SignUpStep};
use ui::{FieldFault, Locale};

use super::view::{ADDRESS, CODE, FIRST_NAME, LAST_NAME, PASSWORD, PHONE, TERMS};

/// What to answer.
pub(super) enum Refusal {
    /// The step again, with these faults.
    Faults(Vec<FieldFault>),
    /// Another step comes next: its page.
    NextStep,
    /// There is no such sign-up.
    Unknown,
    /// Later it may work.
    Unavailable,
}

impl Refusal {
    /// What to answer to an error at a step.
    pub(super) fn of(l: Locale, step: SignUpStep, error: &SignUpError) -> Self {
        let one = |field, words| Self::Faults(vec![FieldFault { field, words }]);
        match error {
            SignUpError::Unknown => Self::Unknown,
            SignUpError::OutOfOrder => Self::NextStep,
            SignUpError::Unavailable => Self::Unavailable,
            SignUpError::Address(error) => one(ADDRESS, l.t(address(*error))),
            SignUpError::AddressIsShared => one(first_field(step), l.t("sign-up-fault-address-shared")),
            SignUpError::Code => one(CODE, l.t(code(step))),
            SignUpError::CodeSpent => one(CODE, l.t("sign-up-fault-code-spent")),
            SignUpError::Names(faults) => Self::Faults(names(l, faults)),
            SignUpError::Phone(fault) => one(PHONE, l.t(phone(*fault))),
            SignUpError::Terms => one(TERMS, l.t("sign-up-fault-terms")),
            SignUpError::Throttled(wait) => {
                let wait = l.duration(wait.as_secs());
                one(first_field(step), l.t_with("sign-up-fault-throttled", [("wait", &wait)]))
            }
        }
    }
}

const fn first_field(step: SignUpStep) -> &'static str {
    match step {
        SignUpStep::Address => ADDRESS,
        SignUpStep::Code | SignUpStep::SecondFactor => CODE,
        SignUpStep::Names => FIRST_NAME,
        SignUpStep::Phone => PHONE,
    }
}

pub(crate) const fn address(error: AddressError) -> &'static str {
    match error {
        AddressError::Empty => "sign-up-fault-address-empty",
        AddressError::NoAt => "sign-up-fault-address-form",
        AddressError::LocalPart => "sign-up-fault-address-local",
        AddressError::Domain => "sign-up-fault-address-domain",
    }
}

/// A mailed code at one step, one of the app at the last.
const fn code(step: SignUpStep) -> &'static str {
    match step {
        SignUpStep::SecondFactor => "sign-up-fault-app-code",
        SignUpStep::Address | SignUpStep::Code | SignUpStep::Names | SignUpStep::Phone => {
            "sign-up-fault-code"
        }
    }
}

pub(crate) const fn phone(fault: TextFault) -> &'static str {
    match fault {
        TextFault::Empty => "sign-up-fault-phone-empty",
        TextFault::TooLong { .. } | TextFault::Control | TextFault::Form => "sign-up-fault-phone-form",
    }
}

fn names(l: Locale, faults: &NameFaults) -> Vec<FieldFault> {
    let first = faults.first_name.map(|fault| FieldFault {
        field: FIRST_NAME,
        words: name(l, fault, "sign-up-fault-first-name-empty"),
    });
    let last = faults
        .last_name
        .map(|fault| FieldFault { field: LAST_NAME, words: name(l, fault, "sign-up-fault-last-name-empty") });
    let password = faults.password.map(|fault| FieldFault { field: PASSWORD, words: l.t(password(fault)) });
    first.into_iter().chain(last).chain(password).collect()
}

pub(crate) fn name(l: Locale, fault: TextFault, empty: &str) -> String {
    match fault {
        TextFault::Empty => l.t(empty),
        TextFault::TooLong { limit } => l.t_with("sign-up-fault-name-long", [("limit", &limit.to_string())]),
        TextFault::Control | TextFault::Form => l.t("sign-up-fault-name-form"),
    }
}

pub(crate) const fn password(fault: PasswordFault) -> &'static str {
    match fault {
        PasswordFault::TooShort => "sign-up-fault-password-short",
        PasswordFault::TooLong => "sign-up-fault-password-long",
        PasswordFault::Weak => "sign-up-fault-password-weak",
    }
}
