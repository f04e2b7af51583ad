-- Device passwords for all addresses of a user: one for a mail program, which sees every mailbox that its user may open
-- with programs.
CREATE TABLE account_devices (
  device_id {bytes} NOT NULL PRIMARY KEY,
  user_id {bytes} NOT NULL REFERENCES users,
  name {text} NOT NULL,
  secret_hash {bytes} NOT NULL UNIQUE,
  created_at {int} NOT NULL,
  last_used_at {int},
  last_ip {text},
  last_protocol {text}
) {table};
CREATE INDEX account_devices_by_user ON account_devices (user_id, created_at);

-- The keys by which one is proved without being told, as of the other device passwords.
CREATE TABLE account_device_scram (
  device_id {bytes} NOT NULL REFERENCES account_devices ON DELETE CASCADE,
  stored_key {bytes} NOT NULL,
  server_key {bytes} NOT NULL,
  PRIMARY KEY (device_id, stored_key)
) {clustered};
