-- roles: dt_r1
do $$ begin
if not exists (select from pg_roles where rolname='dt_r1') then create role dt_r1; end if;
if not exists (select from pg_roles where rolname='h2 "R"2') then create role "h2 ""R""2"; end if;
end $$;
create schema s; create schema "Sel""ect"; create schema "select";
create type s.e1 as enum ('a','b');
create type s.e2 as enum ('a','b');
create domain s.dom as int;
create type s.add as (a int);
create type s.dropp as (a int, b text, c s.e1);
create type s.retype as (a int, b s.e1, "C c" text collate "C");
create type s.order_ as (a int, b int);
create type s.stored as (a int, b text);
create table s.t (x s.stored, y s.stored[] );
create type s.nested as (x s.stored, z int);
create domain s.overstored as s.stored;
create type s.empty as ();
create type s.gone as (a int);
create type s.drop1 as (a int);
create type s.usese2 as (a int, e s.e2, es s.e2[]);
create view s.v as select (row(1,'a','c')::s.retype)."C c" as c;
comment on column s.retype."C c" is 'ccc';
comment on column s.dropp.b is 'bbb';
comment on type s.retype is 'rt';
create function s.f(s.add) returns s.retype language sql as $$ select row(1,'a','x')::s.retype $$;
create type s.ofme as (a int, b text);
create table s.typed of s.ofme (a not null);
