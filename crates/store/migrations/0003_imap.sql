-- What IMAP tells beside what the Mail app does: what a message refers to, and the notes of mail programs.

-- The Message-IDs of the References header, the last ones, with spaces between; none: there were none, or the message
-- is older than this column.
ALTER TABLE messages ADD COLUMN reference_ids {text};

-- Annotations (RFC 5464) of a mailbox, and of its folders.
CREATE TABLE annotations (
  mailbox_id {bytes} NOT NULL REFERENCES mailboxes,
  folder_id {bytes} NOT NULL, -- the zero id: of the mailbox itself
  user_id {bytes} NOT NULL, -- whose private one; the zero id: of all who have access
  name {text} NOT NULL, -- in lower case, as /comment
  value {bytes} NOT NULL,
  PRIMARY KEY (mailbox_id, folder_id, user_id, name)
) {clustered};
