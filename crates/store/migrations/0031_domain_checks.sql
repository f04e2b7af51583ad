-- What the DNS of a domain said when it was asked, a row for each record that it should have.

CREATE TABLE domain_checks (
  domain_id {bytes} NOT NULL REFERENCES domains,
  kind {text} NOT NULL, -- TXT, MX
  name {text} NOT NULL,
  state {text} NOT NULL, -- right, wrong, missing, unanswered
  found {text} NOT NULL, -- JSON: the values
  checked_at {int} NOT NULL,
  PRIMARY KEY (domain_id, kind, name)
) {table};

-- A key that is neither active nor retired waits for its record in the DNS.
ALTER TABLE dkim_keys ADD COLUMN retired_at {int};
