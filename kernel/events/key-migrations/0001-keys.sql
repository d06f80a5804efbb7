-- One wrapped key per person. Readable by the role of the key store alone; the runtime role may only
-- destroy a key, in the transaction that records the erasure.

create table :schema.subject_key (
  subject_id uuid primary key,
  kek_id text not null,
  wrapped bytea not null,
  created_at timestamptz not null default clock_timestamp()
);

-- Erased people get no key again.
create table :schema.erased (
  subject_id uuid primary key,
  at timestamptz not null default clock_timestamp()
);

revoke all on :schema.subject_key, :schema.erased from freshplan_app;
grant usage on schema :schema to freshplan_keys;
grant select, insert, update, delete on :schema.subject_key to freshplan_keys;
grant select on :schema.erased to freshplan_keys;
grant select (subject_id), delete on :schema.subject_key to freshplan_app;
grant select, insert on :schema.erased to freshplan_app;

select kernel.protect(':schema.subject_key', kernel.privileged());
select kernel.protect(':schema.erased', kernel.privileged());
create policy keys_role on :schema.subject_key to freshplan_keys using (true) with check (true);
create policy keys_role on :schema.erased for select to freshplan_keys using (true);
