//! The words for files of addresses.

use mailbox::desk::{
    FaultKind, IMPORT_BYTES, IMPORT_LINES, ImportAct, ImportFault, ImportOutcome, ImportState, ImportStep,
    ImportView, SheetError,
};
use ui::Locale;

use crate::size::size;

/// Why a file was not taken.
pub(super) fn refusal(l: Locale, error: &SheetError) -> String {
    match error {
        SheetError::TooLarge => l.t_with("more-import-too-large", [("limit", &size(l, IMPORT_BYTES as u64))]),
        SheetError::NotText => l.t("more-import-not-text"),
        SheetError::NotCsv(line) => l.t_with("more-import-not-csv", [("line", &line.to_string())]),
        SheetError::NoLocalPart => l.t("more-import-no-local-part"),
        SheetError::Column(name) => l.t_with("more-import-column-unknown", [("column", name.as_str())]),
        SheetError::ColumnTwice(column) => l.t_with("more-import-column-twice", [("column", column.name())]),
        SheetError::Empty => l.t("more-import-empty"),
        SheetError::TooMany => l.t_with("more-import-too-many", [("count", &IMPORT_LINES.to_string())]),
        SheetError::Faults(faults) => l.t_with("more-import-faults", [("count", &faults.len().to_string())]),
        SheetError::Domain => l.t("more-import-domain"),
        SheetError::TooManyFiles => l.t("more-import-files"),
        SheetError::Desk(_) => String::new(),
    }
}

/// What is wrong in a line.
pub(super) fn fault(l: Locale, fault: &ImportFault) -> String {
    let what = if let FaultKind::Twice(line) = fault.kind {
        l.t_with("more-fault-twice", [("line", &line.to_string())])
    } else {
        l.t(key(fault.kind))
    };
    let line = fault.line.to_string();
    l.t_with("more-import-fault", [("line", &line), ("column", fault.column.name()), ("what", &what)])
}

const fn key(kind: FaultKind) -> &'static str {
    match kind {
        FaultKind::TooManyCells => "more-fault-cells",
        FaultKind::Missing => "more-fault-missing",
        FaultKind::WholeAddress => "more-fault-whole",
        FaultKind::BadName => "more-fault-bad-name",
        FaultKind::Reserved => "more-fault-reserved",
        FaultKind::Twice(_) => "more-fault-twice",
        FaultKind::Taken => "more-fault-taken",
        FaultKind::InBin => "more-fault-in-bin",
        FaultKind::AddressIsLogin => "more-fault-login",
        FaultKind::Formula => "more-fault-formula",
        FaultKind::BadDisplayName => "more-fault-display-name",
        FaultKind::Password => "more-fault-password",
        FaultKind::BadAddress => "more-fault-address",
        FaultKind::TooManyTargets => "more-fault-targets",
        FaultKind::OwnAddress => "more-fault-own",
        FaultKind::Loop => "more-fault-loop",
        FaultKind::NoSuchTarget => "more-fault-no-target",
        FaultKind::NotYesOrNo => "more-fault-yes-no",
        FaultKind::CopyOfNothing => "more-fault-copy",
        FaultKind::BadPermissions => "more-fault-permissions",
        FaultKind::PermissionsOfNobody => "more-fault-nobody",
        FaultKind::BadQuota => "more-fault-quota",
    }
}

/// Where a file stands.
pub(super) fn state(l: Locale, view: &ImportView) -> String {
    let (made, addresses) = (view.made.to_string(), view.addresses.to_string());
    let key = match (view.act, view.state) {
        (_, ImportState::Checked) => "more-import-state-checked",
        (ImportAct::Import, ImportState::Running) => "more-import-state-running",
        (ImportAct::Import, ImportState::Done) => "more-import-state-done",
        (ImportAct::Import, ImportState::Stopped) => "more-import-state-stopped",
        (_, ImportState::Running) => "more-bulk-state-running",
        (_, ImportState::Done) => "more-bulk-state-done",
        (_, ImportState::Stopped) => "more-bulk-state-stopped",
    };
    l.t_with(key, [("made", made.as_str()), ("count", addresses.as_str())])
}

/// What a task is called.
pub(super) fn title(l: Locale, act: ImportAct) -> String {
    l.t(match act {
        ImportAct::Import => "more-import",
        ImportAct::Permissions => "more-bulk-permissions",
        ImportAct::EndRedirections => "more-bulk-redirections",
        ImportAct::Delete => "more-bulk-delete",
    })
}

/// What became of a step.
pub(super) fn outcome(l: Locale, one: &ImportOutcome) -> String {
    match one.outcome.as_deref() {
        None => l.t("more-import-outcome-waiting"),
        Some("made") => l.t(match one.step {
            ImportStep::Address => "more-import-outcome-made",
            ImportStep::Redirection => "more-import-outcome-redirected",
            ImportStep::Change => "more-import-outcome-changed",
        }),
        Some(name) => match OUTCOMES.iter().find(|(known, _)| *known == name) {
            Some((_, key)) => l.t(key),
            None => name.to_owned(),
        },
    }
}

/// What can stand in the way of a step although the file was checked: the world changed meanwhile.
const OUTCOMES: [(&str, &str); 13] = [
    ("gone", "more-bulk-gone"),
    ("bad-name", "more-fault-bad-name"),
    ("reserved", "more-fault-reserved"),
    ("taken", "more-fault-taken"),
    ("in-bin", "more-fault-in-bin"),
    ("login", "more-fault-login"),
    ("domain", "more-import-domain"),
    ("own-address", "more-fault-own"),
    ("twice", "more-redirect-twice"),
    ("targets", "more-fault-targets"),
    ("loop", "more-fault-loop"),
    ("no-target", "more-fault-no-target"),
    ("asked", "more-redirect-asked"),
];
