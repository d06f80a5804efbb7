-- Names and addresses of people stay as they stand in their facts, ciphertext. Those of before are texts
-- until the rebuild that this queues is done; they are read all the same meanwhile.
alter table :schema.app_user
  alter column name type jsonb using to_jsonb(name),
  alter column email type jsonb using to_jsonb(email);
select kernel.fill_anew(':schema', ':schema.users', ':schema.app_user');
