-- a cast that was made for types which PostgreSQL converts by itself: it no longer does
CREATE TABLE t (a int, b int);
