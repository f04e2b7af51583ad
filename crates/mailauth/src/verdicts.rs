//! What was found about where a mail comes from.

use std::fmt;

use domain::EmailAddress;

use crate::dmarc;

/// What the checks of one mail found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdicts {
    /// Whether the server that brought it may send for the domain of the envelope.
    pub spf: SpfVerdict,
    /// One for each signature that was looked at; none for a mail without.
    pub dkim: Vec<DkimVerdict>,
    /// Whether either of them speaks for the domain in From, which is what people see.
    pub dmarc: DmarcVerdict,
}

/// What SPF says (RFC 7208 §2.6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpfVerdict {
    /// The result.
    pub result: SpfResult,
    /// Which name was checked.
    pub identity: SpfIdentity,
    /// The name; empty when there was none.
    pub domain: String,
}

/// Which name SPF was asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpfIdentity {
    /// The domain of the reverse-path.
    MailFrom,
    /// What the server called itself, for want of a reverse-path (RFC 7208 §2.4).
    Helo,
}

/// What DKIM says of one signature (RFC 6376 §6.1, in the words of RFC 8601 §2.7.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DkimVerdict {
    /// The result.
    pub result: DkimResult,
    /// The domain that signed, as the signature says it; empty when it says none.
    pub domain: String,
    /// The selector of its key.
    pub selector: String,
    /// The algorithm.
    pub algorithm: String,
    /// The first letters of the signature, which tell it from others of the same domain (RFC 6008).
    pub begins: String,
    /// Why it is not good.
    pub reason: Option<String>,
}

/// What DMARC says (RFC 7489 §6.6.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DmarcVerdict {
    /// The result.
    pub result: DmarcResult,
    /// The domain in From; empty when From names none.
    pub domain: String,
    /// What its owner asks to do with mail that fails.
    pub policy: DmarcPolicy,
}

/// The results of SPF.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SpfResult {
    /// The domain says nothing about who sends for it.
    None,
    /// The domain says that it says nothing.
    Neutral,
    /// The server may send for the domain.
    Pass,
    /// It may not.
    Fail,
    /// It probably may not.
    SoftFail,
    /// The DNS did not answer.
    TempError,
    /// The record of the domain is wrong.
    PermError,
}

impl Word for SpfResult {
    const ALL: &[Self] = &[
        Self::None,
        Self::Neutral,
        Self::Pass,
        Self::Fail,
        Self::SoftFail,
        Self::TempError,
        Self::PermError,
    ];

    fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Neutral => "neutral",
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::SoftFail => "softfail",
            Self::TempError => "temperror",
            Self::PermError => "permerror",
        }
    }
}

impl fmt::Display for SpfResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// The results of DKIM for one signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DkimResult {
    /// The domain signed this mail as it is.
    Pass,
    /// The signature is not of this mail.
    Fail,
    /// The signature is not of a kind that is believed here.
    Policy,
    /// The signature cannot be read.
    Neutral,
    /// The DNS did not answer.
    TempError,
    /// There is no such key, or the signature leaves out what it must sign.
    PermError,
}

impl Word for DkimResult {
    const ALL: &[Self] =
        &[Self::Pass, Self::Fail, Self::Policy, Self::Neutral, Self::TempError, Self::PermError];

    fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Policy => "policy",
            Self::Neutral => "neutral",
            Self::TempError => "temperror",
            Self::PermError => "permerror",
        }
    }
}

impl fmt::Display for DkimResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// The results of DMARC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DmarcResult {
    /// The domain has no policy.
    None,
    /// The domain in From stands behind this mail.
    Pass,
    /// It does not.
    Fail,
    /// The DNS did not answer.
    TempError,
    /// From names no domain, or too many.
    PermError,
}

impl Word for DmarcResult {
    const ALL: &[Self] = &[Self::None, Self::Pass, Self::Fail, Self::TempError, Self::PermError];

    fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::TempError => "temperror",
            Self::PermError => "permerror",
        }
    }
}

impl fmt::Display for DmarcResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What the owner of a domain asks to do with mail that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DmarcPolicy {
    /// Nothing.
    None,
    /// To treat it as suspicious.
    Quarantine,
    /// To refuse it.
    Reject,
}

impl Word for DmarcPolicy {
    const ALL: &[Self] = &[Self::None, Self::Quarantine, Self::Reject];

    fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Quarantine => "quarantine",
            Self::Reject => "reject",
        }
    }
}

impl fmt::Display for DmarcPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What has a word of its own in headers.
pub(crate) trait Word: Copy + 'static {
    /// All of them.
    const ALL: &[Self];

    /// The word.
    fn word(self) -> &'static str;

    /// The one with this word, in any case.
    fn named(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.word().eq_ignore_ascii_case(word))
    }
}

impl Verdicts {
    /// Whether the owner of the domain in From asks to refuse this mail.
    pub fn asks_to_refuse(&self) -> bool {
        self.dmarc.result == DmarcResult::Fail && self.dmarc.policy == DmarcPolicy::Reject
    }

    /// Whether the mail is of the reverse-path `sender`: its domain lets the server send for it, or it or one of the same
    /// organization signed the mail. Whoever answers anybody else answers somebody who may have written nothing.
    pub fn speak_for(&self, sender: &EmailAddress) -> bool {
        dmarc::speak_for(sender.domain(), &self.spf, &self.dkim)
    }
}
