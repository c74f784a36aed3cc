CREATE TABLE w (id int, b int, CONSTRAINT w_k PRIMARY KEY (id) WITH (fillfactor = 60)) PARTITION BY RANGE (id);
CREATE TABLE w_1 PARTITION OF w FOR VALUES FROM (1) TO (9);
CREATE INDEX w_i ON w (b) WITH (fillfactor = 70);
CREATE INDEX w_j ON w (b, id);
CREATE TABLE v (id int, b int, PRIMARY KEY (id) WITH (fillfactor = 70)) PARTITION BY RANGE (id);
CREATE TABLE v_1 PARTITION OF v FOR VALUES FROM (1) TO (9);
CREATE TABLE t (id int PRIMARY KEY WITH (fillfactor = 70), b int, c int, UNIQUE (b) INCLUDE (c) WITH (fillfactor = 50, deduplicate_items = off) DEFERRABLE);
