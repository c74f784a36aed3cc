"""Rules that fail silently when they fail: one test each, on real servers."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from conftest import Server

from difftool import api
from difftool.catalog import compare, parse
from difftool.clone import Names
from difftool.errors import DumpError, SchemaError
from difftool.model import Plan
from difftool.pg.connection import rows, run, session
from difftool.pg.conninfo import Conninfo
from difftool.pg.dump import Dump
from difftool.scratch import own
from difftool.scratch.provider import Need
from difftool.settings import ScratchSettings, load


def planned(target: Conninfo, schema: str, tmp_path: Path, environ: dict[str, str] | None = None) -> Plan:
    file = tmp_path / "schema.sql"
    file.write_text(schema)
    flags = {"target": target.url(secrets=True), "schema": str(file)}
    return api.plan(load(start=tmp_path, flags=flags, environ=environ or {}))


def test_columns_named_by_position_are_not_forgiven(server: Server, tmp_path: Path) -> None:
    view = "CREATE VIEW v AS SELECT x.a FROM t x(a, b)"
    target = server.database("CREATE TABLE t (one int, two int)", view)
    plan = planned(target, f"CREATE TABLE t (two int, one int);\n{view};", tmp_path)
    assert [(u.kind, u.name) for u in plan.unhandled] == [("column-order", "public.v")]
    assert plan.proven is False


def test_columns_in_another_order_are_forgiven_elsewhere(server: Server, tmp_path: Path) -> None:
    view = "CREATE VIEW v AS SELECT one FROM t"
    target = server.database("CREATE TABLE t (one int, two int)", view)
    plan = planned(target, f"CREATE TABLE t (two int, one int);\n{view};", tmp_path)
    assert (plan.statements, plan.unhandled, plan.proven) == ((), (), True)


def test_pg_dump_needs_select_on_every_table(server: Server, tmp_path: Path) -> None:
    owner = server.database(
        "CREATE TABLE open (a int)", "CREATE TABLE closed (a int)", "GRANT SELECT ON open TO PUBLIC"
    )
    reader = server.database()
    there = reader.but(dbname=owner.get("dbname"))
    with pytest.raises(DumpError, match=r"may not read closed: pg_dump needs SELECT") as failure:
        planned(there, "CREATE TABLE open (a int);", tmp_path)
    assert "GRANT SELECT ON closed" in failure.value.hint


def test_an_object_of_another_owner_is_named(server: Server, tmp_path: Path) -> None:
    target = server.database("CREATE TABLE t (a int)")
    with session(server.admin.but(dbname=target.get("dbname"))) as connection:
        run(connection, "ALTER TABLE t OWNER TO CURRENT_USER")
        run(connection, f"GRANT SELECT ON t TO {target.user}")
    plan = planned(target, "CREATE TABLE t (a int);", tmp_path)
    assert plan.differs
    assert {u.kind for u in plan.unhandled} <= {"table", "acl"}
    assert "OWNER TO" in " ".join(s.sql for s in plan.statements) + " ".join(u.detail for u in plan.unhandled)


def test_the_owner_role_stands_for_whoever_loads(server: Server, tmp_path: Path) -> None:
    target = server.database()
    name = target.user
    schema = f"CREATE TABLE t (a int DEFAULT 1);\nALTER TABLE t OWNER TO {name};\nGRANT SELECT ON t TO {name};\nCREATE POLICY p ON t TO {name};"
    plan = planned(target, schema, tmp_path)
    assert plan.proven is True, plan.unhandled
    with session(target) as connection:
        for statement in plan.statements:
            run(connection, statement.sql)
    assert planned(target, schema, tmp_path).differs is False


def test_grants_that_differ_in_order_are_equal(server: Server, tmp_path: Path) -> None:
    target = server.database("CREATE TABLE t (a int)", "GRANT SELECT ON t TO PUBLIC", "GRANT INSERT ON t TO PUBLIC")
    schema = "CREATE TABLE t (a int);\nGRANT INSERT ON t TO PUBLIC;\nGRANT SELECT ON t TO PUBLIC;"
    assert planned(target, schema, tmp_path).differs is False


def test_default_privileges_act_in_the_clone(server: Server, tmp_path: Path) -> None:
    defaults = "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC"
    target = server.database(defaults)
    plan = planned(target, f"CREATE TABLE quiet (a int);\n{defaults};\nCREATE TABLE loud (a int);", tmp_path)
    assert plan.proven is True, plan.unhandled
    with session(target) as connection:
        for statement in plan.statements:
            run(connection, statement.sql)
        assert rows(
            connection, "SELECT has_table_privilege('pg_monitor', t, 'SELECT') FROM unnest('{quiet,loud}'::text[]) t"
        ) == [
            (False,),
            (True,),
        ]


def test_a_void_grant_is_an_error(server: Server, tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match=r"schema\.sql:1: .*no privileges were granted"):
        planned(server.database(), "GRANT SELECT ON pg_catalog.pg_class TO PUBLIC;", tmp_path)


def test_a_link_out_of_the_schema_is_refused(server18: Server, tmp_path: Path) -> None:
    (tmp_path / "schema").mkdir()
    (tmp_path / "secret.sql").write_text("SELECT 'a secret'")
    (tmp_path / "schema" / "a.sql").symlink_to(tmp_path / "secret.sql")
    flags = {"target": server18.database().url(secrets=True), "schema": str(tmp_path / "schema")}
    with pytest.raises(SchemaError, match="a link that leads out of"):
        api.plan(load(start=tmp_path, flags=flags, environ={}))


def test_headers_inside_quoted_text_are_text() -> None:
    header = "--\n-- Name: evil; Type: TABLE; Schema: public; Owner: x\n--\n"
    dump = f"--\n-- Name: f(); Type: FUNCTION; Schema: public; Owner: x\n--\n\nCREATE FUNCTION f() AS $_$a\n{header}\\restrict\n$_$;\n"
    catalog = parse(Dump(dump, (), 18))
    assert [e.key.name for e in catalog.entries] == ["f()"]
    assert "\\restrict" in catalog.entries[0].sql
    assert compare(catalog, parse(Dump(catalog.to_sql(), (), 18))) == ()


def test_default_privileges_of_several_roles_are_told_apart_by_role() -> None:
    """Not by their places in the dump, which differ where a role has another name."""
    roles = ('"a ""b"""', "c")
    head = "--\n-- Name: DEFAULT PRIVILEGES FOR TABLES; Type: DEFAULT ACL; Schema: -; Owner: x\n--\n\n"
    one, other = (f"{head}ALTER DEFAULT PRIVILEGES FOR ROLE {r} GRANT SELECT ON TABLES TO d;\n\n" for r in roles)
    catalog = parse(Dump(one + other, (), 18))
    assert [e.key.name for e in catalog.entries] == [f"DEFAULT PRIVILEGES FOR TABLES OF {r}" for r in roles]
    assert compare(catalog, parse(Dump(other + one, (), 18))) == ()
    assert [k.name for k in parse(Dump(catalog.to_sql(), (), 18)).by_key] == [k.name for k in catalog.by_key]


def test_the_order_of_a_policys_roles_is_forgiven() -> None:
    """pg_dump writes them as its server finds them, by one plan of its query or another."""
    head = '--\n-- Name: t p; Type: POLICY; Schema: public; Owner: x\n--\n\nCREATE POLICY "a ""p" ON public.t FOR SELECT TO '
    a, b, c = (
        parse(Dump(f"{head}{roles} USING ((a > 0));\n", (), 18))
        for roles in ('a, "b, ""c"', '"b, ""c", a', 'a, "b, ""d"')
    )
    assert compare(a, b) == ()
    assert len(compare(a, c)) == 1


def test_owner_names_are_rewritten_only_where_roles_stand() -> None:
    names = Names('odd "user"', '"odd ""user"""', "difftool_r_1")
    assert (
        names.to_scratch('GRANT SELECT ON "odd ""user""" TO "odd ""user""", bob')
        == 'GRANT SELECT ON "odd ""user""" TO difftool_r_1, bob'
    )
    assert names.from_scratch("ALTER TABLE t OWNER TO difftool_r_1") == 'ALTER TABLE t OWNER TO "odd ""user"""'


def test_fourteens_public_schema_closed_to_all(tmp_path: Path) -> None:
    programs = os.environ.get("DIFFTOOL_TEST_PG14_BIN")
    if not programs:
        pytest.skip("DIFFTOOL_TEST_PG14_BIN names no folder of PostgreSQL 14's programs")
    scratch = ScratchSettings("local", pg_bin=programs)
    with own.local(Need(scratch, 14)) as found:
        server14 = Server(found.admin, 14)
        target = server14.database("CREATE SCHEMA s")
        with session(server14.admin.but(dbname=target.get("dbname"))) as connection:
            run(connection, "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        environ = {"DIFFTOOL_PG_BIN": programs, "DIFFTOOL_SCRATCH": "local"}
        open_again = planned(target, "CREATE SCHEMA s;", tmp_path, environ=environ)
        assert "SCHEMA public" in " ".join(s.sql for s in open_again.statements) + " ".join(
            u.name for u in open_again.unhandled
        )
        closed = planned(
            target, "CREATE SCHEMA s;\nREVOKE CREATE ON SCHEMA public FROM PUBLIC;", tmp_path, environ=environ
        )
        assert closed.differs is False, (closed.statements, closed.unhandled)


def test_the_proof_has_the_targets_rights_on_the_database(server18: Server, tmp_path: Path) -> None:
    target = server18.database()
    with session(server18.admin) as connection:
        run(connection, f"ALTER DATABASE {target.get('dbname')} OWNER TO CURRENT_USER")
        run(connection, f"GRANT ALL ON DATABASE {target.get('dbname')} TO {target.user}")
    plan = planned(target, "CREATE TABLE t (a int);", tmp_path)
    assert plan.proven is False
    assert any("permission denied for schema public" in u.detail for u in plan.unhandled)
    own_schema = planned(target, "CREATE SCHEMA s;\nCREATE TABLE s.t (a int);", tmp_path)
    assert own_schema.proven is True, own_schema.unhandled
