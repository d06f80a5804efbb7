-- What people have to look at, with the rights of the lead it hangs on.
create table :schema.task (
  id uuid primary key,
  lead_id uuid not null,
  kind text not null,
  -- OWNER, MANAGER: who of those around the lead is meant.
  receivers text[] not null,
  status text not null,
  created_at timestamptz not null,
  due_at timestamptz,
  raised_by uuid,
  reason text,
  -- When it was done or lapsed.
  completed_at timestamptz,
  -- Null for what lapsed.
  completed_by uuid,
  territory text not null,
  owner_id uuid
);
create index task_of_territory on :schema.task (territory, status, created_at, id);
create index task_of_owner on :schema.task (owner_id, status, created_at, id) where owner_id is not null;
create index task_of_lead on :schema.task (lead_id);

-- Written by the projection under the rights of a job: who ends the reason need not see the task.
select kernel.protect(':schema.task',
  kernel.privileged() || ' or (territory = any ((select string_to_array(nullif(current_setting(''app.territory_context'', true), ''''), '',''))::text[])
    and ((select string_to_array(nullif(current_setting(''app.role_context'', true), ''''), '','') && array[''manager''])
      or (''OWNER'' = any (receivers)
        and (select string_to_array(nullif(current_setting(''app.role_context'', true), ''''), '','') && array[''sales''])
        and owner_id = (select nullif(current_setting(''app.user_context'', true), '''')::uuid))))',
  kernel.privileged());
