-- roles: dt_r1
do $$ begin
if not exists (select from pg_roles where rolname='dt_r1') then create role dt_r1; end if;
if not exists (select from pg_roles where rolname='h2 "R"2') then create role "h2 ""R""2"; end if;
end $$;
create schema s; create schema "Sel""ect"; create schema "select";
create type s.sh;
create type s.sh2;
create type s.b;
create function s.b_in(cstring) returns s.b language internal strict immutable as 'int4in';
create function s.b_out(s.b) returns cstring language internal strict immutable as 'int4out';
create function s.b_recv(internal) returns s.b language internal strict immutable as 'int4recv';
create function s.b_send(s.b) returns bytea language internal strict immutable as 'int4send';
create type s.b (input=s.b_in, output=s.b_out, internallength=4, passedbyvalue, alignment=int4, default='42', category='N', preferred=true, delimiter=';');
create table s.t (a s.b, b s.b[]);
