-- Aggregate functions; what is an option's default is left out, as pg_dump does.
-- https://www.postgresql.org/docs/current/catalog-pg-aggregate.html
SELECT 'pg_proc'::regclass, p.oid, 0, ARRAY[n.nspname::text, quote_ident(p.proname) || '(' || coalesce(a.types, '*') || ')'],
       json_build_object(
           'owner', pg_get_userbyid(p.proowner), 'acl', to_json(p.proacl::text[]), 'acl_type', 'f',
           'arguments', coalesce(nullif(pg_get_function_arguments(p.oid), ''), '*'),
           'options', json_strip_nulls(json_build_object(
               'sfunc', g.aggtransfn::text,
               'stype', format_type(g.aggtranstype, NULL),
               'sspace', nullif(g.aggtransspace, 0),
               'finalfunc', nullif(g.aggfinalfn::text, '-'),
               'finalfunc_extra', nullif(g.aggfinalextra, false),
               'finalfunc_modify', CASE WHEN g.aggfinalfn <> 0 THEN modify.word ->> nullif(g.aggfinalmodify, modify.usual)::text END,
               'combinefunc', nullif(g.aggcombinefn::text, '-'),
               'serialfunc', nullif(g.aggserialfn::text, '-'),
               'deserialfunc', nullif(g.aggdeserialfn::text, '-'),
               'initcond', g.agginitval,
               'msfunc', nullif(g.aggmtransfn::text, '-'),
               'minvfunc', nullif(g.aggminvtransfn::text, '-'),
               'mstype', CASE WHEN g.aggmtranstype <> 0 THEN format_type(g.aggmtranstype, NULL) END,
               'msspace', nullif(g.aggmtransspace, 0),
               'mfinalfunc', nullif(g.aggmfinalfn::text, '-'),
               'mfinalfunc_extra', nullif(g.aggmfinalextra, false),
               'mfinalfunc_modify', CASE WHEN g.aggmfinalfn <> 0 THEN modify.word ->> nullif(g.aggmfinalmodify, modify.usual)::text END,
               'minitcond', g.aggminitval,
               'sortop', (
                   SELECT 'OPERATOR(' || quote_ident(sn.nspname) || '.' || o.oprname || ')'
                   FROM pg_operator o JOIN pg_namespace sn ON sn.oid = o.oprnamespace WHERE o.oid = g.aggsortop),
               'parallel', CASE p.proparallel WHEN 's' THEN 'SAFE' WHEN 'r' THEN 'RESTRICTED' END,
               'hypothetical', nullif(g.aggkind = 'h', false))),
           '_kind', g.aggkind, '_direct', g.aggnumdirectargs, '_returns', format_type(p.prorettype, NULL),
           '_types', coalesce(a.types, ''), '_inputs', a.inputs, '_variadic', p.provariadic <> 0)
FROM pg_aggregate g
JOIN pg_proc p ON p.oid = g.aggfnoid
JOIN pg_namespace n ON n.oid = p.pronamespace
CROSS JOIN LATERAL (
    SELECT CASE g.aggkind WHEN 'n' THEN 'r' ELSE 'w' END::"char" AS usual,
           '{"r": "READ_ONLY", "s": "SHAREABLE", "w": "READ_WRITE"}'::json AS word) AS modify
CROSS JOIN LATERAL (
    SELECT string_agg(format_type(u.type, NULL), ', ' ORDER BY u.i) AS types, json_agg(coalesce(u.name, '') ORDER BY u.i) AS inputs
    FROM unnest(p.proargtypes, p.proargnames) WITH ORDINALITY AS u(type, name, i) WHERE u.type IS NOT NULL) AS a
WHERE p.oid >= 16384 AND n.nspname !~ '^pg_'
