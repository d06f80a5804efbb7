-- Where partner firms are told what becomes of their leads.
create table :schema.webhook (
  id uuid primary key,
  version int not null,
  partner_org_id uuid not null,
  url text not null,
  topics text[] not null,
  status text not null check (status in ('ACTIVE', 'PAUSED', 'DISABLED')),
  disabled_reason text,
  registered_at timestamptz not null,
  changed_at timestamptz not null
);
create index webhook_of_firm on :schema.webhook (partner_org_id, registered_at, id);

-- Which firm sent a lead in; null for leads of nobody's.
create table :schema.lead_firm (
  lead_id uuid primary key,
  partner_org_id uuid
);

-- People whose data are kept and not used (Art. 18 GDPR).
create table :schema.restriction (
  subject_id uuid primary key,
  at timestamptz not null
);

-- What signs deliveries, as ciphertext. In no fact, and so never rebuilt.
create table :schema.secret (
  id uuid primary key,
  webhook_id uuid not null,
  sealed jsonb not null,
  made_at timestamptz not null,
  -- Null for the one in use; the former one signs beside it until then.
  valid_until timestamptz
);
create index secret_of_webhook on :schema.secret (webhook_id, made_at desc);

-- Receivers that failed the last time, and until when they are left alone.
create table :schema.line (
  webhook_id uuid primary key,
  failures int not null,
  closed_until timestamptz
);

-- One row per delivery to make: the state of the work, not a read model, and so never rebuilt.
create table :schema.delivery (
  id uuid primary key,
  webhook_id uuid not null,
  -- Goes out as webhook-id: the same for every try, and for every receiver of the fact.
  event_id uuid not null,
  -- Null for a test.
  lead_id uuid,
  type text not null,
  body text not null,
  status text not null default 'PENDING' check (status in ('PENDING', 'SENDING', 'DELIVERED', 'FAILED')),
  is_final boolean not null default false,
  attempts int not null default 0,
  next_at timestamptz not null,
  claim uuid,
  claimed_at timestamptz,
  failure text,
  http_status int,
  created_at timestamptz not null,
  settled_at timestamptz,
  unique (webhook_id, event_id)
);
create index delivery_due on :schema.delivery (webhook_id, next_at) where not is_final;
create index delivery_newest on :schema.delivery (webhook_id, created_at desc, id desc);
create index delivery_oldest on :schema.delivery (created_at);

select kernel.protect_for_jobs(':schema.webhook');
select kernel.protect_for_jobs(':schema.lead_firm');
select kernel.protect_for_jobs(':schema.restriction');
select kernel.protect_for_jobs(':schema.secret');
select kernel.protect_for_jobs(':schema.line');
select kernel.protect_for_jobs(':schema.delivery');
