"""The native engine over pairs of schemas, there and back, judged by pg_dump and by its own catalog.

A pair is a folder of ``pairs/`` with ``before.sql`` and ``after.sql``; the first lines of ``before.sql`` may say
``-- since: 18``, ``-- roles: a, b`` and ``-- tables: empty`` (some are made anew). A new pair needs no code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from conftest import Ran, Server

from difftool.catalog import compare
from difftool.clone import read_catalog
from difftool.emptiness import guarded
from difftool.engine import native
from difftool.kinds.sql import spare
from difftool.objects import differing
from difftool.pg.connection import identifier, rows, run, session
from difftool.pg.conninfo import Conninfo
from difftool.pg.dump import find_pg_dump
from difftool.pg.types import Error
from difftool.prove import as_statements
from difftool.segments import is_transaction, segments

PAIRS = sorted((Path(__file__).parent / "pairs").iterdir())
FILLED = "SELECT count(*), md5(string_agg(t::text, ',' ORDER BY id)), pg_relation_filenode('t'::regclass) FROM t"


def said(text: str, word: str) -> str:
    """What a pair's head says of itself."""
    found = re.search(rf"^-- {word}: (.+)$", text, re.MULTILINE)
    return found[1] if found else ""


def make_roles(server: Server, names: str) -> None:
    with session(server.admin) as connection:
        there = {r[0] for r in rows(connection, "SELECT rolname FROM pg_roles")}
        for name in {n.strip() for n in names.split(",") if n.strip()} - there:
            run(connection, f"CREATE ROLE {identifier(name)}")


def statements(now: Conninfo, want: Conninfo, *, empty: bool = False, allowed: bool = False) -> tuple[str, ...]:
    """What the engine would run, as the superuser that the test is; nothing may be refused."""
    with session(now) as connection:
        role = rows(connection, "SELECT current_user")[0][0]
    found = native.compare(native.read(now), native.read(want), role, lambda _: empty, lambda _: allowed)
    assert found.refused == ()
    return found.statements


def apply(info: Conninfo, plan: tuple[str, ...]) -> None:
    """Run a plan in the transactions that it would have."""
    with session(info) as connection:
        for segment in segments(as_statements(plan)):
            together = is_transaction(segment)
            for sql in (*(["BEGIN"] if together else []), *(s.sql for s in segment), *(["COMMIT"] if together else [])):
                run(connection, sql)


@pytest.mark.parametrize("way", ["there", "back"])
@pytest.mark.parametrize("pair", PAIRS, ids=lambda p: p.name)
def test_pair(pair: Path, way: str, server: Server) -> None:
    before, after = ((pair / f"{name}.sql").read_text() for name in ("before", "after"))
    if server.major < int(said(before, "since") or 0):
        pytest.skip(f"needs PostgreSQL {said(before, 'since')}")
    make_roles(server, said(before, "roles"))
    start, end = (before, after) if way == "there" else (after, before)
    now, want = (server.database(text, owner=False) for text in (start, end))
    empty = said(before, "tables") == "empty"
    plan = statements(now, want, empty=empty)
    assert plan == statements(now, want, empty=empty), "the same input, other bytes"
    apply(now, plan)
    program = find_pg_dump(server.major, now)
    catalogs = (read_catalog(info, server.major, program) for info in (now, want))
    assert compare(*catalogs) == ()
    assert list(differing(native.read(now), native.read(want))) == []
    assert statements(now, want) == ()


def test_rows_are_kept_and_tables_not_rewritten(server: Server) -> None:
    """Counted, digested, and in the same file: nothing here needs a rewrite."""
    table = "CREATE TABLE t (id int PRIMARY KEY, name varchar(10), kind text DEFAULT 'a', old int)"
    now = server.database(
        table, "INSERT INTO t SELECT i, 'n' || i, 'k', i FROM generate_series(1, 100) i", "CREATE INDEX i ON t (name)",
        owner=False,
    )  # fmt: skip
    want = server.database(
        "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name varchar(20) NOT NULL, "
        "kind text DEFAULT 'b' CHECK (kind <> ''), old int, CONSTRAINT u UNIQUE (name))",
        "CREATE INDEX i ON t (name) WHERE id > 0", "ALTER TABLE t SET (fillfactor = 90)",
        "ALTER TABLE t ENABLE ROW LEVEL SECURITY", "CREATE VIEW v AS SELECT name FROM t",
        owner=False,
    )  # fmt: skip
    with session(now) as connection:
        before = rows(connection, FILLED)
        apply(now, statements(now, want))
        assert rows(connection, FILLED) == before


def test_a_serial_that_becomes_an_identity_goes_on_counting(server: Server) -> None:
    serial, identity = (
        "CREATE TABLE t (id serial, a int)",
        "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY, a int)",
    )
    for start, end in ((serial, identity), (identity, serial)):
        now, want = (
            server.database(start, "INSERT INTO t (a) VALUES (1), (2)", owner=False),
            server.database(end, owner=False),
        )
        apply(now, statements(now, want))
        with session(now) as connection:
            assert rows(connection, "INSERT INTO t (a) VALUES (3) RETURNING id") == [(3,)]


def test_nobody_draws_a_number_while_a_sequence_is_handed_over(server: Server) -> None:
    serial, identity = (
        "CREATE TABLE t (id serial, a int)",
        "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY, a int)",
    )
    for start, end in ((serial, identity), (identity, serial)):
        now, want = server.database(start, owner=False), server.database(end, owner=False)
        plan = statements(now, want)
        read = next(i for i, sql in enumerate(plan) if "setval" in sql)
        with session(now) as ours, session(now) as other:
            run(other, "SET lock_timeout = '200ms'")
            run(ours, "BEGIN")
            for sql in plan[:read]:
                run(ours, sql)
            with pytest.raises(Error, match="lock timeout"):
                run(other, "SELECT nextval('t_id_seq')")


def test_a_partition_with_rows_that_others_reference_gets_other_bounds(server: Server) -> None:
    """DETACH checks the rows, which a proof on empty tables does not see."""
    text = """
        CREATE TABLE p (a int PRIMARY KEY, up int REFERENCES p) PARTITION BY LIST (a);
        CREATE TABLE p_1 PARTITION OF p FOR VALUES IN (1);
        CREATE TABLE r (a int REFERENCES p ON DELETE CASCADE)"""
    now = server.database(text, "INSERT INTO p VALUES (1, 1)", "INSERT INTO r VALUES (1)", owner=False)
    want = server.database(text.replace("IN (1)", "IN (1, 2)"), owner=False)
    apply(now, statements(now, want))
    assert statements(now, want) == ()
    with session(now) as connection:
        assert rows(connection, "SELECT * FROM p, r") == [(1, 1, 1)]


def test_labels_that_a_plan_uses_are_committed_before_anything_is_dropped(server: Server) -> None:
    now = server.database(
        "CREATE TYPE z AS ENUM ('a')", "CREATE TYPE y AS ENUM ('a')", "CREATE TABLE t (z z DEFAULT 'a')",
        "CREATE VIEW v AS SELECT z FROM t", "CREATE TABLE gone ()", owner=False,
    )  # fmt: skip
    want = server.database(
        "CREATE TYPE z AS ENUM ('b', 'a')", "CREATE TYPE y AS ENUM ('a', 'b')", "CREATE TABLE t (z z DEFAULT 'b')",
        "CREATE VIEW v AS SELECT 1 FROM t WHERE z = 'b'", "CREATE SCHEMA a", owner=False,
    )  # fmt: skip
    first, *_ = cut = segments(as_statements(statements(now, want)))
    assert [s.sql.partition(" ADD VALUE ")[0] for s in first] == ["ALTER TYPE public.y", "ALTER TYPE public.z"]
    assert len(cut) == 2


HELD = "SELECT tableoid::regclass::text, t::text FROM t UNION ALL SELECT 'u', u::text FROM u ORDER BY 1, 2"
RANGES = (
    "CREATE FUNCTION d(float8, float8) RETURNS float8 LANGUAGE sql IMMUTABLE AS 'SELECT $1 - $2'",
    """CREATE TYPE "ra'nge" AS RANGE (subtype = float8)""",
    """CREATE TABLE t (id int PRIMARY KEY, r "ra'nge" NOT NULL DEFAULT '[1,2)', rs "ra'nge"[], m "ra'nge_multirange",
       EXCLUDE USING gist (r WITH &&), CHECK (upper(r) > 1))""",
    "CREATE INDEX i ON t (lower(r), rs)",
    "CREATE TABLE child () INHERITS (t)",
    "CREATE VIEW v AS SELECT r * '[1,3)' AS r FROM t",
    """CREATE TYPE pair AS (r "ra'nge", i int)""", """CREATE DOMAIN d AS "ra'nge" CHECK (upper(VALUE) > 1)""",
    "CREATE TABLE u (p pair, ps pair[], d d, UNIQUE (p))",
)  # fmt: skip


def test_a_range_type_is_made_anew_by_an_ordinary_role(server: Server) -> None:
    """Who does not own its constructor functions."""
    now, admin = server.database(*RANGES), server.database(owner=False)
    want = now.but(dbname=admin.get("dbname"))
    with session(admin) as connection:
        run(connection, f"ALTER DATABASE {admin.get('dbname')} OWNER TO {now.get('user')}")
    with session(want) as connection:
        for sql in (RANGES[0], RANGES[1].replace(")", ", subtype_diff = d)"), *RANGES[2:]):
            run(connection, sql)
    with session(now) as connection:
        run(connection, """INSERT INTO t VALUES (1, '[1,5)', '{"[1,2)",NULL,"(,3]"}', '{[1,2),[3,4)}')""")
        run(connection, "INSERT INTO child VALUES (2, '[0.1,1e300)', NULL, NULL)")
        run(connection, """INSERT INTO u VALUES ('("[1,2)",1)', NULL, '[1,3)'), (NULL, '{"(\\"[1,2)\\",1)"}', NULL)""")
        before = rows(connection, HELD)
    plan = native.compare(native.read(now), native.read(want), str(now.get("user")))
    assert plan.refused == ()
    apply(now, plan.statements)
    with session(now) as connection:
        assert rows(connection, HELD) == before
    assert list(differing(native.read(now), native.read(want))) == []


def test_a_column_that_stops_being_its_own_tables_is_refused(server: Server) -> None:
    """There and back, both tables keep their rows."""
    now = server.database("CREATE TABLE p (a int)", "CREATE TABLE c (a int, x int) INHERITS (p)", owner=False)
    want = server.database("CREATE TABLE p (a int)", "CREATE TABLE c (x int) INHERITS (p)", owner=False)
    found = native.compare(native.read(now), native.read(want), "nobody")
    assert found.statements == ()
    assert found.refused == (
        (
            ("table", "public", "c"),
            "public.c.a is its own table's, and PostgreSQL cannot make it an inherited one alone: "
            "write it into CREATE TABLE public.c, too",
        ),
    )


@pytest.mark.parametrize(
    ("before", "after", "table"),
    [
        (
            ("CREATE TABLE p (a int)", "CREATE TABLE c (a int, x int) INHERITS (p)", "INSERT INTO c VALUES (1, 2)"),
            ("CREATE TABLE p (a int)", "CREATE TABLE c (x int) INHERITS (p)"),
            "c",
        ),
        (
            (
                "CREATE TABLE w (id int, x int) PARTITION BY RANGE (id)",
                "CREATE TABLE w1 PARTITION OF w FOR VALUES FROM (1) TO (9)",
                "INSERT INTO w VALUES (1, 2)",
            ),
            (
                "CREATE TABLE w (id bigint, x int) PARTITION BY RANGE (id)",
                "CREATE TABLE w1 PARTITION OF w FOR VALUES FROM (1) TO (9)",
            ),
            "w",
        ),
        (
            (
                "CREATE TYPE e AS ENUM ('a', 'b', 'c')",
                "CREATE TABLE w (id e, x int) PARTITION BY LIST (id)",
                "CREATE TABLE w1 PARTITION OF w FOR VALUES IN ('a')",
                "INSERT INTO w VALUES ('a', 2)",
            ),
            (
                "CREATE TYPE e AS ENUM ('b', 'a')",
                "CREATE TABLE w (id e, x int) PARTITION BY LIST (id)",
                "CREATE TABLE w1 PARTITION OF w FOR VALUES IN ('a')",
            ),
            "w",
        ),
    ],
    ids=["inherited alone", "partition key", "partition key of a type that goes"],
)
def test_a_column_that_cannot_be_made_anew_is_with_its_table(
    before: Sequence[str], after: Sequence[str], table: str, server: Server
) -> None:
    """Refused for its table, which is the word that helps; then the rows of a partition stay all the same."""
    now, want = server.database(*before, owner=False), server.database(*after, owner=False)
    found = native.compare(native.read(now), native.read(want), "nobody", lambda _: False)
    assert [k for k, _ in found.refused] == [("table", "public", table)]
    found = native.compare(
        native.read(now), native.read(want), "nobody", lambda _: False, lambda o: o.key == ("table", "public", table)
    )
    assert found.refused == ()
    apply(now, found.statements)
    assert list(differing(native.read(now), native.read(want))) == []
    with session(now) as connection:
        assert len(rows(connection, f"SELECT 1 FROM {table}")) == (table == "w")


def test_what_a_partition_key_is_made_with_goes_with_the_table_alone(server: Server) -> None:
    """The table holds rows: it is refused, and says what would take it along."""
    function = "CREATE FUNCTION f(int) RETURNS {0} LANGUAGE sql IMMUTABLE AS 'SELECT ($1 % 10)::{0}'"
    table = ("CREATE TABLE w (a int) PARTITION BY LIST (f(a))", "CREATE TABLE w1 PARTITION OF w FOR VALUES IN (1)")
    now = server.database(function.format("int"), *table, "INSERT INTO w VALUES (1)", owner=False)
    want = server.database(function.format("bigint"), *table, owner=False)
    found = native.compare(native.read(now), native.read(want), "nobody", lambda _: False)
    assert found.refused == (
        (
            ("table", "public", "w"),
            "its partition key needs function public.f(integer), which is dropped, so the table would have to be as "
            "well; create the new table under another name, copy the rows, then swap the names",
        ),
    )


def test_spare_names_are_short_and_each_its_own() -> None:
    names = ["a", "é" * 31, *(f"{'é' * 30}{end}" for end in "abc"), *(f"{'n' * 53}{end}" for end in ("", "a", "b"))]
    assert len({spare(n) for n in names}) == len(names)
    assert all(len(spare(n).encode()) <= 63 for n in names)
    assert spare("a") == "a__replaced"


def test_what_has_no_way_is_refused_unless_it_is_empty_or_allowed(server: Server) -> None:
    now = server.database("CREATE TABLE t (a int)", "INSERT INTO t VALUES (1)", owner=False)
    want = server.database("CREATE TABLE t (a int) PARTITION BY RANGE (a)", owner=False)
    found = native.compare(native.read(now), native.read(want), "nobody")
    assert [k for k, _ in found.refused] == [("table", "public", "t")]
    assert "cannot turn a plain table into a partitioned table" in found.refused[0][1]
    assert not [s for s in found.statements if s.startswith("DROP TABLE")]
    allowed = statements(now, want, allowed=True)
    assert "DROP TABLE public.t" in allowed
    assert not any(map(guarded, allowed))
    plan = statements(now, want, empty=True)
    drop = plan.index("DROP TABLE public.t")
    assert plan[drop - 2] == "DO $guard$ BEGIN LOCK TABLE public.t IN ACCESS EXCLUSIVE MODE; END $guard$"
    assert guarded(plan[drop - 1]) == "public.t"
    with session(now) as connection:
        run(connection, "BEGIN")
        run(connection, plan[drop - 2])
        with pytest.raises(Error, match=r"public\.t holds rows by now: make a new plan"):
            run(connection, plan[drop - 1])


def test_an_invalid_index_is_built_again(difftool: Callable[..., Ran], server18: Server, tmp_path: Path) -> None:
    """pg_dump shows it like any other."""
    now = server18.database("CREATE TABLE t (a int)", "INSERT INTO t VALUES (1), (1)")
    with session(now) as connection, pytest.raises(Error, match="could not create unique index"):
        run(connection, "CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)")
    with session(now) as connection:
        run(connection, "DELETE FROM t")
    (tmp_path / "t.sql").write_text("CREATE TABLE t (a int); CREATE UNIQUE INDEX i ON t (a);")
    ran = difftool("plan", "--format", "sql", "--target", now.url(secrets=True), "--schema", "t.sql")
    assert ran.code == 3
    assert ran.out.index("DROP INDEX public.i;") < ran.out.index("CREATE UNIQUE INDEX i ON public.t USING btree (a);")


def test_the_referee_is_asked(difftool: Callable[..., Ran], server18: Server, tmp_path: Path) -> None:
    now = server18.database("CREATE TABLE t (a int)")
    (tmp_path / "t.sql").write_text("CREATE TABLE t (a int, b int);")
    ran = difftool("plan", "--target", now.url(secrets=True), "--schema", "t.sql")
    assert "referee: migra agrees" in ran.out


@pytest.mark.parametrize("kept", [True, False])
def test_an_extension_gets_no_grants_that_it_is_not_to_have(kept: bool, server18: Server) -> None:
    """Those of default privileges that go, or come, only after it."""
    make_roles(server18, "r1")
    granted = "ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO r1"
    now = server18.database(granted, owner=False)
    want = server18.database("CREATE EXTENSION unaccent", *([granted] if kept else []), owner=False)
    apply(now, statements(now, want))
    assert list(differing(native.read(now), native.read(want))) == []
