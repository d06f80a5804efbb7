-- Addresses of people stay as they stand in their facts, ciphertext. Those of before are texts until the
-- rebuilds that this queues are done; they are read all the same meanwhile.
alter table :schema.recipient alter column email type jsonb using to_jsonb(email);
alter table :schema.colleague alter column email type jsonb using to_jsonb(email);
select kernel.fill_anew(':schema', ':schema.leads', ':schema.recipient');
select kernel.fill_anew(':schema', ':schema.colleagues', ':schema.colleague');
