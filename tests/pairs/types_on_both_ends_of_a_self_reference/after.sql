CREATE SCHEMA txt_selfkey;
SET search_path = txt_selfkey;
CREATE TABLE t(x text PRIMARY KEY, y text REFERENCES t DEFERRABLE);

CREATE SCHEMA big_selfkey;
SET search_path = big_selfkey;
CREATE TABLE t(x bigint PRIMARY KEY, y bigint REFERENCES t DEFERRABLE);
