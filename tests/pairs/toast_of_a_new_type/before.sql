-- storage parameters of a TOAST table that is there only once a column has another type
CREATE TABLE t (d date);
CREATE TABLE p (d date);
CREATE TABLE c () INHERITS (p);
