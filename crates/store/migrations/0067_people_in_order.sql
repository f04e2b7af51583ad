-- The members of an organization in the order of their names, without reading all of them: what they are searched and
-- sorted by stands in the membership, and follows name and address.

ALTER TABLE memberships ADD COLUMN sort_key {text} NOT NULL DEFAULT '';
UPDATE memberships SET sort_key = COALESCE((SELECT lower(u.last_name || ' ' || u.first_name || ' ' || u.last_name || ' '
  || COALESCE(l.address, '')) FROM users u LEFT JOIN login_identifiers l ON l.user_id = u.user_id AND l.is_primary = 1
  WHERE u.user_id = memberships.user_id), '');
CREATE INDEX memberships_in_order ON memberships (organization_id, sort_key, user_id);
