-- Teams: people of an organization, members and externals, who share accesses.

CREATE TABLE teams (
  team_id {bytes} NOT NULL PRIMARY KEY,
  organization_id {bytes} NOT NULL REFERENCES organizations,
  name {text} NOT NULL,
  color {text} NOT NULL, -- the name of one of the palette
  created_at {int} NOT NULL,
  UNIQUE (organization_id, name)
) {table};

CREATE TABLE team_members (
  team_id {bytes} NOT NULL REFERENCES teams,
  user_id {bytes} NOT NULL REFERENCES users,
  created_at {int} NOT NULL,
  PRIMARY KEY (team_id, user_id)
) {table};
CREATE INDEX team_members_by_user ON team_members (user_id);

CREATE TABLE team_grants (
  team_id {bytes} NOT NULL REFERENCES teams,
  mailbox_id {bytes} NOT NULL REFERENCES mailboxes,
  permissions {int} NOT NULL,
  created_by {bytes},
  created_at {int} NOT NULL,
  PRIMARY KEY (team_id, mailbox_id)
) {table};
CREATE INDEX team_grants_by_mailbox ON team_grants (mailbox_id);

-- The accesses that come with a membership, when an invitation gives one.
CREATE TABLE invitation_accesses (
  invitation_id {bytes} NOT NULL REFERENCES invitations,
  mailbox_id {bytes} NOT NULL REFERENCES mailboxes,
  permissions {int} NOT NULL,
  PRIMARY KEY (invitation_id, mailbox_id)
) {table};
CREATE INDEX invitation_accesses_by_mailbox ON invitation_accesses (mailbox_id);

-- For whom an invitation is meant, as whoever made it wrote it down.
ALTER TABLE invitations ADD COLUMN invitee_name {text};
