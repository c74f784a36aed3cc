CREATE TABLE t (a int, g int GENERATED ALWAYS AS (a+1) STORED); CREATE PUBLICATION p FOR TABLE t; CREATE PUBLICATION q FOR TABLE t (a) WITH (publish_generated_columns = stored);
