CREATE SEQUENCE s CYCLE; CREATE TABLE t (id bigint, d date);
