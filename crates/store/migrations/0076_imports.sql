-- Work on many addresses: a file of addresses to be made, or a change to each of a list; how far it is, and what became of
-- each step.

CREATE TABLE address_tasks (
  import_id {bytes} NOT NULL PRIMARY KEY,
  mail_service_id {bytes} NOT NULL REFERENCES mail_services,
  act {text} NOT NULL, -- import, permissions, end_redirections, delete
  domain_id {bytes}, -- of the addresses of a file
  state {text} NOT NULL, -- checked: it waits for a yes; running, done, stopped
  addresses {int} NOT NULL, -- how many it makes
  total {int} NOT NULL, -- how many steps there are: a line that redirects has two
  done {int} NOT NULL DEFAULT 0, -- how many steps, in their order, have an outcome
  made {int} NOT NULL DEFAULT 0,
  created_by {bytes} NOT NULL,
  created_by_name {text} NOT NULL,
  created_at {int} NOT NULL,
  started_at {int},
  finished_at {int}
) {table};
CREATE INDEX address_tasks_by_service ON address_tasks (mail_service_id, created_at);

CREATE TABLE address_task_steps (
  import_id {bytes} NOT NULL REFERENCES address_tasks,
  number {int} NOT NULL, -- from 0: the addresses in the order of the file, then what they redirect
  line {int} NOT NULL, -- where it stands in the file
  kind {text} NOT NULL, -- address, redirection, change
  address {text} NOT NULL,
  cells {text} NOT NULL, -- JSON
  outcome {text}, -- none: not yet; made, or why not
  PRIMARY KEY (import_id, number)
) {clustered};
