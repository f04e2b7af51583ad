-- The foundation: people, organizations, mail services, accesses, mail, jobs, the queue, the activity log.
-- {bytes}, {int}, {text} are the column types of the dialect; {table} and {clustered} end a table's definition.
-- Ids are 16 bytes, times are milliseconds since 1970 UTC, truth is 0 or 1.

CREATE TABLE users (
  user_id {bytes} NOT NULL PRIMARY KEY,
  first_name {text} NOT NULL,
  last_name {text} NOT NULL,
  language {text} NOT NULL,
  time_zone {text} NOT NULL,
  phone {text},
  password_hash {text} NOT NULL,
  terms_version {text},
  terms_accepted_at {int},
  totp_secret {bytes},
  totp_last_step {int} NOT NULL DEFAULT 0,
  created_at {int} NOT NULL
) {table};

CREATE TABLE login_identifiers (
  address_key {text} NOT NULL PRIMARY KEY,
  user_id {bytes} NOT NULL REFERENCES users,
  address {text} NOT NULL,
  is_primary {int} NOT NULL,
  confirmed_at {int} NOT NULL
) {table};
CREATE INDEX login_identifiers_by_user ON login_identifiers (user_id);

CREATE TABLE recovery_codes (
  user_id {bytes} NOT NULL REFERENCES users,
  code_hash {bytes} NOT NULL,
  used_at {int},
  PRIMARY KEY (user_id, code_hash)
) {table};

-- A sign-up on its way: what was typed and proved so far. Nothing else exists until it is complete.
CREATE TABLE sign_ups (
  token_hash {bytes} NOT NULL PRIMARY KEY,
  origin {text} NOT NULL, -- first, open, invitation
  invitation_id {bytes},
  address {text},
  code_hash {bytes},
  code_attempts {int} NOT NULL DEFAULT 0,
  confirmed_at {int},
  first_name {text},
  last_name {text},
  password_hash {text},
  phone {text},
  terms_version {text},
  terms_accepted_at {int},
  totp_secret {bytes},
  created_at {int} NOT NULL,
  expires_at {int} NOT NULL
) {table};

CREATE TABLE sessions (
  session_id {bytes} NOT NULL PRIMARY KEY,
  token_hash {bytes} NOT NULL UNIQUE,
  user_id {bytes} NOT NULL REFERENCES users,
  stage {text} NOT NULL, -- password: the second factor is still owed; full
  created_at {int} NOT NULL,
  last_used_at {int} NOT NULL,
  expires_at {int} NOT NULL,
  proved_at {int} NOT NULL, -- the last time the person proved to be there (A7)
  ip {text} NOT NULL,
  browser {text} NOT NULL
) {table};
CREATE INDEX sessions_by_user ON sessions (user_id);

CREATE TABLE organizations (
  organization_id {bytes} NOT NULL PRIMARY KEY,
  name {text} NOT NULL,
  created_at {int} NOT NULL
) {table};

CREATE TABLE memberships (
  organization_id {bytes} NOT NULL REFERENCES organizations,
  user_id {bytes} NOT NULL REFERENCES users,
  role {text} NOT NULL,
  created_at {int} NOT NULL,
  PRIMARY KEY (organization_id, user_id)
) {table};
CREATE INDEX memberships_by_user ON memberships (user_id);

CREATE TABLE mail_services (
  mail_service_id {bytes} NOT NULL PRIMARY KEY,
  organization_id {bytes} NOT NULL REFERENCES organizations,
  name {text} NOT NULL,
  created_at {int} NOT NULL
) {table};
CREATE INDEX mail_services_by_organization ON mail_services (organization_id);

CREATE TABLE domains (
  domain_id {bytes} NOT NULL PRIMARY KEY,
  mail_service_id {bytes} NOT NULL REFERENCES mail_services,
  name {text} NOT NULL UNIQUE,
  proof {text} NOT NULL, -- what the TXT record must say
  verified_at {int},
  verified_how {text}, -- dns, operator
  created_at {int} NOT NULL
) {table};
CREATE INDEX domains_by_service ON domains (mail_service_id);

CREATE TABLE dkim_keys (
  domain_id {bytes} NOT NULL REFERENCES domains,
  selector {text} NOT NULL,
  algorithm {text} NOT NULL, -- rsa-sha256, ed25519-sha256
  private_key {bytes} NOT NULL,
  public_record {text} NOT NULL,
  active {int} NOT NULL,
  created_at {int} NOT NULL,
  PRIMARY KEY (domain_id, selector)
) {table};

CREATE TABLE mailboxes (
  mailbox_id {bytes} NOT NULL PRIMARY KEY,
  mail_service_id {bytes} NOT NULL REFERENCES mail_services,
  domain_id {bytes} NOT NULL REFERENCES domains,
  address {text} NOT NULL,
  address_key {text} NOT NULL UNIQUE,
  display_name {text} NOT NULL,
  state {text} NOT NULL, -- active, blocked, deleting
  quota_bytes {int}, -- none: the service's
  used_bytes {int} NOT NULL DEFAULT 0,
  modseq {int} NOT NULL DEFAULT 1, -- the highest given so far, over all folders
  next_uid_validity {int} NOT NULL,
  created_at {int} NOT NULL
) {table};
CREATE INDEX mailboxes_by_service ON mailboxes (mail_service_id, address_key);

-- Every spelling that delivers into a mailbox: its own address, and later its aliases.
CREATE TABLE addresses (
  address_key {text} NOT NULL PRIMARY KEY,
  mailbox_id {bytes} NOT NULL REFERENCES mailboxes,
  kind {text} NOT NULL -- own
) {table};
CREATE INDEX addresses_by_mailbox ON addresses (mailbox_id);

CREATE TABLE grants (
  grant_id {bytes} NOT NULL PRIMARY KEY,
  mailbox_id {bytes} NOT NULL REFERENCES mailboxes,
  user_id {bytes} NOT NULL REFERENCES users,
  permissions {int} NOT NULL,
  ends_at {int},
  appears_under {bytes}, -- the organization under which the user sees the address; none: its own
  is_primary {int} NOT NULL DEFAULT 0, -- the address that the user's Mail app opens first
  created_by {bytes},
  created_at {int} NOT NULL,
  UNIQUE (mailbox_id, user_id)
) {table};
CREATE INDEX grants_by_user ON grants (user_id);

CREATE TABLE devices (
  device_id {bytes} NOT NULL PRIMARY KEY,
  mailbox_id {bytes} NOT NULL REFERENCES mailboxes,
  user_id {bytes} NOT NULL REFERENCES users,
  name {text} NOT NULL,
  secret_hash {bytes} NOT NULL UNIQUE,
  created_at {int} NOT NULL,
  last_used_at {int},
  last_ip {text},
  last_protocol {text}
) {table};
CREATE INDEX devices_by_mailbox ON devices (mailbox_id, user_id);

CREATE TABLE invitations (
  invitation_id {bytes} NOT NULL PRIMARY KEY,
  token_hash {bytes} NOT NULL UNIQUE,
  organization_id {bytes} NOT NULL REFERENCES organizations,
  mailbox_id {bytes} REFERENCES mailboxes,
  mailbox_address {text},
  permissions {int} NOT NULL DEFAULT 0,
  role {text}, -- of the membership, when it gives one
  invitee_address {text}, -- where it was sent by e-mail, if it was
  language {text} NOT NULL,
  state {text} NOT NULL,
  created_by {bytes},
  created_at {int} NOT NULL,
  expires_at {int} NOT NULL,
  sent_at {int},
  seen_at {int},
  accepted_at {int},
  accepted_by {bytes}
) {table};
CREATE INDEX invitations_by_mailbox ON invitations (mailbox_id);
CREATE INDEX invitations_by_organization ON invitations (organization_id);

-- The activity log: one hash chain for each organization; the chain of the zero id is the server's own.
CREATE TABLE audit_entries (
  organization_id {bytes} NOT NULL,
  seq {int} NOT NULL,
  at {int} NOT NULL,
  actor {bytes},
  actor_name {text} NOT NULL,
  verb {text} NOT NULL,
  object {text} NOT NULL,
  detail {text} NOT NULL,
  ip {text} NOT NULL,
  previous_hash {bytes} NOT NULL,
  hash {bytes} NOT NULL,
  PRIMARY KEY (organization_id, seq)
) {table};

CREATE TABLE settings (
  name {text} NOT NULL PRIMARY KEY,
  value {text} NOT NULL
) {table};

CREATE TABLE jobs (
  job_id {bytes} NOT NULL PRIMARY KEY,
  kind {text} NOT NULL,
  key {text} NOT NULL,
  payload {text} NOT NULL,
  due_at {int} NOT NULL,
  attempts {int} NOT NULL DEFAULT 0,
  leased_until {int} NOT NULL DEFAULT 0,
  last_error {text},
  created_at {int} NOT NULL,
  UNIQUE (kind, key)
) {table};
CREATE INDEX jobs_by_due ON jobs (kind, due_at);

-- Messages too large for a row lie in the blob store under their hash; each use of one is a row here.
CREATE TABLE blobs (
  hash {bytes} NOT NULL PRIMARY KEY,
  size {int} NOT NULL,
  created_at {int} NOT NULL
) {table};
CREATE TABLE blob_uses (
  hash {bytes} NOT NULL REFERENCES blobs,
  owner {bytes} NOT NULL, -- the message or submission that uses it
  PRIMARY KEY (hash, owner)
) {table};
CREATE INDEX blob_uses_by_owner ON blob_uses (owner);

CREATE TABLE folders (
  mailbox_id {bytes} NOT NULL REFERENCES mailboxes,
  folder_id {bytes} NOT NULL,
  name {text} NOT NULL, -- the whole path, with / between
  special_use {text}, -- inbox, drafts, sent, junk, trash, archive
  subscribed {int} NOT NULL,
  uid_validity {int} NOT NULL,
  uid_next {int} NOT NULL DEFAULT 1,
  modseq {int} NOT NULL,
  total {int} NOT NULL DEFAULT 0,
  unseen {int} NOT NULL DEFAULT 0,
  size_bytes {int} NOT NULL DEFAULT 0,
  created_at {int} NOT NULL,
  PRIMARY KEY (mailbox_id, folder_id),
  UNIQUE (mailbox_id, name)
) {table};

-- What a message is. Nothing of it ever changes.
CREATE TABLE messages (
  mailbox_id {bytes} NOT NULL,
  message_id {bytes} NOT NULL,
  thread_id {bytes} NOT NULL,
  search_row {int} NOT NULL, -- the number of its row in the search index
  size {int} NOT NULL,
  received_at {int} NOT NULL,
  sent_at {int}, -- the Date header
  header_id {text}, -- the Message-ID header, without brackets
  in_reply_to {text},
  subject {text} NOT NULL,
  from_name {text} NOT NULL,
  from_address {text} NOT NULL,
  recipients {text} NOT NULL, -- JSON: [[name, address, "to"|"cc"], …]
  preview {text} NOT NULL,
  has_attachment {int} NOT NULL,
  blob_hash {bytes}, -- in the blob store; none: in bodies
  PRIMARY KEY (mailbox_id, message_id)
) {table};
CREATE INDEX messages_by_header ON messages (mailbox_id, header_id);
CREATE INDEX messages_by_thread ON messages (mailbox_id, thread_id);
CREATE UNIQUE INDEX messages_by_search_row ON messages (mailbox_id, search_row);

CREATE TABLE bodies (
  mailbox_id {bytes} NOT NULL,
  message_id {bytes} NOT NULL,
  content {bytes} NOT NULL,
  PRIMARY KEY (mailbox_id, message_id)
) {table};

-- Where a message is filed, and how it is marked there.
CREATE TABLE placements (
  mailbox_id {bytes} NOT NULL,
  folder_id {bytes} NOT NULL,
  uid {int} NOT NULL,
  message_id {bytes} NOT NULL,
  flags {int} NOT NULL, -- 1 seen, 2 answered, 4 flagged, 8 deleted, 16 draft
  keywords {text} NOT NULL DEFAULT '', -- with spaces between
  modseq {int} NOT NULL,
  received_at {int} NOT NULL, -- INTERNALDATE
  saved_at {int} NOT NULL,
  PRIMARY KEY (mailbox_id, folder_id, uid)
) {clustered};
CREATE INDEX placements_by_message ON placements (mailbox_id, message_id);
CREATE INDEX placements_by_modseq ON placements (mailbox_id, folder_id, modseq);

-- UIDs that are gone, for clients that catch up (RFC 7162).
CREATE TABLE expunged (
  mailbox_id {bytes} NOT NULL,
  folder_id {bytes} NOT NULL,
  modseq {int} NOT NULL,
  uid {int} NOT NULL,
  PRIMARY KEY (mailbox_id, folder_id, modseq, uid)
) {clustered};

CREATE TABLE submissions (
  submission_id {bytes} NOT NULL PRIMARY KEY,
  mailbox_id {bytes}, -- none: the server itself speaks
  user_id {bytes},
  sender {text} NOT NULL, -- the reverse-path; empty: null
  envelope_id {text},
  return_full {int} NOT NULL DEFAULT 0,
  size {int} NOT NULL,
  blob_hash {bytes},
  content {bytes}, -- when not in the blob store
  created_at {int} NOT NULL
) {table};
CREATE INDEX submissions_by_mailbox ON submissions (mailbox_id, created_at);

CREATE TABLE outgoing_recipients (
  submission_id {bytes} NOT NULL REFERENCES submissions,
  recipient {text} NOT NULL,
  destination {text} NOT NULL, -- the domain
  state {text} NOT NULL, -- waiting, delivered, failed, cancelled
  attempts {int} NOT NULL DEFAULT 0,
  due_at {int} NOT NULL,
  leased_until {int} NOT NULL DEFAULT 0,
  last_reply {text},
  notify {int} NOT NULL DEFAULT 0, -- bits: 1 never, 2 success, 4 failure, 8 delay; 0 as usual
  original_recipient {text},
  finished_at {int},
  PRIMARY KEY (submission_id, recipient)
) {table};
CREATE INDEX outgoing_by_due ON outgoing_recipients (state, due_at);
