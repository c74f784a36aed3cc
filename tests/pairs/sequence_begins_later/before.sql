-- sequences that were never used, and stand where the others do not begin
CREATE SEQUENCE s MINVALUE -5;
CREATE SEQUENCE d INCREMENT -1 MAXVALUE 50;
CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY (MINVALUE -9));
