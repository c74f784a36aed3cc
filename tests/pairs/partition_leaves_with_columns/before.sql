-- a partition that stands alone from now on, with a column more
CREATE TABLE p (id int, a text) PARTITION BY RANGE (id);
CREATE TABLE p1 PARTITION OF p DEFAULT;
CREATE TABLE q (id int) PARTITION BY RANGE (id);
CREATE TABLE q1 PARTITION OF q DEFAULT;
