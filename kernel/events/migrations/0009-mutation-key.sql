-- Answers of mutations by the caller's idempotency key, kept for 24 hours.
create table :schema.mutation_key (
  key text not null check (length(key) between 1 and 200),
  operation text not null,
  actor uuid not null,
  input_hash bytea not null,
  answer jsonb,
  at timestamptz not null,
  primary key (key, operation, actor)
);
create index mutation_key_age on :schema.mutation_key (at);

select kernel.protect(':schema.mutation_key',
  'actor = (select nullif(current_setting(''app.user_context'', true), '''')::uuid)');
