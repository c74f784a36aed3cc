CREATE TABLE t (a varchar(4));
