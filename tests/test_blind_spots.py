"""What no dump or no ordinary role shows is read elsewhere, or named: it never passes for absence."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Server

from difftool import api
from difftool.catalog import Entry
from difftool.catalog import Key as DumpKey
from difftool.clone import known_to
from difftool.database_as_files import read_schema
from difftool.engine import native
from difftool.pg.connection import rows, run, session
from difftool.pg.conninfo import Conninfo
from difftool.pg.types import Error
from difftool.settings import load
from difftool.settings.values import TargetSettings


def compared(now: Conninfo, want: Conninfo) -> native.Proposal:
    return native.compare(native.read(now), native.read(want), "nobody")


GRANTS = (
    ("GRANT SELECT (userid) ON pg_stat_statements TO pg_monitor", "COLUMN public.pg_stat_statements.userid"),
    ("GRANT EXECUTE ON FUNCTION pg_read_file(text) TO pg_monitor", "FUNCTION pg_catalog.pg_read_file(text)"),
    ("REVOKE EXECUTE ON FUNCTION abs(int) FROM PUBLIC", "FUNCTION pg_catalog.abs(integer)"),
    ("GRANT SELECT ON pg_authid TO pg_monitor", "TABLE pg_catalog.pg_authid"),
    ("GRANT SELECT (rolpassword) ON pg_authid TO pg_monitor", "COLUMN pg_catalog.pg_authid.rolpassword"),
    ("REVOKE SELECT ON information_schema.tables FROM PUBLIC", "TABLE information_schema.tables"),
    ("REVOKE USAGE ON SCHEMA information_schema FROM PUBLIC", "SCHEMA information_schema"),
    ("REVOKE USAGE ON TYPE money FROM PUBLIC", "TYPE pg_catalog.money"),
    ("REVOKE USAGE ON LANGUAGE sql FROM PUBLIC", "LANGUAGE sql"),
)


def test_grants_on_what_postgresql_has_are_named(server: Server) -> None:
    with session(server.admin) as connection:
        contrib = rows(connection, "SELECT 1 FROM pg_available_extensions WHERE name = 'pg_stat_statements'")
    grants = GRANTS if contrib else GRANTS[1:]
    extension = "CREATE EXTENSION pg_stat_statements" if contrib else "SELECT 1"
    plain, granted = (server.database(extension, *more, owner=False) for more in ((), [sql for sql, _ in grants]))
    keys = sorted(("system_privileges", name) for _, name in grants)
    for now, want in ((plain, granted), (granted, plain)):
        found = compared(now, want)
        assert (found.statements, sorted(k for k, _ in found.refused)) == ((), keys)
    assert dict(found.refused)["system_privileges", "COLUMN pg_catalog.pg_authid.rolpassword"] == (
        "grants on PostgreSQL's own objects are left to you: GRANT and REVOKE on COLUMN pg_catalog.pg_authid.rolpassword "
        "as a superuser; here it should have those that it began with"
    )
    left = read_schema(TargetSettings("t", granted), granted).left_out
    assert sorted(u.name for u in left) == sorted(name for _, name in grants)
    again = server.database(extension, *(sql for sql, _ in reversed(grants)), owner=False)
    assert compared(granted, again).refused == ()


def test_grants_on_information_schema_are_noted(server: Server, tmp_path: Path) -> None:
    """No dump shows them; what both sides have alike is nothing to say."""
    revoked = "REVOKE SELECT ON information_schema.tables FROM PUBLIC"
    plain, changed, alike = (server.database(*some, owner=False) for some in ((), (revoked,), (revoked,)))
    settings = load(start=tmp_path, environ={})

    def said(now: Conninfo, want: Conninfo) -> list[str]:
        plan = api.diff(now.url(secrets=True), want.url(secrets=True), settings)
        assert (plan.statements, plan.unhandled) == ((), ())
        return [n for n in plan.notes if "grants" in n]

    note = "grants that pg_dump does not show differ, and are left to you: TABLE information_schema.tables"
    assert [said(plain, changed), said(changed, plain), said(changed, alike)] == [[note], [note], []]
    (tmp_path / "none.sql").write_text("SELECT 1;")
    flags = {"target": changed.url(secrets=True), "schema": str(tmp_path / "none.sql")}
    assert note in api.check(load(start=tmp_path, flags=flags, environ={})).notes


def test_labels_of_subscriptions_are_read(server: Server) -> None:
    """No provider of labels comes with PostgreSQL, so the label is put where it would be."""
    name, other = (server.database(owner=False) for _ in "ab")
    for info in (name, other):
        with session(info) as connection:
            run(connection, "SET client_min_messages = error")
            sub = info.get("dbname")
            run(connection, f"CREATE SUBSCRIPTION {sub} CONNECTION '' PUBLICATION p WITH (connect = false)")
            run(connection, f"ALTER SUBSCRIPTION {sub} SET (slot_name = NONE)")
    with session(name) as connection:
        run(connection, "SET allow_system_table_mods = on")
        run(
            connection,
            "INSERT INTO pg_shseclabel SELECT oid, 'pg_subscription'::regclass, 'guard', 'top' FROM pg_subscription "
            "WHERE subname = current_database()",
        )
    sub = str(name.get("dbname"))
    try:
        assert ("security_label", "subscription", sub, "guard") in native.read(name)
        plan = compared(other, name).statements
        assert f"SECURITY LABEL FOR guard ON SUBSCRIPTION {sub} IS 'top'" in plan
    finally:
        with session(name) as connection:
            run(connection, "SET allow_system_table_mods = on")
            run(connection, "DELETE FROM pg_shseclabel WHERE provider = 'guard'")
        for info in (name, other):
            with session(info) as connection:
                run(connection, f"DROP SUBSCRIPTION {info.get('dbname')}")


@pytest.mark.parametrize("wanted", ["user 'x'", "user 'y'"])
def test_hidden_options_of_a_user_mapping_are_named(server: Server, tmp_path: Path, wanted: str) -> None:
    """Whether they are equal or not: nobody can tell."""
    now, want = server.database(), server.database()
    for info, options in ((now, "user 'x'"), (want, wanted)):
        with session(server.admin.but(dbname=info.get("dbname"))) as connection:
            run(connection, "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w")
            run(connection, f"CREATE USER MAPPING FOR pg_monitor SERVER s OPTIONS ({options})")
    there = now.but(dbname=want.get("dbname"))
    plan = api.diff(now.url(secrets=True), there.url(secrets=True), load(start=tmp_path, environ={}))
    assert [(u.kind, u.name, u.detail.partition(":")[0]) for u in plan.unhandled if u.kind == "user mapping"] == [
        ("user mapping", "pg_monitor.s", "has options that this role may not read")
    ]


def test_an_invalid_index_on_either_side_is_told(server: Server, tmp_path: Path) -> None:
    """Also where the wanted schema is a database."""
    sound, broken = (server.database("CREATE TABLE t (a int)", "CREATE INDEX i ON t (a)", owner=False) for _ in "ab")
    with session(broken) as connection:
        run(connection, "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'i'::regclass")
    ours, theirs = (i.url(secrets=True) for i in (sound, broken))
    found = api.diff(ours, theirs, load(start=tmp_path, environ={}))
    assert ("index", "public.i", "is valid, wanted invalid") in [(u.kind, u.name, u.detail) for u in found.unhandled]
    back = api.diff(theirs, ours, load(start=tmp_path, environ={}))
    assert [s.sql.partition(" ON ")[0] for s in back.statements] == ["DROP INDEX public.i", "CREATE INDEX i"]
    assert back.unhandled == ()


@pytest.mark.parametrize("stays", [False, True], ids=["leaves", "stays"])
def test_a_half_detached_partition_is_finished_first(server: Server, tmp_path: Path, stays: bool) -> None:
    """Nothing else can be done to it before: whether it is to leave, or to be attached again."""
    parts = ("CREATE TABLE p (id int, a int) PARTITION BY RANGE (id)", "CREATE TABLE p1 (id int, a int, CHECK (a > 0))")
    attach = "ALTER TABLE p ATTACH PARTITION p1 FOR VALUES FROM (1) TO (10)"
    now = server.database(*parts, attach, "CREATE INDEX i ON p (a)", owner=False)
    there = (attach, "CREATE INDEX i ON p (a)") if stays else ("CREATE INDEX i ON p (a)", "ALTER TABLE p1 ADD c int")
    want = server.database(*parts, *there, owner=False)
    with session(now) as user, session(now) as connection:
        run(user, "BEGIN; SELECT FROM p")
        run(connection, "SET lock_timeout = '1ms'")
        with pytest.raises(Error, match="lock timeout"):
            run(connection, "ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY")
    urls = [info.url(secrets=True) for info in (now, want)]
    plan = api.diff(*urls, load(start=tmp_path, environ={}), prove=True)
    assert plan.unhandled == ()
    assert plan.statements[0].sql == "ALTER TABLE public.p DETACH PARTITION public.p1 FINALIZE"
    assert any("ATTACH PARTITION public.p1" in s.sql for s in plan.statements) is stays
    with session(now) as connection:
        for statement in plan.statements:
            run(connection, statement.sql)
    assert api.diff(*urls, load(start=tmp_path, environ={})).statements == ()


def test_what_a_server_does_not_know_yet_is_left_out_of_its_clone() -> None:
    """pg_dump writes it for every server."""
    of_subscription = "CREATE SUBSCRIPTION s CONNECTION ', run_as_owner = true' PUBLICATION p WITH (connect = false%s)"
    of_identity = (
        "ALTER TABLE t ALTER COLUMN a ADD GENERATED ALWAYS AS IDENTITY (\n    SEQUENCE NAME s\n%s    CACHE 1\n)"
    )
    for kind, since, sql, word in (
        ("SUBSCRIPTION", 16, of_subscription, ", run_as_owner = true"),
        ("SEQUENCE", 15, of_identity, "    LOGGED\n"),
    ):
        entry = Entry(DumpKey(kind, "", "s"), (sql % word, "ALTER TABLE s OWNER TO o"))
        assert known_to(since - 1, entry).statements == (sql % "", "ALTER TABLE s OWNER TO o")
        assert known_to(since, entry) == entry
    inside = 'CREATE TABLE s.c (\n    NOT NULL "a b",\n    x integer,\n    NOT NULL z\n)\nINHERITS (s.p)'
    entry = Entry(DumpKey("TABLE", "s", "c"), (inside,))
    assert known_to(17, entry).statements == (
        "CREATE TABLE s.c (\n    x integer\n)\nINHERITS (s.p)",
        'ALTER TABLE ONLY s.c ALTER COLUMN "a b" SET NOT NULL',
        "ALTER TABLE ONLY s.c ALTER COLUMN z SET NOT NULL",
    )
    assert known_to(18, entry) == entry
