-- Event store, outbox and the bookkeeping of consumers of one module.

create sequence :schema.event_seq as bigint cache 1;

create table :schema.stream (
  aggregate_id uuid primary key,
  aggregate_type text not null,
  version int not null check (version > 0),
  first_seq bigint not null,
  last_seq bigint not null,
  snapshot_version int,
  -- Rights on an aggregate's history follow where it belongs today.
  territory text,
  owner_id uuid
) with (fillfactor = 80);

-- The last column decides nothing: rights come from the stream, so a moved aggregate moves as a whole.
create table :schema.event (
  seq bigint not null default nextval(':schema.event_seq'),
  xid xid8 not null default pg_current_xact_id(),
  id uuid not null,
  aggregate_type text not null,
  aggregate_id uuid not null,
  version int not null,
  type text not null,
  schema_version smallint not null,
  time timestamptz not null,
  recorded_at timestamptz not null default clock_timestamp(),
  actor uuid not null,
  territory text,
  owner_id uuid,
  correlation_id text not null,
  causation_id text,
  traceparent text,
  data jsonb not null,
  meta jsonb not null default '{}',
  primary key (seq)
) partition by range (seq);

create index event_of_aggregate on :schema.event (aggregate_id, version);
create index event_recorded_at on :schema.event using brin (recorded_at);

-- Segments are added by the owner's function below; the runtime role reaches them through `event` only.
create function :schema.add_segment(p_from bigint, p_to bigint) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  name constant text := format('event_%s', lpad((p_from / 1000000)::text, 6, '0'));
begin
  if p_from % 1000000 <> 0 or p_to <> p_from + 1000000 or p_from < 0 then
    raise exception 'a segment holds one million events';
  end if;
  if to_regclass(format('%I.%I', ':schema', name)) is not null then
    return;
  end if;
  perform pg_advisory_xact_lock(hashtext(':schema.segments'));
  if to_regclass(format('%I.%I', ':schema', name)) is not null then
    return;
  end if;
  execute format('create table %I.%I partition of :schema.event for values from (%s) to (%s)',
    ':schema', name, p_from, p_to);
  execute format('create index on %I.%I (xid)', ':schema', name);
  execute format('revoke all on %I.%I from freshplan_app', ':schema', name);
  execute format('alter table %I.%I enable row level security', ':schema', name);
  execute format('alter table %I.%I force row level security', ':schema', name);
end $$;

select :schema.add_segment(0, 1000000), :schema.add_segment(1000000, 2000000);

create table :schema.event_key (
  key text primary key check (length(key) between 1 and 200),
  seq bigint not null,
  aggregate_id uuid not null,
  version int not null,
  n smallint not null,
  territory text,
  owner_id uuid,
  at timestamptz not null default clock_timestamp()
);

create table :schema.log (
  first_position bigint primary key,
  prev bigint not null unique,
  n int not null check (n > 0),
  seqs bigint[] not null,
  snap pg_snapshot not null,
  at timestamptz not null default clock_timestamp(),
  check (first_position > prev)
);

create table :schema.log_control (
  singleton boolean primary key default true check (singleton),
  floor_seq bigint not null default 0,
  system_identifier bigint not null,
  timeline int not null,
  -- Batches up to here were logged in another cluster: their snapshots mean nothing.
  rebased_position bigint not null default 0
);

create table :schema.consumer (
  name text not null,
  source text not null,
  generation int not null default 1,
  status text not null default 'ACTIVE'
    check (status in ('ACTIVE', 'PAUSED', 'CATCHING_UP', 'FAILED', 'RETIRED')),
  position bigint not null default 0,
  shard int not null default 0,
  types text[] not null,
  lease_owner bigint,
  lease_epoch bigint not null default 0,
  lease_until timestamptz,
  -- Set while a holder works: a successor that finds it set knows that its predecessor died.
  in_flight boolean not null default false,
  last_error text,
  primary key (name, source)
) with (fillfactor = 50);

create table :schema.inbox (
  consumer text not null,
  event_id uuid not null,
  key text not null default '',
  state text not null check (state in ('CLAIMED', 'DONE')),
  result jsonb,
  at timestamptz not null default clock_timestamp(),
  primary key (consumer, event_id, key)
);

create table :schema.dead_letter (
  consumer text not null,
  source text not null,
  position bigint not null,
  event_id uuid not null,
  aggregate_id uuid not null,
  attempts int not null default 0,
  next_at timestamptz,
  error text,
  status text not null check (status in ('PARKED', 'RETRYING', 'RESOLVED', 'DISCARDED')),
  resolved_by uuid,
  reason text,
  at timestamptz not null default clock_timestamp(),
  primary key (consumer, source, position)
);
create index dead_letter_open on :schema.dead_letter (consumer, source, aggregate_id, position)
  where status in ('PARKED', 'RETRYING');

create table :schema.parked (
  consumer text not null,
  source text not null,
  aggregate_id uuid not null,
  since_position bigint not null,
  primary key (consumer, source, aggregate_id)
);

create table :schema.snapshot (
  aggregate_id uuid not null,
  version int not null,
  schema_version int not null,
  state jsonb not null,
  taken_at timestamptz not null default clock_timestamp(),
  primary key (aggregate_id, version)
);

create table :schema.archive (
  segment text primary key,
  first_seq bigint not null,
  last_seq bigint not null,
  from_time timestamptz not null,
  to_time timestamptz not null,
  n bigint not null,
  sha256 text not null,
  location text not null,
  verified_at timestamptz
);

-- Append only: nobody changes or removes a fact, the owner included.
create function :schema.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'facts are never changed or removed' using errcode = 'FP403';
end $$;
create trigger append_only before update or delete on :schema.event
  for each row execute function :schema.refuse_change();
create trigger append_only_truncate before truncate on :schema.event
  for each statement execute function :schema.refuse_change();

-- A null territory belongs to the owner of the aggregate alone, besides administrators and jobs.
select kernel.protect(format(':schema.%I', name)::regclass, format(
  '%s or territory = any ((select string_to_array(nullif(current_setting(''app.territory_context'', true), ''''), '',''))::text[])
    or (territory is null and owner_id = (select nullif(current_setting(''app.user_context'', true), '''')::uuid))',
  kernel.privileged()))
from unnest(array['stream', 'event_key']) as name;

select kernel.protect(':schema.event',
  kernel.privileged() || ' or exists (select from :schema.stream s where s.aggregate_id = event.aggregate_id)');
select kernel.protect(':schema.snapshot',
  kernel.privileged() || ' or exists (select from :schema.stream s where s.aggregate_id = snapshot.aggregate_id)');
select kernel.protect_for_jobs(format(':schema.%I', name)::regclass)
from unnest(array['log', 'log_control', 'consumer', 'inbox', 'dead_letter', 'parked', 'archive']) as name;

revoke update, delete on :schema.event, :schema.event_key, :schema.log from freshplan_app;
revoke delete on :schema.stream, :schema.log_control, :schema.archive from freshplan_app;
