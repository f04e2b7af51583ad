-- The bin of a mail service: a deleted address (state deleting) lies there until it is restored, or its time is over and
-- it is destroyed (state destroying) piece by piece.

ALTER TABLE mailboxes ADD COLUMN deleted_at {int};
ALTER TABLE mailboxes ADD COLUMN deleted_by {bytes};
CREATE INDEX mailboxes_by_deletion ON mailboxes (deleted_at);
