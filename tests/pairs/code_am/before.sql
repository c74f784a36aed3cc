create access method heap2 type table handler heap_tableam_handler;
create table t(a int);
create materialized view m as select a from t;
create materialized view m2 using heap2 as select a from t;
create materialized view m3 as select a from t;
create index on m(a); comment on materialized view m is 'x';
