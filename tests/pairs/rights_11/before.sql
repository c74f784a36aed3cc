-- roles: dt_a, dt_app, dt_b, dt_c, dt_own, dt_own2, dt_plain, dt_r1
DROP SCHEMA public;  ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO dt_a;
