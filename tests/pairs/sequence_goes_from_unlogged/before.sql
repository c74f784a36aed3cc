-- a table becomes UNLOGGED while a sequence that belonged to it goes
CREATE SEQUENCE s15 CYCLE;
CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY (INCREMENT 3), a int);
ALTER SEQUENCE s15 OWNED BY t.id;
