-- What the last verification of this module's log found.
create table :schema.verification (
  singleton boolean primary key default true check (singleton),
  -- Everything up to here is what was sealed.
  position bigint not null,
  at timestamptz not null,
  -- Facts five minutes old and not logged by then.
  unlogged int not null,
  -- Null when all was well.
  fault text
);

select kernel.protect_for_jobs(':schema.verification');
revoke delete on :schema.verification from freshplan_app;
