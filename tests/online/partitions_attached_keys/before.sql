CREATE SCHEMA "O";
CREATE TABLE "O".r (id integer, x integer, PRIMARY KEY (x, id), UNIQUE (id, x));
CREATE TABLE p (id integer, a integer, CONSTRAINT p_r FOREIGN KEY (id, a) REFERENCES "O".r (id, x) MATCH FULL ON UPDATE CASCADE ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED) PARTITION BY RANGE (id);
CREATE TABLE p1 (a integer, id integer);
INSERT INTO "O".r SELECT i, i FROM generate_series(1, 100) i;
INSERT INTO p1 SELECT i, i FROM generate_series(1, 90) i;
