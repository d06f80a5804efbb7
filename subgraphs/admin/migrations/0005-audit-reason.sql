-- A reason is free text about somebody: it stays as it stands in its fact, ciphertext, and ends with
-- the person's key. Reasons of before are texts until the trail is filled anew.
alter table :schema.audit_entry alter column reason type jsonb using to_jsonb(reason);
