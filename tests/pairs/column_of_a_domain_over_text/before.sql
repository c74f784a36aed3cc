-- PostgreSQL assigns what it casts, unless a cast of that name must be asked for: of domains, that of their types
CREATE CAST (int AS text) WITH INOUT;
CREATE DOMAIN d AS text NOT NULL;
CREATE DOMAIN dd AS d;
CREATE TABLE t (id int PRIMARY KEY, a int, b int, c bigint, e d);
