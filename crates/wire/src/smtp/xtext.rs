//! Text in the values of parameters (RFC 3461 §4): `+` and two digits stand for what may not stand there by itself.

use std::fmt::Write as _;

/// What the value says; none if it is no xtext, or no UTF-8 within it.
pub(super) fn decode(value: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = match first {
            b'+' => {
                let (high, low) = (digit(*after.first()?)?, digit(*after.get(1)?)?);
                bytes.push(high * 16 + low);
                after.get(2..)?
            }
            // RFC 6533 §3 lets what is beyond ASCII stand as it is.
            b'!'..=b'<' | b'>'..=b'~' | 0x80..=0xff => {
                bytes.push(*first);
                after
            }
            _ => return None,
        };
    }
    String::from_utf8(bytes).ok()
}

/// The value that says it.
pub(super) fn encode(text: &str) -> String {
    let mut value = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '!'..='*' | ','..='<' | '>'..='~' => value.push(character),
            _ if character.is_ascii() => {
                // Writing to a string cannot fail.
                let _ = write!(value, "+{:02X}", u32::from(character));
            }
            _ => value.push(character),
        }
    }
    value
}

/// A hexadecimal digit, in upper case only.
fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_whole_pairs_of_digits_follow_a_plus() {
        assert_eq!(decode("a+2Bb+3D").as_deref(), Some("a+b="));
        for bad in ["a+", "a+2", "a+2b", "a=b", "a b", "+FF"] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn what_was_encoded_is_decoded(text in "[ -~é\\r\\n]{0,40}") {
            let value = encode(&text);
            prop_assert!(!value.contains([' ', '=', '\r', '\n']));
            prop_assert_eq!(decode(&value), Some(text));
        }
    }
}
