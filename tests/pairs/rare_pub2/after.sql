CREATE SCHEMA s; CREATE SCHEMA "S 2"; CREATE TABLE s.t (id int PRIMARY KEY, b bigint, c text); CREATE TABLE "S 2"."select" (id bigint, x boolean, "Y y" int); 
CREATE PUBLICATION p1 FOR TABLE s.t (id, c) WHERE (id > 6 AND id < 100), TABLE "S 2"."select" WHERE (x IS TRUE) WITH (publish = 'insert');
CREATE PUBLICATION p2 FOR TABLES IN SCHEMA s, public;
CREATE PUBLICATION p3 FOR TABLE s.t;
CREATE PUBLICATION p4 FOR TABLES IN SCHEMA s;
