-- Finds the lead of a contact who is to be erased.
create index lead_contacts on :schema.lead using gin (jsonb_path_query_array(state, '$.contacts[*].contactId'));
