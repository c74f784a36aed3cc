-- roles: dt_r1
create schema "S.x";  
create table t(a int, b text);
create function f(a int, b text default 'x') returns int language sql as $$ select a $$;
create function g(int) returns int language sql as $$ select 1 $$;
create function h(a int, out x int, out y text) language sql as $$ select 1, 'x'::text $$;
create function i() returns table(a int, b text) language sql as $$ select 1, 'x'::text $$;
create procedure p(a int) language sql as $$ select 1 $$;
create function toproc(a int) returns int language sql as $$ select 1 $$;
create function poly(a anyelement, b anyelement default 1) returns int language sql as $$ select 1 $$;
create function vari(variadic a int[]) returns int language sql as $$ select 1 $$;
create function "S.x"."Weird.Name ""q"""("select" int, "É" text) returns int language plpgsql as $_$ begin return $1 || '$$ $function$ %s \n'; end $_$;
create function "select"() returns setof t language sql as $$ select * from t $$;
create function atom(x int) returns int begin atomic select a from t; select x; end;
create view v as select f(1) as q, (g(2)) as r, atom(3) as s;
comment on function f(int,text) is 'it''s';
grant execute on function f(int,text) to dt_r1;
revoke execute on function f(int,text) from public;
