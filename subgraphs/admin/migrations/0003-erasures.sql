-- Whom the log knows as erased. The key store may know more, where it is newer than the data.
create table :schema.erased_subject (
  subject_id uuid primary key,
  at timestamptz not null
);
select kernel.protect_for_jobs(':schema.erased_subject');

-- The journal of erasures outside the database that belongs to it.
create table :schema.erasure_journal (
  singleton boolean primary key default true check (singleton),
  journal_id uuid not null
);
select kernel.protect_for_jobs(':schema.erasure_journal');
