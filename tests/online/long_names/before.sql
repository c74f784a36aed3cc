CREATE TABLE t (cccccccccccccccccccccccccccccccccccccccccccccccccccccccc_one integer, cccccccccccccccccccccccccccccccccccccccccccccccccccccccc_two integer);
INSERT INTO t VALUES (1, 1);
