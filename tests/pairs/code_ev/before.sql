create schema "S.x";
create function f() returns event_trigger language plpgsql as 'begin end';
create function "S.x"."É.x"() returns event_trigger language plpgsql as 'begin end';
create event trigger e1 on ddl_command_start execute function f();
create event trigger "Weird.Name ""q""" on ddl_command_end when tag in ('CREATE TABLE', 'DROP TABLE') execute function "S.x"."É.x"();
create event trigger e3 on sql_drop execute function f();
create event trigger e4 on table_rewrite execute function f();
alter event trigger e3 disable;
comment on event trigger e1 is 'x';
