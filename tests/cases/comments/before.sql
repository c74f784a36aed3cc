CREATE TABLE t (a int);
COMMENT ON TABLE t IS 'before';
COMMENT ON COLUMN t.a IS 'goes';
