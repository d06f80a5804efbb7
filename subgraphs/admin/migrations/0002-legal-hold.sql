-- People whose data must stay until a legal hold is lifted.
create table :schema.legal_hold (
  subject_id uuid primary key,
  held_at timestamptz not null,
  held_by uuid not null
);
select kernel.protect_for_jobs(':schema.legal_hold');
