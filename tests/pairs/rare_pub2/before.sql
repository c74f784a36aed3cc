CREATE SCHEMA s; CREATE SCHEMA "S 2"; CREATE TABLE s.t (id int PRIMARY KEY, a text, b int); CREATE TABLE "S 2"."select" (id int, x boolean, "Y y" int); 
CREATE PUBLICATION p1 FOR TABLE s.t (id, a) WHERE (id > 5), TABLE "S 2"."select" ("Y y", id) WHERE (x) WITH (publish = 'insert');
CREATE PUBLICATION p2 FOR TABLES IN SCHEMA s, "S 2";
CREATE PUBLICATION p3 FOR TABLES IN SCHEMA s, TABLE "S 2"."select";
CREATE PUBLICATION p4 FOR TABLE s.t (id);
