-- Deliveries of the mail provider that had an effect, so that one told twice has it once.
create table :schema.webhook_delivery (
  id text primary key check (length(id) between 1 and 200),
  at timestamptz not null
);
create index webhook_delivery_oldest on :schema.webhook_delivery (at);
select kernel.protect_for_jobs(':schema.webhook_delivery');
