//! As much of CBOR (RFC 8949) as keys speak: the canonical form of CTAP2, in which every length is known beforehand.
//!
//! **Invariant:** what nests deeper, or is longer, than a key has reason to is no CBOR here; nothing is read twice.

/// How deep items may lie in items: an attestation has three levels.
const DEPTH: usize = 6;
/// How many items an array or a map may have: the largest of ours has a dozen.
const ITEMS: u64 = 64;

/// One item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Item<'a> {
    /// A whole number, as far as the protocol has them.
    Int(i64),
    /// Bytes.
    Bytes(&'a [u8]),
    /// Text.
    Text(&'a str),
    /// Items in a row.
    Array(Vec<Item<'a>>),
    /// Keys and values.
    Map(Vec<(Item<'a>, Item<'a>)>),
    /// True, false, nothing.
    Simple(u8),
}

impl<'a> Item<'a> {
    /// Reads one item; it and what follows it.
    pub(super) fn read(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        read(bytes, DEPTH)
    }

    /// The value of a number in a map.
    pub(super) fn at(&self, key: i64) -> Option<&Self> {
        self.value(&Self::Int(key))
    }

    /// The value of a name in a map.
    pub(super) fn named(&self, name: &'a str) -> Option<&Self> {
        self.value(&Self::Text(name))
    }

    /// The number that this is.
    pub(super) fn int(&self) -> Option<i64> {
        if let Self::Int(number) = self { Some(*number) } else { None }
    }

    /// The bytes that this is.
    pub(super) fn bytes(&self) -> Option<&'a [u8]> {
        if let Self::Bytes(bytes) = self { Some(bytes) } else { None }
    }

    fn value(&self, key: &Self) -> Option<&Self> {
        let Self::Map(entries) = self else { return None };
        entries.iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }
}

fn read(bytes: &[u8], depth: usize) -> Option<(Item<'_>, &[u8])> {
    let (first, rest) = bytes.split_first()?;
    let (major, short) = (first >> 5, first & 0x1f);
    let (argument, rest) = argument(short, rest)?;
    let number = || i64::try_from(argument).ok();
    match major {
        0 => Some((Item::Int(number()?), rest)),
        1 => Some((Item::Int(-1 - number()?), rest)),
        2 => {
            let (bytes, rest) = taken(rest, argument)?;
            Some((Item::Bytes(bytes), rest))
        }
        3 => {
            let (bytes, rest) = taken(rest, argument)?;
            Some((Item::Text(std::str::from_utf8(bytes).ok()?), rest))
        }
        4 => {
            let (items, rest) = row(rest, argument, depth)?;
            Some((Item::Array(items), rest))
        }
        5 => {
            let (items, rest) = row(rest, argument.checked_mul(2)?, depth)?;
            let (mut entries, mut items) = (Vec::new(), items.into_iter());
            while let (Some(key), Some(value)) = (items.next(), items.next()) {
                entries.push((key, value));
            }
            Some((Item::Map(entries), rest))
        }
        // False, true and null; fractions and tags no key sends.
        7 if (20..=22).contains(&short) => Some((Item::Simple(short), rest)),
        6.. => None,
    }
}

/// The number beside the kind of an item.
fn argument(short: u8, rest: &[u8]) -> Option<(u64, &[u8])> {
    let width = match short {
        0..=23 => return Some((u64::from(short), rest)),
        24 => 1,
        25 => 2,
        26 => 4,
        27 => 8,
        // Lengths that are not known beforehand.
        28.. => return None,
    };
    let (bytes, rest) = rest.split_at_checked(width)?;
    Some((bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)), rest))
}

fn taken(rest: &[u8], length: u64) -> Option<(&[u8], &[u8])> {
    rest.split_at_checked(usize::try_from(length).ok()?)
}

fn row(mut rest: &[u8], count: u64, depth: usize) -> Option<(Vec<Item<'_>>, &[u8])> {
    let depth = depth.checked_sub(1)?;
    if count > 2 * ITEMS {
        return None;
    }
    let mut items = Vec::new();
    for _ in 0..count {
        let (item, after) = read(rest, depth)?;
        items.push(item);
        rest = after;
    }
    Some((items, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_is_asked_by_number_and_by_name() {
        let bytes = [0xa3, 0x01, 0x02, 0x20, 0x42, 7, 8, 0x63, b'f', b'm', b't', 0xf5, 0xff];
        let (map, rest) = Item::read(&bytes).unwrap();
        assert_eq!(
            (map.at(1).and_then(Item::int), map.at(-1).and_then(Item::bytes)),
            (Some(2), Some(&[7, 8][..]))
        );
        assert_eq!((map.named("fmt"), map.at(3), rest), (Some(&Item::Simple(21)), None, &[0xff][..]));
    }

    #[test]
    fn what_no_key_sends_is_refused() {
        for bytes in [
            &[][..],
            &[0x5f, 0x41, 0, 0xff],
            &[0x42, 1],
            &[0x62, 0xff, 0xfe],
            &[0xc0, 0x01],
            &[0xf9, 0, 0],
            &[0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            &[0x9b, 0, 0, 0, 1, 0, 0, 0, 0],
            &[0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            &[0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x01],
        ] {
            assert_eq!(Item::read(bytes), None, "{bytes:x?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            let _read = Item::read(&bytes);
        }
    }
}
