-- roles: dt_a, dt_app, dt_b, dt_c, dt_own, dt_own2, dt_plain, dt_r1
CREATE SCHEMA s; CREATE TABLE s.t (a serial, b int); GRANT SELECT ON s.t TO dt_b; CREATE TABLE s.u (a int); CREATE SCHEMA s0; GRANT ALL ON SCHEMA s0 TO dt_own, dt_a; CREATE TABLE s0.x (a int); ALTER TABLE s0.x OWNER TO dt_own; SET ROLE dt_own; GRANT SELECT ON s0.x TO dt_a WITH GRANT OPTION; RESET ROLE;
