-- Rebuilds fill tables of their own, `:schema` with `_next` behind it, and put them in place at the end.

do $$ begin
  execute format('create schema %I', ':schema' || '_next');
  execute format('grant usage on schema %I to freshplan_app', ':schema' || '_next');
end $$;

-- The tables a projection alone writes, as its code declares them. Written by the owner with every
-- migration; nothing else may be replaced by a rebuild.
create table :schema.projection_table (
  projection text not null,
  name text not null,
  primary key (projection, name)
);
revoke all on :schema.projection_table from freshplan_app;
alter table :schema.projection_table enable row level security;
alter table :schema.projection_table force row level security;
create policy declared on :schema.projection_table to freshplan_owner using (true) with check (true);

-- A rebuild under way. Its progress moves in the transaction of the rows it stands for.
create table :schema.generation (
  -- First by name of the projections that are filled together.
  name text primary key,
  members text[] not null,
  -- Of the code, the tables and the bounds it was begun with; with others it is begun anew.
  fingerprint text not null,
  -- Projection and source, to the last position of the source's log that was applied.
  positions jsonb not null default '{}',
  events bigint not null default 0,
  -- Rises with every process that takes it up; whoever holds an older one writes nothing.
  epoch bigint not null default 1,
  lease_until timestamptz not null,
  begun_at timestamptz not null default clock_timestamp()
);
select kernel.protect_for_jobs(':schema.generation');

create function :schema.tables_of(p_projections text[]) returns text[]
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (select coalesce(array_agg(distinct t.name), '{}') from :schema.projection_table t
    where t.projection = any (p_projections));
end $$;

-- True when the shadow tables were made; false when they are there already and fit.
create function :schema.create_generation(p_projections text[]) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  return kernel.create_shadows(':schema', :schema.tables_of(p_projections));
end $$;

create function :schema.drop_generation(p_projections text[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform kernel.drop_shadows(':schema', :schema.tables_of(p_projections));
end $$;

-- Planning knows nothing of tables nobody has looked at.
create function :schema.measure_generation(p_projections text[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  name text;
begin
  foreach name in array :schema.tables_of(p_projections) loop
    execute format('analyze %I.%I', ':schema' || '_next', name);
  end loop;
end $$;

create function :schema.swap_generation(p_projections text[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform kernel.swap_shadows(':schema', :schema.tables_of(p_projections));
end $$;

-- How far a rebuild is, and where it began when another process had begun it before.
alter table :schema.replay_job
  add column up_to jsonb,
  add column resumed_events bigint not null default 0,
  -- Runs in a row that applied nothing.
  add column fruitless int not null default 0,
  -- Rows by table, for dry runs: now, and as a rebuild would leave them.
  add column tables jsonb;
