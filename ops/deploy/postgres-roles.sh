#!/bin/sh
# Run once by the image of PostgreSQL on an empty volume: a role that may create roles and databases,
# and is no superuser. The system makes its own four roles with it.
set -eu
psql --username "${POSTGRES_USER:-postgres}" --set ON_ERROR_STOP=1 --set password="$POSTGRES_OPERATOR_PASSWORD" <<'SQL'
create role operator login createrole createdb password :'password';
SQL
