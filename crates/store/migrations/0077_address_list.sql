-- The list of the addresses of a mail service, in each of its orders.

CREATE INDEX mailboxes_by_age ON mailboxes (mail_service_id, created_at, mailbox_id);
CREATE INDEX mailboxes_by_size ON mailboxes (mail_service_id, used_bytes, mailbox_id);
