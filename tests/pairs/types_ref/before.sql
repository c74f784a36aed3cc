-- roles: dt_r1
do $$ begin
if not exists (select from pg_roles where rolname='dt_r1') then create role dt_r1; end if;
if not exists (select from pg_roles where rolname='h2 "R"2') then create role "h2 ""R""2"; end if;
end $$;
create schema s; create schema "Sel""ect"; create schema "select";
create type s.c2 as (a int, b text); create table s.t2 (x s.c2);
create type s.c3 as (a int, b text); create table s.t3 (x s.c3[]);
create type s.c4 as (a int, b text); create materialized view s.t4 as select null::s.c4 as x;
create type s.c5 as (a int, b text); create table s.t5 (x s.c5);
