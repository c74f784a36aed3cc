CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL CONSTRAINT has_at CHECK (email LIKE '%@%'));
