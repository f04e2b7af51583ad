-- Reports on mail that leaves, the limit on how much an address sends, and a queue that stays fast when it is long.

ALTER TABLE outgoing_recipients ADD COLUMN delay_told_at {int}; -- when the sender heard that it takes its time
ALTER TABLE submissions ADD COLUMN recipients {int} NOT NULL DEFAULT 0; -- how many it was accepted for

UPDATE submissions SET recipients =
  (SELECT count(*) FROM outgoing_recipients r WHERE r.submission_id = submissions.submission_id);

-- What one destination waits for, the longest waiting first.
CREATE INDEX outgoing_by_destination ON outgoing_recipients (state, destination, due_at);

-- Mail that has not left yet, the oldest first: ids go up with time.
CREATE INDEX outgoing_open ON outgoing_recipients (submission_id) WHERE state IN ('waiting', 'cancelled');
