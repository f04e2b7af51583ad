//! What reports say to people.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// The words of reports, from the catalogues of those who read them.
#[derive(Debug, Clone)]
pub struct ReportWords {
    /// Who writes.
    pub sender: String,
    /// What is said of a recipient that an operator gave up.
    pub given_up: String,
    /// Mail will not arrive.
    pub failed: Saying,
    /// Mail has not arrived yet.
    pub delayed: Saying,
    /// Mail has arrived.
    pub delivered: Saying,
    /// Mail was handed to a server that tells nothing of it.
    pub relayed: Saying,
}

/// What one sort of report says.
#[derive(Debug, Clone)]
pub struct Saying {
    /// The subject.
    pub subject: String,
    /// What stands above the list of recipients.
    pub opening: String,
}

impl Saying {
    /// A saying of these words.
    pub fn new(subject: &str, opening: &str) -> Self {
        Self { subject: subject.to_owned(), opening: opening.to_owned() }
    }
}

/// English, for those whose language is not known.
impl Default for ReportWords {
    fn default() -> Self {
        Self {
            sender: "Mail delivery".to_owned(),
            given_up: "the mail was taken out of the queue".to_owned(),
            failed: Saying::new(
                "Your mail could not be delivered",
                "Your mail did not reach these recipients:",
            ),
            delayed: Saying::new(
                "Your mail is delayed",
                "Your mail has not reached these recipients yet. It is tried again; you need not send it again:",
            ),
            delivered: Saying::new(
                "Your mail was delivered",
                "Your mail is in the mailbox of these recipients:",
            ),
            relayed: Saying::new(
                "Your mail was passed on",
                "Your mail was passed on to the servers of these recipients, which do not tell what becomes of it:",
            ),
        }
    }
}

/// A text of a header: as it is, or as encoded words (RFC 2047).
pub(crate) fn encoded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    // 39 bytes become an encoded word of 75 characters at most (RFC 2047 §2).
    let mut words = vec![String::new()];
    for character in text.chars() {
        let full = words.last().is_none_or(|word| word.len() + character.len_utf8() > 39);
        if full {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push(character);
        }
    }
    let words: Vec<String> =
        words.iter().map(|word| format!("=?utf-8?B?{}?=", BASE64_STANDARD.encode(word))).collect();
    words.join("\r\n ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_beyond_ascii_are_encoded_in_pieces() {
        assert_eq!(encoded("Hello"), "Hello");
        assert_eq!(encoded("Réponse"), "=?utf-8?B?UsOpcG9uc2U=?=");
        assert!(encoded(&"é".repeat(60)).split("\r\n ").all(|word| word.len() <= 75));
    }
}
