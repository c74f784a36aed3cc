-- a foreign table's column has no rows to convert
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER s FOREIGN DATA WRAPPER w;
CREATE FOREIGN TABLE f (id int, a text OPTIONS (x '1')) SERVER s;
CREATE TYPE e AS ENUM ('a', 'b');
CREATE FOREIGN TABLE g (e e) SERVER s;
