DROP SCHEMA audit CASCADE;
-- not measured: schema "audit" does not exist
-- data-loss: deletes schema "audit" with all that is in it: 1 table (about 12 rows, 16 kB), for good; save it first with pg_dump --schema, and drop its tables by name
-- breaks-clients: queries that name anything in schema "audit" fail once this commits; drop it after the code that names it is gone

DROP SCHEMA empty;
-- silent

DROP SCHEMA audit;
-- not measured: cannot drop schema audit because other objects depend on it
-- silent

DROP SCHEMA empty CASCADE;
-- silent

CREATE SCHEMA fresh;
CREATE TABLE fresh.one (id integer);
DROP SCHEMA fresh CASCADE;
-- silent
