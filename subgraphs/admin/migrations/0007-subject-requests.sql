-- Requests for the erasure of somebody, and what a second person said to them.
create table :schema.subject_request (
  id uuid primary key,
  version int not null,
  subject_id uuid not null,
  status text not null,
  approval text not null,
  requested_by uuid not null,
  requested_at timestamptz not null,
  decided_by uuid,
  execute_at timestamptz,
  erasure_id uuid,
  failure text
);
create index subject_request_newest on :schema.subject_request (requested_at desc, id desc);
create unique index subject_request_open on :schema.subject_request (subject_id)
  where status in ('QUEUED', 'PROCESSING');
select kernel.protect_for_jobs(':schema.subject_request');
