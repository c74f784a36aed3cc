CREATE TABLE p (a int, b int, y int);
ALTER TABLE p ADD CONSTRAINT k CHECK (a > 0);
CREATE TABLE d (a int, b int);
CREATE TABLE q (a int, b int, y int) PARTITION BY LIST (a);
ALTER TABLE q ADD CONSTRAINT k CHECK (a > 0);
CREATE TABLE q2 (a int, b int);
