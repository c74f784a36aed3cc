-- since: 18
CREATE TABLE t (a int, g int GENERATED ALWAYS AS (a+1) STORED); CREATE PUBLICATION p FOR TABLE t WITH (publish_generated_columns = stored); CREATE PUBLICATION q FOR TABLE t (a, g);
