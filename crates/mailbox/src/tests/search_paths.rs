//! The index finds what going through the folder finds, and what a plain model says.

use bytes::Bytes;
use domain::FolderId;

use super::on_both;
use super::world::World;
use crate::{Flags, Keywords, Mailbox, NewMessage, SearchKey, Uid, UidSet};

/// How many messages and searches there are.
const MESSAGES: u64 = 60;
const SEARCHES: u64 = 250;

/// Draws that are the same each time.
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len() as u64) as usize]
    }

    /// A text of few different letters, so that pieces meet.
    fn text(&mut self, longest: u64) -> String {
        let length = self.below(longest + 1);
        let text: String = (0..length)
            .map(|_| self.of(&['a', 'b', 'A', 'o', 'ß', 'Ö', 'ö', '日', '本', '1', ' ', '-']))
            .collect();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn address(&mut self) -> String {
        format!("{}@{}.test", self.of(&["ab", "aba", "b1", "o"]), self.of(&["far", "afar"]))
    }
}

/// What a message says.
struct Said {
    subject: String,
    from: (String, String),
    to: (String, String),
    cc: Option<(String, String)>,
    id: String,
    flags: Flags,
}

impl Said {
    fn drawn(draw: &mut Draw, number: u64) -> Self {
        let person = |draw: &mut Draw| (draw.text(6), draw.address());
        Self {
            subject: draw.text(14),
            from: person(draw),
            to: person(draw),
            cc: (draw.below(3) == 0).then(|| person(draw)),
            id: format!("{number}.{}@far.test", draw.of(&["a", "B"])),
            flags: draw.of(&[Flags::NONE, Flags::SEEN, Flags::FLAGGED, Flags::SEEN.with(Flags::FLAGGED)]),
        }
    }

    fn content(&self) -> Bytes {
        let person = |(name, address): &(String, String)| format!("\"{name}\" <{address}>");
        let cc = self.cc.as_ref().map(|cc| format!("Cc: {}\r\n", person(cc))).unwrap_or_default();
        Bytes::from(format!(
            "From: {}\r\nTo: {}\r\n{cc}Subject: {}\r\nMessage-ID: <{}>\r\n\r\nbody\r\n",
            person(&self.from),
            person(&self.to),
            self.subject,
            self.id
        ))
    }

    /// Whether a key is true of it, read off plainly.
    fn meets(&self, uid: u32, key: &SearchKey) -> bool {
        let holds = |text: &str, piece: &str| text.to_lowercase().contains(&piece.to_lowercase());
        let person = |(name, address): &(String, String), piece| holds(&format!("{name} <{address}>"), piece);
        match key {
            SearchKey::And(keys) => keys.iter().all(|key| self.meets(uid, key)),
            SearchKey::Or(one, other) => self.meets(uid, one) || self.meets(uid, other),
            SearchKey::Not(key) => !self.meets(uid, key),
            SearchKey::Has(flags) => self.flags.has(*flags),
            SearchKey::Uids(uids) => uids.contains(Uid(uid)),
            SearchKey::Subject(text) => holds(&self.subject, text),
            SearchKey::From(text) => person(&self.from, text),
            SearchKey::To(text) => person(&self.to, text),
            SearchKey::Cc(text) => self.cc.as_ref().is_some_and(|cc| person(cc, text)),
            SearchKey::Header(_, text) => holds(&format!("<{}>", self.id), text),
            SearchKey::All
            | SearchKey::Keyword(_)
            | SearchKey::Received(_)
            | SearchKey::Sent(_)
            | SearchKey::Saved(_)
            | SearchKey::Older(_)
            | SearchKey::Younger(_)
            | SearchKey::Message(_)
            | SearchKey::Thread(_)
            | SearchKey::Larger(_)
            | SearchKey::Smaller(_)
            | SearchKey::ModSeq(_)
            | SearchKey::Body(_)
            | SearchKey::Text(_) => panic!("{key:?} is not drawn"),
        }
    }
}

fn key(draw: &mut Draw, depth: u64) -> SearchKey {
    let nested = |draw: &mut Draw| Box::new(key(draw, depth + 1));
    match draw.below(if depth < 3 { 11 } else { 7 }) {
        0 | 1 => SearchKey::Subject(draw.text(5)),
        2 => SearchKey::From(if draw.below(2) == 0 { draw.address() } else { draw.text(4) }),
        3 => SearchKey::To(if draw.below(2) == 0 { draw.address() } else { draw.text(4) }),
        4 => SearchKey::Cc(draw.text(3)),
        5 => SearchKey::Has(draw.of(&[Flags::SEEN, Flags::FLAGGED])),
        6 => {
            let id = format!("{}.{}@far.test", draw.below(MESSAGES), draw.of(&["a", "b"]));
            SearchKey::Header("Message-ID".to_owned(), format!("<{id}>"))
        }
        7 => SearchKey::Or(nested(draw), nested(draw)),
        8 => SearchKey::Not(nested(draw)),
        9 => SearchKey::And(vec![SearchKey::Uids(UidSet::of_ranges([5..=40])), key(draw, depth + 1)]),
        _ => SearchKey::And(vec![key(draw, depth + 1), key(draw, depth + 1), key(draw, depth + 1)]),
    }
}

async fn filled(world: &World, draw: &mut Draw) -> (Mailbox, FolderId, Vec<Said>) {
    let mailbox = world.annas().await;
    let inbox = mailbox.inbox().await;
    let mut all = Vec::new();
    for number in 0..MESSAGES {
        let said = Said::drawn(draw, number);
        let keywords = Keywords::default();
        let new = NewMessage { content: said.content(), flags: said.flags, keywords, received_at: None };
        mailbox.append(inbox, new).await.unwrap();
        all.push(said);
    }
    (mailbox, inbox, all)
}

async fn find(mailbox: &Mailbox, folder: FolderId, key: &SearchKey, small: u32) -> Vec<u32> {
    mailbox.search_by(folder, key.clone(), small).await.unwrap().into_iter().map(|uid| uid.0).collect()
}

#[test]
fn the_index_finds_what_the_whole_folder_and_a_plain_model_find() {
    on_both(|world| async move {
        let mut draw = Draw(20_261_125);
        let (mailbox, inbox, all) = filled(&world, &mut draw).await;
        let mut found_some = 0;
        for _ in 0..SEARCHES {
            let key = key(&mut draw, 0);
            let plain: Vec<u32> = (1_u32..)
                .zip(&all)
                .filter(|(uid, said)| said.meets(*uid, &key))
                .map(|(uid, _)| uid)
                .collect();
            assert_eq!(find(&mailbox, inbox, &key, u32::MAX).await, plain, "through the folder: {key:?}");
            assert_eq!(find(&mailbox, inbox, &key, 0).await, plain, "by the index: {key:?}");
            found_some += u32::from(!plain.is_empty() && plain.len() < all.len());
        }
        assert!(found_some > 80, "only {found_some} searches found some messages and not others");
    });
}

#[test]
fn words_conversations_and_ids_are_found_by_the_index_as_in_the_folder() {
    on_both(|world| async move {
        let mut draw = Draw(7);
        let (mailbox, inbox, _) = filled(&world, &mut draw).await;
        let third = mailbox.fetch(inbox, &UidSet::one(Uid(3))).await.unwrap().remove(0);
        for key in [
            SearchKey::Text("ab".to_owned()),
            SearchKey::Body("body".to_owned()),
            SearchKey::Message(third.message),
            SearchKey::Thread(third.thread),
            SearchKey::And(vec![SearchKey::Body("bo".to_owned()), SearchKey::From("far".to_owned())]),
        ] {
            let (folder, index) =
                (find(&mailbox, inbox, &key, u32::MAX).await, find(&mailbox, inbox, &key, 0).await);
            assert_eq!(folder, index, "{key:?}");
            assert!(!index.is_empty(), "{key:?}");
        }
    });
}

#[test]
fn a_message_filed_twice_is_found_twice_and_in_its_folder_only() {
    on_both(|world| async move {
        let mut draw = Draw(3);
        let (mailbox, inbox, all) = filled(&world, &mut draw).await;
        let archive = mailbox.named("Archive").await.id;
        mailbox.copy(inbox, &UidSet::one(Uid(2)), inbox).await.unwrap();
        mailbox.copy(inbox, &UidSet::one(Uid(2)), archive).await.unwrap();
        let key = SearchKey::Header("message-id".to_owned(), format!("<{}>", all[1].id));
        assert_eq!(find(&mailbox, inbox, &key, 0).await, [2, MESSAGES as u32 + 1]);
        assert_eq!(find(&mailbox, archive, &key, 0).await, [1]);
    });
}

#[test]
fn mail_from_before_the_index_knew_letters_is_found_all_the_same() {
    on_both(|world| async move {
        let mut draw = Draw(11);
        let (mailbox, inbox, all) = filled(&world, &mut draw).await;
        let key = SearchKey::From(all[0].from.1.clone());
        let found = find(&mailbox, inbox, &key, 0).await;
        let forget = world.store.write(|tx| {
            let sql = "UPDATE search_letters SET from_row = (SELECT max(search_row) + 1 FROM messages)";
            tx.execute(sql, &[]).map(drop)
        });
        forget.await.map_err(|error: store::StoreError| error).unwrap();
        assert_eq!(find(&mailbox, inbox, &key, 0).await, found);
        assert!(!found.is_empty());
    });
}
