-- An invitation that only whoever signs in with that address may accept.

ALTER TABLE invitations ADD COLUMN login_address {text};
