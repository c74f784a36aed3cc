-- tables: empty
-- a column that is only inherited stays so when its table inherits from another, or in another order
CREATE TABLE t (a int, b int);
CREATE TABLE w (a int NOT NULL, c int CHECK (c > 0));
CREATE TABLE u () INHERITS (t);
CREATE TABLE v (d int) INHERITS (t);
CREATE TABLE x () INHERITS (t, w);
CREATE TABLE y () INHERITS (x);
CREATE VIEW z AS SELECT * FROM y;
CREATE TABLE n (m int);
