-- Wrong codes are counted where they are refused, and what is mailed to an address by whom it is mailed to.

ALTER TABLE sessions ADD COLUMN wrong_codes {int} NOT NULL DEFAULT 0; -- of the second factor that is still owed
ALTER TABLE users ADD COLUMN wrong_codes {int} NOT NULL DEFAULT 0; -- given in browsers that the account does not know
ALTER TABLE users ADD COLUMN wrong_code_at {int} NOT NULL DEFAULT 0;
ALTER TABLE known_browsers ADD COLUMN wrong_codes {int} NOT NULL DEFAULT 0;
ALTER TABLE known_browsers ADD COLUMN wrong_code_at {int} NOT NULL DEFAULT 0;

-- Mails with a link or a code to one address, and wrong codes of one asker for it: of this hour and this day.
CREATE TABLE address_counts (
  count_key {bytes} NOT NULL PRIMARY KEY, -- a hash: the address itself is not kept
  hour_from {int} NOT NULL,
  hour_count {int} NOT NULL,
  day_from {int} NOT NULL,
  day_count {int} NOT NULL
) {table};
CREATE INDEX address_counts_by_day ON address_counts (day_from);
