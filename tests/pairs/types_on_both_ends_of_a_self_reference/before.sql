CREATE SCHEMA txt_selfkey;
SET search_path = txt_selfkey;
CREATE TABLE t(x int PRIMARY KEY, y int REFERENCES t DEFERRABLE);

CREATE SCHEMA big_selfkey;
SET search_path = big_selfkey;
CREATE TABLE t(x int PRIMARY KEY, y int REFERENCES t DEFERRABLE);
