-- Since when an expired lead belongs to nobody and still knows its people: an instant in canonical text,
-- which sorts as the instants do.
alter table :schema.lead add column forsaken_at text collate "C" generated always as (
  case when status = 'EXPIRED' and owner_id is null and state ->> 'pseudonymizedAt' is null
    then state -> 'protection' ->> 'expiredAt' end) stored;
create index lead_forsaken on :schema.lead (forsaken_at, id) where forsaken_at is not null;

-- Stands where the address was, so that a lead whose people are forgotten is still a duplicate.
alter table :schema.lead add column email_hash text generated always as (detail ->> 'emailHash') stored;
create index lead_by_email_hash on :schema.lead (territory, email_hash) where email_hash is not null;
