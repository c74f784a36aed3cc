CREATE TABLE t (id integer NOT NULL, a integer, b text);
CREATE TABLE "Odd.Name" ("Col umn" text);
CREATE MATERIALIZED VIEW m AS SELECT a FROM t;
CREATE FUNCTION half(integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT $1 / 2';
CREATE UNIQUE INDEX i ON t (b COLLATE "C" DESC NULLS LAST) INCLUDE (a) WITH (fillfactor = 80) WHERE a > 0;
CREATE INDEX "IN DEX" ON "Odd.Name" USING hash ("Col umn");
CREATE INDEX halves ON t (half(a));
