-- Subjects, names and addresses are indexed letter by letter as well, from this row of the search index on. What is
-- older is compared one by one.
CREATE TABLE search_letters (only_row {int} NOT NULL PRIMARY KEY CHECK (only_row = 1), from_row {int} NOT NULL) {table};
INSERT INTO search_letters (only_row, from_row) SELECT 1, COALESCE(max(search_row), 0) + 1 FROM messages;
