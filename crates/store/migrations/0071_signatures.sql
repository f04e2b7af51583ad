-- What stands below mail: signatures of an address, and models of a mail service for all its addresses.

CREATE TABLE signatures (
  signature_id {bytes} NOT NULL PRIMARY KEY,
  mailbox_id {bytes} REFERENCES mailboxes, -- none: a model
  mail_service_id {bytes} REFERENCES mail_services, -- none: of an address
  name {text} NOT NULL,
  sender_name {text} NOT NULL, -- empty: that of the address
  reply_to {text}, -- none: the address itself
  body {text} NOT NULL,
  html {text} NOT NULL, -- made safe; empty: the body
  picture_type {text},
  picture {bytes},
  is_for_new {int} NOT NULL, -- below what is begun anew, unless something else is chosen
  is_for_replies {int} NOT NULL,
  changed_at {int} NOT NULL
) {table};
CREATE INDEX signatures_by_mailbox ON signatures (mailbox_id);
CREATE INDEX signatures_by_service ON signatures (mail_service_id);
