-- Foreign-data wrappers.
-- https://www.postgresql.org/docs/current/catalog-pg-foreign-data-wrapper.html
SELECT 'pg_foreign_data_wrapper'::regclass, w.oid, 0, ARRAY[w.fdwname::text],
       json_build_object(
           'owner', pg_get_userbyid(w.fdwowner), 'acl', to_json(w.fdwacl::text[]), 'acl_type', 'F',
           'handler', CASE WHEN w.fdwhandler <> 0 THEN w.fdwhandler::regproc::text END,
           'validator', CASE WHEN w.fdwvalidator <> 0 THEN w.fdwvalidator::regproc::text END,
           'options', coalesce((
               SELECT json_object_agg(option_name, option_value) FROM pg_options_to_table(w.fdwoptions)), '{}'))
FROM pg_foreign_data_wrapper w
WHERE w.oid >= 16384
