-- roles: dt_r1
do $$ begin
if not exists (select from pg_roles where rolname='dt_r1') then create role dt_r1; end if;
if not exists (select from pg_roles where rolname='h2 "R"2') then create role "h2 ""R""2"; end if;
end $$;
create schema s; create schema "Sel""ect"; create schema "select";
create type s.e as enum ('a','b','c');
create domain s.de as s.e default 'a' check (value <> 'c');
create type s.ce as (x int, e s.e);
create domain s.dce as s.ce[];
create type s.re as range (subtype=s.e);
create table s.t (a s.de, b s.ce, c s.dce, d s.re, e s.re_multirange, f s.de[] default '{a}');
insert into s.t values ('a', (1,'b'), array[(1,'a')::s.ce], '[a,a]', '{[a,a]}', '{b}');
create view s.v as select a, (b).e from s.t;
create function s.f(x s.de default 'a') returns s.ce language sql as $$ select (1,x)::s.ce $$;
