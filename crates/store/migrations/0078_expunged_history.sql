-- What was taken out of folders is remembered for a while, and each folder says since when.

ALTER TABLE expunged ADD COLUMN expunged_at {int} NOT NULL DEFAULT 0;
CREATE INDEX expunged_by_time ON expunged (expunged_at);
-- The number of the change up to which it is not remembered any more.
ALTER TABLE folders ADD COLUMN forgotten_modseq {int} NOT NULL DEFAULT 0;
