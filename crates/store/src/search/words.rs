//! Text as words, the way FTS5's `unicode61 remove_diacritics 2` sees it.

/// The longest word, in characters: what is longer is no word of a language, and is cut alike in documents and queries.
const WORD_CHARACTERS: usize = 64;
/// The letters U+00C0 to U+017F without their marks, one for one.
const PLAIN: &str = "aaaaaaæceeeeiiiiðnooooo×øuuuuyþßaaaaaaæceeeeiiiiðnooooo÷øuuuuyþy\
                     aaaaaaccccccccddđđeeeeeeeeeegggggggghhħħiiiiiiiiiiĳĳjjkkĸllllllŀŀłłnnnnnnŉŋŋ\
                     ooooooœœrrrrrrssssssssttttŧŧuuuuuuuuuuuuwwyyyzzzzzzſ";

/// The words of a text, in small letters and without accents.
pub(super) fn words(text: &str) -> impl Iterator<Item = String> {
    let pieces = text.split(|character: char| !character.is_alphanumeric() && !is_mark(character));
    pieces.map(plain).filter(|word| !word.is_empty())
}

/// The first `bytes` of a text, or a little less.
pub(super) fn beginning(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or(text)
}

fn plain(word: &str) -> String {
    let marks_gone = word.chars().filter(|character| !is_mark(*character));
    marks_gone
        .flat_map(char::to_lowercase)
        .filter(|character| !is_mark(*character))
        .map(without_accent)
        .take(WORD_CHARACTERS)
        .collect()
}

fn is_mark(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}')
}

fn without_accent(character: char) -> char {
    match u32::from(character) {
        code @ 0xc0..=0x17f => {
            usize::try_from(code - 0xc0).ok().and_then(|place| PLAIN.chars().nth(place)).unwrap_or(character)
        }
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<String> {
        words(text).collect()
    }

    #[test]
    fn words_lie_between_what_is_neither_letter_nor_digit() {
        assert_eq!(
            all("Anna <anna.muster@example.test>: 2nd \"try\""),
            ["anna", "anna", "muster", "example", "test", "2nd", "try"]
        );
        assert!(all(" -- '\\ \0").is_empty());
    }

    #[test]
    fn accents_do_not_count() {
        assert_eq!(PLAIN.chars().count(), 0x180 - 0xc0);
        assert_eq!(
            all("Crème BRÛLÉE Zürich Łódź cafe\u{301} naïve Ångström Žižek ÿ"),
            ["creme", "brulee", "zurich", "łodz", "cafe", "naive", "angstrom", "zizek", "y"]
        );
    }

    #[test]
    fn long_words_are_cut_and_texts_end_at_a_character() {
        assert_eq!(all(&"x".repeat(100))[0].len(), WORD_CHARACTERS);
        assert_eq!(beginning("aé", 2), "a");
        assert_eq!(beginning("aé", 30), "aé");
    }
}
