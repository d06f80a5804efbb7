-- Rebuilds of this module's projections that somebody asked for. A process that works on one keeps
-- renewing `lease_until`; once that has passed, another process begins it anew.

create table :schema.replay_job (
  id uuid primary key,
  projection text not null,
  dry_run boolean not null,
  status text not null default 'QUEUED'
    check (status in ('QUEUED', 'RUNNING', 'DONE', 'FAILED', 'CANCELLED')),
  requested_by uuid not null,
  requested_at timestamptz not null default clock_timestamp(),
  started_at timestamptz,
  finished_at timestamptz,
  runs int not null default 0,
  events bigint not null default 0,
  -- Facts there were to apply when the run began; null before.
  total bigint,
  is_cancelled boolean not null default false,
  lease_until timestamptz,
  error text
);
create index replay_job_open on :schema.replay_job (requested_at) where status in ('QUEUED', 'RUNNING');
create index replay_job_newest on :schema.replay_job (requested_at desc, id desc);

select kernel.protect_for_jobs(':schema.replay_job');
revoke delete on :schema.replay_job from freshplan_app;
