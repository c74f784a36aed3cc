CREATE TABLE t (id integer, a text, key uuid DEFAULT gen_random_uuid() NOT NULL, number serial, "Any" double precision DEFAULT random());
GRANT USAGE ON SEQUENCE t_number_seq TO PUBLIC;
CREATE INDEX i ON t (key);
COMMENT ON COLUMN t.key IS 'what others know it by';
CREATE TABLE p (id integer, a text, key uuid DEFAULT gen_random_uuid()) PARTITION BY RANGE (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (50);
CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (50) TO (1000);
