-- What PostgreSQL asks of each row of each partition, in the words of a CHECK; tables above that are partitioned by hash by their
-- names. For a partition of a partition, what the tables above ask is in it. Without hash partitions by a key that has a collation:
-- the condition that PostgreSQL makes for itself has none, and it finds no CHECK equal to it.
-- https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-CATALOG
SELECT n.nspname::text, c.relname::text, pg_get_partition_constraintdef(c.oid), NOT p.relispartition
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_inherits h ON h.inhrelid = c.oid
JOIN pg_class p ON p.oid = h.inhparent
JOIN pg_partitioned_table k ON k.partrelid = p.oid
WHERE c.relispartition AND c.relkind IN ('r', 'p', 'f') AND pg_get_partition_constraintdef(c.oid) IS NOT NULL
    AND NOT (strpos(pg_get_partition_constraintdef(c.oid), 'satisfies_hash_partition') > 0
             AND (k.partstrat <> 'h' OR EXISTS (SELECT FROM unnest(k.partcollation) x WHERE x <> 0)))
