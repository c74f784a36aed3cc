CREATE TABLE t (a text, b varchar(10));
CREATE CAST (int AS text) WITH INOUT;
