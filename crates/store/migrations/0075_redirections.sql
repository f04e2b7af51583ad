-- Redirections: where else the mail of an address goes, and nowhere before the target has agreed.

CREATE TABLE redirections (
  redirection_id {bytes} NOT NULL PRIMARY KEY,
  mailbox_id {bytes} NOT NULL REFERENCES mailboxes,
  target {text} NOT NULL,
  target_key {text} NOT NULL,
  confirmed_at {int}, -- none: it waits for the target, and no mail goes there
  token_hash {bytes} UNIQUE, -- of the link, while it waits
  code_hash {bytes},
  code_attempts {int} NOT NULL DEFAULT 0,
  expires_at {int},
  created_by {bytes},
  created_by_name {text} NOT NULL,
  created_at {int} NOT NULL,
  UNIQUE (mailbox_id, target_key)
) {table};

-- Whether an address keeps the mail that it sends on.
ALTER TABLE mailboxes ADD COLUMN keeps_copy {int} NOT NULL DEFAULT 1;

-- The questions that were mailed to targets within a day, so that nobody is flooded with them.
CREATE TABLE redirection_questions (
  question_id {bytes} NOT NULL PRIMARY KEY,
  mailbox_id {bytes} NOT NULL,
  target_key {text} NOT NULL,
  asked_at {int} NOT NULL
) {table};
CREATE INDEX redirection_questions_by_mailbox ON redirection_questions (mailbox_id, asked_at);
CREATE INDEX redirection_questions_by_target ON redirection_questions (target_key, asked_at);

-- The reverse-paths of mail that was sent on, those that do not fit into a rewritten one.
CREATE TABLE forwarded_senders (
  name {text} NOT NULL PRIMARY KEY,
  sender {text} NOT NULL,
  used_at {int} NOT NULL
) {table};
CREATE INDEX forwarded_senders_by_use ON forwarded_senders (used_at);

-- Every address of a domain that stands for another leads to the address of the same name there.
ALTER TABLE domains ADD COLUMN alias_of {bytes};
CREATE INDEX domains_by_alias ON domains (alias_of);
