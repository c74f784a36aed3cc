-- Text search dictionaries, their options as the text that CREATE and ALTER take.
-- https://www.postgresql.org/docs/current/catalog-pg-ts-dict.html
SELECT 'pg_ts_dict'::regclass, d.oid, 0, ARRAY[n.nspname::text, d.dictname::text],
       json_build_object(
           'owner', pg_get_userbyid(d.dictowner), 'template', json_build_array(tn.nspname, t.tmplname), 'options', d.dictinitoption)
FROM pg_ts_dict d
JOIN pg_namespace n ON n.oid = d.dictnamespace
JOIN pg_ts_template t ON t.oid = d.dicttemplate
JOIN pg_namespace tn ON tn.oid = t.tmplnamespace
WHERE d.oid >= 16384
