-- what is attached is checked before, and so is the default partition; w1_1 also against what the table above w1 asks
CREATE TABLE p (id integer, a integer, "Da y" date) PARTITION BY RANGE ("Da y", id);
CREATE TABLE p1 (id integer, a integer, "Da y" date);
CREATE TABLE p_rest PARTITION OF p DEFAULT;
INSERT INTO p1 VALUES (1, 1, '2024-05-05');
INSERT INTO p_rest VALUES (1, 1, '2024-01-01');
CREATE TABLE l (t text, d date) PARTITION BY LIST (t);
CREATE TABLE l1 PARTITION OF l FOR VALUES IN ('a', 'b', NULL) PARTITION BY RANGE (d);
CREATE TABLE l1_1 PARTITION OF l1 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE l_rest PARTITION OF l DEFAULT;
INSERT INTO l VALUES ('a', '2024-02-02'), ('c', '2024-02-02');
CREATE TABLE h (id integer, a date) PARTITION BY HASH (id, (a + 1));
CREATE TABLE h0 (id integer, a date);
CREATE TABLE h1 (id integer, a date);
CREATE TABLE w (id integer, d integer) PARTITION BY LIST (id);
CREATE TABLE w1 PARTITION OF w FOR VALUES IN (1, 2) PARTITION BY LIST (d);
CREATE TABLE w1_1 (id integer, d integer);
INSERT INTO w1_1 VALUES (1, 1);
