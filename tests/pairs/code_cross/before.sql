create view totab as select 1 as a;
create table toview(a int);
create materialized view mat as select 1 as x;
create view tomat as select 1 as x;
