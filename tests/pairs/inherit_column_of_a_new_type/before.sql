-- CREATE TABLE merges columns of one type: that of the parent is changed before
CREATE TABLE t (id int, a int, d int);
CREATE TABLE p (id bigint, a text DEFAULT 'x', d date);
CREATE TABLE p_c (a text) INHERITS (p);
