-- What members may do beyond their role, what they are told, and what changed meanwhile: a version counts the changes of
-- a row, for whoever has an older one in a form.

CREATE TABLE service_rights (
  mail_service_id {bytes} NOT NULL REFERENCES mail_services,
  user_id {bytes} NOT NULL REFERENCES users,
  level {text} NOT NULL, -- consult, manage
  created_by {bytes},
  created_at {int} NOT NULL,
  PRIMARY KEY (mail_service_id, user_id)
) {table};
CREATE INDEX service_rights_by_user ON service_rights (user_id);

ALTER TABLE memberships ADD COLUMN has_billing {int} NOT NULL DEFAULT 0;
ALTER TABLE memberships ADD COLUMN notices {int} NOT NULL DEFAULT 5; -- bits: 1 billing by mail, 2 by SMS, 4 product by mail
ALTER TABLE memberships ADD COLUMN version {int} NOT NULL DEFAULT 1;

ALTER TABLE organizations ADD COLUMN postal_address {text} NOT NULL DEFAULT '';
ALTER TABLE organizations ADD COLUMN phone {text} NOT NULL DEFAULT '';
ALTER TABLE organizations ADD COLUMN version {int} NOT NULL DEFAULT 1;
ALTER TABLE teams ADD COLUMN version {int} NOT NULL DEFAULT 1;

-- What an invitation into an organization gives with the role.
CREATE TABLE invitation_service_rights (
  invitation_id {bytes} NOT NULL REFERENCES invitations,
  mail_service_id {bytes} NOT NULL REFERENCES mail_services,
  level {text} NOT NULL,
  PRIMARY KEY (invitation_id, mail_service_id)
) {table};
CREATE INDEX invitation_service_rights_by_service ON invitation_service_rights (mail_service_id);
ALTER TABLE invitations ADD COLUMN has_billing {int} NOT NULL DEFAULT 0;
ALTER TABLE invitations ADD COLUMN notices {int} NOT NULL DEFAULT 5;
ALTER TABLE invitations ADD COLUMN invitee_first_name {text};
ALTER TABLE invitations ADD COLUMN invitee_last_name {text};
ALTER TABLE invitations ADD COLUMN invitee_phone {text};
ALTER TABLE invitations ADD COLUMN texts_sent {int} NOT NULL DEFAULT 0;
ALTER TABLE invitations ADD COLUMN texted_at {int};
