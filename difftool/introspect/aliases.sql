-- Catalog rows that stand for another object: a row type for its table, an array type for its element, a view's rule for the view.
-- Three columns an address, first what is found in pg_depend, then what it is. Followed until nothing more is found.
SELECT 'pg_type'::regclass::oid, t.oid, 0, 'pg_class'::regclass::oid, t.typrelid, 0
FROM pg_type t JOIN pg_class c ON c.oid = t.typrelid WHERE t.oid >= 16384 AND c.relkind <> 'c'
UNION ALL
SELECT 'pg_class'::regclass::oid, c.oid, 0, 'pg_type'::regclass::oid, c.reltype, 0
FROM pg_class c WHERE c.oid >= 16384 AND c.relkind = 'c'
UNION ALL
SELECT 'pg_type'::regclass::oid, t.typarray, 0, 'pg_type'::regclass::oid, t.oid, 0
FROM pg_type t WHERE t.oid >= 16384 AND t.typarray <> 0
UNION ALL
SELECT 'pg_type'::regclass::oid, r.rngmultitypid, 0, 'pg_type'::regclass::oid, r.rngtypid, 0
FROM pg_range r WHERE r.rngtypid >= 16384
UNION ALL
SELECT 'pg_rewrite'::regclass::oid, r.oid, 0, 'pg_class'::regclass::oid, r.ev_class, 0
FROM pg_rewrite r WHERE r.oid >= 16384 AND r.rulename = '_RETURN'
UNION ALL
SELECT 'pg_attrdef'::regclass::oid, d.oid, 0, 'pg_class'::regclass::oid, d.adrelid, d.adnum::integer
FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
WHERE d.oid >= 16384 AND a.attgenerated <> ''
UNION ALL
SELECT 'pg_trigger'::regclass::oid, t.oid, 0, 'pg_constraint'::regclass::oid, t.tgconstraint, 0
FROM pg_trigger t
WHERE t.oid >= 16384 AND t.tgisinternal AND t.tgconstraint <> 0
  AND t.oid IN (  -- a partition's, or one that has some: nothing else says that it depends on another
      SELECT unnest(ARRAY[d.objid, d.refobjid]) FROM pg_depend d
      WHERE d.classid = 'pg_trigger'::regclass AND d.refclassid = 'pg_trigger'::regclass)
UNION ALL
SELECT 'pg_proc'::regclass::oid, d.objid, 0, 'pg_type'::regclass::oid, d.refobjid, 0
FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.refclassid = 'pg_type'::regclass AND d.deptype = 'i'
UNION ALL
SELECT 'pg_constraint'::regclass::oid, k.oid, 0, 'pg_constraint'::regclass::oid, up.oid, 0
FROM pg_constraint k JOIN pg_constraint up ON up.oid = k.conparentid AND up.conrelid = k.conrelid
