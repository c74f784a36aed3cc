-- Casts, the system's own too, and whether each must be asked for.
-- https://www.postgresql.org/docs/current/catalog-pg-cast.html
SELECT format_type(castsource, NULL), format_type(casttarget, NULL), castcontext = 'e' FROM pg_cast
