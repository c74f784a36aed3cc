create table t(a int);
create view v as select 1 as a, 'x'::text collate "C" as b;
create function f() returns setof v language sql as 'select 1, ''x''';
create or replace view v as select a, b from f();
create view w as select 1 as a;
create function g() returns setof w begin atomic select a from w; end;
create view x1 as select 1 as a;
create view x2 as select a from x1;
create or replace view x1 as select a from x2;
