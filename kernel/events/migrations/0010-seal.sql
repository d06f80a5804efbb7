-- Seals of the hash chain over the log. The key that signs them is not in the database.
create table :schema.seal (
  to_position bigint primary key,
  -- Facts from the beginning of the log up to here.
  n bigint not null check (n > 0),
  hash bytea not null check (length(hash) = 32),
  -- Hash of the seal before; one seal has one successor.
  previous bytea not null unique,
  -- First eight bytes of the hash after each fact since the seal before: they tell which one is wrong.
  marks bytea not null check (length(marks) between 8 and 8000 and length(marks) % 8 = 0),
  key_id text not null,
  signature bytea not null,
  at timestamptz not null default clock_timestamp()
);

create trigger append_only before update or delete on :schema.seal
  for each row execute function :schema.refuse_change();
create trigger append_only_truncate before truncate on :schema.seal
  for each statement execute function :schema.refuse_change();

select kernel.protect_for_jobs(':schema.seal');
revoke update, delete on :schema.seal from freshplan_app;
