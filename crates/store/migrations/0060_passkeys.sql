-- Passkeys and security keys (A3), and what a session is told that its own browser did not do.

CREATE TABLE passkeys (
  passkey_id {bytes} NOT NULL PRIMARY KEY,
  user_id {bytes} NOT NULL REFERENCES users,
  credential_id {bytes} NOT NULL UNIQUE, -- chosen by the key
  public_key {bytes} NOT NULL, -- a COSE key, as it came
  sign_count {int} NOT NULL,
  transports {text} NOT NULL, -- how a browser reaches it: names with blanks between
  name {text} NOT NULL,
  created_at {int} NOT NULL,
  last_used_at {int}
) {table};
CREATE INDEX passkeys_by_user ON passkeys (user_id, created_at);

-- What a key has to sign: one at a time for each browser session and purpose, taken away by the first answer.
CREATE TABLE passkey_challenges (
  browser_hash {bytes} NOT NULL,
  purpose {text} NOT NULL, -- add, sign-in, second-step, proof
  challenge {bytes} NOT NULL,
  network {text} NOT NULL,
  expires_at {int} NOT NULL,
  PRIMARY KEY (browser_hash, purpose)
) {table};
CREATE INDEX passkey_challenges_by_network ON passkey_challenges (network, expires_at);
CREATE INDEX passkey_challenges_by_expiry ON passkey_challenges (expires_at);

-- What somebody changed elsewhere about how they sign in: shown in this session until it is put away.
ALTER TABLE sessions ADD COLUMN notice {text};

-- Whether an organization asks its members for a second factor (A3).
ALTER TABLE organizations ADD COLUMN asks_second_factor {int} NOT NULL DEFAULT 0;
