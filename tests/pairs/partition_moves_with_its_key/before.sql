-- a key's column is NOT NULL, whatever the tables above say of it
CREATE TABLE w (id bigint, a boolean) PARTITION BY RANGE (id);
CREATE TABLE gone (id int NOT NULL, a int) PARTITION BY RANGE (id);
CREATE TABLE part PARTITION OF gone DEFAULT;
ALTER TABLE part ADD CONSTRAINT part_k PRIMARY KEY (id);
