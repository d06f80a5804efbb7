-- What the widget knows of a lead, from the facts of others; its contribution to the figures follows from it.
create table :schema.lead (
  id uuid primary key,
  -- Version of the lead in its own context up to which it was followed.
  version int not null,
  state jsonb not null
) with (fillfactor = 70);

-- Figures of a scope: of one person in one territory, or (nil user) of the territory as a whole.
-- `bucket` is the hour that is counted, the epoch for figures without time.
create table :schema.counter (
  user_id uuid not null,
  territory text not null,
  metric text not null,
  bucket timestamptz not null,
  n int not null check (n >= 0),
  primary key (user_id, territory, metric, bucket)
) with (fillfactor = 60);

-- Open follow-up tasks of a scope, by when they are due.
create table :schema.task (
  user_id uuid not null,
  territory text not null,
  at timestamptz not null,
  id uuid not null,
  lead_id uuid not null,
  type text not null,
  primary key (user_id, territory, at, id)
);

-- Follow-ups of a scope that were sent or finally failed.
create table :schema.follow_up (
  user_id uuid not null,
  territory text not null,
  at timestamptz not null,
  id uuid not null,
  lead_id uuid not null,
  type text not null,
  success boolean not null,
  converted boolean not null,
  answered boolean not null,
  primary key (user_id, territory, at, id)
);

-- The newest activities on the leads of a scope, at most ten per lead.
create table :schema.activity (
  user_id uuid not null,
  territory text not null,
  at timestamptz not null,
  id uuid not null,
  lead_id uuid not null,
  kind text not null,
  created_by uuid,
  primary key (user_id, territory, at, id)
);

select kernel.protect_for_jobs(':schema.lead');
select kernel.protect(format(':schema.%I', name)::regclass,
  kernel.privileged() || ' or (territory = any ((select string_to_array(nullif(current_setting(''app.territory_context'', true), ''''), '',''))::text[])
    and (user_id = (select nullif(current_setting(''app.user_context'', true), '''')::uuid)
      or (user_id = ''00000000-0000-0000-0000-000000000000''
        and (select string_to_array(nullif(current_setting(''app.role_context'', true), ''''), '','') && array[''manager'']))))',
  kernel.privileged())
from unnest(array['counter', 'task', 'follow_up', 'activity']) as name;
