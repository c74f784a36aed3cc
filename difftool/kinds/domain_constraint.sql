-- Checks of domains; NOT NULL, since PostgreSQL 17 a constraint with a name, is here for comments on it: its domain writes it.
-- https://www.postgresql.org/docs/current/catalog-pg-constraint.html
SELECT 'pg_constraint'::regclass, k.oid, 0, ARRAY[n.nspname::text, t.typname::text, k.conname::text],
       json_build_object(
           'parent', 'domain', 'type', k.contype,
           'definition', regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', ''), 'valid', k.convalidated)
FROM pg_constraint k
JOIN pg_type t ON t.oid = k.contypid
JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE k.oid >= 16384 AND n.nspname !~ '^pg_'
