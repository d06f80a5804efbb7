-- For migrations that change what a projection keeps: queues a rebuild of it, which the next process
-- with workers begins. Nothing is queued where the table is empty, as in a new installation.
create function kernel.fill_anew(module text, projection text, target regclass) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  jobs constant text := format('%I.replay_job', module);
  is_filled boolean;
begin
  -- The owner is held by the policies like everybody else, and they let him see and write nothing.
  execute format('alter table %s no force row level security', target);
  execute format('alter table %s no force row level security', jobs);
  execute format('select exists (select from %s)', target) into is_filled;
  if is_filled then
    execute format('insert into %s (id, projection, dry_run, requested_by) values ($1, $2, false, $3)', jobs)
      using gen_random_uuid(), projection, '00000000-0000-0000-0000-000000000000'::uuid;
  end if;
  execute format('alter table %s force row level security', target);
  execute format('alter table %s force row level security', jobs);
end $$;

revoke execute on function kernel.fill_anew(text, text, regclass) from public, freshplan_app;
