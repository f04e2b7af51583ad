-- The mail of one address that has not left yet, the oldest first: what has left has no content any more.
CREATE INDEX submissions_open ON submissions (mailbox_id, submission_id)
  WHERE content IS NOT NULL OR blob_hash IS NOT NULL;
