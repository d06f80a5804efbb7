-- Who has unsubscribed while leads have not said so yet: wins over every consent known here until then.
create table :schema.revocation (
  recipient_id uuid primary key,
  at timestamptz not null
);
select kernel.protect_for_jobs(':schema.revocation');
