CREATE CAST (int AS text) WITH INOUT;
CREATE DOMAIN d AS text NOT NULL;
CREATE DOMAIN dd AS d;
CREATE TABLE t (id int PRIMARY KEY, a d, b dd, c d, e int);
