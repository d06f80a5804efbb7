-- Appends facts to one aggregate under the caller's rights.
--
-- p_expected: the version the decision was made on; null appends to whatever is there.
-- Answers one row per fact. When the idempotency key was used before, it answers the numbers recorded
-- then, marked `duplicate`, and writes nothing. Raises FP409 with the actual version when another
-- writer was faster, and FP208 when the same key is being used at this very moment: repeat.
create or replace function :schema.append(
  p_type text, p_id uuid, p_expected int, p_territory text, p_owner uuid, p_key text, p_events jsonb
) returns table (aggregate_id uuid, seq bigint, version int, recorded_at timestamptz, duplicate boolean)
language plpgsql as $$
#variable_conflict use_column
declare
  count constant int := jsonb_array_length(p_events);
  first_seq bigint;
  before int;
  seqs bigint[];
  stamp timestamptz;
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
        returning s.version - count, s.last_seq into before, first_seq;
    end if;
    if first_seq is null and coalesce(p_expected, 0) = 0 then
      insert into :schema.stream as s
        (aggregate_id, aggregate_type, version, first_seq, last_seq, territory, owner_id)
        values (p_id, p_type, count, nextval(':schema.event_seq'), currval(':schema.event_seq'),
          p_territory, p_owner)
        on conflict (aggregate_id) do nothing
        returning 0, s.first_seq into before, first_seq;
    end if;
    -- Without an expectation, a stream begun by another writer in between is appended to.
    exit when first_seq is not null or p_expected is not null;
  end loop;

  if first_seq is null then
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
      values (p_key, first_seq, p_id, before + 1, count, p_territory, p_owner)
      on conflict (key) do nothing;
    if not found then
      raise exception 'this key is in use' using errcode = 'FP208';
    end if;
  end if;

  -- What is answered is known beforehand: a RETURNING would check the right to read each row anew.
  stamp := clock_timestamp();
  if count = 1 then
    insert into :schema.event (seq, id, aggregate_type, aggregate_id, version, type, schema_version,
        time, recorded_at, actor, territory, owner_id, correlation_id, causation_id, traceparent, data,
        meta)
      select first_seq, fact.id, p_type, p_id, before + 1, fact.type, fact."schemaVersion", fact.time,
        stamp, fact.actor, p_territory, p_owner, fact."correlationId", fact."causationId",
        fact.traceparent, fact.data, fact.meta
      from jsonb_to_record(p_events -> 0) as fact (id uuid, type text, "schemaVersion" smallint,
        time timestamptz, actor uuid, "correlationId" text, "causationId" text, traceparent text,
        data jsonb, meta jsonb);
    return query values (p_id, first_seq, before + 1, stamp, false);
    return;
  end if;

  seqs := array[first_seq] || array(
    select nextval(':schema.event_seq') from generate_series(2, count));
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
  update :schema.stream s set last_seq = seqs[count] where s.aggregate_id = p_id;
  return query select p_id, each.seq, before + each.n::int, stamp, false
    from unnest(seqs) with ordinality as each (seq, n);
end $$;
