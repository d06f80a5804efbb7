-- Finds the texts written to a person who is to be erased.
create index message_written_to on :schema.message ((subject ->> 'sid')) where subject is not null;
create index message_text_written_to on :schema.message ((text ->> 'sid')) where text is not null;
