-- roles: dt_r1
do $$ begin
if not exists (select from pg_roles where rolname='dt_r1') then create role dt_r1; end if;
if not exists (select from pg_roles where rolname='h2 "R"2') then create role "h2 ""R""2"; end if;
end $$;
create schema s; create schema "Sel""ect"; create schema "select";
create type s.e as enum ('a','b');
create type s.inner as (e int, f text);
create type s.outer as (i s.inner, j int);
create table s.t (o s.outer);
create type s.rng as range (subtype=float8);
create type s.hasrng as (r s.rng, m s.rng_multirange);
create table s.t2 (o s.hasrng[]);
create domain s.base as text collate "C";
create domain s.over as s.base not null;
create table s.t3 (o s.over);
create collation s.co (locale='C');
create domain s.dco as text collate s.co;
create table s.t4 (o s.dco);
create table s.t5 (a int, b text);
create type s.hastable as (t s.t5);
create table s.t6 (h s.hastable);
