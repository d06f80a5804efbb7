-- Number of the process that claims an effect: it holds an advisory lock under it while it lives.
alter table :schema.inbox add column claimant bigint;
