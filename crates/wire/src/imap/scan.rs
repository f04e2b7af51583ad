//! The small pieces of the grammar: atoms, strings, numbers, lists (RFC 9051 §9).

use bytes::Bytes;

use super::name::{self, Encoding, MailboxName};
use super::sequence::{SequenceSet, is_set_char};

/// How deep search keys may be nested: deeper than any program asks, and far from the end of any stack.
pub const NESTING_LIMIT: usize = 32;

/// Why something that arrived was not understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It does not follow the grammar; the words are for the client's log.
    #[error("{0}")]
    Syntax(&'static str),
    /// A search in a character set that is neither US-ASCII nor UTF-8 (RFC 9051 §6.4.4).
    #[error("this character set is not known")]
    Charset,
    /// A literal larger than what is taken.
    #[error("the literal is larger than {limit} bytes")]
    LiteralTooLarge {
        /// What is taken, in bytes.
        limit: u64,
    },
    /// A line longer than what is taken. Where it ends is not known: nothing more can be read.
    #[error("the line is too long")]
    LineTooLong,
    /// A literal that comes without being asked for and is too large to be thrown away: nothing more can be read.
    #[error("the literal is too large")]
    Unswallowable,
}

impl Fault {
    /// Whether nothing more can be read from this connection.
    pub const fn is_fatal(self) -> bool {
        match self {
            Self::LineTooLong | Self::Unswallowable => true,
            Self::Syntax(_) | Self::Charset | Self::LiteralTooLarge { .. } => false,
        }
    }
}

/// Reads one command, whose literals stand in it as they came.
pub(crate) struct Scanner<'a> {
    bytes: &'a Bytes,
    at: usize,
    /// How mailbox names are written.
    pub(crate) encoding: Encoding,
}

impl<'a> Scanner<'a> {
    /// Reads from the start of `bytes`, which hold one command without its last line end.
    pub(crate) const fn new(bytes: &'a Bytes, encoding: Encoding) -> Self {
        Self { bytes, at: 0, encoding }
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// The next byte, which stays.
    pub(crate) fn peek(&self) -> Option<u8> {
        self.rest().first().copied()
    }

    /// Whether these bytes come next, in any case.
    pub(crate) fn ahead(&self, bytes: &[u8]) -> bool {
        self.rest().get(..bytes.len()).is_some_and(|next| next.eq_ignore_ascii_case(bytes))
    }

    /// Takes the next byte if it is this one.
    pub(crate) fn take(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    /// Takes this byte.
    pub(crate) fn expect(&mut self, byte: u8, wanted: &'static str) -> Result<(), Fault> {
        if self.take(byte) { Ok(()) } else { Err(Fault::Syntax(wanted)) }
    }

    /// Takes the space between two arguments. More than one is forgiven.
    pub(crate) fn space(&mut self) -> Result<(), Fault> {
        self.expect(b' ', "an argument is missing")?;
        while self.take(b' ') {}
        Ok(())
    }

    /// Takes a space if there is one and something follows.
    pub(crate) fn more(&mut self) -> bool {
        let more = self.peek() == Some(b' ');
        while self.take(b' ') {}
        more && !self.rest().is_empty()
    }

    /// Nothing may follow, but spaces.
    pub(crate) fn end(&mut self) -> Result<(), Fault> {
        while self.take(b' ') {}
        if self.rest().is_empty() { Ok(()) } else { Err(Fault::Syntax("more than was expected")) }
    }

    /// Takes bytes as long as they are `wanted`.
    pub(crate) fn while_of(&mut self, wanted: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = self.rest();
        let length = rest.iter().position(|byte| !wanted(*byte)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    /// An atom.
    pub(crate) fn atom(&mut self) -> Result<&'a str, Fault> {
        let bytes = self.while_of(is_atom_char);
        if bytes.is_empty() {
            return Err(Fault::Syntax("a word was expected"));
        }
        std::str::from_utf8(bytes).map_err(|_| Fault::Syntax("a word was expected"))
    }

    /// An atom in upper case, as commands and options are compared.
    pub(crate) fn word(&mut self) -> Result<String, Fault> {
        self.atom().map(str::to_ascii_uppercase)
    }

    /// A number of 32 bits.
    pub(crate) fn number(&mut self) -> Result<u32, Fault> {
        u32::try_from(self.number64()?).map_err(|_| Fault::Syntax("the number is too large"))
    }

    /// A number of 63 bits (RFC 9051 §9, `number64`; RFC 7162 §7, `mod-sequence-value`).
    pub(crate) fn number64(&mut self) -> Result<u64, Fault> {
        let digits = self.while_of(|byte| byte.is_ascii_digit());
        let number = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse::<u64>().ok());
        let number = number.filter(|number| i64::try_from(*number).is_ok());
        number.ok_or(Fault::Syntax("a number was expected"))
    }

    /// A string: quoted, or a literal.
    pub(crate) fn string(&mut self) -> Result<Bytes, Fault> {
        match self.peek() {
            Some(b'"') => self.quoted(),
            Some(b'{' | b'~') => self.literal(),
            Some(_) | None => Err(Fault::Syntax("a string was expected")),
        }
    }

    /// An atom (in which `]` may stand) or a string.
    pub(crate) fn astring(&mut self) -> Result<Bytes, Fault> {
        match self.peek() {
            Some(b'"' | b'{') => self.string(),
            Some(_) | None => self.bare(is_astring_char),
        }
    }

    fn bare(&mut self, wanted: impl Fn(u8) -> bool) -> Result<Bytes, Fault> {
        let bytes = self.while_of(wanted);
        if bytes.is_empty() {
            return Err(Fault::Syntax("a word or string was expected"));
        }
        Ok(self.bytes.slice_ref(bytes))
    }

    /// A string or `NIL`.
    pub(crate) fn nstring(&mut self) -> Result<Option<Bytes>, Fault> {
        if matches!(self.peek(), Some(b'"' | b'{' | b'~')) {
            return self.string().map(Some);
        }
        if self.atom()?.eq_ignore_ascii_case("NIL") {
            return Ok(None);
        }
        Err(Fault::Syntax("a string or NIL was expected"))
    }

    fn quoted(&mut self) -> Result<Bytes, Fault> {
        self.expect(b'"', "a string was expected")?;
        let rest = self.rest();
        let (mut escaped, mut unescaped) = (false, Vec::new());
        for (index, byte) in rest.iter().copied().enumerate() {
            match byte {
                b'\r' | b'\n' | 0 => break,
                _ if escaped => {
                    unescaped.push(byte);
                    escaped = false;
                }
                b'\\' => escaped = true,
                b'"' => {
                    self.at += index + 1;
                    return Ok(Bytes::from(unescaped));
                }
                _ => unescaped.push(byte),
            }
        }
        Err(Fault::Syntax("a quoted string does not end"))
    }

    /// A literal; `~{…}` may hold zero bytes (RFC 9051 §4.3, `literal8`), here every literal may.
    pub(crate) fn literal(&mut self) -> Result<Bytes, Fault> {
        self.take(b'~');
        self.expect(b'{', "a literal was expected")?;
        let size = self.number64()?;
        self.take(b'+');
        self.expect(b'}', "a literal was expected")?;
        self.take(b'\r');
        self.expect(b'\n', "a literal was expected")?;
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let bytes = self.rest().get(..size).ok_or(Fault::Syntax("a literal is cut short"))?;
        self.at += size;
        Ok(self.bytes.slice_ref(bytes))
    }

    /// An astring as text.
    pub(crate) fn text(&mut self) -> Result<String, Fault> {
        let bytes = self.astring()?;
        std::str::from_utf8(&bytes).map(str::to_owned).map_err(|_| Fault::Syntax("the text is not UTF-8"))
    }

    /// A set of message numbers.
    pub(crate) fn set(&mut self) -> Result<SequenceSet, Fault> {
        SequenceSet::parse(self.while_of(is_set_char))
    }

    /// The name of a mailbox.
    pub(crate) fn mailbox(&mut self) -> Result<MailboxName, Fault> {
        let bytes = self.astring()?;
        MailboxName::decode(&bytes, self.encoding).map_err(|_| Fault::Syntax("this cannot be a mailbox name"))
    }

    /// A pattern of mailbox names, decoded.
    pub(crate) fn pattern(&mut self) -> Result<String, Fault> {
        let bytes = match self.peek() {
            Some(b'"' | b'{') => self.string()?,
            Some(_) | None => self.bare(is_list_char)?,
        };
        name::decode(&bytes, self.encoding).map_err(|_| Fault::Syntax("this cannot be a mailbox name"))
    }

    /// A list in parentheses: `(item item …)`, possibly empty.
    pub(crate) fn list<T>(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Fault> {
        self.expect(b'(', "a list was expected")?;
        let mut items = Vec::new();
        loop {
            while self.take(b' ') {}
            if self.take(b')') {
                return Ok(items);
            }
            items.push(item(self)?);
            if !matches!(self.peek(), Some(b' ' | b')')) {
                return Err(Fault::Syntax("a list does not end"));
            }
        }
    }
}

/// `ATOM-CHAR`, which leaves out `atom-specials` (RFC 9051 §9).
pub(crate) const fn is_atom_char(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'(' | b')' | b'{' | b'%' | b'*' | b'"' | b'\\' | b']')
}

/// `ASTRING-CHAR`.
pub(crate) const fn is_astring_char(byte: u8) -> bool {
    is_atom_char(byte) || byte == b']'
}

const fn is_list_char(byte: u8) -> bool {
    is_astring_char(byte) || matches!(byte, b'%' | b'*')
}
