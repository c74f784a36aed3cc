-- Whatever the owner of a database can make in it; it must be a member of dump_reader, dump_editor and dump_giver.
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO dump_reader;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO dump_reader;
CREATE SCHEMA app;
CREATE SCHEMA "Odd.Schema ""x""";
CREATE SCHEMA util;
COMMENT ON SCHEMA util IS 'it''s a \ backslash';
GRANT USAGE, CREATE ON SCHEMA app TO dump_editor WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT INSERT, UPDATE ON TABLES TO dump_editor;
ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT USAGE ON TYPES TO dump_editor;

-- types
CREATE TYPE app.status AS ENUM ('new', 'it''s', 'Done');
CREATE TYPE app."Mixed Case" AS ENUM ('a');
CREATE TYPE app.mixed_case AS ENUM ('b');
CREATE DOMAIN app.positive AS integer DEFAULT 1 CONSTRAINT positive_check CHECK (VALUE > 0);
CREATE DOMAIN app.name AS text COLLATE "C" NOT NULL;
COMMENT ON CONSTRAINT positive_check ON DOMAIN app.positive IS 'more than nothing';
CREATE TYPE app.pair AS (left_one integer, right_one app.positive);
COMMENT ON COLUMN app.pair.left_one IS 'the left one';
CREATE TYPE app.spread AS RANGE (subtype = numeric, multirange_type_name = app.spreads);
REVOKE USAGE ON TYPE app.pair FROM PUBLIC;
CREATE COLLATION app.german (provider = libc, locale = 'C');

-- functions, and what is made of them
CREATE FUNCTION util.to_status(text) RETURNS app.status LANGUAGE sql IMMUTABLE AS $$ SELECT lower($1)::app.status $$;
CREATE CAST (app.pair AS app.status) WITH INOUT AS ASSIGNMENT;
CREATE FUNCTION app.pair_to_int(app.pair) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT ($1).left_one';
CREATE CAST (app.pair AS integer) WITH FUNCTION app.pair_to_int(app.pair);
CREATE FUNCTION app.pair_plus(app.pair, app.pair) RETURNS app.pair LANGUAGE sql AS
    'SELECT ROW(($1).left_one + ($2).left_one, 1)::app.pair';
CREATE OPERATOR app.+ (LEFTARG = app.pair, RIGHTARG = app.pair, FUNCTION = app.pair_plus, COMMUTATOR = OPERATOR(app.+));
COMMENT ON OPERATOR app.+ (app.pair, app.pair) IS 'adds the left ones';
CREATE FUNCTION app.pair_eq(app.pair, app.pair) RETURNS boolean LANGUAGE sql AS 'SELECT ($1).left_one = ($2).left_one';
CREATE OPERATOR app.=== (LEFTARG = app.pair, RIGHTARG = app.pair, FUNCTION = app.pair_eq, NEGATOR = OPERATOR(app.!==));
CREATE FUNCTION app.pair_ne(app.pair, app.pair) RETURNS boolean LANGUAGE sql AS 'SELECT NOT app.pair_eq($1, $2)';
CREATE OPERATOR app.!== (LEFTARG = app.pair, RIGHTARG = app.pair, FUNCTION = app.pair_ne, NEGATOR = OPERATOR(app.===));
CREATE AGGREGATE app.total(app.pair) (SFUNC = app.pair_plus, STYPE = app.pair, INITCOND = '(0,1)');
CREATE FUNCTION app.overloaded(integer) RETURNS text LANGUAGE sql AS $$ SELECT 'integer' $$;
CREATE FUNCTION app.overloaded(text, VARIADIC integer[]) RETURNS text LANGUAGE sql AS $$ SELECT 'several' $$;
CREATE FUNCTION app.many(OUT a integer, INOUT b text DEFAULT 'x') RETURNS SETOF record LANGUAGE plpgsql STABLE
    PARALLEL SAFE COST 7 ROWS 3 SET search_path = app, public SET work_mem = '8MB'
    AS E'BEGIN\r\n  a := 1; /* a line of another system\r\n\\restrict\n*/ RETURN NEXT;\nEND';
COMMENT ON FUNCTION app.many(text) IS E'two\r\nlines, and a lone \r';
CREATE PROCEDURE app.run(INOUT x integer) LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN x := x + 1; END $$;
GRANT EXECUTE ON PROCEDURE app.run(integer) TO dump_editor;
SET check_function_bodies = off;
CREATE FUNCTION app.gone() RETURNS integer LANGUAGE sql AS 'SELECT a FROM no_such_table';
CREATE FUNCTION "Odd.Schema ""x"""."odd(name"(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1';
RESET check_function_bodies;

-- tables
CREATE SEQUENCE app.numbers AS smallint INCREMENT BY 2 MINVALUE 3 MAXVALUE 300 START 5 CACHE 4 CYCLE;
GRANT USAGE ON SEQUENCE app.numbers TO dump_reader;
CREATE TABLE app.authors (
    id bigserial PRIMARY KEY,
    name app.name,
    status app.status DEFAULT util.to_status('new') NOT NULL,
    pair app.pair,
    span app.spread,
    favourite bigint,
    email text COLLATE "C" UNIQUE,
    number integer DEFAULT nextval('app.numbers'),
    made timestamptz DEFAULT now(),
    note text,
    CONSTRAINT "Check, it" CHECK (char_length(name) > 0) NO INHERIT,
    EXCLUDE USING gist (span WITH &&)
) WITH (fillfactor = 70, autovacuum_enabled = off, toast.autovacuum_enabled = off);
ALTER TABLE app.authors ALTER note SET STORAGE EXTERNAL, ALTER note SET STATISTICS 7, ALTER id SET (n_distinct = -0.5);
CREATE TABLE app.books (
    id integer GENERATED ALWAYS AS IDENTITY (START 10 INCREMENT 5) PRIMARY KEY,
    author bigint NOT NULL REFERENCES app.authors ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    title varchar(80) NOT NULL DEFAULT '',
    size integer GENERATED ALWAYS AS (length(title)) STORED,
    kind app."Mixed Case",
    UNIQUE (author, title)
);
ALTER TABLE app.authors ADD CONSTRAINT authors_favourite FOREIGN KEY (favourite) REFERENCES app.books (id) NOT VALID;
CREATE INDEX books_partial ON app.books (lower(title) DESC NULLS LAST) INCLUDE (size) WITH (fillfactor = 60) WHERE size > 3;
CREATE UNIQUE INDEX "books $$ index" ON app.books (id, size);
ALTER TABLE app.books CLUSTER ON books_author_title_key;
ALTER TABLE app.books REPLICA IDENTITY FULL;
COMMENT ON INDEX app.books_partial IS 'for searching';
COMMENT ON CONSTRAINT books_author_fkey ON app.books IS 'who wrote it';
CREATE STATISTICS app.books_statistics (dependencies, ndistinct) ON author, title FROM app.books;
ALTER STATISTICS app.books_statistics SET STATISTICS 50;
REVOKE SELECT ON app.books FROM dump_reader;
GRANT SELECT (id, title), UPDATE (title) ON app.books TO dump_reader;
CREATE UNLOGGED TABLE app.cache (key text, value jsonb);
CREATE TABLE app.empty_table ();
CREATE TABLE app.parent (a integer DEFAULT 1 CHECK (a > 0), b text);
CREATE TABLE app.child (c integer, a integer DEFAULT 2) INHERITS (app.parent);
CREATE TABLE app.a_grandchild () INHERITS (app.child);
CREATE TABLE app.typed OF app.pair (left_one WITH OPTIONS DEFAULT 4);
CREATE TABLE app.events (id bigint, at date NOT NULL, region text DEFAULT 'x', PRIMARY KEY (id, at, region)) PARTITION BY RANGE (at);
CREATE TABLE app.a_events_2024 PARTITION OF app.events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE app.events_2025 PARTITION OF app.events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY LIST (region);
CREATE TABLE app.events_2025_eu PARTITION OF app.events_2025 (region DEFAULT 'eu') FOR VALUES IN ('eu');
CREATE TABLE util.events_rest PARTITION OF app.events DEFAULT;
CREATE INDEX events_region ON app.events (region);
ALTER INDEX app.events_2025_eu_region_idx SET (fillfactor = 50);
CREATE TABLE "Odd.Schema ""x"""."Table; -- 'odd'" ("Column ""a""" integer, "select" text, "tab	in name" integer, "line
in name" text);
CREATE TABLE "Odd.Schema ""x"""."table_ __ _odd_" ("ünï" integer PRIMARY KEY);
COMMENT ON COLUMN "Odd.Schema ""x"""."Table; -- 'odd'"."Column ""a""" IS $$odd '' \ "text"$$;
CREATE TABLE "Odd.Schema ""x"""."../../out of it" (a integer);

-- what needs them
CREATE VIEW app.titles WITH (security_barrier) AS
    SELECT b.id, b.title, a.name, a.status FROM app.books b JOIN app.authors a ON a.id = b.author;
ALTER VIEW app.titles ALTER COLUMN title SET DEFAULT 'none';
CREATE VIEW app.all_titles AS SELECT * FROM app.titles WHERE title <> '' WITH LOCAL CHECK OPTION;
CREATE VIEW app.a_first AS SELECT id, 'NEW'::text::app.status AS cast_to FROM app.all_titles;
COMMENT ON COLUMN app.a_first.id IS 'of a view';
GRANT SELECT ON app.a_first TO dump_editor WITH GRANT OPTION;
CREATE MATERIALIZED VIEW app.counts AS SELECT author, count(*) AS n FROM app.books GROUP BY author;
CREATE UNIQUE INDEX counts_author ON app.counts (author);
CREATE MATERIALIZED VIEW app.never_filled AS SELECT app.total(pair) AS total FROM app.authors WITH NO DATA;
CREATE FUNCTION app.first_book(author app.authors) RETURNS app.books LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT b.* FROM app.books b WHERE b.author = author.id ORDER BY id LIMIT 1;
END;
CREATE FUNCTION app.of_titles() RETURNS SETOF app.titles LANGUAGE sql AS 'SELECT * FROM app.titles';
CREATE VIEW app.again AS SELECT * FROM app.of_titles();
CREATE VIEW app.itself AS SELECT 1 AS a;
CREATE FUNCTION app.of_itself() RETURNS SETOF app.itself LANGUAGE sql AS 'SELECT 1';
CREATE OR REPLACE VIEW app.itself AS SELECT a FROM app.of_itself();
CREATE TABLE app.with_default (a integer DEFAULT app.pair_to_int(ROW(1, 2)::app.pair), b app.authors);
CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
CREATE TRIGGER touch BEFORE UPDATE OF title ON app.books FOR EACH ROW WHEN (new.title <> old.title) EXECUTE FUNCTION app.touch();
CREATE CONSTRAINT TRIGGER later AFTER INSERT ON app.books DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.touch();
CREATE TRIGGER counted AFTER INSERT ON app.authors REFERENCING NEW TABLE AS news FOR EACH STATEMENT EXECUTE FUNCTION app.touch();
ALTER TABLE app.authors DISABLE TRIGGER counted;
CREATE TRIGGER rows AFTER INSERT ON app.events FOR EACH ROW EXECUTE FUNCTION app.touch();
ALTER TABLE app.events_2025_eu ENABLE ALWAYS TRIGGER rows;
CREATE TRIGGER instead INSTEAD OF INSERT ON app.titles FOR EACH ROW EXECUTE FUNCTION app.touch();
CREATE RULE no_delete AS ON DELETE TO app.cache DO INSTEAD NOTHING;
CREATE RULE also AS ON INSERT TO app.cache WHERE new.key IS NOT NULL DO ALSO UPDATE app.parent SET b = new.key;
ALTER TABLE app.cache DISABLE RULE also;
ALTER TABLE app.books ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.books FORCE ROW LEVEL SECURITY;
CREATE POLICY own_books ON app.books AS RESTRICTIVE FOR UPDATE TO dump_editor
    USING (id IN (SELECT c.author FROM app.counts c)) WITH CHECK (size > 0);
CREATE POLICY mine ON app.books TO CURRENT_USER USING (true);
COMMENT ON POLICY mine ON app.books IS 'the owner''s';
CREATE PUBLICATION dump_news FOR TABLE app.books, app.authors WITH (publish = 'insert, update');
CREATE TEXT SEARCH DICTIONARY app.stems (TEMPLATE = snowball, LANGUAGE = english);
CREATE TEXT SEARCH CONFIGURATION app.search (PARSER = default);
ALTER TEXT SEARCH CONFIGURATION app.search ADD MAPPING FOR asciiword, word WITH app.stems, simple;
CREATE CONVERSION app.latin FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;

-- grants that others give, and owners
GRANT SELECT ON app.parent TO dump_editor WITH GRANT OPTION;
SET ROLE dump_editor;
GRANT SELECT ON app.parent TO dump_reader;
RESET ROLE;
REVOKE INSERT, UPDATE, SELECT ON app.again FROM dump_reader, dump_editor;
GRANT USAGE ON SCHEMA app TO dump_giver;
GRANT SELECT ON app.again TO dump_giver WITH GRANT OPTION;
SET ROLE dump_giver;
GRANT SELECT ON app.again TO dump_reader;
RESET ROLE;
CREATE TABLE app.given_away (a integer, b serial);
GRANT SELECT ON app.given_away TO CURRENT_USER;
ALTER TABLE app.given_away OWNER TO dump_editor;
ALTER SEQUENCE app.numbers OWNED BY app.authors.number;
