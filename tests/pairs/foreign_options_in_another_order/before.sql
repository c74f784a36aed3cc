-- options of foreign objects have no order: nothing but the comment is changed
CREATE FOREIGN DATA WRAPPER w OPTIONS (a '1', b '2');
CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (a '1', b '2');
CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (a '1', b '2');
CREATE FOREIGN TABLE t (x int OPTIONS (a '1', b '2')) SERVER s OPTIONS (a '1', b '2');
