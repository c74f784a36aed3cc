-- an identity's sequence has the name that another relation had, which goes
CREATE TABLE a (id int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME x));
CREATE TABLE b (y int);
CREATE SEQUENCE z;
CREATE TABLE d (id int);
CREATE TABLE e (id serial);
CREATE TABLE f (id int GENERATED ALWAYS AS IDENTITY);
