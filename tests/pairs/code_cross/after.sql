create table totab(a int);
create view toview as select 1 as a;
create view mat as select 1 as x;
create materialized view tomat as select 1 as x;
