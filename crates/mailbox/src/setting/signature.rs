//! A signature as it is kept: what stands below a mail, under which name it is sent, and where answers go.
//!
//! **Invariant:** one that exists has a name and something to show; its HTML was made safe.

use domain::{EmailAddress, PersonName, SignatureId};
use message::{Picture, SIGNATURE_HTML_BYTES, Signature, signature_html, signature_text};

/// How long a name may be, in characters.
const NAME_CHARACTERS: usize = 80;
/// How long a text may be, in characters.
const TEXT_CHARACTERS: usize = 4_000;

/// Whose a signature is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureOf {
    /// An address's.
    Address,
    /// The mail service's: a model for all addresses.
    Service,
}

/// What a mail is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writing {
    /// Nothing: it is begun anew.
    New,
    /// To answer, or to pass on.
    Reply,
}

/// A signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedSignature {
    pub(super) name: String,
    pub(super) sender_name: String,
    pub(super) reply_to: Option<EmailAddress>,
    pub(super) body: Signature,
    pub(super) is_for_new: bool,
    pub(super) is_for_replies: bool,
}

/// A signature in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureView {
    /// Which.
    pub id: SignatureId,
    /// Whose.
    pub of: SignatureOf,
    /// What it is; in a list its picture is left out.
    pub signature: SavedSignature,
    /// Whether it has a picture.
    pub has_picture: bool,
}

/// What somebody wants to be a signature.
#[derive(Debug, Clone)]
pub struct NewSignature<'a> {
    /// What it is called in lists.
    pub name: &'a str,
    /// Under which name mail is sent with it; empty for that of the address.
    pub sender_name: &'a str,
    /// Where answers go; empty for the address.
    pub reply_to: &'a str,
    /// Its text; empty to make it of the HTML.
    pub text: &'a str,
    /// Its HTML; empty to make it of the text.
    pub html: &'a str,
    /// Its picture.
    pub picture: Option<Picture>,
    /// Whether it is the one for what is begun anew.
    pub is_for_new: bool,
    /// Whether it is the one for answers.
    pub is_for_replies: bool,
}

/// Why something cannot be a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureFault {
    /// It has no name.
    #[error("a signature needs a name")]
    NoName,
    /// The name is too long.
    #[error("the name has more than {NAME_CHARACTERS} characters")]
    LongName,
    /// The sender name cannot be one.
    #[error("this cannot be the name of a sender")]
    SenderName,
    /// Where answers go is no address.
    #[error("this is not an address")]
    ReplyTo,
    /// There is nothing to show.
    #[error("a signature needs a text")]
    NoText,
    /// The text is too long.
    #[error("the text has more than {TEXT_CHARACTERS} characters")]
    LongText,
    /// The HTML is too long.
    #[error("the HTML has more than {SIGNATURE_HTML_BYTES} bytes")]
    LongHtml,
}

impl SavedSignature {
    /// Makes one of what somebody wants.
    pub fn new(new: &NewSignature<'_>) -> Result<Self, SignatureFault> {
        let name = new.name.split(|letter: char| letter.is_whitespace() || letter.is_control());
        let name = name.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        let count = name.chars().count();
        if count == 0 || count > NAME_CHARACTERS {
            return Err(if count == 0 { SignatureFault::NoName } else { SignatureFault::LongName });
        }
        let sender_name = match new.sender_name.trim() {
            "" => String::new(),
            name => name.parse::<PersonName>().map_err(|_| SignatureFault::SenderName)?.to_string(),
        };
        let reply_to = match new.reply_to.trim() {
            "" => None,
            address => Some(address.parse().map_err(|_| SignatureFault::ReplyTo)?),
        };
        let body = body(new)?;
        let (is_for_new, is_for_replies) = (new.is_for_new, new.is_for_replies);
        Ok(Self { name, sender_name, reply_to, body, is_for_new, is_for_replies })
    }

    /// What it is called in lists.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Under which name mail is sent with it; empty for that of the address.
    pub fn sender_name(&self) -> &str {
        &self.sender_name
    }

    /// Where answers go; none for the address.
    pub fn reply_to(&self) -> Option<&EmailAddress> {
        self.reply_to.as_ref()
    }

    /// What stands below the mail, with its fields.
    pub fn body(&self) -> &Signature {
        &self.body
    }

    /// Whether it is the one for such mail.
    pub fn is_for(&self, writing: Writing) -> bool {
        match writing {
            Writing::New => self.is_for_new,
            Writing::Reply => self.is_for_replies,
        }
    }
}

fn body(new: &NewSignature<'_>) -> Result<Signature, SignatureFault> {
    if new.html.len() > SIGNATURE_HTML_BYTES {
        return Err(SignatureFault::LongHtml);
    }
    let html = if new.html.trim().is_empty() { String::new() } else { signature_html(new.html) };
    let typed: String = new.text.replace("\r\n", "\n").trim_end().to_owned();
    let typed: String = typed.chars().filter(|letter| !letter.is_control() || *letter == '\n').collect();
    let text = if typed.trim().is_empty() { signature_text(new.html) } else { typed };
    if text.trim().is_empty() && new.picture.is_none() {
        return Err(SignatureFault::NoText);
    }
    if text.chars().count() > TEXT_CHARACTERS {
        return Err(SignatureFault::LongText);
    }
    Ok(Signature { text, html, picture: new.picture.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new<'a>() -> NewSignature<'a> {
        NewSignature {
            name: "Office",
            sender_name: "",
            reply_to: "",
            text: "Anna",
            html: "",
            picture: None,
            is_for_new: false,
            is_for_replies: false,
        }
    }

    #[test]
    fn what_shows_nothing_is_no_signature() {
        let (long, html) = ("x".repeat(4_001), "x".repeat(SIGNATURE_HTML_BYTES + 1));
        for (faulty, fault) in [
            (NewSignature { name: "\n", ..new() }, SignatureFault::NoName),
            (NewSignature { name: &long, ..new() }, SignatureFault::LongName),
            (NewSignature { sender_name: "a\0b", ..new() }, SignatureFault::SenderName),
            (NewSignature { reply_to: "nobody", ..new() }, SignatureFault::ReplyTo),
            (NewSignature { text: " ", html: "<script>x</script>", ..new() }, SignatureFault::NoText),
            (NewSignature { text: &long, ..new() }, SignatureFault::LongText),
            (NewSignature { html: &html, ..new() }, SignatureFault::LongHtml),
        ] {
            assert_eq!(SavedSignature::new(&faulty), Err(fault), "{faulty:?}");
        }
    }

    #[test]
    fn html_alone_makes_the_text_and_is_made_safe() {
        let new = NewSignature { text: "", html: "<p onclick=x>Anna<br><b>Acme</b></p>", ..new() };
        let made = SavedSignature::new(&new).unwrap();
        assert_eq!(made.body().text, "Anna\nAcme");
        assert!(made.body().html.contains("<b>Acme</b>") && !made.body().html.contains("onclick"));
    }
}
