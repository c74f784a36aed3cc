-- alike for ATTACH, which takes the oldest for a part of the oldest
CREATE TABLE p (a int, b int) PARTITION BY LIST (a);
CREATE INDEX i1 ON p (b);
CREATE INDEX i2 ON p (b DESC);
CREATE TABLE p_1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE p_2 (a int, b int);
CREATE INDEX y2 ON p_2 (b DESC);
CREATE INDEX y1 ON p_2 (b);
CREATE TABLE s (a int, b int) PARTITION BY LIST (a);
CREATE TABLE s_1 (a int, b int);
