-- Segments leave the event table for files once they were read back and found complete.

alter table :schema.archive
  -- First number in the store of each piece; a piece is one file.
  add column pieces bigint[] not null default '{}';

-- In which pieces the facts of an aggregate are.
create table :schema.archived_stream (
  aggregate_id uuid not null,
  segment text not null references :schema.archive,
  first_version int not null,
  last_version int not null check (last_version >= first_version),
  pieces int[] not null,
  primary key (aggregate_id, segment)
);
select kernel.protect(':schema.archived_stream', kernel.privileged()
  || ' or exists (select from :schema.stream s where s.aggregate_id = archived_stream.aggregate_id)');
revoke delete on :schema.archived_stream from freshplan_app;

-- The owner's function below counts before it drops; nobody but the runtime role sees rows otherwise.
create policy owner_counts on :schema.event for select to freshplan_owner using (true);
create policy owner_counts on :schema.archive for select to freshplan_owner using (true);

-- Takes a segment out of the event table. Refuses one whose archive was not verified, holds another
-- number of facts, or ends above what is known to be logged.
create function :schema.drop_segment(p_from bigint) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  name constant text := format('event_%s', lpad((p_from / 1000000)::text, 6, '0'));
  archived bigint;
  present bigint;
begin
  if p_from % 1000000 <> 0 or p_from < 0 then
    raise exception 'a segment holds one million events' using errcode = 'FP400';
  end if;
  select a.n into archived from :schema.archive a
    where a.segment = name and a.verified_at is not null;
  if archived is null then
    raise exception 'the archive of % was not verified', name using errcode = 'FP412';
  end if;
  select count(*) into present from :schema.event e
    where e.seq >= p_from and e.seq < p_from + 1000000;
  if present <> archived then
    raise exception '% holds % facts, its archive %', name, present, archived using errcode = 'FP412';
  end if;
  execute format('alter table :schema.event detach partition %I.%I', ':schema', name);
  execute format('drop table %I.%I', ':schema', name);
  return archived;
end $$;
