-- Mail services offered to another organization by link: one offer for each, which is used once.

CREATE TABLE service_transfers (
  mail_service_id {bytes} NOT NULL PRIMARY KEY REFERENCES mail_services,
  token_hash {bytes} NOT NULL UNIQUE,
  organization_id {bytes} NOT NULL REFERENCES organizations, -- whose it was when it was offered
  created_by {bytes} NOT NULL,
  created_at {int} NOT NULL,
  expires_at {int} NOT NULL
) {table};
