-- a rule of a table that names what inherits from it: neither table could go first
CREATE COLLATION c (locale = 'POSIX');
CREATE TABLE t (a text COLLATE c);
CREATE TABLE u () INHERITS (t);
CREATE RULE r AS ON INSERT TO t DO INSTEAD DELETE FROM u;
