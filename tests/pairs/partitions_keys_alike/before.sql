-- several keys of the same columns
CREATE TABLE gone (a int);
CREATE TABLE r (a int, b int) PARTITION BY LIST (a);
CREATE TABLE r_1 (a int, b int);
