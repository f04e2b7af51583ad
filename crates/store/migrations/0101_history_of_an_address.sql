-- The entries of the activity log about one thing, newest first: the history of an address (S16).
CREATE INDEX audit_entries_by_object ON audit_entries (organization_id, object, seq);
