-- What identifies people stays in `detail` and `people` as it stands in the facts, ciphertext. Their
-- address and telephone are found by a keyed hash, which also stands for those who were pseudonymised.
-- Rows of before hold texts and their normal forms until the rebuild that this queues is done.
drop index :schema.lead_by_email_hash;
alter table :schema.lead rename column email_normalized to email_index;
alter table :schema.lead rename column phone_e164 to phone_index;
alter table :schema.lead no force row level security;
update :schema.lead set email_index = email_hash where email_hash is not null;
alter table :schema.lead force row level security;
alter table :schema.lead drop column email_hash;
select kernel.fill_anew(':schema', ':schema.leads', ':schema.lead');
