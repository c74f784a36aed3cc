do $$ begin
if not exists (select from pg_roles where rolname='dt_r1') then create role dt_r1; end if;
if not exists (select from pg_roles where rolname='h2 "R"2') then create role "h2 ""R""2"; end if;
end $$;
create schema s; create schema "Sel""ect"; create schema "select";
create domain s.x as text;
create type s.y as (a int);
create type s.z as enum ('a');
create table s.w (a int);
create type s.t as range (subtype=text);
create view s.u as select 1 as a;
create table s.keep (x s.x, y s.y, z s.z);
