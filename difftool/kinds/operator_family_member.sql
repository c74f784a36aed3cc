-- Operators and functions that are an operator family's own: they depend on it, not on one of its classes.
-- https://www.postgresql.org/docs/current/catalog-pg-amop.html, https://www.postgresql.org/docs/current/catalog-pg-amproc.html
SELECT m.class, m.oid, 0, ARRAY[n.nspname::text, f.opfname::text, am.amname::text, m.slot],
       json_build_object(
           'parent', json_build_array('operator_family', n.nspname, f.opfname, am.amname),
           'what', m.what, 'order_by', CASE WHEN s.oid IS NOT NULL THEN json_build_array(sn.nspname, s.opfname) END)
FROM (
    SELECT 'pg_amop'::regclass, o.oid, o.amopfamily, o.amopsortfamily, o.amopopr::regoperator::text,
           'OPERATOR ' || o.amopstrategy || ' (' || format_type(o.amoplefttype, NULL) || ', ' || format_type(o.amoprighttype, NULL) || ')'
    FROM pg_amop o
    WHERE o.oid >= 16384
    UNION ALL
    SELECT 'pg_amproc'::regclass, p.oid, p.amprocfamily, 0, p.amproc::oid::regprocedure::text,
           'FUNCTION ' || p.amprocnum || ' (' || format_type(p.amproclefttype, NULL) || ', ' || format_type(p.amprocrighttype, NULL) || ')'
    FROM pg_amproc p
    WHERE p.oid >= 16384) AS m(class, oid, family, sort, what, slot)
JOIN pg_opfamily f ON f.oid = m.family
JOIN pg_namespace n ON n.oid = f.opfnamespace
JOIN pg_am am ON am.oid = f.opfmethod
JOIN pg_depend d ON d.classid = m.class AND d.objid = m.oid AND d.refclassid = 'pg_opfamily'::regclass AND d.refobjid = f.oid
LEFT JOIN pg_opfamily s ON s.oid = m.sort
LEFT JOIN pg_namespace sn ON sn.oid = s.opfnamespace
