-- roles: dt_r1
do $$ begin
if not exists (select from pg_roles where rolname='dt_r1') then create role dt_r1; end if;
if not exists (select from pg_roles where rolname='h2 "R"2') then create role "h2 ""R""2"; end if;
end $$;
create schema s; create schema "Sel""ect"; create schema "select";
create type s.x as enum ('a');
create domain s.y as int;
create type s.z as (a int);
create type s.w as range (subtype=text);
create table s.t (a int);
create type s.u as enum ('a');
create table s.keep (x s.x, y s.y, z s.z);
