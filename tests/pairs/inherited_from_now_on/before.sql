-- first of the table itself, then merely inherited
CREATE TABLE p (a int, g int);
CREATE TABLE c (x int, y int NOT NULL) INHERITS (p);
ALTER TABLE c ADD CONSTRAINT k CHECK (a > 0);
ALTER TABLE c ALTER g SET NOT NULL;
CREATE TABLE cc () INHERITS (c);
CREATE TABLE r (a int, h int);
CREATE TABLE rc (x int, g int GENERATED ALWAYS AS (a * 2) STORED) INHERITS (r);
CREATE VIEW rv AS SELECT g FROM rc;
CREATE INDEX ri ON rc (g);
