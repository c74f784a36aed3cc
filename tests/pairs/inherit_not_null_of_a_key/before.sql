-- a primary key over NOT NULL that is inherited, and one over its own
CREATE TABLE gone (a int);
