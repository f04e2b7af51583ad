-- Auto-replies: several of an address, of which one at most is active; whom it answered, and when.

ALTER TABLE mailboxes ADD COLUMN time_zone {text} NOT NULL DEFAULT 'UTC'; -- by which its days are counted

CREATE TABLE auto_replies (
  mailbox_id {bytes} NOT NULL REFERENCES mailboxes,
  auto_reply_id {bytes} NOT NULL,
  name {text} NOT NULL,
  subject {text} NOT NULL, -- empty: that of the mail
  body {text} NOT NULL,
  first_day {text}, -- YYYY-MM-DD; none: since ever
  last_day {text}, -- none: without end
  weekdays {int} NOT NULL, -- bits: 1 Monday … 64 Sunday; 127 every day
  every_days {int} NOT NULL, -- a sender is answered once in so many days
  is_active {int} NOT NULL,
  changed_at {int} NOT NULL,
  PRIMARY KEY (mailbox_id, auto_reply_id)
) {table};
CREATE UNIQUE INDEX auto_replies_active ON auto_replies (mailbox_id) WHERE is_active = 1;

CREATE TABLE auto_replied (
  mailbox_id {bytes} NOT NULL,
  auto_reply_id {bytes} NOT NULL,
  sender_key {text} NOT NULL,
  answered_at {int} NOT NULL,
  PRIMARY KEY (mailbox_id, auto_reply_id, sender_key)
) {clustered};
CREATE INDEX auto_replied_by_time ON auto_replied (mailbox_id, answered_at);
