-- roles: pair_other
CREATE SEQUENCE s;
CREATE TABLE t (a int);
CREATE TABLE u (a int DEFAULT nextval('s'));
ALTER TABLE u OWNER TO pair_other;
ALTER SEQUENCE s OWNED BY t.a;
