-- The database that the cases of this folder change: a shop, and what the rules have to tell apart.
CREATE SCHEMA audit;
CREATE SCHEMA empty;
CREATE TYPE status AS ENUM ('new', 'paid', 'gone');
CREATE TYPE address AS (street text, zip text);
CREATE DOMAIN plain AS text;
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE DOMAIN very_positive AS positive;
CREATE TYPE span AS RANGE (SUBTYPE = integer);
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE TYPE grade AS ENUM ('low', 'high', 'top');
CREATE DOMAIN rank AS text;
CREATE COLLATION plain_order FROM "C";
CREATE SEQUENCE invoice_numbers;
CREATE FUNCTION token() RETURNS text LANGUAGE sql VOLATILE AS 'SELECT md5(random()::text)';
CREATE FUNCTION steady() RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ''x''::text';
CREATE FUNCTION total_of(id integer) RETURNS integer LANGUAGE sql STABLE AS 'SELECT $1';
CREATE FUNCTION priced(id integer, discount integer DEFAULT 0) RETURNS integer LANGUAGE sql STABLE AS 'SELECT $1';
CREATE FUNCTION listing(OUT id integer, OUT name text) RETURNS SETOF record LANGUAGE sql STABLE AS 'SELECT 1, ''a''::text';
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE PROCEDURE tidy() LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE joined(text) (SFUNC = textcat, STYPE = text);

CREATE TABLE users (
    id bigint PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text NOT NULL DEFAULT '',
    nick varchar(20) CHECK (nick <> 'root'),
    home address,
    initials text GENERATED ALWAYS AS (upper(name)) STORED
);
CREATE INDEX users_lower_nick ON users (lower(nick));

CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id bigint REFERENCES users (id),
    buyer_id bigint,
    state status NOT NULL DEFAULT 'new',
    states status[],
    code varchar(10),
    shorts varchar(10)[],
    note text,
    letter char(5),
    total numeric(10,2),
    weight double precision,
    pieces integer,
    pieces_small smallint,
    placed timestamptz(3) NOT NULL DEFAULT now(),
    shipped timestamp,
    duration interval,
    raw json,
    net cidr,
    flags bit(3),
    lucky positive,
    free plain,
    checked integer,
    collated text COLLATE "C",
    base integer,
    doubled integer GENERATED ALWAYS AS (base * 2) STORED,
    CONSTRAINT checked_there CHECK (checked IS NOT NULL AND checked > 0)
);
CREATE INDEX orders_placed ON orders (placed);
CREATE INDEX orders_note ON orders (note);
CREATE INDEX orders_collated ON orders (collated);
CREATE UNIQUE INDEX orders_code ON orders (code);
CREATE UNIQUE INDEX orders_pieces ON orders (pieces);

CREATE TABLE carts (id bigint, user_id bigint, total numeric(10,2), placed timestamptz, state text);
CREATE TABLE keyless (id integer, other integer NOT NULL);
CREATE UNIQUE INDEX keyless_id ON keyless (id);
CREATE UNIQUE INDEX keyless_other ON keyless (other);

CREATE TABLE events (id bigint, day date NOT NULL, payload jsonb) PARTITION BY RANGE (day);
CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE events_rest PARTITION OF events DEFAULT;
CREATE TABLE events_2023 (id bigint, day date NOT NULL, payload jsonb);
CREATE TABLE logs (id bigint, day date NOT NULL) PARTITION BY RANGE (day);
CREATE TABLE logs_2024 PARTITION OF logs FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE INDEX logs_2024_own ON logs_2024 (day);
CREATE TABLE logs_2023 (id bigint, day date NOT NULL);

CREATE TABLE guests (id bigint PRIMARY KEY);
CREATE TABLE visits (id integer, day date, guest_id bigint REFERENCES guests, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE visits_2024 PARTITION OF visits FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE visits_2023 (id integer NOT NULL, day date NOT NULL, guest_id bigint, PRIMARY KEY (id, day));
CREATE TABLE notes (visit integer, day date, FOREIGN KEY (visit, day) REFERENCES visits);

CREATE TABLE animals (id integer);
CREATE TABLE cats (lives integer) INHERITS (animals);

CREATE TABLE "Odd Names" ("Id" integer, "Wert" text);
CREATE TABLE audit.trail (id bigint, at timestamptz);
CREATE SEQUENCE audit.trail_numbers;
CREATE UNLOGGED TABLE cache (key text, value text);
CREATE TABLE guarded (id integer, owner name);
ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
CREATE POLICY members ON guarded USING (owner = CURRENT_USER);
CREATE TABLE trips (id integer, length span, title text COLLATE plain_order, class rank);
CREATE TABLE emptied (id integer, note text, state grade);

CREATE VIEW open_orders AS SELECT id, user_id, total FROM carts WHERE state <> 'gone';
CREATE MATERIALIZED VIEW daily AS SELECT date_trunc('day', placed) AS day, count(*) AS orders FROM carts GROUP BY 1;
CREATE UNIQUE INDEX daily_day ON daily (day);
CREATE MATERIALIZED VIEW weekly AS SELECT date_trunc('week', placed) AS week, count(*) AS orders FROM carts GROUP BY 1;
CREATE VIEW weeks AS SELECT week FROM weekly;
CREATE VIEW cart_totals AS SELECT total FROM carts;
CREATE MATERIALIZED VIEW unread AS SELECT count(*) AS orders FROM carts WITH NO DATA;
