-- Holders in a row that died before they had finished anything: from the second on, its facts are
-- handled one by one.
alter table :schema.consumer add column deaths int not null default 0 check (deaths >= 0);
