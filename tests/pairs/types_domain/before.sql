-- roles: dt_r1
do $$ begin
if not exists (select from pg_roles where rolname='dt_r1') then create role dt_r1; end if;
if not exists (select from pg_roles where rolname='h2 "R"2') then create role "h2 ""R""2"; end if;
end $$;
create schema s; create schema "Sel""ect"; create schema "select";
create domain s.d1 as int not null;
create domain s.d2 as text;
create domain s.d3 as text default 'x';
create domain s.d4 as varchar(10) collate "C" check (value <> '') constraint "b B" check (length(value)<9);
alter domain s.d4 add constraint nv check (value <> 'nv') not valid;
alter domain s.d4 add constraint nv2 check (value <> 'nv2') not valid;
alter domain s.d4 add constraint v check (value <> 'v');
create domain s.dbase as int default 7;
create domain s.dover as s.dbase;
alter domain s.dover drop default;
create domain s.gone as int constraint x check (value > 0);
create domain s.repl as int not null default 1 constraint rc check (value > 0);
comment on domain s.repl is 'repl';
comment on constraint rc on domain s.repl is 'rcc';
create table s.t (a s.repl default 3, b s.repl[], c s.d1);
create function s.f(s.repl) returns s.repl language sql as 'select $1';
create domain s.n1 as int constraint foo not null;
create domain s.n2 as int not null;
create domain s.n3 as int constraint bar not null;
create domain s.n4 as int constraint zap check (value is not null);
create domain s.n5 as int constraint zap not null;
