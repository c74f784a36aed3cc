CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL);
CREATE INDEX i ON users (email);
