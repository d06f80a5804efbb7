-- CHEF, BUYER, GF or OTHER of a contact; null for a lead's own address.
alter table :schema.recipient add column contact_group text;
create index message_sent on :schema.message (sent_at) where sent_at is not null;
