#!/bin/bash
# Makes the database and the ordinary role that owns it. The postgres image runs this once, on an empty volume.
# The role is no superuser and cannot create databases or roles; owning the database is all that difftool needs.
set -euo pipefail

psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username="${POSTGRES_USER:-postgres}" --dbname=postgres <<'SQL'
\getenv name DATABASE_NAME
\getenv owner DATABASE_USER
\getenv password DATABASE_PASSWORD
CREATE ROLE :"owner" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"owner";
SQL
