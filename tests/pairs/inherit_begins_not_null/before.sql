CREATE TABLE p (a int NOT NULL, "B" int CONSTRAINT named NOT NULL, c int);
CREATE TABLE t (a int NOT NULL, "B" int NOT NULL, c int NOT NULL);
CREATE TABLE u (a int CONSTRAINT "u's" NOT NULL, "B" int NOT NULL, c int);
CREATE TABLE v (a int NOT NULL, "B" int NOT NULL, c int);
