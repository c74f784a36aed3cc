ALTER ROLE app NOLOGIN;
-- not measured: role "app" does not exist
-- breaks-clients: nobody can connect as "app" once this commits; sessions that are open go on

ALTER ROLE app CONNECTION LIMIT 0;
-- not measured: role "app" does not exist
-- breaks-clients: nobody can connect as "app" once this commits; sessions that are open go on

ALTER ROLE app NOSUPERUSER NOCREATEDB LOGIN;
-- not measured: role "app" does not exist
-- breaks-clients: takes SUPERUSER and CREATEDB from "app": what it may do only by that fails once this commits

ALTER ROLE app SUPERUSER LOGIN CONNECTION LIMIT 5 VALID UNTIL '2030-01-01';
-- not measured: role "app" does not exist
-- silent

CREATE ROLE app NOLOGIN NOINHERIT;
-- not measured: a role stays
-- silent

GRANT readers TO app WITH INHERIT FALSE;
-- not measured: role "app" does not exist
-- silent
