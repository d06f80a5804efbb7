-- Facts are written by `append` alone. It runs as the owner of the tables, whom row-level security binds
-- by the caller's context as it binds the caller; the runtime role cannot write a fact itself. So a fact
-- need not be compared with its stream a second time: that was written a moment before, under the same
-- territory and owner, where the rule below allowed it.
do $$
declare
  -- One row per statement: a sub-select that looks once would cost more than looking.
  scope constant text := $scope$
    string_to_array(nullif(current_setting('app.role_context', true), ''), ',') && array['admin', 'system']
    or territory = any (string_to_array(nullif(current_setting('app.territory_context', true), ''), ','))
    or (territory is null and owner_id = nullif(current_setting('app.user_context', true), '')::uuid)$scope$;
begin
  execute format('create policy append_select on :schema.stream for select to freshplan_owner using (%s)', scope);
  execute format('create policy append_insert on :schema.stream for insert to freshplan_owner with check (%s)', scope);
  execute format('create policy append_update on :schema.stream for update to freshplan_owner using (%s)', scope);
  execute format('create policy append_select on :schema.event_key for select to freshplan_owner using (%s)', scope);
  execute format('create policy append_insert on :schema.event_key for insert to freshplan_owner with check (%s)', scope);
end $$;
create policy append_insert on :schema.event for insert to freshplan_owner with check (true);
revoke insert on :schema.stream, :schema.event, :schema.event_key from freshplan_app;

-- Appends facts to one aggregate within the rights of the caller's context.
--
-- p_expected: the version the decision was made on; null appends to whatever is there.
-- Answers one row per fact. When the idempotency key was used before, it answers the numbers recorded
-- then, marked `duplicate`, and writes nothing. Raises FP409 with the actual version when another
-- writer was faster, and FP208 when the same key is being used at this very moment: repeat.
create or replace function :schema.append(
  p_type text, p_id uuid, p_expected int, p_territory text, p_owner uuid, p_key text, p_events jsonb
) returns table (aggregate_id uuid, seq bigint, version int, recorded_at timestamptz, duplicate boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  count constant int := jsonb_array_length(p_events);
  before int;
  -- Drawn for the facts, in the order of their versions.
  seqs bigint[];
  stamp timestamptz;
  fact jsonb;
begin
  if count not between 1 and 1000 then
    raise exception 'an append holds 1 to 1000 facts' using errcode = 'FP400';
  end if;

  if p_key is not null then
    return query select * from :schema.recorded_under(p_key);
    if found then return; end if;
  end if;

  -- The stream row is the lock of the aggregate. The sequence is drawn again when a concurrent writer
  -- made this update wait, so the order of `seq` is the order of versions.
  for try in 1 .. 2 loop
    if p_expected is null or p_expected > 0 then
      update :schema.stream s
        set version = s.version + count, last_seq = nextval(':schema.event_seq'),
          territory = p_territory, owner_id = p_owner
        where s.aggregate_id = p_id and (p_expected is null or s.version = p_expected)
        returning s.version - count, array[s.last_seq] into before, seqs;
      if found and count > 1 then
        seqs := seqs || :schema.draw(count - 1);
        update :schema.stream s set last_seq = seqs[count] where s.aggregate_id = p_id;
      end if;
    end if;
    if before is null and coalesce(p_expected, 0) = 0 then
      seqs := case count when 1 then array[nextval(':schema.event_seq')] else :schema.draw(count) end;
      -- What would be returned is known; asking for it would check the right to read the row.
      insert into :schema.stream
        (aggregate_id, aggregate_type, version, first_seq, last_seq, territory, owner_id)
        values (p_id, p_type, count, seqs[1], seqs[count], p_territory, p_owner)
        on conflict do nothing;
      if found then before := 0; end if;
    end if;
    -- Without an expectation, a stream begun by another writer in between is appended to.
    exit when before is not null or p_expected is not null;
  end loop;

  if before is null then
    -- The faster writer may have been an earlier try of this very append.
    if p_key is not null then
      return query select * from :schema.recorded_under(p_key);
      if found then return; end if;
    end if;
    select s.version into before from :schema.stream s where s.aggregate_id = p_id;
    raise exception 'version conflict: %', coalesce(before, 0) using errcode = 'FP409';
  end if;

  if p_key is not null then
    insert into :schema.event_key (key, seq, aggregate_id, version, n, territory, owner_id)
      values (p_key, seqs[1], p_id, before + 1, count, p_territory, p_owner)
      on conflict do nothing;
    if not found then
      raise exception 'this key is in use' using errcode = 'FP208';
    end if;
  end if;

  stamp := clock_timestamp();
  duplicate := false;
  if count = 1 then
    fact := p_events -> 0;
    insert into :schema.event (seq, id, aggregate_type, aggregate_id, version, type, schema_version,
        time, recorded_at, actor, territory, owner_id, correlation_id, causation_id, traceparent, data,
        meta)
      values (seqs[1], (fact ->> 'id')::uuid, p_type, p_id, before + 1, fact ->> 'type',
        (fact ->> 'schemaVersion')::smallint, (fact ->> 'time')::timestamptz, stamp,
        (fact ->> 'actor')::uuid, p_territory, p_owner, fact ->> 'correlationId',
        fact ->> 'causationId', fact ->> 'traceparent', fact -> 'data', fact -> 'meta');
    aggregate_id := p_id;
    seq := seqs[1];
    version := before + 1;
    recorded_at := stamp;
    return next;
    return;
  end if;

  insert into :schema.event (seq, id, aggregate_type, aggregate_id, version, type, schema_version,
      time, recorded_at, actor, territory, owner_id, correlation_id, causation_id, traceparent, data,
      meta)
    select seqs[fact.n], fact.id, p_type, p_id, before + fact.n::int, fact.type, fact."schemaVersion",
      fact.time, stamp, fact.actor, p_territory, p_owner, fact."correlationId", fact."causationId",
      fact.traceparent, fact.data, fact.meta
    from rows from (jsonb_to_recordset(p_events) as (id uuid, type text, "schemaVersion" smallint,
        time timestamptz, actor uuid, "correlationId" text, "causationId" text, traceparent text,
        data jsonb, meta jsonb)) with ordinality
      as fact (id, type, "schemaVersion", time, actor, "correlationId", "causationId", traceparent,
        data, meta, n);
  return query select p_id, each.seq, before + each.n::int, stamp, false
    from unnest(seqs) with ordinality as each (seq, n);
end $$;

-- So many numbers, one after the other.
create function :schema.draw(p_count int) returns bigint[] language sql volatile as $$
  select array(select nextval(':schema.event_seq') from generate_series(1, p_count))
$$;

-- The owner sees every fact; what the caller may see follows from the stream.
create or replace function :schema.recorded_under(p_key text)
returns table (aggregate_id uuid, seq bigint, version int, recorded_at timestamptz, duplicate boolean)
language sql stable as $$
  select e.aggregate_id, e.seq, e.version, e.recorded_at, true
  from :schema.event_key k
  join :schema.stream s on s.aggregate_id = k.aggregate_id
  join :schema.event e on e.aggregate_id = k.aggregate_id and e.seq >= k.seq
    and e.version between k.version and k.version + k.n - 1
  where k.key = p_key
  order by e.version
$$;
