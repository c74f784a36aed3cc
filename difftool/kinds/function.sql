-- Functions, procedures and window functions.
-- https://www.postgresql.org/docs/current/catalog-pg-proc.html
SELECT 'pg_proc'::regclass, p.oid, 0, ARRAY[n.nspname::text, quote_ident(p.proname) || '(' || coalesce(a.types, '') || ')'],
       json_build_object(
           'owner', pg_get_userbyid(p.proowner), 'acl', to_json(p.proacl::text[]), 'acl_type', 'f',
           'definition', pg_get_functiondef(p.oid),
           '_kind', p.prokind,
           '_returns', CASE WHEN p.proretset THEN 'SETOF ' ELSE '' END || format_type(p.prorettype, NULL),
           '_row', CASE WHEN p.prorettype = 'record'::regtype THEN a.row END,
           '_inputs', a.inputs, '_variadic', p.provariadic <> 0, '_polymorphic', a.polymorphic,
           '_defaults', p.pronargdefaults, '_default', pg_get_expr(p.proargdefaults, 0))
FROM pg_proc p
JOIN pg_namespace n ON n.oid = p.pronamespace
CROSS JOIN (SELECT array_agg(oid) AS types FROM pg_type WHERE typtype = 'p' AND typname ~ '^any') AS pseudo
CROSS JOIN LATERAL (
    SELECT string_agg(format_type(x.type, NULL), ', ' ORDER BY x.i) FILTER (WHERE x.takes) AS types,
           json_agg(coalesce(x.name, '') ORDER BY x.i) FILTER (WHERE x.takes) AS inputs,
           json_agg(json_build_array(x.name, format_type(x.type, NULL)) ORDER BY x.i) FILTER (WHERE x.gives) AS row,
           bool_or(x.type = ANY (pseudo.types)) FILTER (WHERE x.takes) AS polymorphic
    FROM (
        SELECT u.*, coalesce(u.mode, 'i') IN ('i', 'b', 'v') AS takes, u.mode IN ('o', 'b', 't') AS gives
        FROM unnest(coalesce(p.proallargtypes, p.proargtypes), p.proargmodes, p.proargnames)
            WITH ORDINALITY AS u(type, mode, name, i)) AS x) AS a
WHERE p.oid >= 16384 AND p.prokind <> 'a' AND n.nspname !~ '^pg_'
  AND NOT EXISTS (  -- a range's constructors
      SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i')
