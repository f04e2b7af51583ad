//! Flags, between the words of IMAP and those of the mailbox.

use mailbox::{Entry, FlagChange, FlagMode, Flags, Keywords};
use wire::imap::{Flag, StoreMode};

/// The flags that every folder has.
pub(crate) const SYSTEM: [(Flag, Flags); 5] = [
    (Flag::Answered, Flags::ANSWERED),
    (Flag::Flagged, Flags::FLAGGED),
    (Flag::Deleted, Flags::DELETED),
    (Flag::Seen, Flags::SEEN),
    (Flag::Draft, Flags::DRAFT),
];

/// How a message is marked, in words of IMAP.
pub(crate) fn of(entry: &Entry) -> Vec<Flag> {
    let system = SYSTEM.into_iter().filter(|(_, flags)| entry.flags.has(*flags)).map(|(flag, _)| flag);
    // A keyword that is no atom came by another way than IMAP; it would end the list.
    let keywords = entry.keywords.iter().filter(|word| word.bytes().all(is_atom_char));
    system.chain(keywords.map(|word| Flag::Keyword(word.to_owned()))).collect()
}

/// The flags and keywords that a client names. `\Recent` and unknown system flags cannot be kept.
pub(crate) fn parse(flags: &[Flag]) -> (Flags, Keywords) {
    let known = |flag: &Flag| SYSTEM.iter().find(|(system, _)| system == flag).map(|(_, flags)| *flags);
    let system = flags.iter().filter_map(known).fold(Flags::NONE, Flags::with);
    let keywords = flags.iter().filter_map(|flag| match flag {
        Flag::Keyword(word) => Some(word.as_str()),
        Flag::Seen
        | Flag::Answered
        | Flag::Flagged
        | Flag::Deleted
        | Flag::Draft
        | Flag::Recent
        | Flag::Unknown(_) => None,
    });
    (system, Keywords::of(keywords))
}

/// What `STORE` asks for.
pub(crate) fn change(mode: StoreMode, flags: &[Flag]) -> FlagChange {
    let (flags, keywords) = parse(flags);
    let mode = match mode {
        StoreMode::Replace => FlagMode::Replace,
        StoreMode::Add => FlagMode::Add,
        StoreMode::Remove => FlagMode::Remove,
    };
    FlagChange { mode, flags, keywords }
}

const fn is_atom_char(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'(' | b')' | b'{' | b'%' | b'*' | b'"' | b'\\' | b']')
}

#[cfg(test)]
mod tests {
    use mailbox::{ModSeq, Uid};

    use super::*;

    #[test]
    fn what_cannot_be_kept_is_left_out() {
        let named = ["\\Seen", "\\Recent", "\\Strange", "$Work", "\\draft"].map(Flag::named);
        let (flags, keywords) = parse(&named);
        assert_eq!(flags, Flags::SEEN.with(Flags::DRAFT));
        assert_eq!(keywords, Keywords::of(["$Work"]));
    }

    #[test]
    fn a_keyword_that_is_no_atom_is_not_told() {
        let keywords = Keywords::of(["$Work", "a(b", "c"]);
        let entry = Entry { uid: Uid(1), flags: Flags::FLAGGED, keywords, modseq: ModSeq(1) };
        let names: Vec<String> = of(&entry).iter().map(Flag::name).collect();
        assert_eq!(names, ["\\Flagged", "$Work", "c"]);
    }
}
