-- The names of the event-sourcing concept, for whoever queries by hand. Each runs under the rights of
-- its reader.

create view :schema.domain_events with (security_invoker = true) as
  select id as event_id, aggregate_id, aggregate_type, version, type as event_type, schema_version,
    data as event_data,
    meta || jsonb_build_object('correlationId', correlation_id, 'causationId', causation_id,
      'territory', territory, 'actor', actor) as metadata,
    time as occurred_at, actor as user_id, seq as global_position
  from :schema.event;

create view :schema.aggregate_snapshots with (security_invoker = true) as
  select aggregate_id, version, schema_version, state, taken_at from :schema.snapshot;

create view :schema.event_subscriptions with (security_invoker = true) as
  select name || '@' || source as name, types as event_types, status,
    position as last_processed_position, position as checkpoint, generation, last_error
  from :schema.consumer;

-- Facts by day and type, the mean time until they were logged, and how many consumers of this module
-- set aside.
create view :schema.event_statistics with (security_invoker = true) as
  select e.recorded_at::date as day, e.type, count(*) as count,
    avg(extract(epoch from l.at - e.recorded_at) * 1000) as mean_ms,
    count(d.event_id) as errors
  from :schema.event e
  left join (select unnest(seqs) as seq, at from :schema.log) l on l.seq = e.seq
  left join (select distinct event_id from :schema.dead_letter where status = 'PARKED') d
    on d.event_id = e.id
  group by 1, 2;

revoke insert, update, delete on :schema.domain_events, :schema.aggregate_snapshots,
  :schema.event_subscriptions, :schema.event_statistics from freshplan_app;
