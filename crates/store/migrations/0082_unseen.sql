-- The messages of a folder that are not read, so that the first of them is found without looking at those that are
-- (UNSEEN of SELECT). What is the same in all its rows stands in the key as well: SQLite prefers the index for that.
CREATE INDEX placements_unseen ON placements (mailbox_id, folder_id, (flags & 1), uid) WHERE (flags & 1) = 0;
