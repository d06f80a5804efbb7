create table :schema.app_user (
  id uuid primary key,
  version int not null,
  login text not null unique,
  name text,
  email text,
  roles text[] not null,
  is_disabled boolean not null default false
);

create table :schema.user_territory (
  user_id uuid not null references :schema.app_user (id),
  territory text not null,
  valid_from timestamptz not null,
  valid_to timestamptz,
  assigned_by uuid not null,
  primary key (user_id, territory, valid_from),
  check (valid_to is null or valid_to >= valid_from)
);
create index user_territory_holders on :schema.user_territory (territory, user_id) where valid_to is null;

create table :schema.audit_entry (
  id uuid primary key,
  at timestamptz not null,
  module text not null,
  position bigint not null,
  actor_user_id uuid not null,
  action text not null,
  resource_type text not null,
  resource_id uuid,
  territory text,
  risk_tier text,
  reason text,
  before jsonb,
  after jsonb,
  correlation_id text not null
);
create index audit_entry_newest on :schema.audit_entry (at desc, id desc);
create index audit_entry_territory on :schema.audit_entry (territory, at desc);
create index audit_entry_resource on :schema.audit_entry (resource_id, at desc);

-- Everybody who is signed in may learn the name behind an id; what else a row holds is guarded by scope.
select kernel.protect(':schema.app_user',
  '(select nullif(current_setting(''app.user_context'', true), '''') is not null and nullif(current_setting(''app.role_context'', true), '''') is not null)',
  kernel.privileged());

select kernel.protect(':schema.user_territory',
  kernel.privileged() || ' or user_id = (select nullif(current_setting(''app.user_context'', true), '''')::uuid)
   or territory = any ((select string_to_array(nullif(current_setting(''app.territory_context'', true), ''''), '',''))::text[])',
  kernel.privileged());

select kernel.protect(':schema.audit_entry',
  kernel.privileged() || ' or ((select string_to_array(nullif(current_setting(''app.role_context'', true), ''''), '','') && array[''auditor''])
   and territory = any ((select string_to_array(nullif(current_setting(''app.territory_context'', true), ''''), '',''))::text[]))',
  -- The projection alone writes; only a rebuild, which repeats the facts, may empty the table.
  '(select string_to_array(nullif(current_setting(''app.role_context'', true), ''''), '','') && array[''system''])');
revoke update on :schema.audit_entry from freshplan_app;
