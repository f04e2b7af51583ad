-- Generic addresses: one that only sends, and one that receives what has no address. The latter has a further row in
-- addresses: its key is the domain behind an @, which no address is (kind catchall).

ALTER TABLE mailboxes ADD COLUMN kind {text} NOT NULL DEFAULT 'usual'; -- usual, refuses, drops, catchall
