-- the same key under two names, which CREATE TABLE would make one
CREATE TABLE gone (a int);
