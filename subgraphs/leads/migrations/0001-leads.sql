create extension if not exists pg_trgm with schema public;

-- The lead as its facts tell (`state`, `detail`, `people`), beside the columns that lists, guards and timers look at.
create table :schema.lead (
  id uuid primary key,
  version int not null,
  territory text not null,
  owner_id uuid,
  collaborator_ids uuid[] not null default '{}',
  partner_org_id uuid,
  registered_by uuid not null,
  registered_at timestamptz not null,
  status text not null,
  stage text not null,
  company_name text not null,
  city text not null,
  company_normalized text not null,
  email_normalized text,
  phone_e164 text,
  postal_code text,
  is_canonical boolean not null,
  season text,
  is_off_season boolean not null generated always as (season is null) stored,
  search_text text not null generated always as (lower(company_name || ' ' || city)) stored,
  -- NONE, EXPIRED, STOPPED or RUNNING; what RUNNING means at a moment follows from the three columns after it.
  protection text not null,
  progress_until timestamptz,
  valid_until timestamptz,
  is_reminded boolean not null,
  -- When the protection engine has something to do next; null while the clock stands or nothing can happen.
  next_protection_at timestamptz,
  pending_follow_up_at timestamptz,
  -- End of the ten days of a Pre-Claim that is not mended and not flagged yet.
  pre_claim_until timestamptz,
  state jsonb not null,
  -- Texts a person reads and nothing decides on: address, notes, names of contacts.
  detail jsonb not null,
  people jsonb not null default '{}'
);
create index lead_newest on :schema.lead (territory, registered_at desc, id desc);
create index lead_of_owner on :schema.lead (owner_id, registered_at desc, id desc);
create index lead_of_collaborators on :schema.lead using gin (collaborator_ids);
create index lead_of_partner on :schema.lead (partner_org_id) where partner_org_id is not null;
create index lead_registered_by on :schema.lead (registered_by, registered_at);
create index lead_due_protection on :schema.lead (next_protection_at) where next_protection_at is not null;
create index lead_pre_claims on :schema.lead (pre_claim_until, id) where pre_claim_until is not null;
create index lead_by_email on :schema.lead (territory, email_normalized) where email_normalized is not null;
create index lead_by_phone on :schema.lead (territory, phone_e164) where phone_e164 is not null;
create index lead_by_company on :schema.lead (territory, company_normalized, postal_code);
create index lead_search on :schema.lead using gin (search_text gin_trgm_ops);

-- At most one T3 and one T7 per lead, for ever.
create table :schema.follow_up (
  id uuid primary key,
  lead_id uuid not null,
  type text not null,
  status text not null,
  -- Null while a sample is on its way.
  due_at timestamptz,
  due_run_at timestamptz,
  processed_at timestamptz,
  territory text not null,
  owner_id uuid,
  collaborator_ids uuid[] not null default '{}',
  partner_org_id uuid,
  unique (lead_id, type)
);
create index follow_up_due on :schema.follow_up (status, due_at, id);
create index follow_up_run_members on :schema.follow_up (due_run_at) where due_run_at is not null;

-- One row per nominal run of the follow-ups.
create table :schema.follow_up_run (
  due_run_at timestamptz primary key,
  run_id uuid not null,
  claimed_at timestamptz,
  settled_at timestamptz
);

-- Own copy of who holds which territory, from what admin announces.
create table :schema.territory_holder (
  user_id uuid not null,
  territory text not null,
  primary key (user_id, territory)
);

-- Who may write a row need not see it afterwards: an owner may lose the lead by what he does.
create function :schema.mine(owner text, collaborators text, partner text) returns text language sql immutable as $$
  select format(
    '%s or (territory = any ((select string_to_array(nullif(current_setting(''app.territory_context'', true), ''''), '',''))::text[])
      and (%s = (select nullif(current_setting(''app.user_context'', true), '''')::uuid)
        or (select nullif(current_setting(''app.user_context'', true), '''')::uuid) = any (%s)
        or (select string_to_array(nullif(current_setting(''app.role_context'', true), ''''), '','') && array[''manager'', ''auditor''])
        or %s = (select nullif(current_setting(''app.tenant_id'', true), '''')::uuid)))',
    kernel.privileged(), owner, collaborators, partner)
$$;

create function :schema.writable() returns text language sql immutable as $$
  select format(
    '%s or (territory = any ((select string_to_array(nullif(current_setting(''app.territory_context'', true), ''''), '',''))::text[])
      and (owner_id is null or owner_id = (select nullif(current_setting(''app.user_context'', true), '''')::uuid)
        or (select nullif(current_setting(''app.user_context'', true), '''')::uuid) = any (collaborator_ids)
        or (select string_to_array(nullif(current_setting(''app.role_context'', true), ''''), '','') && array[''manager''])))',
    kernel.privileged())
$$;

select kernel.protect(':schema.lead', :schema.mine('owner_id', 'collaborator_ids', 'partner_org_id'), :schema.writable());
select kernel.protect(':schema.follow_up', :schema.mine('owner_id', 'collaborator_ids', 'partner_org_id'), :schema.writable());
select kernel.protect_for_jobs(':schema.follow_up_run');
select kernel.protect(':schema.territory_holder',
  kernel.privileged() || ' or territory = any ((select string_to_array(nullif(current_setting(''app.territory_context'', true), ''''), '',''))::text[])',
  kernel.privileged());

drop function :schema.mine(text, text, text);
drop function :schema.writable();
