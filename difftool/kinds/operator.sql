-- Operators; without a function are the shells that stand for a commutator or negator to come.
-- https://www.postgresql.org/docs/current/catalog-pg-operator.html
SELECT 'pg_operator'::regclass, o.oid, 0,
       ARRAY[n.nspname::text, o.oprname || '(' || a.lefttype || ', ' || a.righttype || ')'],
       json_build_object(
           'owner', pg_get_userbyid(o.oprowner),
           'function', CASE WHEN o.oprcode <> 0 THEN o.oprcode::regproc::text END,
           'restrict', CASE WHEN o.oprrest <> 0 THEN o.oprrest::regproc::text END,
           'join', CASE WHEN o.oprjoin <> 0 THEN o.oprjoin::regproc::text END,
           'merges', o.oprcanmerge, 'hashes', o.oprcanhash,
           'commutator', CASE WHEN o.oprcom <> 0 THEN json_build_array(cn.nspname, c.oprname) END,
           'negator', CASE WHEN o.oprnegate <> 0 THEN json_build_array(gn.nspname, g.oprname) END,
           '_name', o.oprname, '_left', a.lefttype, '_right', a.righttype,
           'needs', CASE WHEN o.oprcode = 0 THEN (
               SELECT json_agg(json_build_array('operator', rn.nspname, r.oprname || '(' || format_type(r.oprleft, NULL) || ', '
                                                || format_type(r.oprright, NULL) || ')'))
               FROM pg_operator r JOIN pg_namespace rn ON rn.oid = r.oprnamespace
               WHERE o.oid IN (r.oprcom, r.oprnegate) AND r.oprleft <> 0) END)
FROM pg_operator o
JOIN pg_namespace n ON n.oid = o.oprnamespace
CROSS JOIN LATERAL (
    SELECT CASE o.oprleft WHEN 0 THEN 'NONE' ELSE format_type(o.oprleft, NULL) END AS lefttype,
           format_type(o.oprright, NULL) AS righttype) AS a
LEFT JOIN pg_operator c ON c.oid = o.oprcom
LEFT JOIN pg_namespace cn ON cn.oid = c.oprnamespace
LEFT JOIN pg_operator g ON g.oid = o.oprnegate
LEFT JOIN pg_namespace gn ON gn.oid = g.oprnamespace
WHERE o.oid >= 16384
