-- Rows written by `append` are bound by the caller's context; what lets most of them through is asked first.
do $$
declare
  scope constant text := $scope$
    territory = any (string_to_array(nullif(current_setting('app.territory_context', true), ''), ','))
    or string_to_array(nullif(current_setting('app.role_context', true), ''), ',') && array['admin', 'system']
    or (territory is null and owner_id = nullif(current_setting('app.user_context', true), '')::uuid)$scope$;
begin
  execute format('alter policy append_select on :schema.stream using (%s)', scope);
  execute format('alter policy append_insert on :schema.stream with check (%s)', scope);
  execute format('alter policy append_update on :schema.stream using (%s)', scope);
  execute format('alter policy append_select on :schema.event_key using (%s)', scope);
  execute format('alter policy append_insert on :schema.event_key with check (%s)', scope);
end $$;

-- Appends facts to one aggregate within the rights of the caller's context.
--
-- p_expected: the version the decision was made on; null appends to whatever is there.
-- p_facts: id, type, schemaVersion, data and, where there is any, meta of each; the rest is the same for
-- all of them.
-- Answers where they stand: the first has first_version, those behind it the next ones, in the order of
-- seqs. When the idempotency key was used before, it answers what was recorded then, marked `duplicate`,
-- and writes nothing. Raises FP409 with the actual version when another writer was faster, and FP208
-- when the same key is being used at this very moment: repeat.
create function :schema.append_facts(
  p_type text, p_id uuid, p_expected int, p_territory text, p_owner uuid, p_key text, p_time timestamptz,
  p_actor uuid, p_correlation_id text, p_causation_id text, p_traceparent text, p_facts jsonb,
  out first_version int, out seqs bigint[], out recorded_at timestamptz, out duplicate boolean
) language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  count constant int := jsonb_array_length(p_facts);
  -- Of the aggregate afterwards.
  last_version int;
  -- Drawn for the first fact.
  first_seq bigint;
  fact jsonb;
begin
  if count not between 1 and 1000 then
    raise exception 'an append holds 1 to 1000 facts' using errcode = 'FP400';
  end if;

  if p_key is not null then
    select r.first_version, r.seqs, r.recorded_at, true into first_version, seqs, recorded_at, duplicate
      from :schema.facts_under(p_key) r;
    if duplicate then return; end if;
  end if;

  -- The stream row is the lock of the aggregate. The sequence is drawn again when a concurrent writer
  -- made this update wait, so the order of `seq` is the order of versions.
  for try in 1 .. 2 loop
    if p_expected > 0 or p_expected is null then
      update :schema.stream s
        set version = s.version + count, last_seq = nextval(':schema.event_seq'),
          territory = p_territory, owner_id = p_owner
        where s.aggregate_id = p_id and (p_expected is null or s.version = p_expected)
        returning s.version, s.last_seq into last_version, first_seq;
      exit when found or p_expected > 0;
    end if;
    first_seq := nextval(':schema.event_seq');
    -- What would be returned is known; asking for it would check the right to read the row.
    insert into :schema.stream
      (aggregate_id, aggregate_type, version, first_seq, last_seq, territory, owner_id)
      values (p_id, p_type, count, first_seq, first_seq, p_territory, p_owner)
      on conflict do nothing;
    if found then last_version := count; end if;
    -- Without an expectation, a stream begun by another writer in between is appended to.
    exit when found or p_expected = 0;
  end loop;

  if last_version is null then
    -- The faster writer may have been an earlier try of this very append.
    if p_key is not null then
      select r.first_version, r.seqs, r.recorded_at, true into first_version, seqs, recorded_at, duplicate
        from :schema.facts_under(p_key) r;
      if duplicate then return; end if;
    end if;
    select s.version into last_version from :schema.stream s where s.aggregate_id = p_id;
    raise exception 'version conflict: %', coalesce(last_version, 0) using errcode = 'FP409';
  end if;

  first_version := last_version - count + 1;
  if p_key is not null then
    insert into :schema.event_key (key, seq, aggregate_id, version, n, territory, owner_id)
      values (p_key, first_seq, p_id, first_version, count, p_territory, p_owner)
      on conflict do nothing;
    if not found then
      raise exception 'this key is in use' using errcode = 'FP208';
    end if;
  end if;

  recorded_at := clock_timestamp();
  duplicate := false;
  if count = 1 then
    seqs := array[first_seq];
    fact := p_facts -> 0;
    insert into :schema.event (seq, id, aggregate_type, aggregate_id, version, type, schema_version,
        time, recorded_at, actor, territory, owner_id, correlation_id, causation_id, traceparent, data,
        meta)
      values (first_seq, (fact ->> 'id')::uuid, p_type, p_id, last_version, fact ->> 'type',
        (fact ->> 'schemaVersion')::smallint, p_time, recorded_at, p_actor, p_territory, p_owner,
        p_correlation_id, p_causation_id, p_traceparent, fact -> 'data', coalesce(fact -> 'meta', '{}'));
    return;
  end if;

  seqs := first_seq || :schema.draw(count - 1);
  update :schema.stream s set last_seq = seqs[count] where s.aggregate_id = p_id;
  insert into :schema.event (seq, id, aggregate_type, aggregate_id, version, type, schema_version,
      time, recorded_at, actor, territory, owner_id, correlation_id, causation_id, traceparent, data,
      meta)
    select seqs[fact.n], fact.id, p_type, p_id, first_version + fact.n::int - 1, fact.type,
      fact."schemaVersion", p_time, recorded_at, p_actor, p_territory, p_owner, p_correlation_id,
      p_causation_id, p_traceparent, fact.data, coalesce(fact.meta, '{}')
    from rows from (jsonb_to_recordset(p_facts) as
        (id uuid, type text, "schemaVersion" smallint, data jsonb, meta jsonb)) with ordinality
      as fact (id, type, "schemaVersion", data, meta, n);
end $$;

-- The owner sees every fact; what the caller may see follows from the stream.
create function :schema.facts_under(p_key text)
returns table (first_version int, seqs bigint[], recorded_at timestamptz)
language sql stable as $$
  select k.version, array_agg(e.seq order by e.version), min(e.recorded_at)
  from :schema.event_key k
  join :schema.stream s on s.aggregate_id = k.aggregate_id
  join :schema.event e on e.aggregate_id = k.aggregate_id and e.seq >= k.seq
    and e.version between k.version and k.version + k.n - 1
  where k.key = p_key
  group by k.key, k.version
$$;

-- For processes of before that still run beside newer ones: all of their facts are one act, too.
create or replace function :schema.append(
  p_type text, p_id uuid, p_expected int, p_territory text, p_owner uuid, p_key text, p_events jsonb
) returns table (aggregate_id uuid, seq bigint, version int, recorded_at timestamptz, duplicate boolean)
language sql as $$
  select p_id, each.seq, done.first_version + each.n::int - 1, done.recorded_at, done.duplicate
  from (select p_events -> 0 as fact) first
  cross join lateral :schema.append_facts(p_type, p_id, p_expected, p_territory, p_owner, p_key,
    (fact ->> 'time')::timestamptz, (fact ->> 'actor')::uuid, fact ->> 'correlationId',
    fact ->> 'causationId', fact ->> 'traceparent', p_events) done
  cross join lateral unnest(done.seqs) with ordinality as each (seq, n)
$$;
drop function :schema.recorded_under(text);
