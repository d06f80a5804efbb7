-- Whose data a lead brought: itself, for its own address, and its contacts.
create table :schema.lead_person (
  subject_id uuid primary key,
  lead_id uuid not null,
  kind text not null check (kind in ('LEAD', 'CONTACT'))
);
create index lead_person_lead on :schema.lead_person (lead_id);
select kernel.protect_for_jobs(':schema.lead_person');

-- When these data are due to go, and until when the law keeps them all the same.
create table :schema.lead_end (
  lead_id uuid primary key,
  due_at timestamptz,
  retained_until timestamptz
);
create index lead_end_due on :schema.lead_end (due_at, lead_id) where due_at is not null;
select kernel.protect_for_jobs(':schema.lead_end');
