-- Blocked and approved senders of an address, and of a mail service for all its addresses. A pattern is an address as it
-- is compared (a@b.test), a domain (*@b.test), or what lies below one (*.b.test).

CREATE TABLE address_senders (
  mailbox_id {bytes} NOT NULL REFERENCES mailboxes,
  pattern {text} NOT NULL,
  standing {text} NOT NULL, -- blocked, approved
  created_at {int} NOT NULL,
  PRIMARY KEY (mailbox_id, pattern)
) {clustered};

CREATE TABLE service_senders (
  mail_service_id {bytes} NOT NULL REFERENCES mail_services,
  pattern {text} NOT NULL,
  standing {text} NOT NULL,
  created_at {int} NOT NULL,
  PRIMARY KEY (mail_service_id, pattern)
) {clustered};

-- What becomes of mail of those who are blocked: junk, refused.
ALTER TABLE mailboxes ADD COLUMN blocked_mail {text} NOT NULL DEFAULT 'junk';
ALTER TABLE mail_services ADD COLUMN blocked_mail {text} NOT NULL DEFAULT 'junk';
