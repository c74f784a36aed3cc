-- Base types, but for arrays, which come with their element type.
-- https://www.postgresql.org/docs/current/catalog-pg-type.html
SELECT 'pg_type'::regclass, t.oid, 0, ARRAY[n.nspname::text, t.typname::text],
       json_build_object(
           'owner', pg_get_userbyid(t.typowner), 'acl', to_json(t.typacl::text[]), 'acl_type', 'T',
           'input', t.typinput::text, 'output', t.typoutput::text,
           'receive', nullif(t.typreceive::text, '-'), 'send', nullif(t.typsend::text, '-'),
           'typmod_in', nullif(t.typmodin::text, '-'), 'typmod_out', nullif(t.typmodout::text, '-'),
           'analyze', nullif(t.typanalyze::text, '-'), 'subscript', nullif(t.typsubscript::text, '-'),
           'internallength', t.typlen, 'passedbyvalue', t.typbyval, 'alignment', t.typalign, 'storage', t.typstorage,
           'category', t.typcategory, 'preferred', t.typispreferred, 'default', t.typdefault,
           'element', CASE WHEN t.typelem <> 0 THEN format_type(t.typelem, NULL) END, 'delimiter', t.typdelim,
           'collatable', t.typcollation <> 0,
           'needs', json_build_array(json_build_array('shell_type', n.nspname, t.typname)))
FROM pg_type t
JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE t.oid >= 16384 AND t.typtype = 'b' AND t.typsubscript <> 'array_subscript_handler'::regproc AND n.nspname !~ '^pg_'
