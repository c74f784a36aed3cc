create view v as select 1 as a, 'x'::text collate "C" as b;
create function f() returns setof v language sql as 'select 1, ''x''';
create or replace view v as select a, b from f();
