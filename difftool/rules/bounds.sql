-- What PostgreSQL asks of each row of some partitions, in the words of a CHECK; tables above that are partitioned by hash by their
-- names. For a partition of a partition, what the tables above ask is in it. Without hash partitions by a key that has a collation:
-- the condition that PostgreSQL makes for itself has none, and it finds no CHECK equal to it.
-- https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-CATALOG
WITH asked AS MATERIALIZED (
    SELECT c.oid, n.nspname::text, c.relname::text
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relispartition AND format('%%I.%%I', n.nspname, c.relname) = ANY (%s)
), said AS MATERIALIZED (
    SELECT a.*, pg_get_partition_constraintdef(a.oid) AS condition FROM asked a
)
SELECT s.nspname, s.relname, s.condition, NOT p.relispartition
FROM said s
JOIN pg_inherits h ON h.inhrelid = s.oid
JOIN pg_class p ON p.oid = h.inhparent
JOIN pg_partitioned_table k ON k.partrelid = p.oid
WHERE s.condition IS NOT NULL
    AND NOT (strpos(s.condition, 'satisfies_hash_partition') > 0
             AND (k.partstrat <> 'h' OR EXISTS (SELECT FROM unnest(k.partcollation) x WHERE x <> 0)))
