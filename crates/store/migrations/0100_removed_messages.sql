-- Messages that no folder holds any more: they can be restored for 30 days, and are destroyed then (S17). What they are
-- stays in `messages`, their content where it was; they are in no search index and count for no folder and no quota.
CREATE TABLE removed_messages (
  mailbox_id {bytes} NOT NULL,
  message_id {bytes} NOT NULL,
  folder_id {bytes} NOT NULL, -- where it lay; of one in Trash, where it lay before
  folder_name {text} NOT NULL, -- its whole path then
  flags {int} NOT NULL,
  keywords {text} NOT NULL,
  received_at {int} NOT NULL, -- INTERNALDATE
  size {int} NOT NULL,
  removed_at {int} NOT NULL,
  removed_by {bytes} NOT NULL, -- the user
  removed_with {text} NOT NULL, -- the name of the device password; empty: the Mail app
  PRIMARY KEY (mailbox_id, message_id)
) {clustered};
CREATE INDEX removed_messages_in_order ON removed_messages (mailbox_id, removed_at, message_id);
CREATE INDEX removed_messages_by_time ON removed_messages (removed_at);

-- How large those of a mailbox are together, so that they are destroyed earlier where they are very many.
ALTER TABLE mailboxes ADD COLUMN removed_bytes {int} NOT NULL DEFAULT 0;
CREATE INDEX mailboxes_by_removed ON mailboxes (removed_bytes);
-- Of a message in Trash: the folder that it was moved from.
ALTER TABLE placements ADD COLUMN came_from {bytes};
