-- Read model that follows the log, and a record of what was seen in which order.
create table tallies.tally (
  counter_id uuid primary key,
  territory text,
  total int not null,
  version int not null
);
select kernel.protect_by_territory('tallies.tally');

create table tallies.seen (
  n bigint generated always as identity primary key,
  consumer text not null,
  counter_id uuid not null,
  version int not null,
  position bigint not null
);
select kernel.protect_for_jobs('tallies.seen');
