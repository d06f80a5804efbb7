-- Imports a person has begun: what counts against the imports of a day.
create table :schema.import (
  actor uuid not null,
  key text not null check (length(key) between 1 and 100),
  rows_total int not null,
  begun_at timestamptz not null,
  primary key (actor, key)
);
create index import_of_day on :schema.import (actor, begun_at);

select kernel.protect(':schema.import',
  'actor = (select nullif(current_setting(''app.user_context'', true), '''')::uuid)');
