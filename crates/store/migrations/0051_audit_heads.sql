-- The end of each organization's activity log, apart from the log: entries cut off at its end are missed here.

CREATE TABLE audit_heads (
  organization_id {bytes} NOT NULL PRIMARY KEY,
  entries {int} NOT NULL,
  hash {bytes} NOT NULL -- of the last entry
) {table};
INSERT INTO audit_heads (organization_id, entries, hash)
  SELECT e.organization_id, e.seq, e.hash FROM audit_entries e
  WHERE e.seq = (SELECT max(l.seq) FROM audit_entries l WHERE l.organization_id = e.organization_id);
