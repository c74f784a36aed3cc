-- a partition with other bounds is detached while the type of a column changes
CREATE TABLE p (a int, b timestamp, c varchar(5)) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2) PARTITION BY RANGE (b);
CREATE TABLE p21 PARTITION OF p2 FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
