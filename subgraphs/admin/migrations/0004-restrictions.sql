-- People whose processing is restricted (Art. 18 GDPR), until it is lifted.
create table :schema.restriction (
  subject_id uuid primary key,
  restricted_at timestamptz not null,
  restricted_by uuid not null
);
select kernel.protect_for_jobs(':schema.restriction');
