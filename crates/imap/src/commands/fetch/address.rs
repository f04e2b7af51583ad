//! Addresses of a header field, as an envelope tells them (RFC 5322 §3.4).
//!
//! Nothing is refused: what follows no grammar becomes the nearest thing that can be told.

use wire::imap::Address;

/// How many addresses of one field are told: more than any list of people that a person reads.
const ADDRESSES: usize = 2_000;

/// The addresses of a field's value, groups included.
pub(super) fn addresses(text: &str) -> Vec<Address> {
    let mut reader = Reader::default();
    for token in tokens(text) {
        if reader.found.len() >= ADDRESSES {
            break;
        }
        reader.take(token);
    }
    reader.end_group();
    reader.found
}

/// A piece of the text.
enum Token {
    Word(String),
    Comment(String),
    Special(char),
    Space,
}

/// An address as far as it is read: its letters without spaces, and where its last `@` stands.
#[derive(Default)]
struct Spec {
    letters: String,
    at: Option<usize>,
}

impl Spec {
    fn address(self, name: Option<String>) -> Address {
        let host = self.at.and_then(|at| self.letters.get(at..)).unwrap_or_default().to_owned();
        let mailbox = self.at.and_then(|at| self.letters.get(..at)).map(str::to_owned);
        // Without a host it would be told as the name of a group.
        Address { name, mailbox: Some(mailbox.unwrap_or(self.letters)), host: Some(host) }
    }

    fn mark_at(&mut self) {
        if let Some(at) = self.at {
            self.letters.insert(at, '@');
        }
        self.at = Some(self.letters.len());
    }
}

#[derive(Default)]
struct Reader {
    found: Vec<Address>,
    /// The words so far, as a name has them.
    phrase: String,
    /// The words so far, as an address has them.
    bare: Spec,
    comment: Option<String>,
    /// What stands between angle brackets, and whether these are still open.
    angle: Option<(Spec, bool)>,
    in_group: bool,
    space: bool,
}

impl Reader {
    fn take(&mut self, token: Token) {
        if let Some((spec, open @ true)) = &mut self.angle {
            match token {
                Token::Word(word) => spec.letters.push_str(&word),
                Token::Special('@') => spec.mark_at(),
                Token::Special('>') => *open = false,
                // What stands before it is a route of RFC 822: long gone.
                Token::Special(':') => *spec = Spec::default(),
                Token::Special(_) | Token::Comment(_) | Token::Space => {}
            }
            return;
        }
        match token {
            Token::Space => self.space = true,
            Token::Comment(text) => self.comment = Some(text),
            Token::Word(word) => {
                self.name(&word);
                self.bare.letters.push_str(&word);
            }
            Token::Special('<') => self.angle = Some((Spec::default(), true)),
            Token::Special('@') => {
                self.name("@");
                self.bare.mark_at();
            }
            Token::Special(',') => self.end_address(),
            Token::Special(';') => self.end_group(),
            Token::Special(':') if !self.in_group => self.begin_group(),
            Token::Special(other) => self.name(other.encode_utf8(&mut [0; 4])),
        }
    }

    fn name(&mut self, word: &str) {
        if std::mem::take(&mut self.space) && !self.phrase.is_empty() {
            self.phrase.push(' ');
        }
        self.phrase.push_str(word);
    }

    fn end_address(&mut self) {
        let phrase = std::mem::take(&mut self.phrase);
        let bare = std::mem::take(&mut self.bare);
        let comment = self.comment.take();
        let name = Some(phrase).filter(|phrase| !phrase.is_empty());
        match self.angle.take() {
            Some((spec, _)) => self.found.push(spec.address(name.or(comment))),
            None if name.is_some() => self.found.push(bare.address(comment)),
            None => {}
        }
        self.space = false;
    }

    fn begin_group(&mut self) {
        let mailbox = Some(std::mem::take(&mut self.phrase));
        self.found.push(Address { name: None, mailbox, host: None });
        (self.bare, self.comment, self.in_group) = (Spec::default(), None, true);
    }

    fn end_group(&mut self) {
        self.end_address();
        if std::mem::take(&mut self.in_group) {
            self.found.push(Address::default());
        }
    }
}

fn tokens(text: &str) -> impl Iterator<Item = Token> {
    let mut letters = text.chars().peekable();
    std::iter::from_fn(move || {
        let first = letters.next()?;
        Some(match first {
            '"' => Token::Word(enclosed(&mut letters, None, '"')),
            '(' => Token::Comment(enclosed(&mut letters, Some('('), ')')),
            '<' | '>' | ',' | ';' | ':' | '@' => Token::Special(first),
            _ if first.is_whitespace() => Token::Space,
            '[' => Token::Word(format!("[{}]", enclosed(&mut letters, None, ']'))),
            _ => {
                let mut word = String::from(first);
                let ends = |letter: &char| letter.is_whitespace() || "\"(<>,;:@[".contains(*letter);
                while let Some(letter) = letters.next_if(|letter| !ends(letter)) {
                    word.push(letter);
                }
                Token::Word(word)
            }
        })
    })
}

/// The letters up to `close`, or to the end; a backslash takes the next letter as it is.
fn enclosed(letters: &mut impl Iterator<Item = char>, open: Option<char>, close: char) -> String {
    let (mut inner, mut depth) = (String::new(), 0usize);
    while let Some(letter) = letters.next() {
        if letter == '\\' {
            inner.extend(letters.next());
            continue;
        }
        if letter == close {
            if depth == 0 {
                break;
            }
            depth -= 1;
        } else if Some(letter) == open {
            depth += 1;
        }
        inner.push(letter);
    }
    inner
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(Option<String>, Option<String>, Option<String>)> {
        addresses(text).into_iter().map(|one| (one.name, one.mailbox, one.host)).collect()
    }

    fn person(name: &str, mailbox: &str, host: &str) -> (Option<String>, Option<String>, Option<String>) {
        let name = (!name.is_empty()).then(|| name.to_owned());
        (name, Some(mailbox.to_owned()), Some(host.to_owned()))
    }

    #[test]
    fn names_and_addresses_are_told_apart() {
        let text = "Anna Muster <anna@x.test>, ben@y.test,\"Last, First\" <\"odd one\"@z.test>";
        let expected = [
            person("Anna Muster", "anna", "x.test"),
            person("", "ben", "y.test"),
            person("Last, First", "odd one", "z.test"),
        ];
        assert_eq!(read(text), expected);
    }

    #[test]
    fn a_comment_is_the_name_where_there_is_no_other() {
        assert_eq!(read("ben@y.test (Ben (the one) Far)"), [person("Ben (the one) Far", "ben", "y.test")]);
        assert_eq!(read("Anna (work) <a@x.test>"), [person("Anna", "a", "x.test")]);
    }

    #[test]
    fn a_group_is_its_name_its_members_and_its_end() {
        let group = (None, Some("Our friends".to_owned()), None);
        let end = (None, None, None);
        let expected = [group.clone(), person("", "a", "x"), person("B", "b", "y"), end.clone()];
        assert_eq!(read("Our friends: a@x, B <b@y>;"), expected);
        let hidden = (None, Some("undisclosed-recipients".to_owned()), None);
        assert_eq!(read("undisclosed-recipients:;"), [hidden.clone(), end.clone()]);
        assert_eq!(read("undisclosed-recipients:"), [hidden, end]);
    }

    #[test]
    fn what_follows_no_grammar_is_told_nevertheless() {
        assert_eq!(read(""), []);
        assert_eq!(read(" , ,"), []);
        assert_eq!(read("nobody"), [person("", "nobody", "")]);
        assert_eq!(read("Nobody <>"), [person("Nobody", "", "")]);
        assert_eq!(read("a@b <a@b"), [person("a@b", "a", "b")]);
        assert_eq!(read("<@one,@two:a@b>"), [person("", "a", "b")]);
        assert_eq!(read("a@[192.0.2.1]"), [person("", "a", "[192.0.2.1]")]);
        assert_eq!(read("a@b@c"), [person("", "a@b", "c")]);
        assert_eq!(read("=?utf-8?Q?J=C3=B6rg?= <j@x>"), [person("=?utf-8?Q?J=C3=B6rg?=", "j", "x")]);
    }

    #[test]
    fn no_more_addresses_are_told_than_the_limit_says() {
        assert!(addresses(&"a@b,".repeat(5_000)).len() <= ADDRESSES + 1);
    }
}
