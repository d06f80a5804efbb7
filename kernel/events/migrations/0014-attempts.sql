-- The newest attempts at a fact that was set aside, at most twenty, oldest first: `at` and `error`.
alter table :schema.dead_letter add column timeline jsonb not null default '[]';
-- A consumer that failed too often in a row leaves its source alone for a while.
alter table :schema.consumer add column rests_until timestamptz;
