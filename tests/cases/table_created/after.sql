CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL);
COMMENT ON TABLE users IS 'people';
GRANT SELECT ON users TO PUBLIC;
