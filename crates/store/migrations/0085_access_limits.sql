-- Accesses that end by themselves or have weekly hours, and what users choose about the addresses that they open.

ALTER TABLE grants ADD COLUMN hours {text}; -- weekly hours with their time zone; none: at any time
ALTER TABLE grants ADD COLUMN reminded {int} NOT NULL DEFAULT 0; -- bits: reminders of the end that are sent or too late
ALTER TABLE grants ADD COLUMN turns_at {int}; -- when something about it changes by itself, or a reminder is due
UPDATE grants SET turns_at = ends_at, reminded = 3;
CREATE INDEX grants_by_turn ON grants (turns_at) WHERE turns_at IS NOT NULL;

CREATE INDEX devices_by_user ON devices (user_id);

ALTER TABLE users ADD COLUMN primary_mailbox_id {bytes}; -- what their Mail app opens first, if they chose

CREATE TABLE detached_addresses (
  user_id {bytes} NOT NULL REFERENCES users,
  mailbox_id {bytes} NOT NULL REFERENCES mailboxes,
  detached_at {int} NOT NULL,
  PRIMARY KEY (user_id, mailbox_id)
) {table};
CREATE INDEX detached_addresses_by_mailbox ON detached_addresses (mailbox_id);
