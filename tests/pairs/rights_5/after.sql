CREATE TABLE t (a int, b int, c int, new int);
GRANT SELECT (a, new) ON t TO dt_a; GRANT INSERT (b) ON t TO dt_c; GRANT UPDATE ON t TO dt_c; GRANT UPDATE (c) ON t TO dt_c WITH GRANT OPTION; GRANT SELECT (a) ON t TO dt_b; 
CREATE TABLE u (a int, b int); GRANT SELECT (b) ON u TO dt_own2; GRANT UPDATE(a) ON u TO dt_a; ALTER TABLE u OWNER TO dt_own;
