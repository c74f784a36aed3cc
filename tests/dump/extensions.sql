-- What extensions bring, beside ordinary.sql.
CREATE EXTENSION pg_trgm SCHEMA util;
CREATE EXTENSION citext;
COMMENT ON EXTENSION citext IS 'ours';
CREATE TABLE app.found (name citext PRIMARY KEY, text text);
CREATE INDEX found_text ON app.found USING gin (text util.gin_trgm_ops);
