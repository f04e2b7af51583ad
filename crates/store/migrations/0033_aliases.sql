-- Aliases: further rows of addresses (kind alias). The own address is written as its mailbox has it.

ALTER TABLE addresses ADD COLUMN address {text}; -- as it was written; none: as the mailbox's
ALTER TABLE addresses ADD COLUMN created_at {int};
