-- since 18, a foreign key of a partitioned table, or to one, may be NOT VALID; one to its own table needs each partition
CREATE TABLE w (id int PRIMARY KEY, a int) PARTITION BY RANGE (id);
CREATE TABLE w1 PARTITION OF w FOR VALUES FROM (10) TO (20);
CREATE TABLE w2 PARTITION OF w DEFAULT;
CREATE TABLE v (id int);
