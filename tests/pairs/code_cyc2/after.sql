create view v as select 1 as a, 'x'::text collate "C" as b;
create function f() returns setof v language sql as 'select 2, ''x''';
create or replace view v as select a, b from f() where a > 1;
