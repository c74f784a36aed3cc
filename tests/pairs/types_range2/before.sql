-- roles: dt_r1
do $$ begin
if not exists (select from pg_roles where rolname='dt_r1') then create role dt_r1; end if;
if not exists (select from pg_roles where rolname='h2 "R"2') then create role "h2 ""R""2"; end if;
end $$;
create schema s; create schema "Sel""ect"; create schema "select";
create type s.r1 as range (subtype=float8);
create type s.r2 as range (subtype=text);
create type s.gone as range (subtype=text);
create type s.used as range (subtype=float8);
create table s.t (a s.used, b s.used[], c s.used_multirange);
create function s.fd(float8,float8) returns float8 language sql immutable as 'select $1-$2';
create type s.canon;
create function s.canonf(s.canon) returns s.canon language internal immutable strict as 'int4range_canonical';
create type s.canon as range (subtype=int4, canonical=s.canonf);
