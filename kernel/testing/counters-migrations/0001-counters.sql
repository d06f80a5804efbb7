-- Read model written with the append.
create table counters.counter (
  id uuid primary key,
  territory text,
  total int not null,
  version int not null
);
select kernel.protect_by_territory('counters.counter');
