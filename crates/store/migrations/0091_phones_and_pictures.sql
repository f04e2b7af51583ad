-- The phone numbers of a user. The primary one stands in users.phone besides: none there, none here.
CREATE TABLE phones (
  user_id {bytes} NOT NULL REFERENCES users,
  number {text} NOT NULL, -- E.164
  label {text} NOT NULL, -- mobile, work, home, other
  created_at {int} NOT NULL,
  PRIMARY KEY (user_id, number)
) {clustered};
INSERT INTO phones (user_id, number, label, created_at)
  SELECT user_id, phone, 'mobile', created_at FROM users WHERE phone IS NOT NULL;

-- A picture of a user, or the logo of an organization: of one of both. A small one lies in its row.
CREATE TABLE pictures (
  picture_id {bytes} NOT NULL PRIMARY KEY,
  user_id {bytes} UNIQUE REFERENCES users,
  organization_id {bytes} UNIQUE REFERENCES organizations,
  kind {text} NOT NULL, -- png, jpeg, webp, gif
  size {int} NOT NULL,
  content {bytes},
  blob_hash {bytes},
  created_at {int} NOT NULL
) {table};
