-- Full-text search. The mailbox is a word of each document, so that a search meets only the lists of its own mailbox.
-- [sqlite]
CREATE VIRTUAL TABLE search USING fts5(
  mailbox, subject, people, body,
  content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 2"
);
-- A document has one number over all mailboxes here.
CREATE TABLE search_counter (only_row {int} NOT NULL PRIMARY KEY CHECK (only_row = 1), last {int} NOT NULL) {table};
INSERT INTO search_counter (only_row, last) VALUES (1, 0);
-- [end]
-- [postgres]
CREATE TABLE search (
  mailbox_id {bytes} NOT NULL,
  search_row {int} NOT NULL,
  document TSVECTOR NOT NULL,
  PRIMARY KEY (mailbox_id, search_row)
);
CREATE INDEX search_by_word ON search USING gin (document);
CREATE SEQUENCE search_rows;
-- [end]
