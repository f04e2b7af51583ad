//! `ENVELOPE`, `BODY` and `BODYSTRUCTURE` as values, and how they are written (RFC 9051 §7.5.2).

use super::write::Line;

/// A mailbox in an envelope. A group is its name as `mailbox` without `host`, its members, and both empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Address {
    /// The name shown, as it stands in the header.
    pub name: Option<String>,
    /// What stands before the `@`.
    pub mailbox: Option<String>,
    /// What stands behind it.
    pub host: Option<String>,
}

/// What the header of a message says, as it stands there: encoded words stay encoded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Envelope {
    /// `Date`
    pub date: Option<String>,
    /// `Subject`
    pub subject: Option<String>,
    /// `From`
    pub from: Vec<Address>,
    /// `Sender`; without one, `From` (written so by [`Envelope::write`]).
    pub sender: Vec<Address>,
    /// `Reply-To`; without one, `From`.
    pub reply_to: Vec<Address>,
    /// `To`
    pub to: Vec<Address>,
    /// `Cc`
    pub cc: Vec<Address>,
    /// `Bcc`
    pub bcc: Vec<Address>,
    /// `In-Reply-To`
    pub in_reply_to: Option<String>,
    /// `Message-ID`
    pub message_id: Option<String>,
}

/// The structure of a message or part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// A part without parts.
    Leaf(Leaf),
    /// `multipart/…`
    Multipart(Multipart),
}

/// What a part says of itself in its header, beyond its type.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Basics {
    /// Parameters of `Content-Type`, names and values.
    pub parameters: Vec<(String, String)>,
    /// `Content-Disposition`
    pub disposition: Option<Disposition>,
    /// `Content-Language`
    pub languages: Vec<String>,
    /// `Content-Location`
    pub location: Option<String>,
}

/// `Content-Disposition`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disposition {
    /// `inline`, `attachment`, or another word.
    pub kind: String,
    /// Its parameters.
    pub parameters: Vec<(String, String)>,
}

/// A part without parts, or a message in a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// The type, such as `text`.
    pub kind: String,
    /// The subtype, such as `plain`.
    pub subtype: String,
    /// What every part says.
    pub basics: Basics,
    /// `Content-ID`
    pub id: Option<String>,
    /// `Content-Description`
    pub description: Option<String>,
    /// `Content-Transfer-Encoding`; `7BIT` if there is none.
    pub encoding: String,
    /// The size of the body as it is encoded, in bytes.
    pub size: u64,
    /// Its lines; told of `text` and `message/rfc822`.
    pub lines: u64,
    /// `Content-MD5`
    pub md5: Option<String>,
    /// Of a `message/rfc822`: what it holds.
    pub message: Option<Box<(Envelope, Body)>>,
}

/// A part of parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Multipart {
    /// Its parts; never none (a multipart without parts is told with one empty text).
    pub parts: Vec<Body>,
    /// The subtype, such as `mixed`.
    pub subtype: String,
    /// What every part says.
    pub basics: Basics,
}

impl Envelope {
    /// Writes it as the value of `ENVELOPE`.
    pub fn write(&self, line: &mut Line<'_>) {
        let or_from = |list: &Vec<Address>| if list.is_empty() { self.from.clone() } else { list.clone() };
        line.open();
        line.nstring(self.date.as_deref());
        line.nstring(self.subject.as_deref());
        write_addresses(line, &self.from);
        write_addresses(line, &or_from(&self.sender));
        write_addresses(line, &or_from(&self.reply_to));
        write_addresses(line, &self.to);
        write_addresses(line, &self.cc);
        write_addresses(line, &self.bcc);
        line.nstring(self.in_reply_to.as_deref());
        line.nstring(self.message_id.as_deref());
        line.close();
    }
}

fn write_addresses(line: &mut Line<'_>, addresses: &[Address]) {
    if addresses.is_empty() {
        line.word("NIL");
        return;
    }
    line.open();
    for address in addresses {
        // RFC 9051 §9 (`env-from`): addresses stand without spaces between them.
        line.join();
        line.open();
        line.nstring(address.name.as_deref());
        // The source route of RFC 822: long gone.
        line.word("NIL");
        line.nstring(address.mailbox.as_deref());
        line.nstring(address.host.as_deref());
        line.close();
    }
    line.close();
}

/// Whether the extension data is written: `BODYSTRUCTURE` has it, `BODY` has not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extension {
    Told,
    Omitted,
}

impl Body {
    /// Writes it as the value of `BODYSTRUCTURE`.
    pub fn write_structure(&self, line: &mut Line<'_>) {
        self.write(line, Extension::Told);
    }

    /// Writes it as the value of `BODY`.
    pub fn write_body(&self, line: &mut Line<'_>) {
        self.write(line, Extension::Omitted);
    }

    fn write(&self, line: &mut Line<'_>, extension: Extension) {
        line.open();
        match self {
            Self::Leaf(leaf) => leaf.write(line, extension),
            Self::Multipart(multipart) => multipart.write(line, extension),
        }
        line.close();
    }
}

impl Multipart {
    fn write(&self, line: &mut Line<'_>, extension: Extension) {
        // RFC 9051 §9 (`body-type-mpart`): the parts stand without spaces between them.
        for part in &self.parts {
            part.write(line, extension);
            line.join();
        }
        line.separate();
        line.string(self.subtype.to_ascii_uppercase().as_bytes());
        if extension == Extension::Told {
            write_parameters(line, &self.basics.parameters);
            self.basics.write_rest(line);
        }
    }
}

impl Leaf {
    fn write(&self, line: &mut Line<'_>, extension: Extension) {
        line.string(self.kind.to_ascii_uppercase().as_bytes());
        line.string(self.subtype.to_ascii_uppercase().as_bytes());
        write_parameters(line, &self.basics.parameters);
        line.nstring(self.id.as_deref());
        line.nstring(self.description.as_deref());
        line.string(self.encoding.to_ascii_uppercase().as_bytes());
        line.number(self.size);
        if let Some(message) = &self.message {
            message.0.write(line);
            message.1.write(line, extension);
            line.number(self.lines);
        } else if self.kind.eq_ignore_ascii_case("text") {
            line.number(self.lines);
        }
        if extension == Extension::Told {
            line.nstring(self.md5.as_deref());
            self.basics.write_rest(line);
        }
    }
}

impl Basics {
    fn write_rest(&self, line: &mut Line<'_>) {
        match &self.disposition {
            None => line.word("NIL"),
            Some(disposition) => {
                line.open();
                line.string(disposition.kind.as_bytes());
                write_parameters(line, &disposition.parameters);
                line.close();
            }
        }
        match self.languages.as_slice() {
            [] => line.word("NIL"),
            [only] => line.string(only.as_bytes()),
            several => {
                line.open();
                several.iter().for_each(|language| line.string(language.as_bytes()));
                line.close();
            }
        }
        line.nstring(self.location.as_deref());
    }
}

fn write_parameters(line: &mut Line<'_>, parameters: &[(String, String)]) {
    if parameters.is_empty() {
        line.word("NIL");
        return;
    }
    line.open();
    for (name, value) in parameters {
        line.string(name.to_ascii_uppercase().as_bytes());
        line.string(value.as_bytes());
    }
    line.close();
}
