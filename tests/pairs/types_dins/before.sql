-- roles: dt_r1
do $$ begin
if not exists (select from pg_roles where rolname='dt_r1') then create role dt_r1; end if;
if not exists (select from pg_roles where rolname='h2 "R"2') then create role "h2 ""R""2"; end if;
end $$;
create schema s; create schema "Sel""ect"; create schema "select";
create domain s.d as int; create domain s.d2 as s.d; create domain s.d3 as s.d[];
create table s.t (a s.d[], b s.d, c s.d2);
insert into s.t values ('{1}', 2, 3);
create domain s.e as int; create table s.te (a s.e, t int); create domain s.eover as s.e; create table s.te2 (a s.eover);
insert into s.te values (1,2);
create materialized view s.mv as select a from s.te;
create index on s.te (a);
create domain s.f as text; create type s.cf as (f s.f); create table s.tf (c s.cf[]);
create domain s.g as int; create type s.cg as (g s.g); create view s.vg as select null::s.cg as x;
create function s.fg(s.g) returns int language sql as 'select 1';
create domain s.i as int; create table s.ti (a s.i[]);
create domain s.j as int not null check (value > 0); create table s.tj (a s.j[]);
create table s.par (k int, a s.j) partition by range (k);
create table s.ch1 partition of s.par for values from (1) to (2);
create table s.inh (x int) inherits (s.te);
