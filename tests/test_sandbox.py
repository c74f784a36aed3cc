"""A pull request's SQL must not reach files, programs or other roles of the machine that plans it: one attack a case."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Server

from difftool import api, syntax
from difftool.errors import SchemaError
from difftool.handover import hand_over
from difftool.pg.connection import rows, run, session
from difftool.pg.conninfo import Conninfo
from difftool.pg.types import Error
from difftool.settings import Settings, load

ATTACKS = {
    "run a program in a block": "DO $$ BEGIN CREATE TEMP TABLE t (a text); EXECUTE 'COPY t FROM PROGRAM ''touch {mark}'''; END $$;",
    "write a file": "DO $$ BEGIN EXECUTE 'COPY (SELECT 1) TO ''{mark}'''; END $$;",
    "read a file": "DO $$ BEGIN PERFORM pg_read_file('/etc/passwd'); END $$;",
    "read a file into a view": "CREATE VIEW v AS SELECT pg_read_file('/etc/passwd') AS f; DO $$ BEGIN PERFORM * FROM v; END $$;",
    "list a folder": "DO $$ BEGIN PERFORM pg_ls_dir('/'); END $$;",
    "import a large object": "DO $$ BEGIN PERFORM lo_import('/etc/passwd'); END $$;",
    "export a large object": "DO $$ BEGIN PERFORM lo_export(lo_from_bytea(0, 'x'), '{mark}'); END $$;",
    "a C function": "CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'libc', 'system';",
    "load a library": "LOAD '/tmp/evil.so';",
    "an untrusted extension": "CREATE EXTENSION file_fdw;",
    "a foreign data wrapper": "CREATE FOREIGN DATA WRAPPER w;",
    "become the superuser": "SET ROLE difftool_super; CREATE TABLE t (a int);",
    "become the superuser by reset": "RESET SESSION AUTHORIZATION; RESET ROLE; DO $$ BEGIN PERFORM pg_read_file('/etc/passwd'); END $$;",
    "become the superuser by authorization": "SET SESSION AUTHORIZATION difftool_super; CREATE TABLE t (a int);",
    "grant oneself power": "DO $$ BEGIN EXECUTE format('GRANT pg_execute_server_program TO %I', current_user); END $$;",
    "a superuser in a block": "DO $$ BEGIN CREATE ROLE evil SUPERUSER; END $$;",
    "power over oneself": "DO $$ BEGIN EXECUTE format('ALTER ROLE %I SUPERUSER', session_user); END $$;",
    "change the server": "DO $$ BEGIN EXECUTE 'ALTER SYSTEM SET port = 1'; END $$;",
    "an event trigger": "CREATE FUNCTION e() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$; CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION e();",
    "a cast": "CREATE FUNCTION c(int) RETURNS text LANGUAGE sql AS 'SELECT NULL'; CREATE CAST (int AS text) WITH FUNCTION c(int);",
    "a base type": "CREATE TYPE b; CREATE FUNCTION bi(cstring) RETURNS b LANGUAGE internal AS 'textin';",
    "an untrusted language": "CREATE FUNCTION h() RETURNS language_handler LANGUAGE internal AS 'plpgsql_call_handler';",
    "own another's objects": "CREATE TABLE t (a int); ALTER TABLE t OWNER TO difftool_super;",
    "a session for a predefined role": "SET ROLE pg_write_server_files; CREATE TABLE t (a int);",
}
IN_PROOF = {
    "a column's default": "CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN pg_read_file('/etc/passwd'); END $$;"
    " CREATE TABLE t (a int, b text DEFAULT f());",
}


def settings(target: Conninfo, schema: Path, **environ: str) -> Settings:
    flags = {"target": target.url(secrets=True), "schema": str(schema)}
    return load(start=schema.parent, flags=flags, environ=environ)


@pytest.fixture
def planned(server18: Server, tmp_path: Path) -> Callable[..., object]:
    """Plans a schema of the given text for an empty database."""

    def call(sql: str, **environ: str) -> object:
        file = tmp_path / "schema.sql"
        file.write_text(sql)
        return api.plan(settings(server18.database(), file, **environ))

    return call


@pytest.mark.parametrize("sql", ATTACKS.values(), ids=ATTACKS)
def test_attack(sql: str, planned: Callable[..., object], tmp_path: Path, server18: Server) -> None:
    mark = Path("/tmp") / f"difftool-attack-{tmp_path.name}"
    with pytest.raises(SchemaError) as failure:
        planned(sql.replace("{mark}", str(mark)))
    assert not mark.exists()
    assert "schema.sql:1" in failure.value.message
    with session(server18.admin) as connection:
        assert rows(connection, "SELECT rolname FROM pg_roles WHERE rolsuper ORDER BY 1") == [("difftool_super",)]
        assert rows(connection, "SELECT 1 FROM pg_roles WHERE rolname LIKE 'difftool_r_%%' AND rolsuper") == []


OBJECTS = """
    CREATE SCHEMA "S's"; CREATE TABLE t (a serial); CREATE TABLE "S's".t (a int); CREATE VIEW v AS SELECT 1 AS a;
    CREATE TYPE e AS ENUM (); CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE PUBLICATION p;"""
LENT = """
SELECT has_schema_privilege(%s, 'public', 'CREATE'), has_database_privilege(%s, current_database(), 'CREATE')
"""
GIVEN = ("TABLE t", """TABLE "S's".t""", "VIEW v", "TYPE e", "FUNCTION f()", "PUBLICATION p")


def test_a_new_owner_need_not_have_create_on_the_schema(server: Server) -> None:
    """In a sandbox, as for a superuser; the right that it is lent meanwhile is nowhere to be seen afterwards."""
    info, other = server.database(OBJECTS), server.database()
    role = str(other.get("user"))
    with session(server.admin) as connection:
        run(connection, f"GRANT {role} TO {info.get('user')}")
    with session(server.admin.but(dbname=info.get("dbname"))) as connection:
        run(connection, "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    with session(info) as connection:
        for together in (False, True):
            if together:
                run(connection, "BEGIN")
            for what in GIVEN:
                sql = f"ALTER {what} OWNER TO {role}"
                hand_over(connection, sql, syntax.parse_one(sql))
                run(connection, f"ALTER {what} OWNER TO {info.get('user')}")
            sql = "ALTER TABLE t OWNER TO no_such"
            with pytest.raises(Error, match="no_such"):
                hand_over(connection, sql, syntax.parse_one(sql))
            assert rows(connection, LENT, (role, role)) == [(False, False)]


def test_copy_is_not_run_and_named(planned: Callable[..., object], tmp_path: Path) -> None:
    mark = Path("/tmp") / f"difftool-attack-{tmp_path.name}"
    plan = planned(f"CREATE TABLE t (a text);\nCOPY t FROM PROGRAM 'touch {mark}';")
    assert [i.kind for i in plan.ignored] == ["data"]  # type: ignore[attr-defined]
    assert not mark.exists()


@pytest.mark.parametrize("sql", IN_PROOF.values(), ids=IN_PROOF)
def test_the_proof_runs_schema_code_in_the_sandbox_too(sql: str, server18: Server, tmp_path: Path) -> None:
    target = server18.database("CREATE TABLE t (a int)", "INSERT INTO t VALUES (1)")
    file = tmp_path / "schema.sql"
    file.write_text(sql)
    plan = api.plan(settings(target, file))
    # the clone is empty, so the default is not called there; nothing of it ran as a superuser, and the target was only read
    assert plan.proven is True
    with session(target) as connection:
        assert rows(connection, "SELECT count(*) FROM t") == [(1,)]


def test_what_needs_a_superuser_names_the_option(planned: Callable[..., object]) -> None:
    with pytest.raises(SchemaError) as failure:
        planned("CREATE FOREIGN DATA WRAPPER w;")
    assert "--trust-schema" in failure.value.hint


def test_trust_schema_runs_it_in_a_cluster_of_its_own(server18: Server, tmp_path: Path) -> None:
    file = tmp_path / "schema.sql"
    file.write_text(
        "CREATE FOREIGN DATA WRAPPER w;\nCREATE ROLE someone;\nDO $$ BEGIN CREATE ROLE planted SUPERUSER; EXCEPTION WHEN duplicate_object THEN END $$;"
    )
    target = server18.database(owner=False)
    flags = {"target": target.url(secrets=True), "schema": str(file), "trust_schema": True}
    plan = api.plan(load(start=tmp_path, flags=flags, environ={}))
    assert [(s.action, s.kind) for s in plan.statements] == [("create", "foreign-data wrapper")]
    with session(server18.admin) as connection:
        assert rows(connection, "SELECT 1 FROM pg_roles WHERE rolname = 'planted'") == []


def test_trusted_extensions_work(planned: Callable[..., object]) -> None:
    plan = planned("CREATE EXTENSION hstore;\nCREATE TABLE t (a hstore);")
    assert plan.proven is True, plan.unhandled  # type: ignore[attr-defined]


def test_well_known_extensions_are_made_for_the_ordinary_role(planned: Callable[..., object]) -> None:
    plan = planned(
        "CREATE SCHEMA x;\nCREATE EXTENSION pgstattuple SCHEMA x;\nCOMMENT ON EXTENSION pgstattuple IS 'sizes';"
    )
    assert plan.proven is True, plan.unhandled  # type: ignore[attr-defined]


def test_cluster_wide_statements_are_not_run_and_named(planned: Callable[..., object], server18: Server) -> None:
    plan = planned(
        "CREATE ROLE reporter;\nCREATE TABLE t (a int);\nGRANT SELECT ON t TO reporter;\nALTER ROLE postgres SET work_mem = '1GB';"
    )
    assert [(i.kind, i.name) for i in plan.ignored] == [  # type: ignore[attr-defined]
        ("cluster", "CREATE ROLE reporter"),
        ("cluster", "ALTER ROLE postgres SET work_mem = '1GB'"),
    ]
    assert [(u.kind, u.name) for u in plan.unhandled] == [("role", "reporter")]  # type: ignore[attr-defined]
    with session(server18.admin) as connection:
        # it stays with the kept desired database that needs it, and cannot log in
        assert rows(connection, "SELECT rolcanlogin FROM pg_roles WHERE rolname = 'reporter'") == [(False,)]


def test_a_role_that_nobody_made_is_an_error(planned: Callable[..., object]) -> None:
    with pytest.raises(SchemaError, match='role "nobody_made_me" does not exist') as failure:
        planned("CREATE TABLE t (a int);\nGRANT SELECT ON t TO nobody_made_me;")
    assert "CREATE ROLE nobody_made_me" in failure.value.hint


def test_nothing_is_left_behind(planned: Callable[..., object], server18: Server) -> None:
    with pytest.raises(SchemaError):
        planned("CREATE TABLE t (a int);\nCREATE TABLE t (a int);")
    with session(server18.admin) as connection:
        assert (
            rows(
                connection,
                "SELECT datname FROM pg_database WHERE shobj_description(oid, 'pg_database') = 'difftool scratch'",
            )
            == []
        )


def test_orphans_of_killed_runs_are_swept(server18: Server, planned: Callable[..., object]) -> None:
    with session(server18.admin) as connection:
        run(connection, "CREATE DATABASE difftool_s_00000000000000aa")
        run(connection, "COMMENT ON DATABASE difftool_s_00000000000000aa IS 'difftool scratch'")
    planned("CREATE TABLE t (a int);")
    with session(server18.admin) as connection:
        assert rows(connection, "SELECT 1 FROM pg_database WHERE datname = 'difftool_s_00000000000000aa'") == []
