-- what CREATE TABLE … INHERITS would bring valid
CREATE TABLE gone (a int);
CREATE TABLE r (a int);
ALTER TABLE r ADD CONSTRAINT rk CHECK (a > 0) NOT VALID;
