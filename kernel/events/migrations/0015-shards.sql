-- A consumer may be split by aggregate into shards, each with a lease and a checkpoint of its own.
alter table :schema.consumer
  add column shards int not null default 1 check (shards between 1 and 8),
  -- How far each shard had come when their number was changed: what it had handled is handled.
  add column handled bigint[] not null default '{}',
  add check (shard >= 0 and shard < shards),
  drop constraint consumer_pkey,
  add primary key (name, source, shard);
