-- since: 18
-- constraints that exclude: of those PostgreSQL attaches none, a partition gets its share by its place
CREATE EXTENSION btree_gist;
CREATE SCHEMA s;
CREATE TABLE comes (id int, d daterange) PARTITION BY LIST (id);
CREATE TABLE comes_1 PARTITION OF comes FOR VALUES IN (1);
ALTER TABLE comes_1 ADD CONSTRAINT mine EXCLUDE USING gist (id WITH =, d WITH &&);
CREATE TABLE stays (id int, d daterange, CONSTRAINT stays_x EXCLUDE USING gist (id WITH =, d WITH &&)) PARTITION BY LIST (id);
CREATE TABLE stays_gone PARTITION OF stays FOR VALUES IN (9);
CREATE TABLE stays_leaves PARTITION OF stays FOR VALUES IN (8);
CREATE TABLE stays_bound PARTITION OF stays FOR VALUES IN (7);
CREATE TABLE stays_named PARTITION OF stays FOR VALUES IN (6);
CREATE TABLE other (id int, d daterange, CONSTRAINT other_x EXCLUDE USING gist (id WITH =, d WITH &&)) PARTITION BY LIST (id);
CREATE TABLE s."Moves 1" PARTITION OF stays FOR VALUES IN (5);
CREATE TABLE changes (id int, n int, d daterange, CONSTRAINT changes_x EXCLUDE USING gist (id WITH =, n WITH =, d WITH &&)) PARTITION BY LIST (id);
CREATE TABLE changes_1 PARTITION OF changes FOR VALUES IN (1);
CREATE TABLE temporal (id int, d daterange, CONSTRAINT temporal_pk PRIMARY KEY (id, d WITHOUT OVERLAPS)) PARTITION BY LIST (id);
CREATE TABLE temporal_1 PARTITION OF temporal FOR VALUES IN (1);
CREATE TABLE temporal_2 (id int, d daterange) PARTITION BY LIST (id);
CREATE TABLE temporal_2_1 PARTITION OF temporal_2 FOR VALUES IN (1);
