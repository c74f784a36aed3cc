CREATE DOMAIN d AS integer CONSTRAINT positive CHECK (VALUE > 0);
CREATE DOMAIN e AS integer NOT NULL;
CREATE DOMAIN nobody AS integer CONSTRAINT positive CHECK (VALUE > 0);
CREATE TABLE t (id integer, d d, e e);
