CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME sssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss), a int);
