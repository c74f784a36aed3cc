-- Text search configurations, with the dictionaries of each type of token.
-- https://www.postgresql.org/docs/current/catalog-pg-ts-config.html, https://www.postgresql.org/docs/current/catalog-pg-ts-config-map.html
SELECT 'pg_ts_config'::regclass, c.oid, 0, ARRAY[n.nspname::text, c.cfgname::text],
       json_build_object(
           'owner', pg_get_userbyid(c.cfgowner), 'parser', json_build_array(pn.nspname, p.prsname),
           'mappings', coalesce((
               SELECT json_object_agg(m.alias, m.dictionaries ORDER BY m.tokid)
               FROM (
                   SELECT t.tokid, t.alias, json_agg(x.mapdict::regdictionary::text ORDER BY x.mapseqno) AS dictionaries
                   FROM ts_token_type(c.cfgparser) AS t
                   JOIN pg_ts_config_map x ON x.mapcfg = c.oid AND x.maptokentype = t.tokid
                   GROUP BY t.tokid, t.alias) AS m), '{}'))
FROM pg_ts_config c
JOIN pg_namespace n ON n.oid = c.cfgnamespace
JOIN pg_ts_parser p ON p.oid = c.cfgparser
JOIN pg_namespace pn ON pn.oid = p.prsnamespace
WHERE c.oid >= 16384
