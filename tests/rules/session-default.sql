ALTER ROLE app SET search_path = app, public;
-- not measured: role "app" does not exist
-- breaks-clients: sessions of "app" that begin once this commits have another search_path: the same query may find other tables, or fail; sessions that are open, as in a pool, keep the old one

ALTER DATABASE shop RESET search_path;
-- not measured: there is no such database
-- breaks-clients: sessions of the database that begin once this commits have another search_path: the same query may find other tables, or fail; sessions that are open, as in a pool, keep the old one

ALTER ROLE app RESET ALL;
-- not measured: role "app" does not exist
-- breaks-clients: sessions of "app" that begin once this commits have another value of their settings: the same query may find other tables, or fail; sessions that are open, as in a pool, keep the old one

ALTER ROLE app SET work_mem = '8MB';
-- not measured: role "app" does not exist
-- silent

CREATE ROLE app;
ALTER ROLE app SET search_path = app;
-- not measured: a role stays
-- silent
