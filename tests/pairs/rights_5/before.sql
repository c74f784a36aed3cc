-- roles: dt_a, dt_app, dt_b, dt_c, dt_own, dt_own2, dt_plain, dt_r1
CREATE TABLE t (a int, b int, c int, gone int);
GRANT SELECT, UPDATE, DELETE ON t TO dt_a; GRANT SELECT (a, b, gone) ON t TO dt_a; GRANT UPDATE (b) ON t TO dt_a WITH GRANT OPTION; GRANT SELECT (a) ON t TO dt_b; 
GRANT UPDATE ON t TO dt_c WITH GRANT OPTION; GRANT UPDATE (c) ON t TO dt_c WITH GRANT OPTION;
CREATE TABLE u (a int, b int); GRANT SELECT (a), UPDATE (a) ON u TO dt_a; GRANT SELECT (b) ON u TO dt_own;
