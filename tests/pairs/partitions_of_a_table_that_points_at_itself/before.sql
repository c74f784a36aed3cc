-- a foreign key to its own table, whose partitions go
CREATE TABLE w (id int, a boolean, PRIMARY KEY (id)) PARTITION BY RANGE (id);
CREATE TABLE p PARTITION OF w (a NOT NULL) FOR VALUES FROM (10) TO (20);
ALTER TABLE w ADD CONSTRAINT k FOREIGN KEY (id) REFERENCES w (id) ON DELETE CASCADE;
