CREATE TABLE t (id int NOT NULL, a text DEFAULT 'y' NOT NULL, d date);
CREATE TABLE c (a text) INHERITS (t);
CREATE TABLE p (id int NOT NULL, a int NOT NULL, b int, d text);
CREATE TABLE p_c2 (a int) INHERITS (p);
