ALTER TABLE orders ALTER COLUMN note TYPE varchar(50);
-- data-loss: changes column "note" of "public.orders" (about 40 million rows, 5.2 GB) from text to character varying(50): values longer than 50 characters make it fail; add a new column, move the values and compare them before the old one is dropped
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN note TYPE varchar(50) USING note::varchar(50);
-- data-loss: changes column "note" of "public.orders" (about 40 million rows, 5.2 GB) from text to character varying(50): values longer than 50 characters are cut off; add a new column, move the values and compare them before the old one is dropped
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN code TYPE varchar(5);
-- data-loss: changes column "code" of "public.orders" (about 40 million rows, 5.2 GB) from character varying(10) to character varying(5): values longer than 5 characters make it fail; add a new column, move the values and compare them before the old one is dropped
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN total TYPE numeric(10,1);
-- data-loss: changes column "total" of "public.orders" (about 40 million rows, 5.2 GB) from numeric(10,2) to numeric(10,1): digits beyond 1 after the point are rounded away; add a new column, move the values and compare them before the old one is dropped
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN total TYPE numeric(8,2);
-- data-loss: changes column "total" of "public.orders" (about 40 million rows, 5.2 GB) from numeric(10,2) to numeric(8,2): values with more than 6 digits before the point make it fail; add a new column, move the values and compare them before the old one is dropped
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN total TYPE numeric(8,1);
-- data-loss: changes column "total" of "public.orders" (about 40 million rows, 5.2 GB) from numeric(10,2) to numeric(8,1): digits beyond 1 after the point are rounded away and values with more than 7 digits before the point make it fail; add a new column, move the values and compare them before the old one is dropped
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN total TYPE integer;
-- data-loss: changes column "total" of "public.orders" (about 40 million rows, 5.2 GB) from numeric(10,2) to integer: digits after the point are rounded away, and values beyond the range of integer make it fail; add a new column, move the values and compare them before the old one is dropped
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN placed TYPE date;
-- data-loss: changes column "placed" of "public.orders" (about 40 million rows, 5.2 GB) from timestamp(3) with time zone to date: the time of day is lost; add a new column, move the values and compare them before the old one is dropped
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN placed TYPE timestamptz(0);
-- data-loss: changes column "placed" of "public.orders" (about 40 million rows, 5.2 GB) from timestamp(3) with time zone to timestamp(0) with time zone: fractions of a second beyond 0 digits are rounded away; add a new column, move the values and compare them before the old one is dropped
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN placed TYPE timestamp;
-- data-loss: changes column "placed" of "public.orders" (about 40 million rows, 5.2 GB) from timestamp(3) with time zone to timestamp without time zone: the moment is lost: Europe/Berlin time alone stays; add a new column, move the values and compare them before the old one is dropped
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN pieces TYPE smallint;
-- data-loss: changes column "pieces" of "public.orders" (about 40 million rows, 5.2 GB) from integer to smallint: values beyond the range of smallint make it fail; add a new column, move the values and compare them before the old one is dropped
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN weight TYPE integer;
-- data-loss: changes column "weight" of "public.orders" (about 40 million rows, 5.2 GB) from double precision to integer: digits after the point are rounded away, and values beyond the range of integer make it fail; add a new column, move the values and compare them before the old one is dropped
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN weight TYPE real;
-- data-loss: changes column "weight" of "public.orders" (about 40 million rows, 5.2 GB) from double precision to real: digits beyond the 6th are rounded away; add a new column, move the values and compare them before the old one is dropped
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN weight TYPE numeric;
-- data-loss: changes column "weight" of "public.orders" (about 40 million rows, 5.2 GB) from double precision to numeric: digits beyond the 15th are rounded away; add a new column, move the values and compare them before the old one is dropped
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN note TYPE char;
-- data-loss: changes column "note" of "public.orders" (about 40 million rows, 5.2 GB) from text to character(1): values longer than 1 character make it fail; add a new column, move the values and compare them before the old one is dropped
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN raw TYPE jsonb;
-- data-loss: changes column "raw" of "public.orders" (about 40 million rows, 5.2 GB) from json to jsonb: white space, the order of keys and all but the last of equal keys are lost; add a new column, move the values and compare them before the old one is dropped
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN note TYPE integer USING note::integer;
-- data-loss: changes column "note" of "public.orders" (about 40 million rows, 5.2 GB) from text to integer: values that integer cannot hold are lost or make it fail; add a new column, move the values and compare them before the old one is dropped
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN note TYPE text USING lower(note);
-- data-loss: changes column "note" of "public.orders" (about 40 million rows, 5.2 GB) to text: the values that USING computes replace the old ones; add a new column, move the values and compare them before the old one is dropped
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN duration TYPE interval day to hour;
-- data-loss: changes column "duration" of "public.orders" (about 40 million rows, 5.2 GB) from interval to interval day to hour: fields that the new interval does not keep are lost; add a new column, move the values and compare them before the old one is dropped
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN flags TYPE bit(2);
-- data-loss: changes column "flags" of "public.orders" (about 40 million rows, 5.2 GB) from bit(3) to bit(2): values of another length than 2 bits are cut, filled up or make it fail; add a new column, move the values and compare them before the old one is dropped
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN state TYPE varchar(3);
-- data-loss: changes column "state" of "public.orders" (about 40 million rows, 5.2 GB) from public.status to character varying(3): values longer than 3 characters make it fail; add a new column, move the values and compare them before the old one is dropped
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN states TYPE text;
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN net TYPE text USING host(net);
-- data-loss: changes column "net" of "public.orders" (about 40 million rows, 5.2 GB) from cidr to text: the values that USING computes replace the old ones; add a new column, move the values and compare them before the old one is dropped
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN nobody TYPE integer;
-- not measured: column "nobody" of relation "orders" does not exist
-- data-loss: changes column "nobody" of "public.orders" (about 40 million rows, 5.2 GB) to integer: values that integer cannot hold are lost or make it fail; add a new column, move the values and compare them before the old one is dropped
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN id TYPE integer;
-- data-loss: changes column "id" of "public.orders" (about 40 million rows, 5.2 GB) from bigint to integer: values beyond the range of integer make it fail; add a new column, move the values and compare them before the old one is dropped
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN note TYPE varchar;
-- silent

ALTER TABLE orders ALTER COLUMN code TYPE varchar(20);
-- silent

ALTER TABLE orders ALTER COLUMN code TYPE text;
-- silent

ALTER TABLE orders ALTER COLUMN code TYPE varchar(20) USING code::text;
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN total TYPE numeric(12,2);
-- silent

ALTER TABLE orders ALTER COLUMN total TYPE numeric(12,4);
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN total TYPE numeric;
-- silent

ALTER TABLE orders ALTER COLUMN pieces TYPE bigint;
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN pieces TYPE numeric(12,1);
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN pieces TYPE double precision;
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN pieces_small TYPE real;
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN letter TYPE text;
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN letter TYPE varchar(5);
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN placed TYPE timestamptz;
-- silent

ALTER TABLE orders ALTER COLUMN shipped TYPE timestamptz;
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN raw TYPE text;
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN net TYPE inet;
-- silent

ALTER TABLE orders ALTER COLUMN flags TYPE bit varying;
-- silent

ALTER TABLE orders ALTER COLUMN flags TYPE bit varying(3);
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN lucky TYPE integer;
-- silent

ALTER TABLE orders ALTER COLUMN lucky TYPE bigint;
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN free TYPE text;
-- silent

ALTER TABLE orders ALTER COLUMN note TYPE plain;
-- silent

ALTER TABLE orders ALTER COLUMN state TYPE text;
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN state TYPE varchar(4);
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN shorts TYPE text[];
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN duration TYPE interval(6);
-- silent

ALTER TABLE orders ALTER COLUMN doubled TYPE smallint;
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER DOMAIN rank RENAME TO rank__replaced;
CREATE DOMAIN rank AS varchar(10);
ALTER TABLE trips ALTER COLUMN class TYPE rank USING class::text::rank;
-- data-loss: changes column "class" of "public.trips" (about 12 rows, 16 kB) from public.rank (text) to public.rank (character varying(10)): values longer than 10 characters are cut off; add a new column, move the values and compare them before the old one is dropped
-- rewrites-table: rewrites "public.trips" (about 12 rows, 16 kB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.trips" (about 12 rows, 16 kB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER DOMAIN rank RENAME TO rank__replaced;
CREATE DOMAIN rank AS text;
ALTER DOMAIN rank ADD CONSTRAINT short CHECK (length(VALUE) < 9);
ALTER TABLE trips ALTER COLUMN class TYPE rank USING class::text::rank;
-- data-loss: changes column "class" of "public.trips" (about 12 rows, 16 kB) to public.rank: values that the constraints of public.rank refuse make it fail; add a new column, move the values and compare them before the old one is dropped
-- rewrites-table: rewrites "public.trips" (about 12 rows, 16 kB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.trips" (about 12 rows, 16 kB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER DOMAIN rank RENAME TO rank__replaced;
CREATE TYPE rank AS ENUM ('first', 'second');
ALTER TABLE trips ALTER COLUMN class TYPE rank USING class::text::rank;
-- data-loss: changes column "class" of "public.trips" (about 12 rows, 16 kB) from public.rank (text) to public.rank: values that public.rank cannot hold are lost or make it fail; add a new column, move the values and compare them before the old one is dropped
-- rewrites-table: rewrites "public.trips" (about 12 rows, 16 kB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.trips" (about 12 rows, 16 kB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER DOMAIN positive RENAME TO positive__replaced;
CREATE DOMAIN positive AS bigint;
ALTER DOMAIN positive ADD CONSTRAINT positive_check CHECK (VALUE > 0);
ALTER TABLE orders ALTER COLUMN lucky TYPE positive USING lucky::text::positive;
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN lucky TYPE very_positive;
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TYPE address RENAME TO address__replaced;
CREATE TYPE address AS (street varchar(10), zip text);
ALTER TABLE users ALTER COLUMN home TYPE address USING home::text::address;
-- data-loss: changes column "home" of "public.users" (about 1.2 million rows, 307 MB) to public.address: values longer than 10 characters make it fail; add a new column, move the values and compare them before the old one is dropped
-- rewrites-table: rewrites "public.users" (about 1.2 million rows, 307 MB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.users" (about 1.2 million rows, 307 MB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TYPE address RENAME TO address__replaced;
CREATE TYPE address AS (street text, zip varchar);
ALTER TABLE users ALTER COLUMN home TYPE address USING home::text::address;
-- rewrites-table: rewrites "public.users" (about 1.2 million rows, 307 MB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.users" (about 1.2 million rows, 307 MB) until it is rewritten; add a new column, fill it in batches, then swap the names

CREATE TYPE narrow AS RANGE (SUBTYPE = smallint);
ALTER TABLE trips ALTER COLUMN length TYPE narrow USING length::text::narrow;
-- data-loss: changes column "length" of "public.trips" (about 12 rows, 16 kB) from public.span to public.narrow: values beyond the range of smallint make it fail; add a new column, move the values and compare them before the old one is dropped
-- rewrites-table: rewrites "public.trips" (about 12 rows, 16 kB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.trips" (about 12 rows, 16 kB) until it is rewritten; add a new column, fill it in batches, then swap the names

CREATE TYPE wide AS RANGE (SUBTYPE = bigint);
ALTER TABLE trips ALTER COLUMN length TYPE wide USING length::text::wide;
-- rewrites-table: rewrites "public.trips" (about 12 rows, 16 kB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.trips" (about 12 rows, 16 kB) until it is rewritten; add a new column, fill it in batches, then swap the names

LOCK TABLE emptied IN ACCESS EXCLUSIVE MODE;
DO $guard$ BEGIN IF EXISTS (SELECT FROM public.emptied) THEN RAISE EXCEPTION 'public.emptied holds rows by now: make a new plan'; END IF; END $guard$;
ALTER TABLE emptied ALTER COLUMN note TYPE integer USING length(note);
-- small: 10000000
-- silent
