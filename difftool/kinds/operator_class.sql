-- Operator classes with the operators and functions that are theirs: what is loose in the family is a kind of its own.
-- https://www.postgresql.org/docs/current/catalog-pg-opclass.html
SELECT 'pg_opclass'::regclass, c.oid, 0, ARRAY[n.nspname::text, c.opcname::text, am.amname::text],
       json_build_object(
           'owner', pg_get_userbyid(c.opcowner), 'default', c.opcdefault, 'type', format_type(c.opcintype, NULL),
           'storage', CASE WHEN c.opckeytype <> 0 THEN format_type(c.opckeytype, NULL) END,
           'family', json_build_array(fn.nspname, f.opfname), 'members', coalesce(m.members, '[]'), 'needs', m.needs)
FROM pg_opclass c
JOIN pg_namespace n ON n.oid = c.opcnamespace
JOIN pg_am am ON am.oid = c.opcmethod
JOIN pg_opfamily f ON f.oid = c.opcfamily
JOIN pg_namespace fn ON fn.oid = f.opfnamespace
LEFT JOIN (
    SELECT d.refobjid, json_agg(json_build_array(x.slot, x.what, x.order_by) ORDER BY x.slot) AS members, json_agg(x.needed) AS needs
    FROM (
        SELECT 'pg_amop'::regclass, o.oid,
               'OPERATOR ' || o.amopstrategy || ' (' || format_type(o.amoplefttype, NULL) || ', ' || format_type(o.amoprighttype, NULL) || ')',
               o.amopopr::regoperator::text, CASE WHEN s.oid IS NOT NULL THEN json_build_array(sn.nspname, s.opfname) END,
               json_build_array('operator', pn.nspname, p.oprname || '('
                   || CASE p.oprleft WHEN 0 THEN 'NONE' ELSE format_type(p.oprleft, NULL) END || ', ' || format_type(p.oprright, NULL) || ')')
        FROM pg_amop o
        JOIN pg_operator p ON p.oid = o.amopopr
        JOIN pg_namespace pn ON pn.oid = p.oprnamespace
        LEFT JOIN pg_opfamily s ON s.oid = o.amopsortfamily
        LEFT JOIN pg_namespace sn ON sn.oid = s.opfnamespace
        WHERE o.oid >= 16384
        UNION ALL
        SELECT 'pg_amproc'::regclass, a.oid,
               'FUNCTION ' || a.amprocnum || ' (' || format_type(a.amproclefttype, NULL) || ', ' || format_type(a.amprocrighttype, NULL) || ')',
               a.amproc::oid::regprocedure::text, NULL,
               json_build_array('function', pn.nspname, quote_ident(p.proname) || '(' || coalesce((
                   SELECT string_agg(format_type(u.t, NULL), ', ' ORDER BY u.i)
                   FROM unnest(p.proargtypes) WITH ORDINALITY AS u(t, i)), '') || ')')
        FROM pg_amproc a
        JOIN pg_proc p ON p.oid = a.amproc
        JOIN pg_namespace pn ON pn.oid = p.pronamespace
        WHERE a.oid >= 16384) AS x(class, oid, slot, what, order_by, needed)
    JOIN pg_depend d ON d.classid = x.class AND d.objid = x.oid AND d.refclassid = 'pg_opclass'::regclass
    GROUP BY d.refobjid) AS m ON m.refobjid = c.oid
WHERE c.oid >= 16384
