-- roles: dt_r1
do $$ begin
if not exists (select from pg_roles where rolname='dt_r1') then create role dt_r1; end if;
if not exists (select from pg_roles where rolname='h2 "R"2') then create role "h2 ""R""2"; end if;
end $$;
create schema s; create schema "Sel""ect"; create schema "select";
create type s.e as enum ('b','d');
create type s.same as enum ('x');
create type s.empty as enum ();
create type "select"."order" as enum ('it''s', 'back\slash', 'ü');
create type s.gone as enum ('a');
create type s.f as enum ('a','b','c');
create type s.used as enum ('a','b','c');
create table s.t (id int primary key, u s.used not null default 'a', us s.used[] default '{a}', f s.f);
create index on s.t (u);
comment on type s.f is 'f it';
grant usage on type s.f to dt_r1;
alter type s.used owner to dt_r1;
comment on column s.t.u is 'c';
