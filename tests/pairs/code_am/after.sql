create access method heap2 type table handler heap_tableam_handler;
create table t(a int);
create materialized view m using heap2 as select a from t;
create materialized view m2 as select a from t;
create materialized view m3 using heap2 with (fillfactor=50) as select a+1 as a from t;
create index on m(a); comment on materialized view m is 'x';
