//! Search: the same words find the same messages on both databases.

use domain::{Id, MailboxId};

use super::{World, each_database, on};
use crate::search::{self, LastWord, SearchDocument, SearchField, SearchQuery, SearchTerm};
use crate::{Dialect, StoreError};

const OWN: [u8; 16] = [1; 16];
const OTHER: [u8; 16] = [2; 16];

async fn index(world: &World, mailbox: [u8; 16], document: SearchDocument<'static>) -> i64 {
    let mailbox = MailboxId::from_bytes(mailbox);
    let indexed = world.store.write(move |tx| {
        let row = search::new_row(tx)?;
        search::index(tx, mailbox, row, &document)?;
        Ok::<_, StoreError>(row)
    });
    indexed.await.unwrap()
}

async fn find(world: &World, query: SearchQuery) -> Vec<i64> {
    let found = world.store.read(move |tx| search::find(tx, MailboxId::from_bytes(OWN), &query, 10));
    found.await.map_err(|error: StoreError| error).unwrap()
}

async fn typed(world: &World, words: &str) -> Vec<i64> {
    find(world, SearchQuery::typed(words)).await
}

async fn in_field(world: &World, field: SearchField, text: &str, last_word: LastWord) -> Vec<i64> {
    find(world, SearchQuery { terms: vec![SearchTerm { field, text: text.to_owned(), last_word }] }).await
}

const INVOICE: SearchDocument<'_> = SearchDocument {
    subject: "Rechnung für März",
    people: "Zoë Müller <zoe.mueller@example.test>",
    body: "Anbei die Rechnung No 4711. Crème brûlée kostet 5 Euro.",
    letters: &[],
};
const LUNCH: SearchDocument<'_> = SearchDocument {
    subject: "Lunch?",
    people: "Anna <anna@example.test>",
    body: "Shall we have lunch on Friday?",
    letters: &[],
};

#[test]
fn words_are_found_whatever_their_case_and_accents() {
    each_database(|world| async move {
        let (invoice, lunch) = (index(&world, OWN, INVOICE).await, index(&world, OWN, LUNCH).await);
        for words in [
            "rechnung",
            "RECHNUNG maerz OR",
            "marz",
            "creme brulee",
            "4711",
            "zoe",
            "mull",
            "\"crème brûlée\"",
        ] {
            let expected = if words.contains("OR") { vec![] } else { vec![invoice] };
            assert_eq!(typed(&world, words).await, expected, "{words}");
        }
        assert_eq!(typed(&world, "fri lun").await, [lunch]);
        assert_eq!(typed(&world, "example.test").await, [lunch, invoice]);
    });
}

#[test]
fn a_phrase_stands_together_and_in_its_field() {
    each_database(|world| async move {
        let lunch = index(&world, OWN, LUNCH).await;
        assert_eq!(typed(&world, "\"lunch on friday\"").await, [lunch]);
        assert_eq!(typed(&world, "\"friday lunch\"").await, Vec::<i64>::new());
        assert_eq!(in_field(&world, SearchField::Subject, "lunch", LastWord::Whole).await, [lunch]);
        assert_eq!(
            in_field(&world, SearchField::Subject, "friday", LastWord::Whole).await,
            Vec::<i64>::new()
        );
        assert_eq!(
            in_field(&world, SearchField::People, "anna@example.test", LastWord::Whole).await,
            [lunch]
        );
        assert_eq!(in_field(&world, SearchField::Body, "have lun", LastWord::Prefix).await, [lunch]);
        assert_eq!(in_field(&world, SearchField::Body, "have lun", LastWord::Whole).await, Vec::<i64>::new());
        assert_eq!(
            typed(&world, "\"lunch anna\"").await,
            Vec::<i64>::new(),
            "no phrase reaches from one field into the next"
        );
    });
}

#[test]
fn no_mailbox_is_found_in_another() {
    each_database(|world| async move {
        index(&world, OTHER, INVOICE).await;
        assert_eq!(typed(&world, "rechnung").await, Vec::<i64>::new());
        let word = format!("mailbox{}", "02".repeat(16));
        assert_eq!(typed(&world, &word).await, Vec::<i64>::new());
    });
}

#[test]
fn what_is_typed_is_never_a_query_language() {
    each_database(|world| async move {
        let lunch = index(&world, OWN, LUNCH).await;
        for words in [
            "lunch\"",
            "lunch' | 'x",
            "{subject}:lunch* OR",
            "lunch:*",
            "(",
            "NEAR(",
            "\\",
            "-",
            "\0",
            "''",
            "!lunch & a",
        ] {
            let found = typed(&world, words).await;
            assert!(found.is_empty() || found == [lunch], "{words}");
        }
        assert_eq!(typed(&world, "").await, Vec::<i64>::new());
        assert_eq!(typed(&world, "lunch'").await, [lunch]);
    });
}

#[test]
fn what_is_removed_is_not_found_and_what_failed_was_never_indexed() {
    each_database(|world| async move {
        let (first, second) = (index(&world, OWN, LUNCH).await, index(&world, OWN, LUNCH).await);
        let mailbox = MailboxId::from_bytes(OWN);
        let failed: Result<(), StoreError> = world
            .store
            .write(move |tx| {
                let row = search::new_row(tx)?;
                search::index(tx, mailbox, row, &LUNCH)?;
                Err(StoreError::Absent)
            })
            .await;
        assert!(failed.is_err());
        assert_eq!(typed(&world, "lunch").await, [second, first]);
        let removed = world.store.write(move |tx| search::remove(tx, mailbox, first));
        removed.await.map_err(|error: StoreError| error).unwrap();
        assert_eq!(typed(&world, "lunch").await, [second]);
        let again: Result<(), StoreError> =
            world.store.write(move |tx| search::index(tx, mailbox, second, &LUNCH)).await;
        assert!(again.unwrap_err().is_unique());
    });
}

#[test]
fn writes_that_share_a_commit_are_indexed_and_removed_in_their_order() {
    each_database(|world| async move {
        let mailbox = MailboxId::from_bytes(OWN);
        let kept = world.store.write(move |tx| {
            let (gone, stays) = (search::new_row(tx)?, search::new_row(tx)?);
            search::index(tx, mailbox, gone, &LUNCH)?;
            search::index(tx, mailbox, stays, &LUNCH)?;
            search::remove(tx, mailbox, gone)?;
            Ok::<_, StoreError>(stays)
        });
        let twice = world.store.write(move |tx| {
            let row = search::new_row(tx)?;
            search::index(tx, mailbox, row, &LUNCH)?;
            search::index(tx, mailbox, row, &LUNCH)
        });
        let (kept, twice) = tokio::join!(kept, twice);
        assert!(twice.unwrap_err().is_unique());
        assert_eq!(typed(&world, "lunch").await, [kept.unwrap()]);
    });
}

#[test]
fn an_index_that_refuses_one_write_takes_no_other_down() {
    on(Dialect::Sqlite, |world| async move {
        let mailbox = MailboxId::from_bytes(OWN);
        index(&world, OWN, LUNCH).await;
        let damage = world.store.write(|tx| tx.execute("DELETE FROM search_data", &[]).map(drop));
        damage.await.map_err(|error: StoreError| error).unwrap();
        let indexed = world.store.write(move |tx| {
            let row = search::new_row(tx)?;
            search::index(tx, mailbox, row, &LUNCH)
        });
        let other = world.store.write(|tx| tx.execute("UPDATE search_counter SET last = 77", &[]).map(drop));
        let (indexed, other) = tokio::join!(indexed, other);
        assert!(indexed.is_err(), "the index is damaged");
        other.map_err(|error: StoreError| error).unwrap();
        let last =
            world.store.read(|tx| tx.load("SELECT last FROM search_counter", &[], |row| row.get::<i64>(0)));
        assert_eq!(last.await.map_err(|error: StoreError| error).unwrap(), 77);
    });
}

#[test]
fn a_huge_text_is_indexed_in_part() {
    each_database(|world| async move {
        let words: String = (0..200_000).map(|number| format!("w{number} ")).collect();
        let body: &'static str = Box::leak(words.into_boxed_str());
        let row = index(&world, OWN, SearchDocument { subject: "", people: "", body, letters: &[] }).await;
        assert_eq!(typed(&world, "w77").await, [row]);
        assert_eq!(in_field(&world, SearchField::Body, "w199999", LastWord::Whole).await, Vec::<i64>::new());
    });
}
