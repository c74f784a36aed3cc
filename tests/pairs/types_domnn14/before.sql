-- roles: dt_r1
do $$ begin
if not exists (select from pg_roles where rolname='dt_r1') then create role dt_r1; end if;
if not exists (select from pg_roles where rolname='h2 "R"2') then create role "h2 ""R""2"; end if;
end $$;
create schema s; create schema "Sel""ect"; create schema "select";
create domain s.a as int constraint foo not null;
create domain s.b as int constraint foo not null;
create domain s.c as int;
