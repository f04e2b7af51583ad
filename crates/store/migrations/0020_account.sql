-- Accounts: forgotten passwords, browsers that are known again, further sign-in addresses, what one did oneself.

ALTER TABLE users ADD COLUMN recovery_address {text};
ALTER TABLE users ADD COLUMN recovery_key {text};
ALTER TABLE users ADD COLUMN deleted_at {int}; -- the row stays for what others did with them; nothing of the person does
CREATE INDEX users_by_recovery ON users (recovery_key);

-- Links to a new password. Of an address that nobody signs in with, one is made as well, and counts for nobody.
CREATE TABLE password_resets (
  token_hash {bytes} NOT NULL PRIMARY KEY,
  user_id {bytes} REFERENCES users,
  created_at {int} NOT NULL,
  expires_at {int} NOT NULL
) {table};
CREATE INDEX password_resets_by_user ON password_resets (user_id);

-- An address that a user wants to sign in with, or to be reached at, until its code is given.
CREATE TABLE address_proofs (
  user_id {bytes} NOT NULL REFERENCES users,
  purpose {text} NOT NULL, -- sign-in, recovery
  address {text} NOT NULL,
  code_hash {bytes}, -- none: no code fits
  attempts {int} NOT NULL DEFAULT 0,
  expires_at {int} NOT NULL,
  PRIMARY KEY (user_id, purpose)
) {table};

-- The address that somebody signed in with before it was released; it still lets them in to choose another.
CREATE TABLE released_identifiers (
  address_key {text} NOT NULL PRIMARY KEY,
  user_id {bytes} NOT NULL UNIQUE REFERENCES users,
  address {text} NOT NULL,
  released_at {int} NOT NULL
) {table};

-- Browsers in which a user signed in: known again by a cookie.
CREATE TABLE known_browsers (
  known_browser_id {bytes} NOT NULL PRIMARY KEY,
  user_id {bytes} NOT NULL REFERENCES users,
  mark_hash {bytes} NOT NULL,
  browser {text} NOT NULL,
  ip {text} NOT NULL,
  created_at {int} NOT NULL,
  last_used_at {int} NOT NULL,
  remembered_until {int}, -- the second factor is not asked for there
  UNIQUE (user_id, mark_hash)
) {table};

-- What a user did with their own account, sign-ins among it.
CREATE TABLE account_entries (
  user_id {bytes} NOT NULL REFERENCES users,
  entry_id {bytes} NOT NULL,
  at {int} NOT NULL,
  verb {text} NOT NULL,
  object {text} NOT NULL,
  ip {text} NOT NULL,
  browser {text} NOT NULL,
  PRIMARY KEY (user_id, entry_id)
) {table};

CREATE INDEX audit_entries_by_actor ON audit_entries (actor, at);
