#!/bin/sh
# As superuser: the database `freshplan` and the four roles of the system, as the system itself would
# make them. Run once by the image of PostgreSQL on an empty volume; may run any number of times.
set -eu
psql --username "${POSTGRES_USER:-postgres}" --dbname postgres --no-psqlrc --quiet --set ON_ERROR_STOP=1 <<'SQL'
\getenv owner POSTGRES_OWNER_PASSWORD
\getenv app POSTGRES_APP_PASSWORD
\getenv keys POSTGRES_KEYS_PASSWORD
\getenv jobs POSTGRES_JOBS_PASSWORD

select format('create role %I', role)
from unnest(array['freshplan_owner', 'freshplan_app', 'freshplan_keys', 'freshplan_jobs']) as role
where not exists (select from pg_roles where rolname = role) \gexec

alter role freshplan_owner nosuperuser nobypassrls nocreatedb nocreaterole noreplication login password :'owner';
alter role freshplan_app nosuperuser nobypassrls nocreatedb nocreaterole noreplication login password :'app';
alter role freshplan_keys nosuperuser nobypassrls nocreatedb nocreaterole noreplication login password :'keys';
alter role freshplan_jobs nosuperuser nobypassrls nocreatedb nocreaterole noreplication login password :'jobs';

alter role freshplan_app set statement_timeout = 5000;
alter role freshplan_app set lock_timeout = 1000;
alter role freshplan_app set idle_in_transaction_session_timeout = 10000;
select 'alter role freshplan_app set transaction_timeout = 60000'
where current_setting('server_version_num')::int >= 170000 \gexec
alter role freshplan_app set app.user_context = '';
alter role freshplan_app set app.role_context = '';
alter role freshplan_app set app.tenant_id = '';
alter role freshplan_app set app.territory_context = '';

select 'create database freshplan owner freshplan_owner template template0'
where not exists (select from pg_database where datname = 'freshplan') \gexec
revoke all on database freshplan from public;
grant connect on database freshplan to freshplan_owner, freshplan_app, freshplan_keys, freshplan_jobs;
grant create on database freshplan to freshplan_jobs;
SQL
