-- a share of a foreign key goes with its partition, or stays with one that is detached from what goes
CREATE SCHEMA s;
CREATE TABLE pointed (id bigint PRIMARY KEY);
CREATE TABLE whole (id bigint, a bigint) PARTITION BY RANGE (id);
CREATE TABLE s.part PARTITION OF whole DEFAULT;
ALTER TABLE whole ADD CONSTRAINT points FOREIGN KEY (id) REFERENCES pointed;
CREATE TABLE other (id int NOT NULL, a bigint, PRIMARY KEY (id)) PARTITION BY RANGE (id);
CREATE TABLE goes (id bigint, a int) PARTITION BY RANGE (id);
CREATE TABLE moves PARTITION OF goes FOR VALUES FROM (10) TO (20);
ALTER TABLE goes ADD CONSTRAINT goes_points FOREIGN KEY (id) REFERENCES pointed;
