CREATE SCHEMA s; CREATE TABLE s.t (a int, b bigint, "D d" int); CREATE MATERIALIZED VIEW mv AS SELECT 1 a, 3 b;
CREATE STATISTICS s.s1 (ndistinct, mcv) ON a, b FROM s.t; 
CREATE STATISTICS s.s2 (dependencies) ON a, b FROM s.t;
CREATE STATISTICS "Weird ""s""" ON (a + b), "D d" FROM s.t; ALTER STATISTICS "Weird ""s""" SET STATISTICS 100;
CREATE STATISTICS ms ON a, b FROM mv;
CREATE STATISTICS s.ex ON a, b FROM s.t; 
