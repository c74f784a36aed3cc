CREATE TABLE t (id int, status varchar(20) CHECK (status IN ('a', 'b')));
CREATE INDEX i ON t (id) WHERE status IN ('a', 'b');
CREATE VIEW v AS SELECT id, status NOT IN ('a', 'b') AS other FROM t;
CREATE MATERIALIZED VIEW m AS SELECT EXISTS (SELECT 1), array_length(ARRAY['a', 'b']::varchar[]::text[], 1);
CREATE POLICY p ON t USING (status IN ('a', 'b'));
CREATE VIEW w AS SELECT ARRAY[ARRAY['a', 'b'], ARRAY['c', 'd']]::varchar[]::text[] AS x, id FROM t;
