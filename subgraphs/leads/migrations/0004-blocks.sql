-- When a block for some days ends: an instant in canonical text, which sorts as the instants do.
alter table :schema.lead add column blocked_until text collate "C"
  generated always as (state ->> 'blockedUntil') stored;
create index lead_blocked on :schema.lead (blocked_until, id) where blocked_until is not null;
