-- A claim's reason is free text about somebody: it stays as it stands in its fact, ciphertext. Reasons
-- of before are texts until the leads are filled anew.
alter table :schema.task
  alter column reason type jsonb using to_jsonb(reason),
  add column reason_fact_id uuid;
