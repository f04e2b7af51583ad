-- Signing in with SCRAM (RFC 5802): what a device password proves itself by, without the password.

-- The salt of all device passwords: they are random, so that one salt serves, and the same for every name tells nobody
-- which names there are. Not a secret: whoever asks is told.
CREATE TABLE scram_salt (
  one {int} NOT NULL PRIMARY KEY CHECK (one = 1),
  salt {bytes} NOT NULL
) {table};

-- The keys of a device password, in each of the ways in which people type it. Those made before have none.
CREATE TABLE device_scram (
  device_id {bytes} NOT NULL REFERENCES devices ON DELETE CASCADE,
  stored_key {bytes} NOT NULL,
  server_key {bytes} NOT NULL,
  PRIMARY KEY (device_id, stored_key)
) {clustered};
