CREATE SCHEMA enum_keys;
SET search_path = enum_keys;
CREATE TYPE e AS ENUM ('a','b');
CREATE TABLE t(x e PRIMARY KEY);
CREATE TABLE u(x e REFERENCES t ON DELETE CASCADE, CONSTRAINT q UNIQUE (x));
ALTER TABLE u CLUSTER ON q;
ALTER TABLE t REPLICA IDENTITY USING INDEX t_pkey;

CREATE SCHEMA enumord_keys;
SET search_path = enumord_keys;
CREATE TYPE e AS ENUM ('b','a','c');
CREATE TABLE t(x e PRIMARY KEY);
CREATE TABLE u(x e REFERENCES t ON DELETE CASCADE, CONSTRAINT q UNIQUE (x));
ALTER TABLE u CLUSTER ON q;
ALTER TABLE t REPLICA IDENTITY USING INDEX t_pkey;

CREATE SCHEMA enum_generated;
SET search_path = enum_generated;
CREATE TYPE e AS ENUM ('a','b');
CREATE TABLE t(x e, b bool GENERATED ALWAYS AS (x = 'a'::e) STORED);
CREATE INDEX i ON t(b, x);

CREATE SCHEMA dom_generated;
SET search_path = dom_generated;
CREATE DOMAIN e AS varchar(9);
CREATE TABLE t(x e, b bool GENERATED ALWAYS AS (x = 'a'::e) STORED);
CREATE INDEX i ON t(b, x);

CREATE SCHEMA gen2;
SET search_path = gen2;
CREATE TYPE e AS ENUM ('a','b');
CREATE TABLE t(x e, b bool GENERATED ALWAYS AS (x = 'a'::e) STORED, c e GENERATED ALWAYS AS ('a'::e) STORED);
CREATE VIEW v AS SELECT b, c, x FROM t;
