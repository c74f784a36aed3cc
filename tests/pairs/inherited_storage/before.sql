-- a child that is made has its parent's storage and compression, which are not its own
CREATE TABLE p (a text, b text COMPRESSION pglz);
ALTER TABLE p ALTER b SET STORAGE external;
