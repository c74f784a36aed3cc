create table t(a int, c varchar(10), n numeric, e int[]);
