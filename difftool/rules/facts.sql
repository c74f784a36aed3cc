-- What the rules must know of the target before its plan runs: who is how big, what types its columns have, what hangs
-- on what. One row of JSON lists, so that one statement reads one state; no SELECT privilege on any table is needed.
-- Sizes: pg_table_size asks the file system; row estimates scale pg_class.reltuples to the present number of pages, as
-- the planner does, and fall back on the statistics collector's count where nobody has run ANALYZE yet. Rows written a
-- second: what the server has counted since the last ANALYZE, by then. Autovacuum analyzes a busy table once a minute.
WITH published AS (
    SELECT t.relid FROM pg_publication p CROSS JOIN LATERAL pg_get_publication_tables(p.pubname) t WHERE p.pubupdate
), relations AS (
    SELECT c.oid, n.nspname, c.relname, c.relkind, c.relpersistence, c.relrowsecurity, c.relispartition, c.reltuples,
           c.relpages, c.relispopulated, a.amname, s.spcname,
           CASE WHEN c.relkind IN ('r', 'm') THEN pg_relation_size(c.oid) / current_setting('block_size')::bigint END AS pages,
           CASE WHEN c.relkind IN ('r', 'm') THEN pg_table_size(c.oid) END AS bytes,
           pg_get_expr(c.relpartbound, c.oid) AS bound,
           CASE
               WHEN c.relkind NOT IN ('r', 'p', 'f') THEN ''
               WHEN c.relkind = 'f' THEN 'it is a foreign table'
               WHEN c.relkind = 'r' AND a.amname <> 'heap' THEN 'its rows are not in blocks of PostgreSQL''s own'
               WHEN c.relrowsecurity AND c.relforcerowsecurity THEN 'row security is forced on its owner'
               WHEN NOT EXISTS (SELECT FROM pg_language WHERE lanname = 'plpgsql') THEN 'there is no language plpgsql'
               WHEN c.relreplident IN ('n', 'd') AND c.oid IN (SELECT relid FROM published)
                   AND (c.relreplident = 'n' OR NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary))
                   THEN 'it is published and has no replica identity'
               ELSE COALESCE(
                   (SELECT format('trigger %s would fire', quote_ident(min(t.tgname)))
                    FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')
                        AND t.tgtype & 16 <> 0 AND t.tgname NOT LIKE '~%\_\_new' HAVING count(*) > 0),
                   (SELECT format('rule %s would apply', quote_ident(min(r.rulename)))
                    FROM pg_rewrite r WHERE r.ev_class = c.oid AND r.ev_type = '2' HAVING count(*) > 0),
                   '')
           END AS on_update,
           pg_get_userbyid(c.relowner) AS owner,
           (SELECT e.extname FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
            WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
              AND d.refclassid = 'pg_extension'::regclass LIMIT 1) AS extname
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_am a ON a.oid = c.relam
    LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
    WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'c', 'S', 'i', 'I')
      AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND c.relpersistence <> 't'
), counted AS (
    SELECT *, CASE
        WHEN relkind NOT IN ('r', 'm') THEN NULL
        WHEN pages = 0 THEN 0
        WHEN reltuples >= 0 AND relpages > 0 THEN round(reltuples::float8 / relpages * pages)
        WHEN pg_stat_get_live_tuples(oid) > 0 THEN pg_stat_get_live_tuples(oid)
    END::bigint AS rows
    FROM relations
)
SELECT
    (SELECT json_build_object('version', current_setting('server_version_num')::int,
                              'time_zone', current_setting('TimeZone'),
                              'search_path', current_schemas(false),
                              'at', extract(epoch FROM clock_timestamp())::float8)) AS settings,
    (SELECT json_agg(json_build_array(oid::bigint, nspname, relname, relkind, relpersistence, rows, bytes,
                COALESCE(amname, ''), COALESCE(spcname, ''), relrowsecurity, relispartition, COALESCE(bound = 'DEFAULT', false),
                COALESCE(extname, ''), relispopulated, COALESCE(bound, ''), COALESCE(pg_get_partkeydef(oid), ''),
                CASE WHEN relkind IN ('r', 'm') THEN pg_stat_get_tuples_inserted(oid) + pg_stat_get_tuples_updated(oid)
                    + pg_stat_get_tuples_deleted(oid) ELSE 0 END, on_update,
                CASE WHEN relkind = 'r' THEN pg_stat_get_mod_since_analyze(oid) / (1 + extract(epoch FROM clock_timestamp()
                    - greatest(pg_stat_get_last_analyze_time(oid), pg_stat_get_last_autoanalyze_time(oid)))::float8) END, owner))
     FROM counted WHERE relkind NOT IN ('i', 'I')) AS relations,
    (SELECT json_agg(json_build_array(h.inhrelid::bigint, h.inhparent::bigint))
     FROM pg_inherits h JOIN relations c ON c.oid = h.inhrelid WHERE c.relkind NOT IN ('i', 'I')) AS inherits,
    (SELECT json_agg(json_build_array(a.attrelid::bigint, a.attname, a.atttypid::bigint, a.atttypmod,
                a.attnotnull AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = a.attrelid AND k.contype = 'n'
                                             AND k.conkey = ARRAY[a.attnum] AND NOT k.convalidated),
                a.atthasdef AND a.attgenerated = '', a.attidentity, a.attgenerated, l.collname) ORDER BY a.attrelid, a.attnum)
     FROM pg_attribute a JOIN relations c ON c.oid = a.attrelid LEFT JOIN pg_collation l ON l.oid = a.attcollation
     WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind NOT IN ('S', 'i', 'I')) AS columns,
    (SELECT json_agg(json_build_array(k.conrelid::bigint, k.conname, k.contype, k.convalidated,
                pg_get_constraintdef(k.oid),
                ARRAY(SELECT a.attname FROM pg_attribute a WHERE a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
                      ORDER BY array_position(k.conkey, a.attnum)),
                k.confrelid::bigint,
                ARRAY(SELECT a.attname FROM pg_attribute a WHERE a.attrelid = k.confrelid AND a.attnum = ANY (k.confkey)
                      ORDER BY array_position(k.confkey, a.attnum))) ORDER BY k.conrelid, k.conname)
     FROM pg_constraint k JOIN relations c ON c.oid = k.conrelid WHERE k.contype <> 't') AS constraints,
    (SELECT json_agg(json_build_array(c.nspname, c.relname, i.indrelid::bigint,
                ARRAY(SELECT a.attname FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attnum > 0
                        AND (a.attnum = ANY (i.indkey) OR a.attnum IN (
                            SELECT d.refobjsubid FROM pg_depend d
                            WHERE d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
                              AND d.refclassid = 'pg_class'::regclass AND d.refobjid = i.indrelid))
                      ORDER BY a.attnum),
                i.indexprs IS NULL AND i.indpred IS NULL AND i.indisvalid, i.indisunique AND i.indimmediate, pg_get_indexdef(i.indexrelid)) ORDER BY c.nspname, c.relname)
     FROM pg_index i JOIN relations c ON c.oid = i.indexrelid) AS indexes,
    (SELECT json_agg(json_build_array(t.oid::bigint, n.nspname, t.typname, t.typtype,
                CASE WHEN e.typarray = t.oid THEN e.oid::bigint END, NULLIF(t.typbasetype, 0)::bigint, t.typtypmod,
                t.typnotnull OR EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = 0 AND k.contypid = t.oid),
                CASE t.typtype WHEN 'e' THEN ARRAY(
                    SELECT v.enumlabel FROM pg_enum v WHERE v.enumtypid = t.oid ORDER BY v.enumsortorder) ELSE '{}' END,
                CASE t.typtype WHEN 'd' THEN ARRAY(
                    SELECT pg_get_constraintdef(k.oid) FROM pg_constraint k WHERE k.contypid = t.oid ORDER BY k.conname)
                    ELSE '{}' END,
                t.typnotnull, r.rngsubtype::bigint))
     FROM pg_type t
     JOIN pg_namespace n ON n.oid = t.typnamespace
     LEFT JOIN pg_range r ON r.rngtypid = t.oid
     LEFT JOIN pg_type e ON e.oid = t.typelem) AS types,
    (SELECT json_agg(json_build_array(n.nspname, p.proname, p.provolatile, p.prokind, p.prorettype::bigint, p.proretset,
                p.proargtypes::bigint[], COALESCE(p.proallargtypes, '{}')::bigint[], COALESCE(p.proargmodes, '{}')::text[],
                COALESCE(p.proargnames, '{}'), p.pronargdefaults) ORDER BY p.oid)
     FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
     WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')) AS functions,
    (SELECT json_agg(json_build_array(b.proname, b.volatile) ORDER BY b.proname)
     FROM (SELECT p.proname, bool_or(p.provolatile = 'v') AS volatile FROM pg_proc p
           WHERE p.pronamespace = 'pg_catalog'::regnamespace GROUP BY p.proname) b) AS builtins,
    (SELECT json_agg(json_build_array(x.castsource::bigint, x.casttarget::bigint))
     FROM pg_cast x WHERE x.castmethod = 'b') AS casts,
    (SELECT json_agg(DISTINCT o.oprname)
     FROM pg_operator o JOIN pg_proc p ON p.oid = o.oprcode WHERE p.provolatile = 'v') AS volatile_operators,
    (SELECT json_agg(json_build_array(d.objid::bigint, d.refobjid::bigint, a.attname) ORDER BY d.objid)
     FROM pg_depend d
     JOIN pg_class c ON c.oid = d.objid AND c.relkind = 'S'
     JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
     WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')) AS owned,
    (SELECT json_agg(DISTINCT jsonb_build_array(w.ev_class::bigint, d.refobjid::bigint))
     FROM pg_depend d
     JOIN pg_rewrite w ON w.oid = d.objid
     JOIN relations c ON c.oid = w.ev_class AND c.relkind = 'v'
     WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> w.ev_class) AS reads,
    (SELECT json_agg(DISTINCT jsonb_build_array(w.ev_class::bigint, d.refobjid::bigint))
     FROM pg_depend d
     JOIN pg_rewrite w ON w.oid = d.objid
     JOIN relations c ON c.oid = w.ev_class AND c.relkind = 'm'
     WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> w.ev_class) AS filled_from,
    (SELECT json_agg(json_build_array(s.oid::bigint, s.attname, s.said))
     FROM (
         SELECT c.oid, a.attname, ARRAY(
             SELECT format('COMMENT ON COLUMN %I.%I.%I IS %L', c.nspname, c.relname, a.attname, d.description)
             FROM pg_description d
             WHERE d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = a.attnum
             UNION ALL
             SELECT format('GRANT %s (%I) ON %I.%I TO %s%s', g.privilege_type, a.attname, c.nspname, c.relname,
                           CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE g.grantee::regrole::text END,
                           CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
             FROM aclexplode(a.attacl) g
         ) AS said
         FROM relations c JOIN pg_attribute a ON a.attrelid = c.oid
         WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
     ) s WHERE s.said <> '{}') AS said,
    (SELECT json_agg(json_build_array(t.tgrelid::bigint, t.tgname))
     FROM pg_trigger t
     WHERE NOT t.tgisinternal AND t.tgenabled = 'A' AND t.tgtype & 23 = 23 AND t.tgattr = '' AND t.tgqual IS NULL) AS kept,
    (SELECT json_agg(json_build_array(t.tgrelid::bigint, t.tgname) ORDER BY t.tgname)
     FROM pg_trigger t
     WHERE NOT t.tgisinternal AND t.tgtype & 7 = 7 AND t.tgname::text COLLATE "C" >= '~' AND t.tgname NOT LIKE '~%\_\_new') AS late,
    (SELECT json_agg(json_build_array(q.seqrelid::bigint, t.typname, q.seqstart, q.seqincrement, q.seqmin, q.seqmax, q.seqcache,
                q.seqcycle))
     FROM pg_sequence q JOIN pg_type t ON t.oid = q.seqtypid) AS counting
